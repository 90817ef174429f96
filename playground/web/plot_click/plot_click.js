// A click on a figure's first plot tells where it was, in the figure's own numbers. Streamlit may draw the figure anew at
// any time, so clicks are heard on the document.

const STILL = 5 // px; what moves farther is no click

const listeners = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  listeners.get(parentElement)?.()
  listeners.set(parentElement, listen(data.container, (picked) => setTriggerValue("picked", picked)))
  return () => {
    listeners.get(parentElement)?.()
    listeners.delete(parentElement)
  }
}

function listen(container, tell) {
  let down = null

  const press = (event) => (down = event.button === 0 && plotAt(event, container) ? event : null)

  const release = (event) => {
    if (!down || Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > STILL) return
    const plot = plotAt(down, container)
    const { xaxis, yaxis } = plot.closest(".js-plotly-plot")._fullLayout
    const corner = plot.getBoundingClientRect()
    tell([xaxis.p2d(down.clientX - corner.left), yaxis.p2d(down.clientY - corner.top)])
    down = null
  }

  document.addEventListener("pointerdown", press, true)
  document.addEventListener("pointerup", release, true)
  return () => {
    document.removeEventListener("pointerdown", press, true)
    document.removeEventListener("pointerup", release, true)
  }
}

const plotAt = (event, container) => event.target.closest?.(`.${container} .nsewdrag[data-subplot="xy"]`)
