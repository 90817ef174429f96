// Where something is in a figure's first plot, in the figure's own numbers.

const NEAR = 36 // px; a point that is pressed no farther away is meant

export const figureOf = (plot) => plot.closest(".js-plotly-plot")

export function placeIn(plot, { clientX, clientY }) {
  const { xaxis, yaxis } = figureOf(plot)._fullLayout
  const corner = plot.getBoundingClientRect()
  return [xaxis.p2d(clientX - corner.left), yaxis.p2d(clientY - corner.top)]
}

// Whether an event is at the point of a trace, which its `meta` names.
export function isNear({ clientX, clientY }, plot, name) {
  const figure = figureOf(plot)
  const trace = figure.data?.find(({ meta }) => meta === name)
  if (!trace || !figure._fullLayout) return false
  const { xaxis, yaxis } = figure._fullLayout
  const corner = plot.getBoundingClientRect()
  return Math.hypot(xaxis.d2p(trace.x[0]) + corner.left - clientX, yaxis.d2p(trace.y[0]) + corner.top - clientY) <= NEAR
}
