// What a page will need is started while the browser waits for the server, and not when the page comes.

const idly = window.requestIdleCallback ?? setTimeout

idly(() => {
  for (const link of document.querySelectorAll("link[data-ahead]")) import(link.href).catch(console.warn)
})
