// The program box: a textarea over a mirror of its text, which makes it as high as its lines and marks an error at its place.

import { PLAIN, replace, typing } from "./typing.js"
import { make } from "./make.js"

export class Program {
  constructor(sender) {
    this.label = make("label", { htmlFor: "program" })
    this.mirror = make("div", { className: "mirror", ariaHidden: "true" })
    this.box = make("textarea", { id: "program", rows: 1 })
    for (const [name, value] of Object.entries({ ...PLAIN, enterkeyhint: "go", "aria-describedby": "problems" })) {
      this.box.setAttribute(name, value)
    }
    typing(this.box, sender, () => this.paint())
    this.root = make("div", { className: "program" }, this.label, make("div", { className: "layers" }, this.mirror, this.box))
  }

  get text() {
    return this.box.value
  }

  show({ label, start, read, error }) {
    this.label.textContent = label
    this.box.placeholder = this.start = start
    this.read = read
    this.error = error
    this.paint()
  }

  take(text) {
    if (this.box.value !== text) this.box.value = text
    this.paint()
  }

  replace(text) {
    replace(this.box, text)
  }

  // The mark belongs to the text that the server read: while another one stands there, there is none.
  paint() {
    const text = this.text
    const wrong = this.error !== undefined && this.error !== null && this.read === text
    this.box.setAttribute("aria-invalid", String(wrong))
    const at = Math.min(this.error ?? 0, text.length)
    const signs = wrong ? [...text.slice(at)] : []
    const marked = signs.length && signs[0] !== "\n" ? signs[0] : "\u00a0"
    const rest = text.slice(at + (signs[0] === marked ? marked.length : 0))
    // What is invisible keeps a line open whose text ends with a break.
    this.mirror.replaceChildren(...(wrong ? [text.slice(0, at), make("mark", { textContent: marked }), rest] : [text]), "\u200b")
  }
}
