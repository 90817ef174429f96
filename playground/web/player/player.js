// Plays a film over a drawing: moves from place to place in the browser. Numbers and sentences come as data.
// Streamlit may draw the SVG or the figure anew at any time: each place is shown from nothing, whatever stood there before.

import { fetched } from "../fetched.js"
import { unpacked } from "./columns.js"

const SPEEDS = [0.5, 1, 2, 4]
const ICONS = {
  previous: "M10 3 5 8l5 5",
  next: "m6 3 5 5-5 5",
  play: "M4 2.5 13 8l-9 5.5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
}
const WRITE_EVERY = 250 // ms; browsers refuse an address that changes more often for long
const LOOK_EVERY = 500 // ms; at the address, in browsers that do not tell of its changes
const LONGEST_FRAME = 250 // ms; of a tab that was hidden no more is made up for
const ROOM = 3 // sentences, the longest, that decide how much room there is for one

const INSIDE = `
  <div class="told"><p class="said" aria-live="polite"></p></div>
  <div class="controls">
    <button type="button" class="previous"></button>
    <button type="button" class="toggle"></button>
    <button type="button" class="next"></button>
    <input type="range" class="scrubber" min="0" />
    <output class="place" aria-hidden="true"></output>
    <select class="speed"></select>
  </div>
`

// Where the players of this tab stood when their page was left.
const left = (globalThis[Symbol.for("player.left")] ??= new Map())

// A long film is fetched by its name; what comes meanwhile comes instead.
export default function ({ parentElement }) {
  let latest = null // the data that the player waits for
  let player = null
  const play = (data) => (player ??= start(parentElement, data)).load(data)
  return {
    load({ data, setTriggerValue }) {
      latest = data
      if (!data.film) return play(data)
      fetched("json", data.film, setTriggerValue).then(
        (text) => latest === data && play({ ...data, ...JSON.parse(text) }),
        (problem) => console.warn(problem),
      )
    },
    stop() {
      latest = null
      player?.stop()
    },
  }
}

