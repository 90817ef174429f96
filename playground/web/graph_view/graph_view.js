// The drawing of a graph: it is fetched by its name, and numbers are poured into it. Nothing is computed here but places on
// the screen: numbers and sentences come as texts.
//
// Whoever moves numbers (another value, a sweep) has one way to do so: `.graph-view` elements have `show(columns, place)`.

import { makeNodes } from "./nodes.js"
import { pour, readSlots } from "./numbers.js"
import { makeTools } from "./save.js"
import { makeStage } from "./stage.js"

const RETRIES = [500, 1000, 2000, 4000] // ms; how long after each refusal it is asked for again
const MAX_KEPT = 20
const TOP = new URL("../../../../", import.meta.url) // the app's top, from parts/DIGEST/web/graph_view

const views = new WeakMap()
const fetched = new Map() // texts by their names

export default function (part) {
  if (!views.has(part.parentElement)) views.set(part.parentElement, start(part))
  const view = views.get(part.parentElement)
  view.load(part)
  return view.stop
}

function start({ parentElement }) {
  const root = parentElement.querySelector(".graph-view")
  const stage = makeStage(root.querySelector(".stage"))
  const nodes = makeNodes(root, stage)
  const tools = makeTools(root, stage)
  let data = null
  let tell = () => {}
  let shown = null // the name of the drawing that stands there
  let wanted = null
  let slots = new Map()

  const width = new ResizeObserver(() => {
    choose()
    stage.resized()
  })

  const say = (text) => root.classList.toggle("failed", Boolean((tools.said.textContent = text)))

  const choose = () => {
    if (!data) return
    const name = stage.frame.clientWidth < stage.frame.clientHeight ? data.tall : data.wide
    if (name === wanted) return
    wanted = name
    text("svg", name, data.within[name], tell).then(
      (svg) => name === wanted && draw(name, svg),
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
    stage.open(nodes.first())
  }

  const fill = () => show(Object.fromEntries(Object.entries(data.texts).map(([id, texts]) => [id, texts.map((one) => [one])])), 0)

  // The texts of places: by the id of a node or an edge, for each number in it the column of its texts.
  const show = (columns, place) => {
    pour(slots, columns, place)
    nodes.numbersChanged(stage.svg)
  }

  root.show = show
  root.reach = (id) => stage.reach(id)

  return {
    load(part) {
      data = part.data
      stage.legible = data.legible
      tell = (what, name) => (what === "refused" ? part.setStateValue(what, name) : part.setTriggerValue(what, name))
      root.setAttribute("aria-labelledby", data.words_at)
      root.style.setProperty("--stale", JSON.stringify(data.words.stale))
      tools.load(data, (kind, name) => text(kind, name, null, tell))
      nodes.load(data, (name) => text("json", name, null, tell).then(JSON.parse))
      choose()
      if (shown !== null && (shown === data.wide || shown === data.tall)) fill()
      width.observe(root)
    },
    stop() {
      width.disconnect()
      nodes.stop()
      stage.stop()
      views.delete(parentElement)
    },
  }
}

// A text by its name: from the data, from what this tab had already, or from the server, which may have to be told first.
async function text(kind, name, within, tell) {
  if (within) return within
  if (!fetched.has(name)) fetched.set(name, ask(kind, name, tell))
  for (const old of fetched.keys()) if (fetched.size > MAX_KEPT) fetched.delete(old)
  return fetched.get(name).catch((problem) => {
    fetched.delete(name)
    throw problem
  })
}

async function ask(kind, name, tell) {
  for (const wait of [0, ...RETRIES]) {
    if (wait) await new Promise((done) => setTimeout(done, wait))
    const answer = await fetch(new URL(`${kind}/${name}`, TOP)).catch(() => null)
    if (answer?.ok) return answer.text()
    if (answer?.status === 404) tell("missing", name)
  }
  throw new Error(`${kind}/${name} is not there`)
}
