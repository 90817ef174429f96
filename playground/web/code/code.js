// The heading of a page's script, and the buttons that give it and the page's figures away. The script itself is a text of
// the page.

import { drawings } from "../export/export.js"
import { fetched } from "../fetched.js"
import { make } from "../head/make.js"

const SHOWN_MS = 2000
const SCRIPT = ".st-key-code pre.script"
const TYPES = { ".py": "text/x-python", ".ipynb": "application/x-ipynb+json" }

export default function ({ parentElement }) {
  return new Panel(parentElement)
}

class Panel {
  constructor(parent) {
    const button = (act) => make("button", { type: "button", className: "own", onclick: () => act.call(this) })
    this.figures = make("ul", { className: "drawings" })
    this.title = make("h2", { className: "part" })
    this.buttons = [button(this.copy), button(this.save), button(this.saveNotebook)]
    parent.replaceChildren(this.figures, make("div", { className: "files" }, this.title, ...this.buttons))
  }

  load({ data, setTriggerValue }) {
    Object.assign(this, { data, tell: setTriggerValue })
    if (data.within) this.arrived?.(data.within)
    drawings(this.figures, data.drawings)
    const { script, copy, download, download_notebook } = data.words
    this.title.textContent = script
    this.buttons.forEach((button, place) => (button.textContent = [copy, download, download_notebook][place]))
  }

  get script() {
    return document.querySelector(SCRIPT).textContent
  }

  async copy() {
    const [button] = this.buttons
    await copied(this.script)
    button.textContent = this.data.words.copied
    clearTimeout(this.timer)
    this.timer = setTimeout(() => (button.textContent = this.data.words.copy), SHOWN_MS)
  }

  save() {
    download(this.script, this.data.files[0])
  }

  async saveNotebook() {
    const { notebook, files } = this.data
    const arrived = new Promise((done) => (this.arrived = done))
    download(this.data.within ?? (await Promise.race([arrived, fetched("json", notebook, this.tell)])), files[1])
  }

  stop() {
    clearTimeout(this.timer)
  }
}

function download(text, file) {
  const type = TYPES[file.slice(file.lastIndexOf("."))]
  const url = URL.createObjectURL(new Blob([text], { type }))
  make("a", { href: url, download: file }).click()
  setTimeout(() => URL.revokeObjectURL(url), SHOWN_MS)
}

// A page that was not opened over https or from this machine has no clipboard interface: there a selection is copied.
async function copied(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const area = document.body.appendChild(make("textarea", { value: text }))
  area.select()
  document.execCommand("copy")
  area.remove()
}
