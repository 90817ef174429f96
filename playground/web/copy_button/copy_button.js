// A page that was not opened over https or from this machine has no clipboard interface: there a selection is copied.

const SHOWN_MS = 2000

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  let timer
  const say = (text) => (button.textContent = text)
  say(data.label)
  button.onclick = async () => {
    await copy(data.text)
    say(data.done)
    clearTimeout(timer)
    timer = setTimeout(say, SHOWN_MS, data.label)
  }
  return () => clearTimeout(timer)
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const area = document.createElement("textarea")
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand("copy")
  area.remove()
}
