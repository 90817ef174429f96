// The figures of a page as files, as they stand: in this theme, at the player's place.

const SCALE = 2

export default function ({ parentElement }) {
  return { load: ({ data }) => drawings(parentElement.querySelector("ul"), data) }
}

// A row for each drawing, in a list; none is made anew that is there already.
export function drawings(list, data) {
  const said = JSON.stringify(data)
  if (list.dataset.said === said) return
  list.dataset.said = said
  list.replaceChildren(...data.drawings.map((drawing) => row(drawing, data.words)))
}

function row(drawing, words) {
  const made = document.createElement("li")
  const name = made.appendChild(document.createElement("span"))
  name.textContent = drawing.name
  for (const kind of ["SVG", "PNG"]) {
    const button = made.appendChild(document.createElement("button"))
    button.type = "button"
    button.className = "own"
    button.textContent = kind
    button.ariaLabel = `${words.save} ${drawing.name}: ${kind}`
    button.onclick = () => save(drawing, kind.toLowerCase(), said, words)
  }
  const said = made.appendChild(document.createElement("span"))
  said.setAttribute("role", "status")
  return made
}

async function save(drawing, format, said, words) {
  said.textContent = ""
  try {
    const figure = document.querySelector(`.st-key-${drawing.container} .js-plotly-plot`)
    const { width, height } = figure.getBoundingClientRect()
    const address = await window.Plotly.toImage(figure, { format, width, height, scale: format === "png" ? SCALE : 1 })
    const link = document.createElement("a")
    Object.assign(link, { href: address, download: `${drawing.file}.${format}` })
    link.click()
  } catch (problem) {
    said.textContent = words.failed
    console.warn(problem)
  }
}
