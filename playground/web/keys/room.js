// In a lesson a drawing has the room that is left: what stands above it, below it and in the player differs from question to
// question, and none of it may cut the drawing. Where a style sheet knows `--room`, a drawing is so high. What does not fit
// between a drawing and a player that stays in sight would lie behind it: where `data-below` is set, it comes after the player.

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
  delete document.documentElement.dataset.below
}

export function soon() {
  frame ??= requestAnimationFrame(() => {
    frame = null
    const root = document.documentElement
    delete root.dataset.below // what is measured stands where it would stand
    const { room, below } = roomLeft()
    if (below) root.dataset.below = ""
    if (room === null) root.style.removeProperty("--room")
    else root.style.setProperty("--room", `${room}px`)
  })
}

function roomLeft() {
  const kind = KINDS.find(({ drawing }) => document.querySelector(drawing))
  if (!kind || innerWidth <= NARROW) return { room: null, below: false }
  const drawing = document.querySelector(kind.drawing).getBoundingClientRect()
  const player = document.querySelector(".st-key-page > :has(.player)")
  const played = player?.offsetHeight ?? 0
  const stays = player && getComputedStyle(player).position === "sticky"
  const main = document.querySelector(".stMain")
  const free = main.getBoundingClientRect().bottom - main.scrollTop - drawing.top - played
  const between = free - below(drawing, player)
  const room = [between, stays || !player ? free : 0].find((one) => one >= kind.least)
  return { room: room ? Math.floor(Math.min(room, kind.most)) : null, below: Boolean(stays) && between < kind.least }
}

// How high what stands between a drawing's row and the player is; a player stays where one sees it, so it tells nothing.
function below(drawing, player) {
  const parts = [...document.querySelector(".st-key-page").children].filter((one) => one !== player && one.offsetHeight)
  const before = parts.filter((one) => !player || one.compareDocumentPosition(player) & Node.DOCUMENT_POSITION_FOLLOWING)
  const boxes = before.map((one) => one.getBoundingClientRect())
  const row = Math.max(...boxes.filter((box) => box.top < drawing.bottom).map((box) => box.bottom))
  return Math.max(row, ...boxes.map((box) => box.bottom)) - row
}