function start(parentElement, first) {
  const part = (name) => parentElement.querySelector(`.${name}`)
  part("player").innerHTML ||= INSIDE
  const [root, told, said, toggle, scrubber] = ["player", "told", "said", "toggle", "scrubber"].map(part)
  const path = location.pathname
  const self = `${path} ${first.container}`
  let data = unpacked(first)
  let { place, speed } = left.get(self) ?? { place: first.opening === null ? null : first.opening * first.beats, speed: 1 }
  let note = left.has(self) ? null : first.note
  let frame = null

  const last = () => data.sentences.length - 1
  const at = () => (place === null ? last() : Math.min(place, last()))
  const stepAt = () => Math.floor(at() / data.beats)

  const address = keepAddress(path, () => data.parameter, place === null ? null : stepAt())
  if (at() === last()) place = null // at the end, wherever that will be

  let followed = null // the sentence of each place while a handle is held; what it moves is not the player's then

  const draw = () => {
    showLights(data, at())
    if (!followed) {
      showMotions(data, stepAt())
      showTexts(data, at())
    }
    watch.takeRecords()
  }

  const render = () => {
    draw()
    say(said, [...(note ? [["", `${note} `]] : []), ...(followed?.(at()) ?? sentence(data, at()))])
    said.ariaLive = frame === null && !followed ? "polite" : "off"
    const words = filled(data.words.place, stepAt(), last() / data.beats)
    root.toggleAttribute("data-early", at() < last() && Object.keys(data.lights).length > 0)
    scrubber.max = last() / data.beats
    scrubber.step = 1 / data.beats
    scrubber.value = at() / data.beats
    scrubber.style.setProperty("--done", `${(100 * at()) / Math.max(last(), 1)}%`)
    scrubber.ariaValueText = words
    part("place").textContent = words
    const doing = frame === null ? "play" : "pause"
    name(toggle, doing, data.words)
  }

  const go = (wanted) => {
    const next = Math.max(0, Math.min(wanted, last()))
    place = next === last() ? null : next
    note = null
    render()
    bringIntoView(data)
  }

  const step = (wanted) => {
    pause()
    go(wanted)
    address.write(stepAt())
  }

  const pause = () => {
    if (frame === null) return
    cancelAnimationFrame(frame)
    frame = null
    address.write(stepAt())
    render()
  }

  const play = () => {
    let due = 0
    let before = null
    const tick = (now) => {
      const pace = data.pace / speed
      due += Math.min(now - (before ?? now), Math.max(pace, LONGEST_FRAME)) / pace
      before = now
      frame = requestAnimationFrame(tick)
      if (due >= 1) go(at() + Math.floor(due))
      due %= 1
      if (at() === last()) pause()
    }
    frame = requestAnimationFrame(tick)
    go(at() === last() ? 0 : at())
  }

  const playOrPause = () => (frame === null ? play() : pause())

  const key = (event) => {
    if (event.target.matches("select") || event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === " " && event.target.matches("button")) return // a button that has the focus is what Space presses
    const moves = { ArrowLeft: at() - 1, ArrowRight: at() + 1, Home: 0, End: last() }
    if (event.key === " ") playOrPause()
    else if (Object.hasOwn(moves, event.key)) step(moves[event.key])
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  const watch = new MutationObserver(draw)

  root.follow = (sentences) => {
    followed = sentences
    render()
  }
  root.rest = () => root.follow(null)

  parentElement.addEventListener("keydown", key)
  toggle.onclick = playOrPause
  part("previous").onclick = () => step(at() - 1)
  part("next").onclick = () => step(at() + 1)
  scrubber.oninput = () => step(Math.round(scrubber.value * data.beats))
  part("speed").onchange = (event) => (speed = Number(event.target.value))
  // After a click the keys belong to the player, and Space plays; who came by keyboard keeps the button.
  for (const button of parentElement.querySelectorAll("button")) {
    button.addEventListener("click", (event) => event.detail && scrubber.focus({ preventScroll: true }))
  }

  return {
    load(next) {
      if (place !== null && next.beats !== data.beats) place = stepAt() * next.beats
      data = unpacked(next)
      if (next !== first) note = place > last() ? filled(data.words.shorter, place / data.beats, last() / data.beats) : null
      nameParts(root, part, data, speed)
      makeRoom(told, said, data, note)
      watch.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["class", "id"] })
      if (frame !== null && at() === last()) pause()
      render()
      address.correct(stepAt())
    },
    stop() {
      if (frame !== null) cancelAnimationFrame(frame)
      watch.disconnect()
      address.stop()
      left.set(self, { place, speed })
      for (const svg of drawings(data)) svg.classList.remove("played")
    },
  }
}

// The address

// Streamlit puts back the `step` it saw last whenever it writes another parameter: then ours is written again.
function keepAddress(path, parameter, wanted) {
  let written = 0
  let timer = null

  const look = () => {
    timer = null
    const url = new URL(location.href)
    const name = parameter()
    if (!name || location.pathname !== path || url.searchParams.get(name) === (wanted === null ? null : String(wanted))) return
    if (wanted === null) url.searchParams.delete(name)
    else url.searchParams.set(name, wanted)
    written = performance.now()
    history.replaceState(history.state, "", url)
  }

  const soon = () => (timer ??= setTimeout(look, Math.max(0, written + WRITE_EVERY - performance.now())))
  const every = globalThis.navigation ? null : setInterval(look, LOOK_EVERY)
  globalThis.navigation?.addEventListener("currententrychange", soon)

  const write = (step) => {
    wanted = step
    if (performance.now() - written > WRITE_EVERY) look()
    else soon()
  }

  return {
    write,
    correct: (step) => write(wanted === null ? null : step), // nobody has moved: an address without a step is right
    stop() {
      clearTimeout(timer)
      clearInterval(every)
      globalThis.navigation?.removeEventListener("currententrychange", soon)
    },
  }
}

// The drawing

const drawings = (data) => document.querySelectorAll(`.${data.container} svg:has(g.node)`)

function showLights(data, place) {
  if (!Object.keys(data.lights).length) return
  for (const svg of drawings(data)) {
    const fresh = !svg.classList.contains("played")
    if (fresh) svg.classList.add("played") // to add it again would be a change, which the other players see
    for (const element of svg.querySelectorAll("g.node, g.edge")) {
      const [forward, back] = data.lights[element.id] ?? [0, 0]
      element.classList.toggle("lit", forward !== null && forward <= place)
      element.classList.toggle("lit-back", back !== null && back <= place)
      const turn = place > 0 && !element.matches(".plain")
      element.classList.toggle("current", turn && (forward === place || back === place))
      element.classList.toggle("back", turn && back === place)
    }
    if (fresh) bringIntoView(data)
  }
}

