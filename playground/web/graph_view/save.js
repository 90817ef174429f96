// What stands below a drawing: zoom, fit, and the files it is saved as. Its colours come from the page's style sheet, which does
// not travel: what the browser computed is written into the file. An image that is painted sees no font but its own.

const SCALE = 2
const POINT = 4 / 3
const SHAPES = "path, polygon, polyline, ellipse, text"
const STYLES = {
  "*": { opacity: "1", visibility: "visible", display: "inline" },
  [SHAPES]: { fill: null, stroke: null, "stroke-width": null, "stroke-dasharray": "none" },
  text: { "font-size": null, "font-weight": "400" },
}
const OF_THE_PAGE = ["class", "style", "role", "tabindex", "aria-label", "aria-pressed"]
const FAMILY = "DejaVu Sans Condensed"
const FAMILIES = `"${FAMILY}", "DejaVu Sans", Verdana, sans-serif`
const FONT = new URL("../../drawing/font/DejaVuSansCondensed.ttf", import.meta.url)
const ICONS = {
  zoom_in: "M8 3v10M3 8h10",
  zoom_out: "M3 8h10",
  fit: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
}

export function makeTools(root, stage) {
  const tools = document.createElement("div")
  tools.className = "tools"
  const said = document.createElement("p")
  said.className = "told"
  said.setAttribute("role", "status")
  const hint = document.createElement("p")
  hint.className = "hint"
  const below = document.createElement("div")
  below.className = "below"
  below.append(hint, said, tools)
  root.append(below)
  let data = null
  let fetchText = null

  const kinds = {
    SVG: async () => blob(new XMLSerializer().serializeToString(alone(stage.svg, data.name)), "image/svg+xml"),
    PNG: async () => painted(alone(stage.svg, data.name), await face()),
    DOT: async () => blob(await fetchText("dot", data.dot), "text/vnd.graphviz"),
  }

  const save = async (kind) => {
    said.textContent = ""
    try {
      const link = document.createElement("a")
      Object.assign(link, { href: await kinds[kind](), download: `${data.file}.${kind.toLowerCase()}` })
      link.click()
      setTimeout(URL.revokeObjectURL, 60_000, link.href)
    } catch (problem) {
      said.textContent = data.words.failed
      console.warn(problem)
    }
  }

  const made = {
    said,
    load(next, fetchNamed) {
      data = next
      fetchText = fetchNamed
      hint.textContent = data.words.hint
      tools.setAttribute("role", "toolbar")
      tools.setAttribute("aria-label", data.name)
      tools.replaceChildren(
        tool("zoom_in", () => stage.zoom(1)),
        tool("zoom_out", () => stage.zoom(-1)),
        tool("fit", () => stage.fit()),
        ...Object.keys(kinds).map((kind) => file(kind)),
      )
    },
  }

  const tool = (word, act) => {
    const button = document.createElement("button")
    button.type = "button"
    button.ariaLabel = button.title = data.words[word]
    button.append(icon(ICONS[word]))
    button.onclick = act
    return button
  }

  const file = (kind) => {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "file"
    button.textContent = kind
    button.ariaLabel = button.title = `${data.words.save} ${data.name}: ${kind}`
    button.onclick = () => save(kind)
    return button
  }

  return made
}

function icon(shape) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  const path = document.createElementNS(made.namespaceURI, "path")
  made.setAttribute("viewBox", "0 0 16 16")
  made.setAttribute("aria-hidden", "true")
  path.setAttribute("d", shape)
  made.append(path)
  return made
}

const blob = (text, type) => URL.createObjectURL(new Blob([text], { type }))

// The drawing as a document of its own, on the page's background, as large as Graphviz laid it out.
function alone(shown, name) {
  const copy = shown.cloneNode(true)
  const copies = [copy, ...copy.querySelectorAll("*")]
  const computed = [shown, ...shown.querySelectorAll("*")].map((part) => [part, getComputedStyle(part)])
  computed.forEach(([part, style], place) => part !== shown && write(copies[place], part, style))
  const width = Number(copy.dataset.width)
  const height = Number(copy.dataset.height)
  for (const attribute of [...OF_THE_PAGE, "preserveAspectRatio", "data-width", "data-height"]) copy.removeAttribute(attribute)
  copy.setAttribute("viewBox", `0 0 ${width} ${height}`)
  copy.setAttribute("width", Math.round(width * POINT))
  copy.setAttribute("height", Math.round(height * POINT))
  copy.prepend(made("title", {}, name), made("rect", { x: 0, y: 0, width, height, fill: paper() }))
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
  if (part.matches("text")) copy.setAttribute("font-family", FAMILIES)
}

function made(tag, attributes, text = "") {
  const part = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value)
  part.textContent = text
  return part
}

const paper = () => getComputedStyle(document.querySelector(".stApp") ?? document.body).backgroundColor

async function face() {
  const font = await (await fetch(FONT)).blob()
  const address = await new Promise((done) => {
    const reader = new FileReader()
    reader.onload = () => done(reader.result)
    reader.readAsDataURL(font)
  })
  return `@font-face { font-family: "${FAMILY}"; src: url("${address}"); }`
}

async function painted(svg, font) {
  svg.prepend(made("style", {}, font))
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
