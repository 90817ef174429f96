// The choices of a page. What is chosen is in the address: a change asks the head to write it, and the page comes anew.

import { asked } from "../head/address.js"
import { make } from "../head/make.js"
import { PLAIN } from "../head/typing.js"

const APART_MS = 300 // after the last key what is typed is sent

let count = 0

export default function ({ parentElement }) {
  return new Choices(parentElement)
}

// Ask the head for another address; `open` joins it to the entry that the browser's history has of the last one.
// Where the head's script has not come yet, it is asked again when it has.
export function wish(texts, open = false) {
  const event = new CustomEvent("address-wish", { detail: { texts, open }, cancelable: true })
  const granted = !document.dispatchEvent(event)
  if (!granted) document.addEventListener("head-shown", () => setTimeout(() => wish(texts, open)), { once: true })
}

class Choices {
  constructor(parent) {
    this.rows = new Map()
    this.root = make("div", { className: "page-choices" })
    this.menu = make("div", { className: "menu", popover: "auto", id: `choices-${++count}` })
    this.opens = make("button", { type: "button", className: "own opens" })
    this.opens.popoverTargetElement = this.menu
    this.menu.addEventListener("toggle", () => {
      this.opens.setAttribute("aria-expanded", String(this.menu.matches(":popover-open")))
    })
    this.back = (event) => event.isTrusted && this.rows.forEach((row) => row.leave())
    addEventListener("popstate", this.back)
    parent.replaceChildren(this.root)
  }

  load({ data }) {
    const { rows: kinds, texts, menu } = data
    const rows = kinds.map((row, place) => ({ ...row, text: texts[place] }))
    const wanted = new Map(rows.map((row) => [name(row), row]))
    for (const [key, row] of this.rows) {
      if (wanted.get(key)?.kind === row.kind) continue
      row.end()
      row.root.remove()
      this.rows.delete(key)
    }
    for (const row of rows) {
      if (!this.rows.has(name(row))) this.rows.set(name(row), new KINDS[row.kind](row))
      this.rows.get(name(row)).show(row)
    }
    const placed = (folded) => rows.filter((row) => row.folded === folded).map((row) => this.rows.get(name(row)).root)
    put(this.menu, placed(true))
    this.opens.textContent = menu
    put(this.root, [...placed(false), ...(menu ? [this.opens, this.menu] : [])])
    document.dispatchEvent(new CustomEvent("head-shown"))
  }

  stop() {
    removeEventListener("popstate", this.back)
    this.rows.forEach((row) => row.end())
  }
}

const name = ({ key, label, kind }) => (["press", "add", "told"].includes(kind) ? `${kind} ${key} ${label}` : key)

// What is in its place is not touched: moved, it would lose the focus.
function put(parent, wanted) {
  wanted.forEach((root, place) => {
    if (parent.children[place] !== root) parent.insertBefore(root, parent.children[place] ?? null)
  })
  while (parent.children.length > wanted.length) parent.lastElementChild.remove()
}

class Row {
  constructor({ key, kind }) {
    Object.assign(this, { key, kind })
    this.root = this.made()
    this.root.classList.add("choice", kind, `st-key-${key}`)
  }

  show(row) {
    this.row = row
    if (this.label) this.label.textContent = row.label
    if (this.wished !== undefined && row.text !== this.wished) return // the answer to an earlier change
    this.wished = undefined
    this.text = row.text
  }

  choose(text, open) {
    if (text === this.text) return
    this.text = this.wished = text
    this.write(text === this.row.usual ? null : text, open)
  }

  write(text, open) {
    wish({ ...Object.fromEntries(this.row.leaves.map((name) => [name, null])), [this.key]: text }, open)
  }

  leave() {
    this.wished = undefined
  }

  end() {}
}

class Switch extends Row {
  made() {
    this.box = make("input", { type: "checkbox", onchange: () => this.choose(String(this.box.checked)) })
    this.box.setAttribute("role", "switch")
    this.label = make("span")
    return make("div", {}, make("label", {}, this.box, this.label))
  }

  show(row) {
    super.show(row)
    this.box.checked = this.text === "true"
  }
}

// What offers options.
class Group extends Row {
  made() {
    this.label = make("legend")
    this.options = make("div", { className: "options" })
    return make("fieldset", {}, this.label, this.options)
  }

  show(row) {
    super.show(row)
    this.offer()
    this.mark()
  }

  // Options are made anew only where they are others: one that stays keeps the focus.
  offer() {
    const { options, titles } = this.row
    const offered = JSON.stringify([options, titles])
    if (this.offered === offered) return
    this.offered = offered
    this.options.replaceChildren(...options.flatMap((value, place) => this.option(value, titles[place])))
  }
}

class One extends Group {
  group = `choice-${++count}`

  mark() {
    for (const radio of this.options.querySelectorAll("input")) radio.checked = radio.value === this.text
  }

