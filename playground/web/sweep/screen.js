// What of a page follows a handle: sentences, drawings, figures, players. Whatever was shown is put back as it stood, unless
// the server has shown something else there meanwhile.

const STILL = { frame: { duration: 0, redraw: false }, transition: { duration: 0 }, mode: "immediate" }

const texts = new Map() // by element: the nodes and attributes that stood in it, and those that were put there
const figures = new Map() // by figure: by trace what stood in it, and what was put there
const others = new Set() // drawings and players

export function show(sweep, place) {
  for (const [name, said] of sweep.texts) {
    for (const element of document.querySelectorAll(`[data-move~="${name}"]`)) write(element, said(place))
  }
  for (const [key, columns] of sweep.drawings) {
    for (const view of document.querySelectorAll(`.st-key-${key} .graph-view`)) {
      others.add(view)
      view.show(columns, place)
    }
  }
  for (const [key, lines] of sweep.figures) {
    for (const figure of document.querySelectorAll(`.st-key-${key} .js-plotly-plot`)) move(figure, lines, place)
  }
  for (const [key, said] of sweep.films) {
    for (const player of document.querySelectorAll(`.st-key-player-${key} .player`)) {
      others.add(player)
      player.follow((turn) => said(turn, place))
    }
  }
}

export function rest() {
  for (const [element, known] of texts) restore(element, known)
  for (const [figure, traces] of figures) putBack(figure, traces)
  for (const other of others) if (other.isConnected) other.rest()
  for (const known of [texts, figures, others]) known.clear()
}

// Pieces whose kind begins with @ are attributes; an element that has nothing else keeps what stands in it.
function write(element, pieces) {
  const known = texts.get(element) ?? { attributes: new Map() }
  texts.set(element, known)
  const inside = pieces.filter(([kind]) => !kind.startsWith("@"))
  for (const [kind, text] of pieces) {
    if (!kind.startsWith("@")) continue
    const name = kind.slice(1)
    const stood = known.attributes.get(name)
    const now = element.getAttribute(name)
    known.attributes.set(name, { stood: stood && stood.put === now ? stood.stood : now, put: text })
    if (now !== text) element.setAttribute(name, text)
  }
  if (inside.length < pieces.length && !inside.length) return
  const put = inside.map(([kind, text]) => span(kind, text))
  if (!put.length) put.push(document.createTextNode(""))
  const ours = known.put && element.firstChild === known.put[0]
  if (!ours) known.stood = [...element.childNodes]
  known.put = put
  element.replaceChildren(...put)
}

function restore(element, { stood, put, attributes }) {
  if (put && element.firstChild === put[0]) element.replaceChildren(...stood)
  for (const [name, one] of attributes) if (element.getAttribute(name) === one.put) element.setAttribute(name, one.stood)
}

function span(kind, text) {
  if (!kind) return document.createTextNode(text)
  const made = document.createElement("span")
  made.className = kind
  made.textContent = text
  return made
}

// Streamlit may draw a figure anew at any time: then it has other arrays than those that were put there.
function move(figure, lines, place) {
  if (!globalThis.Plotly || !figure._fullLayout || !figure.calcdata) return
  const known = figures.get(figure) ?? new Map()
  figures.set(figure, known)
  const places = lines.map(({ trace }) => figure.data.findIndex(({ meta }) => meta === trace))
  const data = lines.map(({ x, y }, turn) => {
    const now = figure.data[places[turn]]
    if (!now) return null
    const before = known.get(places[turn])
    const stood = before && ours(now, before.put) ? before.stood : { x: now.x, y: now.y }
    const put = { ...(x && { x: x(place) }), y: y(place) }
    known.set(places[turn], { stood, put })
    return put
  })
  animate(figure, data.filter(Boolean), places.filter((one) => one >= 0))
}

function putBack(figure, known) {
  if (!figure.isConnected || !figure.data) return
  const standing = [...known].filter(([trace, { put }]) => figure.data[trace] && ours(figure.data[trace], put))
  if (standing.length) animate(figure, standing.map(([, { stood }]) => stood), standing.map(([trace]) => trace))
}

const ours = known && element.firstChild === known.put[0]
  const put = pieces.map(([kind, text]) => span(kind, text))
  if (!put.length) put.push(document.createTextNode(""))
  texts.set(element, { stood: ours ? known.stood : [...element.childNodes], put })
  element.replaceChildren(...put)
}

function span(kind, text) {
  if (!kind) return document.createTextNode(text)
  const made = document.createElement("span")
  made.className = kind
  made.textContent = text
  return made
}

// Streamlit may draw a figure anew at any time: then it has other arrays than those that were put there.
function move(figure, lines, place) {
  if (!globalThis.Plotly || !figure._fullLayout || !figure.calcdata) return
  const known = figures.get(figure) ?? new Map()
  figures.set(figure, known)
  const data = lines.map(({ trace, x, y }) => {
    const now = figure.data[trace]
    const before = known.get(trace)
    const stood = before && ours(now, before.put) ? before.stood : { x: now.x, y: now.y }
    const put = { ...(x && { x: x(place) }), y: y(place) }
    known.set(trace, { stood, put })
    return put
  })
  animate(figure, data, lines.map(({ trace }) => trace))
}

function putBack(figure, known) {
  if (!figure.isConnected || !figure.data) return
  const standing = [...known].filter(([trace, { put }]) => figure.data[trace] && ours(figure.data[trace], put))
  if (standing.length) animate(figure, standing.map(([, { stood }]) => stood), standing.map(([trace]) => trace))
}

const ours = (trace, put) => Object.entries(put).every(([side, numbers]) => trace[side] === numbers)

function animate(figure, data, traces) {
  // A promise that is refused without a reason was overtaken by the next place.
  globalThis.Plotly.animate(figure, { data, traces }, STILL).catch((reason) => {
    if (reason) throw reason
  })
}
