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

// Sentences

// Pieces whose kind begins with @ are attributes; an element that has nothing else keeps what stands in it.
function write(element, pieces) {
  const known = texts.get(element) ?? { attributes: new Map() }
  texts.set(element, known)
  const inside = pieces.filter(([kind]) => !kind.startsWith("@"))
  for (const [kind, text] of pieces) if (kind.startsWith("@")) mark(element, known, kind.slice(1), text)
  if (pieces.length && !inside.length) return
  if (!stands(element, known)) known.stood = [...element.childNodes]
  known.put = inside.length ? inside.map(([kind, text]) => span(kind, text)) : [document.createTextNode("")]
  element.replaceChildren(...known.put)
}

const stands = (element, { put }) => put && element.firstChild === put[0]

function mark(element, { attributes }, name, text) {
  const before = attributes.get(name)
  const now = element.getAttribute(name)
  attributes.set(name, { stood: before?.put === now ? before.stood : now, put: text })
  if (now !== text) element.setAttribute(name, text)
}

function restore(element, known) {
  if (stands(element, known)) element.replaceChildren(...known.stood)
  for (const [name, { stood, put }] of known.attributes) {
    if (element.getAttribute(name) !== put) continue
    if (stood === null) element.removeAttribute(name)
    else element.setAttribute(name, stood)
  }
}

function span(kind, text) {
  if (!kind) return document.createTextNode(text)
  const made = document.createElement("span")
  made.className = kind
  made.textContent = text
  return made
}

// Figures

// Streamlit may draw a figure anew at any time: then it has other arrays than those that were put there.
function move(figure, lines, place) {
  if (!globalThis.Plotly || !figure._fullLayout || !figure.calcdata) return
  const known = figures.get(figure) ?? new Map()
  figures.set(figure, known)
  const moved = lines
    .map(({ trace, x, y }) => [figure.data.findIndex(({ meta }) => meta === trace), { ...(x && { x: x(place) }), y: y(place) }])
    .filter(([trace]) => trace >= 0)
  for (const [trace, put] of moved) {
    const before = known.get(trace)
    const now = figure.data[trace]
    known.set(trace, { stood: before && isOurs(now, before.put) ? before.stood : { x: now.x, y: now.y }, put })
  }
  animate(figure, moved)
}

function putBack(figure, known) {
  if (!figure.isConnected || !figure.data) return
  const standing = [...known].filter(([trace, { put }]) => figure.data[trace] && isOurs(figure.data[trace], put))
  animate(figure, standing.map(([trace, { stood }]) => [trace, stood]))
}

const isOurs = (trace, put) => Object.entries(put).every(([side, numbers]) => trace[side] === numbers)

function animate(figure, moved) {
  const [traces, data] = [moved.map(([trace]) => trace), moved.map(([, put]) => put)]
  if (!traces.length) return
  // A promise that is refused without a reason was overtaken by the next place.
  globalThis.Plotly.animate(figure, { data, traces }, STILL).catch((reason) => {
    if (reason) throw reason
  })
}
