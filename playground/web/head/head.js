// The head of a page: what is typed into it is its own, and so is the address. It sends the address, and reads of what the
// server says only what it did not send itself.

import { asked, go, opening, own, ownKeys, canonical, written } from "./address.js"
import { Inputs } from "./inputs.js"
import { make } from "./make.js"
import { Examples, More } from "./menus.js"
import { noteToggled, takeFocus } from "./panels.js"
import { Program } from "./program.js"
import { Script } from "./script.js"
import { Sender } from "./sender.js"
import { Share } from "./share.js"

const TO_PAGES = "[data-testid=stTopNavLink], [data-testid=stSidebarNavLink], a[data-page]"
const WHOLE = "a[data-whole]" // a link whose address is whole as it stands: a lesson's step
const PANEL = "a[data-panel]" // a link that opens a panel of the page as it stands
const PAGE_WIDE = ["view", "lang", "predict", "lesson", "question", "embed", "embed_options"]

// What an address of a page said beside what belongs to the head, when the page was left for another one.
const settings = new Map()

class Head {
  constructor(parent) {
    const tell = (name, value) => this.api.setTriggerValue(name, value)
    this.sender = new Sender(() => this.wanted(), tell)
    this.sender.composed = () => (this.missed ? this.read() : this.sender.type())
    this.sender.away = (away) => (this.away.textContent = away ? this.api.data.spoken.reconnecting : "")
    this.away = make("p", { className: "away" })
    this.away.setAttribute("role", "status")
    this.overflow = new ResizeObserver(() => this.reachable())
    this.program = new Program(this.sender)
    this.inputs = new Inputs(this.sender)
    this.examples = new Examples()
    this.script = new Script(tell, (url) => this.bring(url))
    this.program.pasted = (text, typed) => this.script.pasted(text, typed)
    this.share = new Share(tell)
    this.more = new More(this.sender)
    this.formula = make("div", { className: "formula" })
    this.overflow.observe(this.formula)
    this.row = make("div", { className: "row" }, this.program.root, this.formula, this.inputs.root)
    this.tools = make("div", { className: "tools" }, this.examples.root, this.script.root, this.share.root, this.more.root)
    this.root = make("div", { className: "head" }, this.tools, this.row, this.away)
    this.root.addEventListener("keydown", keep)
    parent.replaceChildren(this.root)
    this.listeners = [
      [window, "popstate", (event) => event.isTrusted && this.read()],
      [document, "click", (event) => this.clicked(event)],
      [document, "address-wish", (event) => this.grant(event)],
      [document, "head-answered", ({ detail }) => this.answered(detail.address)],
    ]
    for (const [target, kind, listener] of this.listeners) target.addEventListener(kind, listener, kind === "click")
  }

  // Take what a run of the page came to, as far as it is about what stands here.
  load(api) {
    const first = !this.api
    this.api = api
    const { data } = api
    const written = data.revision !== this.revision
    this.revision = data.revision
    document.documentElement.lang = data.spoken.language
    this.share.show(data.share)
    if (data.script) this.script.update(data.script)
    const address = canonical(data.address)
    const arrived = first || data.page !== this.page // Streamlit may keep the head where it puts another page below it
    if (!arrived && !written && address !== this.sender.sent) return
    this.page = data.page
    Object.assign(opening, { page: data.page, address: data.start?.opening })
    const said = (key) => data.address[key]
    this.more.show(data.more, said)
    this.examples.show(data.examples)
    this.row.hidden = !data.program
    if (arrived || written) this.inputs.forget()
    if (data.program) this.showProgram(data, said)
    document.dispatchEvent(new CustomEvent("head-shown"))
    if (arrived || written) {
      this.take(said)
      this.sender.follow(address, first)
    }
  }

  showProgram(data, said) {
    this.start = data.start.start
    this.program.show({ ...data.start, ...data.program })
    if (this.said !== data.formula) this.formula.innerHTML = this.said = data.formula
    this.inputs.show(data.inputs, data.words, said)
  }

  // Another part of the page asks for another address; of the head's own boxes as well.
  grant(event) {
    const { texts, open } = event.detail
    event.preventDefault()
    this.sender.commit()
    const params = asked()
    for (const [key, text] of Object.entries(texts)) {
      if (text === null) params.delete(key)
      else params.set(key, text)
    }
    const url = written(location.pathname, params)
    if (open) history.replaceState(null, "", url)
    else history.pushState(null, "", url)
    this.read(false)
    this.sender.ask()
  }

  // A panel that is open is no other place to go back from.
  open(event, panel) {
    event.preventDefault()
    event.stopPropagation()
    this.sender.commit()
    const params = asked()
    params.set(panel, "true")
    history.replaceState(null, "", written(location.pathname, params))
    this.sender.ask()
  }

