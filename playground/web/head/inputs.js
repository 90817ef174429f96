// A box for each input, with its switch, and for each gradient argument. What is typed into them is theirs: the server says
// which there are, and what stands in one that is new.

import { make } from "./make.js"
import { PLAIN, typing } from "./typing.js"

let count = 0

class Field {
  constructor(key, className, sender) {
    this.key = key
    this.label = make("label", { htmlFor: `head-${++count}` })
    this.box = make("input", { id: this.label.htmlFor, type: "text", className: "value" })
    for (const [name, value] of Object.entries({ ...PLAIN, enterkeyhint: "go", "aria-describedby": "problems" })) {
      this.box.setAttribute(name, value)
    }
    typing(this.box, sender)
    this.root = make("div", { className }, this.label, this.box)
    this.root.dataset.key = key
  }

  show({ name, output, start, wrong }, words) {
    this.label.textContent = this.label.title = name ?? words.gradient.replace("{name}", () => output)
    // What nobody has changed goes along with what it starts with, which another program may decide anew.
    if (this.box.value === this.start && document.activeElement !== this.box) this.box.value = start
    this.start = start
    this.box.placeholder = start || words.ones
    this.box.setAttribute("aria-invalid", String(Boolean(wrong)))
  }

  take(said) {
    const text = said(this.key) ?? this.start
    if (this.box.value !== text) this.box.value = text
  }

  get texts() {
    return [[this.key, this.box.value, this.start]]
  }
}

class Input extends Field {
  constructor(name, sender) {
    super(`at.${name}`, "input", sender)
    this.switchKey = `grad.${name}`
    this.switch = make("input", { type: "checkbox" })
    this.switch.setAttribute("role", "switch")
    this.switch.onchange = () => sender.choose()
    this.short = make("span")
    this.handle = make("div", { className: "handle" }) // where an input that is one number is dragged
    const label = make("label", { className: "switch" }, this.short, this.switch)
    this.root.append(label, this.handle)
  }

  show(row, words) {
    super.show(row, words)
    this.usual = String(Boolean(row.usual))
    this.switch.ariaLabel = words.requires_grad.replace("{name}", () => row.name)
    this.short.textContent = words.requires_grad_short
    this.root.classList.toggle("number", !row.several)
  }

  take(said) {
    super.take(said)
    const text = said(this.switchKey)?.toLowerCase()
    this.switch.checked = (["true", "false"].includes(text) ? text : this.usual) === "true"
  }

  get texts() {
    return [...super.texts, [this.switchKey, String(this.switch.checked), this.usual]]
  }
}

export class Inputs {
  constructor(sender) {
    this.sender = sender
    this.root = make("div", { className: "inputs" })
    this.fields = new Map()
    this.left = new Map() // what stood in boxes that are gone: it comes back with them
  }

  show(rows, words, said) {
    const wanted = new Map(rows.map((row) => [row.key, row]))
    for (const [key, field] of this.fields) {
      if (wanted.has(key)) continue
      for (const [name, text] of field.texts) this.left.set(name, text)
      field.root.remove()
      this.fields.delete(key)
    }
    for (const row of rows) {
      const known = this.fields.get(row.key)
      const field = known ?? this.add(row)
      field.show(row, words)
      if (!known) this.fill(field, said)
    }
    const order = rows.map((row) => this.fields.get(row.key).root)
    if (order.some((root, place) => this.root.children[place] !== root)) this.arrange(order)
    this.root.classList.toggle("many", rows.length > 5)
  }

  // What has the focus stays where it is, and the others are put around it: what is moved loses the focus.
  arrange(order) {
    const at = order.findIndex((root) => root.contains(document.activeElement))
    if (at < 0) return this.root.append(...order)
    order[at].before(...order.slice(0, at))
    order[at].after(...order.slice(at + 1))
  }

  fill(field, said) {
    const kept = field.texts.some(([key]) => this.left.has(key))
    field.take((key) => this.left.get(key) ?? said(key))
    if (kept) this.sender.type()
  }

  add({ key, name }) {
    const field = name === undefined ? new Field(key, "argument", this.sender) : new Input(name, this.sender)
    this.fields.set(key, field)
    return field
  }

  // What another address left behind comes back with none of this one.
  forget() {
    this.left.clear()
  }

  take(said) {
    this.forget()
    for (const field of this.fields.values()) field.take(said)
  }

  // Every text as [parameter, text, what stands there without it].
  get texts() {
    return [...this.fields.values()].flatMap((field) => field.texts)
  }

  get gone() {
    const there = new Set(this.texts.map(([key]) => key))
    return [...this.left.keys()].filter((key) => !there.has(key))
  }
}
