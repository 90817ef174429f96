// A script that somebody brings: a box for it, line by line what each line became, and the way to its page.

import { make } from "./make.js"
import { PLAIN } from "./typing.js"

const WAIT_MS = 250 // after what was typed last
const LOST_MS = 5000 // an answer that takes longer does not come

export class Script {
  // `tell` asks the server, `open` follows a link to a page.
  constructor(tell, open) {
    Object.assign(this, { tell, follow: open, turn: 0 })
    this.button = make("button", { type: "button", className: "opens" })
    this.button.setAttribute("aria-haspopup", "dialog")
    this.title = make("h2", { id: "script-title" })
    this.label = make("label", { htmlFor: "script-text" })
    this.hint = make("p", { className: "note" })
    this.box = make("textarea", { id: "script-text", rows: 8 })
    for (const [name, value] of Object.entries(PLAIN)) this.box.setAttribute(name, value)
    this.said = make("p", { className: "said" })
    this.said.setAttribute("role", "status")
    this.lines = make("table")
    this.go = make("button", { type: "button", className: "go", disabled: true })
    this.close = make("button", { type: "button" })
    const buttons = make("div", { className: "buttons" }, this.go, this.close)
    const lines = make("div", { className: "lines" }, this.lines)
    const sheet = make("div", { className: "sheet" }, this.title, this.label, this.hint, this.box, this.said, lines, buttons)
    this.dialog = make("dialog", {}, sheet)
    this.dialog.setAttribute("aria-labelledby", this.title.id)
    this.root = make("div", { className: "script", hidden: true }, this.button, this.dialog)
    this.button.onclick = () => this.show()
    this.close.onclick = () => this.dialog.close()
    this.go.onclick = () => this.leave()
    this.dialog.onclick = (event) => event.target === this.dialog && this.dialog.close()
    this.box.onkeydown = (event) => event.stopPropagation()
    this.box.oninput = () => this.later()
  }

  show() {
    this.dialog.showModal()
    this.box.focus()
  }

  later() {
    clearTimeout(this.timer)
    this.go.disabled = true
    this.timer = setTimeout(() => this.box.value.trim() && this.ask(this.box.value), WAIT_MS)
  }

  // Ask what a text is; `then` is called with the answer, or with nothing where none comes.
  ask(text, then = (read) => this.paint(read)) {
    clearTimeout(this.lost)
    this.then = then
    this.tell("script", { text, turn: ++this.turn })
    this.lost = setTimeout(() => this.answer({}), LOST_MS)
  }

  // What stands in the program box now, of several lines: is it a program, or a script that has a page?
  pasted(text, typed) {
    if (!this.words) return typed()
    this.ask(text, (read) => {
      if (read.href) {
        this.box.value = text
        this.paint(read)
        this.leave()
      } else typed()
    })
  }

  update({ words, read }) {
    this.words = words
    this.root.hidden = false
    this.button.textContent = this.title.textContent = words.title
    this.label.textContent = words.label
    this.hint.textContent = words.hint
    this.go.textContent = words.open
    this.close.textContent = words.close
    if (read?.turn === this.turn && this.then) this.answer(read)
  }

  answer(read) {
    clearTimeout(this.lost)
    const then = this.then
    this.then = undefined
    then?.(read)
  }

  paint({ href, page, refused, lines = [] }) {
    this.href = href
    this.go.disabled = !href
    this.said.textContent = refused ?? (page ? this.words.page.replace("{page}", () => page) : "")
    this.lines.replaceChildren(...lines.map(row))
  }

  leave() {
    if (!this.href) return
    if (this.dialog.open) this.dialog.close()
    this.follow(new URL(this.href, document.baseURI))
  }
}

const row = ({ line, typed, text, remark }) =>
  make(
    "tr",
    { className: remark ? "remark" : "" },
    make("td", { textContent: line }),
    make("td", {}, make("code", { textContent: typed })),
    make("td", {}, remark ? text : make("code", { textContent: text })),
  )
