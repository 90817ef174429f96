// A drawing's colours come from the page's style sheet, which does not travel: what the browser computed is written
// into the file. Only fonts that every computer has are named in it.

const SCALE = 2
const POINT = 4 / 3
const SHAPES = "path, polygon, polyline, ellipse, text"
const STYLES = {
  "*": { opacity: "1", visibility: "visible", display: "inline" },
  [SHAPES]: { fill: null, stroke: null, "stroke-width": null, "stroke-dasharray": "none" },
  text: { "font-family": null, "font-size": null, "font-weight": "400" },
}
const OF_THE_PAGE = ["class", "style", "role", "tabindex", "aria-label", "aria-pressed"]

export default function ({ data, parentElement }) {
  const rows = data.drawings.map((drawing) => row(drawing, data.words))
  parentElement.querySelector("ul").replaceChildren(...rows)
}

function row(drawing, words) {
  const made = document.createElement("li")
  const name = made.appendChild(document.createElement("span"))
  name.textContent = drawing.name
  for (const [kind, make] of Object.entries(drawing.dot ? GRAPH : FIGURE)) {
    const button = made.appendChild(document.createElement("button"))
    button.type = "button"
    button.textContent = kind
    button.ariaLabel = `${words.save} ${drawing.name}: ${kind}`
    button.onclick = () => save(drawing, kind.toLowerCase(), make, said, words)
  }
  const said = made.appendChild(document.createElement("span"))
  said.setAttribute("role", "status")
  return made
}

async function save(drawing, ending, make, said, words) {
  said.textContent = ""
  try {
    const address = await make(drawing)
    const link = document.createElement("a")
    Object.assign(link, { href: address, download: `${drawing.file}.${ending}` })
    link.click()
    if (address.startsWith("blob:")) setTimeout(URL.revokeObjectURL, 60_000, address)
  } catch (problem) {
    said.textContent = words.failed
    console.warn(problem)
  }
}

const within = (drawing, selector) => document.querySelector(`.st-key-${drawing.container} ${selector}`)
const blob = (text, type) => URL.createObjectURL(new Blob([text], { type }))

const GRAPH = {
  SVG: async (drawing) => blob(new XMLSerializer().serializeToString(alone(drawing)), "image/svg+xml"),
  PNG: (drawing) => painted(alone(drawing)),
  DOT: async (drawing) => blob(drawing.dot, "text/vnd.graphviz"),
}

const plotted = (format) => (drawing) => {
  const figure = within(drawing, ".js-plotly-plot")
  const { width, height } = figure.getBoundingClientRect()
  return window.Plotly.toImage(figure, { format, width, height, scale: format === "png" ? SCALE : 1 })
}

const FIGURE = { SVG: plotted("svg"), PNG: plotted("png") }

// The drawing as a document of its own, on the page's background, as large as Graphviz laid it out.
function alone(drawing) {
  const shown = within(drawing, "svg:has(g.graph)")
  const copy = shown.cloneNode(true)
  const copies = [copy, ...copy.querySelectorAll("*")]
  const computed = [shown, ...shown.querySelectorAll("*")].map((part) => [part, getComputedStyle(part)])
  computed.forEach(([part, style], place) => part !== shown && write(copies[place], part, style))
  const { x, y, width, height } = shown.viewBox.baseVal
  const size = { width: Math.round(width * POINT), height: Math.round(height * POINT) }
  for (const name of OF_THE_PAGE) copy.removeAttribute(name)
  for (const [name, value] of Object.entries(size)) copy.setAttribute(name, value)
  copy.prepend(titled(shown), background({ x, y, width, height }))
  return copy
}

function write(copy, part, style) {
  for (const name of OF_THE_PAGE) copy.removeAttribute(name)
  for (const [parts, names] of Object.entries(STYLES)) {
    if (!part.matches(parts)) continue
    for (const [name, usual] of Object.entries(names)) {
      const value = style.getPropertyValue(name)
      if (value !== usual) copy.setAttribute(name, value)
      else copy.removeAttribute(name)
    }
  }
}

function titled(shown) {
  const title = document.createElementNS(shown.namespaceURI, "title")
  title.textContent = shown.closest("[aria-label]")?.ariaLabel ?? ""
  return title
}

function background(place) {
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect")
  const fill = getComputedStyle(document.querySelector(".stApp")).backgroundColor
  for (const [name, value] of Object.entries({ ...place, fill })) paper.setAttribute(name, value)
  return paper
}

async function painted(svg) {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`
  await image.decode()
  const canvas = document.createElement("canvas")
  canvas.width = SCALE * image.naturalWidth
  canvas.height = SCALE * image.naturalHeight
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((done, fail) =>
    canvas.toBlob((file) => (file ? done(URL.createObjectURL(file)) : fail(new Error("too large for a canvas")))),
  )
}
