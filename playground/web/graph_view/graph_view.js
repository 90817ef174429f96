// The drawing of a graph: it is fetched by its name, and numbers are poured into it. Nothing is computed here but places on
// the screen: numbers and sentences come as texts.
//
// Whoever moves numbers (another value, a sweep) has one way to do so: `.graph-view` elements have `show(columns, place)`.

import { fetched } from "../fetched.js"
import { makeNodes } from "./nodes.js"
import { pour, readSlots } from "./numbers.js"
import { makeTools } from "./save.js"
import { makeStage } from "./stage.js"

const NARROW = "(max-aspect-ratio: 1/2)" // a window in which the frame is most likely narrow

export default function ({ parentElement }) {
  const root = parentElement.querySelector(".graph-view")
  const stage = makeStage(root.querySelector(".stage"))
  const nodes = makeNodes(root, stage)
  const tools = makeTools(root, stage)
  let data = null
  let tell = () => {}
  let shown = null // the name of the drawing that stands there
  let wanted = null
  let slots = new Map()
  let measured = false // whether the size of the frame is known

  // It tells the size of the frame when that is known anyway; to ask earlier would have the page laid out once more.
  const width = new ResizeObserver(() => {
    measured = true
    choose()
    stage.resized()
  })

  const isNarrow = () => (measured ? stage.frame.clientWidth < stage.frame.clientHeight : matchMedia(NARROW).matches)

  const say = (text) => root.classList.toggle("failed", Boolean((tools.said.textContent = text)))

  const choose = () => {
    if (!data) return
    const name = isNarrow() ? data.tall : data.wide
    const within = data.within[name]
    if (name === wanted && !(within && name !== shown)) return
    wanted = name
    if (within) return draw(name, within)
    fetched("svg", name, tell).then(
      (text) => name === wanted && name !== shown && draw(name, text),
      (problem) => {
        if (name !== wanted) return
        wanted = null
        say(data.words.failed)
        console.warn(problem)
      },
    )
  }

  const draw = (name, svg) => {
    say("")
    if (!svg) {
      stage.clear()
      shown = null
      tell("refused", name)
      return
    }
    stage.put(svg)
    shown = name
    slots = readSlots(stage.svg)
    nodes.drawn(data)
    fill()
    stage.open(nodes.first, measured)
  }

  const fill = () => show(Object.fromEntries(Object.entries(data.texts).map(([id, texts]) => [id, texts.map((one) => [one])])), 0)

  // The texts of places: by the id of a node or an edge, for each number in it the column of its texts.
  const show = (columns, place) => {
    pour(slots, columns, place)
    nodes.numbersChanged(stage.svg)
  }

  root.show = show
  root.rest = fill
  root.reach = (id) => stage.reach(id)

  return {
    load(part) {
      data = part.data
      stage.legible = data.legible
      tell = (what, name) => (what === "refused" ? part.setStateValue(what, name) : part.setTriggerValue(what, name))
      root.setAttribute("aria-labelledby", data.words_at)
      root.style.setProperty("--stale", JSON.stringify(data.words.stale))
      tools.load(data, (kind, name) => fetched(kind, name, tell))
      nodes.load(data, (name) => fetched("json", name, tell).then(JSON.parse), (id) => tell("chosen", id))
      choose()
      if (shown !== null && (shown === data.wide || shown === data.tall)) fill()
      width.observe(root)
    },
    stop() {
      width.disconnect()
      nodes.stop()
      stage.stop()
    },
  }
}
