// Where numbers stand in a drawing: Graphviz laid it out with figure spaces, which are as wide as digits.

const ROOM = /^\u2007+$/
const DIGIT = 0.5723 // of the type's size; the widths of the drawing's own font
const WIDTHS = { ".": 0.286, "−": 0.754, ",": 0.286, " ": 0.286, "…": 0.9, "×": 0.754 }
const GAP = 0.4 // between a sign and its number

// By the id of a node or an edge its numbers, in order: each with the middle of its room, and the sign before it.
export function readSlots(svg) {
  const slots = new Map()
  for (const part of svg.querySelectorAll("g.node, g.edge")) {
    const found = []
    let before = null
    for (const text of part.querySelectorAll("text")) {
      if (ROOM.test(text.textContent)) {
        found.push(slot(text, before))
        before = null
      } else if (text.textContent.trim()) before = text
    }
    if (found.length) slots.set(part.id, found)
  }
  return slots
}

function slot(text, before) {
  const size = Number(text.getAttribute("font-size"))
  const room = text.textContent.length * DIGIT * size
  const x = Number(text.getAttribute("x"))
  const left = text.getAttribute("text-anchor") === "middle" ? x - room / 2 : x
  const next = text.previousElementSibling?.tagName === "text" // and no bracket of a matrix between them
  const behind = next && before && ["y", "fill"].every((name) => before.getAttribute(name) === text.getAttribute(name))
  const sign = behind && /grad$/.test(before.textContent) ? { text: before, x: Number(before.getAttribute("x")) } : null
  text.textContent = ""
  text.classList.add("number")
  text.setAttribute("text-anchor", "middle")
  text.setAttribute("x", left + room / 2)
  return { text, size, left, room, sign, shown: "" }
}

export function pour(slots, columns, place) {
  for (const [id, numbers] of slots) {
    const texts = columns[id] ?? []
    numbers.forEach((slot, turn) => write(slot, texts[turn]?.[place] ?? ""))
    const part = numbers[0].text.closest("g.node, g.edge")
    part.classList.toggle("unknown", numbers.every((slot) => !slot.shown))
  }
}

function write(slot, shown) {
  if (slot.shown === shown) return
  slot.shown = slot.text.textContent = shown
  const wide = widthOf(shown) * slot.size
  squeeze(slot, wide)
  if (slot.sign) together(slot, Math.min(wide, slot.room))
}

// A number that is longer than its room, until it is laid out anew.
function squeeze({ text, room }, wide) {
  if (wide > 1.05 * room) {
    text.setAttribute("textLength", room)
    text.setAttribute("lengthAdjust", "spacingAndGlyphs")
  } else text.removeAttribute("textLength")
}

// A sign and its number stand in the middle of both their places.
function together({ text, size, left, room, sign, shown }, wide) {
  const gap = GAP * size
  const signs = left - sign.x - gap
  const start = (sign.x + left + room - (signs + gap + wide)) / 2
  sign.text.setAttribute("x", start)
  sign.text.classList.toggle("unknown", !shown)
  text.setAttribute("x", start + signs + gap + wide / 2)
}

const widthOf = (shown) => [...shown].reduce((sum, sign) => sum + (WIDTHS[sign] ?? DIGIT), 0)
