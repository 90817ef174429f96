// One handle: the values that it goes through, where it is, and the slider that one takes hold of. Nothing is computed here:
// places, and what stands in the box at each, are texts.

import { unpacked } from "./columns.js"

const TICK = 5 // px from one place to the next, on the screen and under the finger
const MAX_KEPT = 40
const TOP = new URL("../../../../", import.meta.url) // the app's top, from parts/DIGEST/web/sweep

const fetched = new Map() // sweeps by their names

export class Handle {
  constructor(row, words, loaded) {
    Object.assign(this, { words, loaded })
    this.take(row)
  }

  get id() {
    return this.row.name
  }

  get texts() {
    return this.sweep?.places ?? this.row.places
  }

  get text() {
    return this.texts[this.place]
  }

  // What stands in the box; of an entry that is known when its sweep is there.
  get box() {
    return this.sweep?.boxes[this.place] ?? ("box" in this.row ? null : this.text)
  }

  get moved() {
    return this.place !== this.from
  }

  // What the server says of it now; a value that somebody holds is held on to.
  take(row) {
    const held = this.moved ? this.text : null
    const same = this.row?.sweep === row.sweep
    this.row = { ...row, places: textsOf(row) }
    if (!same) this.sweep = null
    this.from = this.texts.indexOf(row.text)
    this.place = held === null || !this.texts.includes(held) ? this.from : this.texts.indexOf(held)
  }

  // Asks for the sweep, once.
  open() {
    const { sweep: name } = this.row
    if (this.sweep) return
    if (!fetched.has(name)) fetched.set(name, ask(name))
    for (const old of fetched.keys()) if (fetched.size > MAX_KEPT) fetched.delete(old)
    fetched.get(name).then(
      (found) => name === this.row.sweep && this.use(found),
      (problem) => {
        fetched.delete(name)
        if (name === this.row.sweep) this.missing = true
        console.warn(problem)
        this.loaded(this)
      },
    )
  }

  // It may have fewer places: what was moved goes on to the next of them.
  use(sweep) {
    const { texts, place } = this
    const back = place < this.from
    const onward = back ? texts.slice(0, place + 1).reverse() : texts.slice(place)
    const next = onward.find((one) => sweep.places.includes(one)) ?? sweep.places.at(back ? 0 : -1)
    this.sweep = sweep
    this.from = sweep.places.indexOf(this.row.text)
    this.place = sweep.places.indexOf(next)
    this.loaded(this)
  }

  go(place) {
    this.place = Math.max(0, Math.min(place, this.texts.length - 1))
  }

  nearest(value) {
    const far = this.texts.map((text) => Math.abs(Number(text) - value))
    return far.indexOf(Math.min(...far))
  }

  // The element that is taken hold of: in the head below the box, else below a box of Streamlit's, or an entry of a table.
  mount() {
    const entry = document.querySelector(`[data-entry="${CSS.escape(this.row.name)}"]`)
    const dial = entry ?? this.dialIn(headed(this.row.key, ".handle") ?? widget(this.row.beside ?? this.row.key))
    if (!dial) return
    this.dial = dial
    dial.dataset.handle = this.id
    dial.tabIndex = 0
    dial.setAttribute("role", "slider")
    dial.ariaLabel = this.row.name
    dial.title = this.words.handle.replace("{name}", () => this.row.name)
    this.paint()
  }

  dialIn(parent) {
    if (!parent) return null
    const known = [...parent.querySelectorAll(":scope > .dial")].find((one) => one === this.dial || one.dataset.handle === this.id)
    if (known) return known
    const dial = document.createElement("div")
    dial.className = "dial"
    dial.append(document.createElement("i"))
    if (this.row.beside && this.row.beside !== this.row.key) {
      this.said = document.createElement("output")
      this.said.className = "dial-said"
      parent.append(this.said)
    }
    parent.append(dial)
    return dial
  }

  paint() {
    const { dial, texts, place, sweep, text } = this
    if (!dial) return
    dial.ariaValueMin = texts[0]
    dial.ariaValueMax = texts.at(-1)
    dial.ariaValueNow = text
    const told = sweep?.gaps.has(place) ? this.words.gap : sweep?.still || this.missing ? this.words.still : ""
    dial.ariaValueText = [text, told].filter(Boolean).join(", ")
    dial.dataset.told = told
    if (this.said) this.said.textContent = `${this.row.name} ${text}`
    const strip = dial.querySelector(":scope > i")
    if (!strip) return
    strip.style.width = `${TICK * (texts.length - 1)}px`
    strip.style.translate = `${-TICK * place}px`
    if (sweep && strip.childElementCount !== sweep.gaps.size) strip.replaceChildren(...[...sweep.gaps].map(gap))
  }

  // The box that the value stands in: in the head, or a widget of Streamlit's.
  get input() {
    const { key } = this.row
    return headed(key, "input.value") ?? widget(key)?.querySelector("input")
  }

  gone() {
    this.said?.remove()
    if (this.dial?.matches(".dial")) this.dial.remove()
  }

  // How many places a finger has gone.
  static steps = (pixels) => Math.round(pixels / TICK)
}

// The places as they come, or written out of a row: the first multiple of a power of ten, how many, and the exponent.
export function textsOf({ places, text }) {
  if (typeof places === "string") return places.split("\t")
  const [first, count, exponent] = places
  const texts = Array.from({ length: count }, (_, place) => multiple(first + place, exponent))
  if (texts.includes(text)) return texts
  return [...texts, text].sort((one, other) => one - other)
}

function multiple(count, exponent) {
  if (exponent >= 0) return String(count * 10 ** exponent)
  return (count / 10 ** -exponent).toFixed(-exponent).replace(/\.?0+$/, "")
}

const headed = (key, part) => document.querySelector(`.head [data-key="${CSS.escape(key)}"] ${part}`)

const widget = (key) => document.querySelector(`.st-key-${CSS.escape(key.replaceAll(".", "-"))}`)

function gap(place) {
  const mark = document.createElement("b")
  mark.style.left = `${TICK * place}px`
  return mark
}

async function ask(name) {
  const answer = await fetch(new URL(`json/${name}`, TOP))
  if (!answer.ok) throw new Error(`json/${name}: ${answer.status}`)
  return unpacked(await answer.json())
}
