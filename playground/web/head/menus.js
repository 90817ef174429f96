// The menus beside the page's own: examples, and what is seldom changed.

import { make } from "./make.js"

// A button, and below it what it opens.
function menu(name, className) {
  const opened = make("div", { id: `head-${name}`, className: `menu ${className}`, popover: "auto" })
  const button = make("button", { type: "button", className: "opens" })
  button.popoverTargetElement = opened
  // What is open is a part of the page below its button, not of the button's row.
  opened.addEventListener("toggle", () => button.setAttribute("aria-expanded", String(opened.matches(":popover-open"))))
  return { button, opened, root: make("div", { className: name }, button, opened) }
}

export class Examples {
  constructor() {
    Object.assign(this, menu("examples", "links"))
    this.nav = make("nav")
    this.opened.append(this.nav)
    this.opened.addEventListener("click", (event) => event.target.closest("a") && this.opened.hidePopover())
  }

  show({ label, links }) {
    this.root.hidden = !links.length
    this.button.textContent = this.nav.ariaLabel = label
    const said = JSON.stringify(links)
    if (this.said === said) return
    this.said = said
    this.nav.replaceChildren(...links.map(link))
  }
}

const link = ({ title, program, href }) =>
  make("a", { href }, make("span", { textContent: title }), " ", make("code", { textContent: program }))

export class More {
  constructor(sender) {
    Object.assign(this, menu("more", "choices"))
    this.sender = sender
    this.chosen = new Map()
  }

  show({ label, choices }, said) {
    this.button.textContent = label
    const spoken = JSON.stringify(choices)
    if (this.spoken === spoken) return
    this.spoken = spoken
    const had = this.opened.contains(document.activeElement) && document.activeElement.dataset.choice
    this.choices = choices
    for (const { key } of choices) if (!this.chosen.has(key)) this.read(key, said)
    this.opened.replaceChildren(...choices.map((choice) => this.group(choice)))
    this.paint()
    if (had) this.opened.querySelector(`[data-choice="${had}"]`)?.focus()
  }

  group({ key, label, options, toggles }) {
    if (toggles) return this.toggle(key, label)
    const radios = options.map(({ value, title }) => {
      const radio = make("input", { type: "radio", name: `head-${key}`, value })
      radio.dataset.choice = `${key} ${value}`
      radio.onchange = () => {
        this.chosen.set(key, value)
        this.sender.choose()
      }
      return make("label", {}, radio, make("span", { textContent: title }))
    })
    return make("fieldset", {}, make("legend", { textContent: label }), ...radios)
  }

  toggle(key, label) {
    const box = make("input", { type: "checkbox", name: `head-${key}`, value: "true" })
    box.setAttribute("role", "switch")
    box.dataset.choice = key
    box.onchange = () => {
      this.chosen.set(key, String(box.checked))
      this.sender.choose()
    }
    return make("label", { className: "switch" }, make("span", { textContent: label }), box)
  }

  read(key, said) {
    const { options, usual, toggles } = this.choices.find((choice) => choice.key === key)
    const text = toggles ? said(key)?.toLowerCase() : said(key)
    this.chosen.set(key, options.some(({ value }) => value === text) ? text : usual)
  }

  take(said) {
    for (const { key } of this.choices) this.read(key, said)
    this.paint()
  }

  paint() {
    for (const radio of this.opened.querySelectorAll("input")) {
      radio.checked = this.chosen.get(radio.name.slice("head-".length)) === radio.value
    }
  }

  get texts() {
    return this.choices.map(({ key, usual }) => [key, this.chosen.get(key), usual])
  }
}
