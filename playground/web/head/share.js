// The panel that gives a page away: its address is the browser's own at the moment of the click, and the QR code of exactly
// that text comes from the server.

import { make } from "./make.js"

const SHOWN_MS = 2000

export class Share {
  constructor(tell) {
    this.tell = tell
    const button = (className) => make("button", { type: "button", className })
    this.button = button("opens")
    this.title = make("h2", { id: "share-title" })
    this.label = make("label", { htmlFor: "share-address" })
    this.address = make("textarea", { id: "share-address", readOnly: true, rows: 5, spellcheck: false })
    this.picture = make("img", { hidden: true })
    this.working = make("p", { className: "working" })
    this.note = make("p", { className: "note" })
    this.copy = button("copy")
    this.close = button("close")
    this.copy.ariaLive = "polite"
    const code = make("div", { className: "code", ariaLive: "polite" }, this.picture, this.working)
    const buttons = make("div", { className: "buttons" }, this.copy, this.close)
    const text = make("div", { className: "text" }, this.title, this.label, this.address, this.note, buttons)
    this.dialog = make("dialog", {}, make("div", { className: "sheet" }, code, text))
    this.dialog.setAttribute("aria-labelledby", "share-title")
    this.button.setAttribute("aria-haspopup", "dialog")
    this.root = make("div", { className: "share" }, this.button, this.dialog)
    this.button.onclick = () => this.open()
    this.copy.onclick = () => this.take()
    this.close.onclick = () => this.dialog.close()
    // A click beside the sheet is one on the dialog itself.
    this.dialog.onclick = (event) => event.target === this.dialog && this.dialog.close()
  }

  show({ words, code }) {
    this.words = words
    if (code) this.code = code
    this.button.textContent = words.open
    this.title.textContent = words.title
    this.label.textContent = words.address
    this.close.textContent = words.close
    this.paint()
  }

  paint() {
    const answered = this.code?.address === this.address.value
    this.copy.textContent = this.copied ? this.words.copied : this.words.copy
    this.picture.hidden = !answered || !this.code.picture
    if (!this.picture.hidden) Object.assign(this.picture, { src: this.code.picture, alt: this.code.alt })
    this.working.textContent = answered ? "" : this.words.working
    this.note.textContent = answered ? this.code.note : ""
  }

  open() {
    this.address.value = location.href
    this.tellCopied(false)
    this.dialog.showModal()
    this.copy.focus()
    this.ask()
  }

  // A run of the page that was overtaken takes its code along: as long as the panel waits for it, it is asked for again.
  ask() {
    if (this.dialog.open && this.code?.address !== this.address.value) this.tell("share", this.address.value)
  }

  async take() {
    await toClipboard(this.address)
    this.tellCopied(true)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.tellCopied(false), SHOWN_MS)
  }

  tellCopied(copied) {
    this.copied = copied
    this.paint()
  }
}

// A page that was not opened over https or from this machine has no clipboard interface: there a selection is copied.
async function toClipboard(field) {
  if (navigator.clipboard) return navigator.clipboard.writeText(field.value)
  field.select()
  document.execCommand("copy")
}
