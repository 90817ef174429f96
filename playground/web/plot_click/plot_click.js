// A click on a figure's first plot tells where it was, in the figure's own numbers; the start of a path in two variables is
// dragged there. Streamlit may draw the figure anew at any time, so all is heard on the document.

import { figureOf, isNear, placeIn } from "./place.js"

const STILL = 5 // px; what moves farther is no click
const START = "start"
const AT_ONCE = { frame: { duration: 0, redraw: false }, transition: { duration: 0 }, mode: "immediate" }

export default function () {
  let end = null
  return {
    load({ data, setTriggerValue }) {
      end?.()
      end = listen(data, (picked) => setTriggerValue("picked", picked))
    },
    stop: () => end(),
  }
}

function listen({ container, dragged }, tell) {
  let down = null

  const isOnStart = (event) => {
    const plot = dragged && plotAt(event, container)
    return Boolean(plot && isNear(event, plot, START))
  }

  const press = (event) => {
    const plot = event.button === 0 && !down && plotAt(event, container)
    if (!plot) return
    down = { event, plot, start: isOnStart(event) ? placeOf(plot) : null }
    if (down.start) plot.setPointerCapture(event.pointerId)
  }

  const move = (event) => {
    if (down?.start && event.pointerId === down.event.pointerId && isMoved(event)) put(down.plot, placeIn(down.plot, event))
  }

  const isMoved = ({ clientX, clientY }) => Math.hypot(clientX - down.event.clientX, clientY - down.event.clientY) > STILL

  const release = (event) => {
    if (event.pointerId !== down?.event.pointerId) return
    if (Boolean(down.start) === isMoved(event)) tell(placeIn(down.plot, event))
    down = null
  }

  const cancel = (event) => {
    if (event.type === "keydown" ? event.key !== "Escape" || !down?.start : event.pointerId !== down?.event.pointerId) return
    if (down.start) put(down.plot, down.start)
    down = null
  }

  // A finger on the start drags it; everywhere else it scrolls.
  const touch = (event) => isOnStart(event.touches[0] && { clientX: event.touches[0].clientX, clientY: event.touches[0].clientY, target: event.target }) && event.preventDefault()

  const heard = { pointerdown: press, pointermove: move, pointerup: release, pointercancel: cancel, keydown: cancel, touchstart: touch }
  for (const [kind, hear] of Object.entries(heard)) document.addEventListener(kind, hear, { capture: true, passive: false })
  return () => {
    for (const [kind, hear] of Object.entries(heard)) document.removeEventListener(kind, hear, true)
  }
}

const startOf = (plot) => figureOf(plot).data.findIndex(({ meta }) => meta === START)

const placeOf = (plot) => {
  const { x, y } = figureOf(plot).data[startOf(plot)]
  return [x[0], y[0]]
}

function put(plot, [x, y]) {
  // A promise that is refused without a reason was overtaken by the next place.
  globalThis.Plotly.animate(figureOf(plot), { data: [{ x: [x], y: [y] }], traces: [startOf(plot)] }, AT_ONCE).catch((reason) => {
    if (reason) throw reason
  })
}

const plotAt = (event, container) => event.target.closest?.(`.${container} .nsewdrag[data-subplot="xy"]`)
