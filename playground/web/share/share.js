// The address is the browser's own at the moment of the click; the QR code of exactly that text comes from the server.

const SHOWN_MS = 2000
const panels = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  if (!panels.has(parentElement)) panels.set(parentElement, start(parentElement))
  panels.get(parentElement).show(data, setTriggerValue)
}

function start(parentElement) {
  const part = (selector) => parentElement.querySelector(selector)
  const dialog = part("dialog")
  const address = part("textarea")
  const picture = part("img")
  let data
  let ask
  let timer

  const render = () => {
    const { words } = data
    document.documentElement.lang = data.language
    const answered = data.asked === address.value
    part(".open").textContent = words.open
    part("h2").textContent = words.title
    part("label").textContent = words.address
    part(".close").textContent = words.close
    part(".copy").textContent = words.copy
    dialog.setAttribute("aria-labelledby", "title")
    picture.hidden = !answered || !data.picture
    if (!picture.hidden) Object.assign(picture, { src: data.picture, alt: data.alt })
    part(".working").textContent = answered ? "" : words.working
    part(".note").textContent = answered ? data.note : ""
  }

  const open = () => {
    address.value = location.href
    render()
    dialog.showModal()
    part(".copy").focus()
    if (data.asked !== address.value) ask("address", address.value)
  }

  const copy = async () => {
    await toClipboard(address)
    part(".copy").textContent = data.words.copied
    clearTimeout(timer)
    timer = setTimeout(render, SHOWN_MS)
  }

  part(".open").onclick = open
  part(".copy").onclick = copy
  part(".close").onclick = () => dialog.close()
  // A click beside the sheet is one on the dialog itself.
  dialog.onclick = (event) => event.target === dialog && dialog.close()

  return {
    show(next, setTriggerValue) {
      // A rerun of the page forgets the code; while the panel is open it stays.
      const kept = data?.asked && !next.asked && dialog.open ? data : {}
      data = { ...kept, ...next }
      ask = setTriggerValue
      render()
    },
  }
}

// A page that was not opened over https or from this machine has no clipboard interface: there a selection is copied.
async function toClipboard(field) {
  if (navigator.clipboard) return navigator.clipboard.writeText(field.value)
  field.select()
  document.execCommand("copy")
}