  answered(address) {
    takeFocus()
    this.sender.answer(address)
    this.share.ask()
    this.clean()
  }

  // What belongs to inputs that are gone goes out of the address; nothing is shown for it any more.
  clean() {
    const params = asked()
    const gone = this.inputs.gone.filter((key) => params.has(key))
    if (!gone.length || !this.sender.answered || this.sender.changed) return
    for (const key of gone) params.delete(key)
    history.replaceState(null, "", written(location.pathname, params))
  }

  // A formula that is wider than its place is scrolled with keys too.
  reachable() {
    const { scrollWidth, clientWidth } = this.formula
    if (scrollWidth > clientWidth) this.formula.tabIndex = 0
    else this.formula.removeAttribute("tabindex")
  }

  // Everything that stands here, as [parameter, text, what stands there without it].
  get texts() {
    // Without its program an address may be that of another case: what the page opens with.
    const program = this.row.hidden ? [] : [["f", this.program.text, opening.address ? null : this.start], ...this.inputs.texts]
    return [...program, ...this.more.texts]
  }

  // The address as it should be: what is usual is not in it, nor are the inputs of another program.
  wanted() {
    const params = asked()
    for (const key of this.inputs.gone) params.delete(key)
    for (const [key, text, usual] of this.texts) {
      if (text === usual) params.delete(key)
      else params.set(key, text)
    }
    return params
  }

  take(said) {
    this.program.take(said("f") ?? this.start ?? "")
    this.inputs.take(said)
    this.more.take(said)
  }

  // The address has changed: the browser's Back, or a link.
  read(undoable) {
    if (this.sender.composing) {
      this.missed = true
      return
    }
    this.missed = false
    const params = asked()
    if (undoable) this.sender.hold(() => this.program.replace(params.get("f") ?? this.start))
    this.take((key) => params.getAll(key).at(-1))
    this.sender.follow(own(params), false)
  }

  // A link to a page, or to an example of this one, is followed without loading everything anew.
  clicked(event) {
    if (!event.target.closest) return
    noteToggled(event.target)
    const link = event.target.closest("a[href]")
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    if (!link || !plain || event.defaultPrevented) return
    if (this.examples.opened.contains(link) || link.matches("a[data-here]")) this.follow(event, link.href, true)
    else if (link.matches(PANEL)) this.open(event, link.dataset.panel)
    else if (link.matches(WHOLE)) this.follow(event, link.href, false, true)
    else if (link.matches(TO_PAGES)) this.follow(event, this.onPage(new URL(link.href)), false)
  }

  follow(event, url, undoable, whole = false) {
    event.preventDefault()
    event.stopPropagation()
    this.sender.commit()
    this.examples.opened.hidePopover()
    settings.set(location.pathname, others(asked()))
    if (new URL(url, location).pathname !== location.pathname) return go(url)
    history.pushState(null, "", url)
    this.read(undoable)
    if (whole) this.sender.askAlone()
    else this.sender.ask()
  }

  // A page that a script is about: all of its address is the script's.
  bring(url) {
    if (url.pathname !== location.pathname) return go(url)
    history.pushState(null, "", url)
    this.read(true)
    this.sender.ask()
  }

  // The address of another page: with who looks and the lesson; with the program and its values where they were changed.
  onPage({ pathname, search }) {
    const here = asked()
    const params = new URLSearchParams(search)
    for (const [key, text] of settings.get(pathname) ?? []) if (!params.has(key)) params.set(key, text)
    for (const key of PAGE_WIDE) if (here.has(key)) params.set(key, here.get(key))
    for (const [key, text] of this.carried(here)) params.set(key, text)
    return written(pathname, params)
  }

  carried(here) {
    if (this.row.hidden) return ownKeys(here).map((key) => [key, here.get(key)])
    if (opening.address && own(here) === canonical(opening.address)) return []
    const texts = this.texts.filter(([key]) => !PAGE_WIDE.includes(key))
    const changed = texts.some(([, text, usual]) => text !== usual)
    // Another page has another start: what is its own and what is not, only that page knows.
    return changed ? texts.filter(([key, text, usual]) => text !== usual || /^(f$|at\.)/.test(key)) : []
  }

  stop() {
    this.sender.end()
    this.overflow.disconnect()
    for (const [target, kind, listener] of this.listeners) target.removeEventListener(kind, listener, kind === "click")
  }
}

const others = (params) => {
  const owned = new Set([...ownKeys(params), ...PAGE_WIDE, "step"])
  return [...params].filter(([key]) => !owned.has(key))
}

// Arrows and spaces belong to the part that has the focus.
const keep = (event) => {
  if (/^(Arrow|Home|End| |Enter)/.test(event.key)) event.stopPropagation()
}

export default function ({ parentElement }) {
  return new Head(parentElement)
}
