// In a lesson a drawing has the room that is left: what stands above it, below it and in the player differs from question to
// question, and none of it may cut the drawing. Where a style sheet knows `--room`, a drawing is so high.

const NARROW = 640 // px; there one scrolls
const KINDS = [
  { drawing: ".st-key-page > .st-key-graph .stage", least: 240, most: 330 },
  { drawing: ".st-key-page > .st-key-graph-derivative .stage", least: 150, most: 330 },
  { drawing: ".st-key-page > .st-key-descent .stPlotlyChart", least: 200, most: 396 },
] // px; smaller than the least it would not be read

let watch = null
let frame = null

export function keepRoom() {
  watch = new ResizeObserver(soon)
  watch.observe(document.querySelector(".stMainBlockContainer"))
  addEventListener("resize", soon)
  soon()
}

export function freeRoom() {
  watch?.disconnect()
  cancelAnimationFrame(frame)
  frame = null
  removeEventListener("resize", soon)
  document.documentElement.style.removeProperty("--room")
}

export function soon() {
  frame ??= requestAnimationFrame(() => {
    frame = null
    const room = roomLeft()
    const root = document.documentElement.style
    if (room === null) root.removeProperty("--room")
    else root.setProperty("--room", `${room}px`)
  })
}

function roomLeft() {
  const kind = KINDS.find(({ drawing }) => document.querySelector(drawing))
  if (!kind || innerWidth <= NARROW) return null
  const drawing = document.querySelector(kind.drawing).getBoundingClientRect()
  const player = document.querySelector(".st-key-page > :has(.player)")
  const played = player?.offsetHeight ?? 0
  const stays = player && getComputedStyle(player).position === "sticky"
  const main = document.querySelector(".stMain")
  const free = main.getBoundingClientRect().bottom - main.scrollTop - drawing.top - played
  const room = [free - below(drawing, player), stays || !player ? free : 0].find((one) => one >= kind.least)
  return room ? Math.floor(Math.min(room, kind.most)) : null
}

// How high what stands between a drawing's row and the player is; a player stays where one sees it, so it tells nothing.
function below(drawing, player) {
  const parts = [...document.querySelector(".st-key-page").children].filter((one) => one !== player && one.offsetHeight)
  const before = parts.filter((one) => !player || one.compareDocumentPosition(player) & Node.DOCUMENT_POSITION_FOLLOWING)
  const boxes = before.map((one) => one.getBoundingClientRect())
  const row = Math.max(...boxes.filter((box) => box.top < drawing.bottom).map((box) => box.bottom))
  return Math.max(row, ...boxes.map((box) => box.bottom)) - row
}
