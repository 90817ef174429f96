// Handles: a number is dragged sideways, by keys, or as a point of a figure, and the page follows at the display's rate. Nothing
// is sent meanwhile; letting go writes the value into its box, as if it had been typed.

import { wish } from "../choices/choices.js"
import { isNear, placeIn } from "../plot_click/place.js"
import { Handle } from "./handle.js"
import { rest, show } from "./screen.js"

const PAGE = 10 // places
const REST_MS = 700 // after the last key the value counts as let go
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -PAGE, PageUp: PAGE, Home: -Infinity, End: Infinity }

export default function () {
  return new Handles()
}

class Handles {
  constructor() {
    this.known = new Map()
    this.held = null // the handle that is not let go yet
    this.drag = null
    this.frame = null
    this.listeners = ["pointerdown", "pointermove", "pointerup", "pointercancel", "keydown", "focusout"].map((kind) => [kind, this[kind].bind(this)])
    for (const [kind, listener] of this.listeners) document.addEventListener(kind, listener, true)
    this.shown = () => this.mount() // boxes may come after their handles
    document.addEventListener("head-shown", this.shown)
  }

  load({ data }) {
    const rows = new Map(data.handles.map((row) => [row.name, { ...row, places: data.places[row.places] }]))
    for (const [name, handle] of this.known) {
      if (rows.has(name)) continue
      if (this.held === handle) this.release()
      handle.gone()
      this.known.delete(name)
    }
    for (const [name, row] of rows) {
      const handle = this.known.get(name)
      if (handle) handle.take(row)
      else this.known.set(name, new Handle(row, data.words, (loaded) => loaded === this.held && this.paint()))
    }
    if (this.held && !this.held.moved && !this.drag) this.held = null
    if (this.held) {
      this.held.open() // what the server says now may have another sweep
      this.soon()
    } else this.rest()
    this.mount()
    document.dispatchEvent(new CustomEvent("head-answered", { detail: data }))
  }

  mount() {
    for (const handle of this.known.values()) handle.mount()
  }

  stop() {
    for (const [kind, listener] of this.listeners) document.removeEventListener(kind, listener, true)
    document.removeEventListener("head-shown", this.shown)
    cancelAnimationFrame(this.frame)
    this.rest()
    for (const handle of this.known.values()) handle.gone()
  }

  // What one takes hold of

  pointerdown(event) {
    if (this.drag || event.button) return
    const dial = event.target.closest?.("[data-handle]")
    const grip = dial ? onDial(this.known.get(dial.dataset.handle), event) : this.onPoint(event)
    if (!grip?.handle || grip.handle.from < 0) return
    event.preventDefault()
    event.target.setPointerCapture(event.pointerId)
    dial?.focus({ preventScroll: true })
    this.drag = { ...grip, id: event.pointerId }
    this.hold(grip.handle)
    document.documentElement.classList.add("dragging")
  }

  // The point of a figure, where it is the place of an input along the axis.
  onPoint(event) {
    const plot = event.target.closest?.('.nsewdrag[data-subplot="xy"]')
    for (const handle of plot ? this.known.values() : []) {
      const [container, trace] = handle.row.figure ?? []
      if (!container || !plot.closest(`.st-key-${container}`) || !isNear(event, plot, trace)) continue
      return { handle, place: (moved) => handle.nearest(placeIn(plot, moved)[0]) }
    }
    return null
  }

  pointermove(event) {
    if (event.pointerId !== this.drag?.id) return
    this.drag.handle.go(this.drag.place(event))
    this.soon()
  }

  pointerup(event) {
    if (event.pointerId === this.drag?.id) this.release()
  }

  // The browser scrolls instead: nothing was meant.
  pointercancel(event) {
    if (event.pointerId === this.drag?.id) this.release(false)
  }

  keydown(event) {
    const handle = this.known.get(event.target.closest?.("[data-handle]")?.dataset.handle)
    if (event.key === "Escape" && this.held) this.release(false)
    else if (!handle || event.altKey || event.ctrlKey || event.metaKey) return
    else if (event.key === "Enter") this.release()
    else if (event.key in KEYS) this.step(handle, KEYS[event.key])
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  step(handle, places) {
    if (this.drag || handle.from < 0) return
    this.hold(handle)
    handle.go(handle.place + places)
    this.soon()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.release(), REST_MS)
  }

  focusout(event) {
    if (!this.drag && event.target.matches?.("[data-handle]")) this.release()
  }

  // One at a time: of two numbers that move together there is no sweep.
  hold(handle) {
    if (this.held && this.held !== handle) this.release()
    this.held = handle
    handle.open()
  }

  // Lets go: the value is written, or all stands as before.
  release(kept = true) {
    const handle = this.held
    clearTimeout(this.timer)
    document.documentElement.classList.remove("dragging")
    this.drag = this.held = null
    if (!handle) return
    if (kept && handle.moved && handle.box !== null) this.commit(handle)
    else this.back(handle)
  }

  // The head's boxes say themselves what is put into them; for others the head is asked.
  commit(handle) {
    this.paint(handle)
    const text = handle.box
    const box = handle.input
    handle.from = handle.place
    handle.stood = undefined
    if (!box?.closest(".head")) return wish({ [handle.row.key]: text })
    box.dispatchEvent(new Event("input", { bubbles: true }))
    box.dispatchEvent(new FocusEvent("blur"))
  }

  back(handle) {
    handle.place = handle.from
    if (handle.stood !== undefined && handle.input) handle.input.value = handle.stood
    handle.stood = undefined
    this.rest()
    handle.paint()
  }

  // What one sees

  soon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null
      if (this.held) this.paint()
    })
  }

  paint(handle = this.held) {
    handle.paint()
    const box = handle.input
    if (box && handle.box !== null) {
      handle.stood ??= box.value
      box.value = handle.box
    }
    if (!handle.sweep || handle.sweep.still) return
    document.documentElement.classList.add("following")
    show(handle.sweep, handle.place)
  }

  rest() {
    document.documentElement.classList.remove("following")
    rest()
  }
}

// Counted from the value that was typed: its number among the places is another one when the sweep has fewer.
function onDial(handle, event) {
  const { clientX } = event
  const ahead = handle?.place - handle?.from
  return { handle, place: (moved) => handle.from + ahead + Handle.steps(moved.clientX - clientX) }
}