// A drawing that is larger than its frame is moved inside of it, to the node whose turn it is.
function bringIntoView(data) {
  for (const node of document.querySelectorAll(`.${data.container} g.node.current`)) node.closest(".graph-view").reach?.(node.id)
}

const shown = new WeakMap() // by figure: the data that stood in it, and the step that was shown

function showMotions(data, step) {
  if (!data.motions.length || !globalThis.Plotly) return
  for (const figure of document.querySelectorAll(`.${data.container} .js-plotly-plot`)) {
    const before = shown.get(figure)
    if (!figure._fullLayout || !figure.calcdata || figure.layout.meta !== data.figure) continue
    if (before && before.drawn === figure.data && before.film === data && before.step === step) continue
    shown.set(figure, { drawn: figure.data, film: data, step })
    move(figure, data.motions, step)
  }
}

function move(figure, motions, step) {
  const moved = motions.map(({ how, x, y }) => {
    const cut = { point: (all) => [all[step]], trail: (all) => all.slice(0, step + 1), each: (all) => all[step] ?? [] }[how]
    return { x: cut(x), y: cut(y) }
  })
  const still = { frame: { duration: 0, redraw: false }, transition: { duration: 0 }, mode: "immediate" }
  const traces = motions.map((motion) => motion.trace)
  // A promise that is refused without a reason was overtaken by the next place.
  globalThis.Plotly.animate(figure, { data: moved, traces }, still).catch((reason) => {
    if (reason) throw reason
  })
}

function showTexts(data, place) {
  for (const [name, texts] of Object.entries(data.texts)) {
    for (const element of document.querySelectorAll(`.play-${CSS.escape(name)}`)) {
      if (element.textContent !== texts[place]) element.textContent = texts[place]
    }
  }
  const lit = data.lit[place] ?? []
  for (const name of new Set(data.lit.flat())) {
    for (const element of document.querySelectorAll(`.play-${CSS.escape(name)}`)) {
      element.classList.toggle("lit", lit.includes(name))
    }
  }
}

// The player's own parts

function nameParts(root, part, data, speed) {
  const { words } = data
  root.ariaLabel = words.name
  part("scrubber").ariaLabel = words.step
  for (const button of ["previous", "next"]) name(part(button), button, words)
  const select = part("speed")
  select.ariaLabel = words.speed
  if (select.length === 0) select.append(...SPEEDS.map((one) => new Option(`${one}×`, one, one === speed, one === speed)))
}

function name(button, doing, words) {
  if (button.ariaLabel === words[doing]) return
  button.ariaLabel = button.title = words[doing]
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
  icon.setAttribute("viewBox", "0 0 16 16")
  icon.setAttribute("aria-hidden", "true")
  path.setAttribute("d", ICONS[doing])
  icon.append(path)
  button.replaceChildren(icon)
}

// The longest sentences stand unseen in the same place: whatever the width, there is room for every one of them.
function makeRoom(told, said, data, note) {
  const texts = data.sentences.map((_, place) => sentence(data, place).map(([, text]) => text).join(""))
  if (note) texts.push(`${note} ${texts.at(-1)}`)
  const longest = texts.sort((one, other) => other.length - one.length).slice(0, ROOM)
  const rooms = longest.map((text) => {
    const room = document.createElement("p")
    room.className = "room"
    room.ariaHidden = "true"
    room.textContent = text
    return room
  })
  told.replaceChildren(said, ...rooms)
}

const filled = (words, step, last) => words.replace("{step}", step).replace("{last}", last)

const sentence = (data, place) => data.sentences[place].map((piece) => data.pieces[piece])

function say(element, pieces) {
  const spans = pieces.map(([kind, text]) => {
    const span = document.createElement("span")
    if (kind) span.className = kind
    span.textContent = text
    return span
  })
  const text = pieces.map(([, piece]) => piece).join("")
  if (element.textContent !== text) element.replaceChildren(...spans)
}