  option(value) {
    const radio = make("input", { type: "radio", name: this.group, value, onchange: () => this.choose(value) })
    return make("label", {}, radio, make("span", { textContent: value }))
  }
}

class Some extends Group {
  mark() {
    const chosen = this.text.split(",")
    for (const button of this.options.children) button.ariaPressed = String(chosen.includes(button.textContent))
  }

  option(value) {
    const button = make("button", { type: "button", textContent: value })
    button.onclick = () => {
      button.ariaPressed = String(button.ariaPressed !== "true")
      const chosen = [...this.options.children].filter((one) => one.ariaPressed === "true")
      this.choose(chosen.map((one) => one.textContent).join(","))
    }
    return button
  }
}

class List extends Group {
  made() {
    this.label = make("span")
    this.options = make("select", { onchange: () => this.choose(this.options.value) })
    return make("div", {}, make("label", {}, this.label, this.options))
  }

  mark() {
    this.options.value = this.text
  }

  option(value) {
    return make("option", { value, textContent: value })
  }
}

// One of many, under headings; on a phone they unfold below the title of the one that is chosen.
class Titles extends Group {
  group = `choice-${++count}`

  made() {
    this.summary = make("summary")
    this.unfolds = make("details", { className: "unfold" }, this.summary)
    this.options = make("div", { className: "titled" })
    this.options.setAttribute("role", "radiogroup")
    return make("div", {}, this.unfolds, this.options)
  }

  show(row) {
    super.show(row)
    this.options.ariaLabel = row.label
  }

  option(value, [title, heading]) {
    const radio = make("input", { type: "radio", name: this.group, value, onchange: () => this.pick(value) })
    const label = make("label", {}, radio, make("span", { textContent: title }))
    return heading ? [make("span", { className: "heading", textContent: heading }), label] : [label]
  }

  pick(value) {
    this.choose(value)
    this.unfolds.open = false
    this.mark()
  }

  mark() {
    const [title] = this.row.titles[this.row.options.indexOf(this.text)] ?? [""]
    this.summary.textContent = this.row.hint.replace("{title}", () => title)
    for (const radio of this.options.querySelectorAll("input")) radio.checked = radio.value === this.text
  }
}

// A box keeps what is typed into it: the server's text comes only where it is another one than was sent.
class Text extends Row {
  made() {
    this.label = make("span")
    this.box = make("input", { type: "text" })
    for (const [attribute, value] of Object.entries(PLAIN)) this.box.setAttribute(attribute, value)
    this.box.oninput = (event) => event.isComposing || this.soon()
    this.box.addEventListener("compositionend", () => this.soon())
    this.box.onblur = () => this.commit()
    this.box.onkeydown = (event) => {
      event.stopPropagation() // arrows and spaces typed here are none of the player's
      if (event.key === "Enter" && !event.isComposing) this.commit()
    }
    return make("div", {}, make("label", {}, this.label, this.box))
  }

  show(row) {
    const before = this.text
    super.show(row)
    this.box.placeholder = row.hint
    if (this.text !== before && !this.timer) this.box.value = this.text
  }

  soon() {
    clearTimeout(this.timer)
    this.typedAt = location.pathname
    this.timer = setTimeout(() => this.send(), APART_MS)
  }

  send() {
    this.rest()
    this.choose(this.box.value, this.open)
    this.open = true
  }

  commit() {
    this.send()
    this.open = false
  }

  leave() {
    super.leave()
    this.rest()
  }

  rest() {
    clearTimeout(this.timer)
    this.timer = null
  }

  // What was typed last is sent although the box goes, but to no other page.
  end() {
    if (this.timer && this.typedAt === location.pathname) this.send()
    else this.rest()
  }
}

// A button that writes its text: also of what stands in the head.
class Press extends Row {
  made() {
    this.label = make("button", { type: "button", className: "own", onclick: () => this.write(this.next() || null) })
    return make("div", {}, this.label)
  }

  // Of texts that follow each other the one after what the address says at this moment: the next click comes before the answer.
  next() {
    const { text, options } = this.row
    const now = options.indexOf(asked().get(this.key) ?? "")
    return options.length ? options[(now + 1) % options.length] : text
  }

  show(row) {
    super.show(row)
    this.label.disabled = row.usual === "disabled"
  }
}

// A button that adds to a list: to what the address says at this moment, since the next click comes before the answer.
class Add extends Press {
  made() {
    const root = super.made()
    this.label.onclick = () => {
      const done = asked().get(this.key)?.split(",") ?? []
      wish({ [this.key]: [...done, this.row.text].slice(-this.row.usual).join(",") })
    }
    return root
  }
}

// What is said between them, as the server wrote it.
class Told extends Row {
  made() {
    return make("div")
  }

  show(row) {
    if (this.row?.hint !== row.hint) this.root.innerHTML = row.hint
    super.show(row)
  }
}

const KINDS = { switch: Switch, one: One, some: Some, list: List, titles: Titles, text: Text, press: Press, add: Add, told: Told }
