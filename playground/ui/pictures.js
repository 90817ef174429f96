// Saves a figure as it stands, as pixels or as lines.

export default function ({ data, parentElement }) {
  const buttons = Object.entries(data.formats).map(([format, label]) => {
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = label
    button.onclick = () => save(data, format)
    return button
  })
  parentElement.querySelector("span").replaceChildren(...buttons)
}

function save({ container, name }, format) {
  const figure = document.querySelector(`.${container} .js-plotly-plot`)
  const { width, height } = figure.getBoundingClientRect()
  globalThis.Plotly.downloadImage(figure, { format, width, height, scale: 2, filename: name })
}
