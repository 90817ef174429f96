// The answers to a question: buttons, and a box to type one. What is tapped or typed is told the server, which judges it.

import { make } from "../head/make.js"
import { PLAIN } from "../head/typing.js"

export default function ({ parentElement, setTriggerValue }) {
  return new Answers(parentElement, setTriggerValue)
}

class Answers {
  constructor(parent, tell) {
    this.tell = tell
    this.presses = make("div", { className: "presses" })
    this.box = make("input", { type: "text", autocomplete: "off" })
    for (const [attribute, value] of Object.entries(PLAIN)) this.box.setAttribute(attribute, value)
    this.box.addEventListener("keydown", (event) => event.stopPropagation()) // what is typed is no key of a lesson or player
    this.check = make("button", { type: "submit", className: "own" })
    this.form = make("form", { onsubmit: (event) => this.typed(event) }, this.box, this.check)
    parent.replaceChildren(make("div", { className: "answers" }, this.presses, this.form))
  }

  load({ data }) {
    const { presses, box } = data
    while (this.presses.children.length > presses.length) this.presses.lastChild.remove()
    presses.forEach(([key, label], place) => this.press(place, key, label))
    this.form.hidden = !box
    if (box?.key !== this.key) this.box.value = box?.text ?? ""
    this.key = box?.key
    if (box) this.ask(box)
  }

  // A button that stays where it is keeps the focus.
  press(place, key, label) {
    const button = this.presses.children[place]?.firstChild ?? this.button()
    button.parentNode.className = `st-key-${key}`
    button.onclick = () => this.tell("tapped", key)
    button.textContent = label
  }

  button() {
    const button = make("button", { type: "button", className: "own" })
    this.presses.append(make("div", {}, button))
    return button
  }

  ask({ most, typed, typed_hint, check }) {
    Object.assign(this.box, { maxLength: most, placeholder: typed_hint, ariaLabel: typed })
    this.check.textContent = check
  }

  typed(event) {
    event.preventDefault()
    this.tell("typed", this.box.value)
  }
}
