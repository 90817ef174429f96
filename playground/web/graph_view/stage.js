// A drawing in its frame: fitted, zoomed, moved. A page's own scrolling is never taken away: the wheel zooms with Ctrl, and
// moves a drawing that has the focus only as far as there is something to see.

const POINT = 4 / 3 // px
const MAX_ZOOM = 4 * POINT
const ZOOM_STEP = 1.25
const PAN_STEP = 60 // px
const MARGIN = 14 // px; beside a node that is brought into view
const STILL = 4 // px; what moves farther is no click

export function makeStage(frame) {
  let size = { width: 0, height: 0 } // of the drawing, in points
  let view = { x: 0, y: 0, scale: 1 } // the upper left corner in points, px for a point
  let fitted = true
  let floor = 0 // px for a point: what opened legible stays so when its room shrinks, unless all of it was asked for
  let opening = null // what opens a drawing that stands in a frame not measured yet
  let covered = () => 0 // px at the right that something else covers
  const pointers = new Map()
  let moved = false

  const stage = {
    svg: null,
    legible: POINT, // px for a point: a drawing that would have to be smaller opens at its beginning
    frame,
    set covered(told) {
      covered = told
    },
    put(text) {
      const svg = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true)
      const box = svg.viewBox.baseVal
      size = { width: box.width, height: box.height }
      Object.assign(svg.dataset, size)
      svg.removeAttribute("width")
      svg.removeAttribute("height")
      svg.setAttribute("preserveAspectRatio", "none")
      stage.svg?.remove()
      frame.prepend(svg)
      stage.svg = svg
    },
    clear() {
      stage.svg?.remove()
      stage.svg = null
    },
    // As it opens: all of it, or as much of it as can be read, from its beginning. Before its frame is measured it waits.
    open(first, measured) {
      opening = measured ? null : () => stage.open(first, true)
      if (!measured) return
      const whole = fitting()
      fitted = whole >= stage.legible
      floor = stage.legible
      set({ scale: fitted ? whole : stage.legible, x: 0, y: 0 })
      if (!fitted) stage.reach(first())
    },
    fit() {
      fitted = true
      floor = 0
      set({ x: 0, y: 0, scale: fitting() })
    },
    zoom: (turns) => zoomAt(ZOOM_STEP ** turns, frame.clientWidth / 2, frame.clientHeight / 2),
    pan: (across, down) => pan(-across * PAN_STEP, -down * PAN_STEP),
    resized() {
      if (!stage.svg) return
      if (opening) return opening()
      set(fitted ? { x: 0, y: 0, scale: Math.max(fitting(), floor) } : view)
    },
    // Moves no farther than needed.
    reach(id) {
      const node = stage.svg?.getElementById(id)
      if (!node) return
      const [inner, outer] = [node.getBoundingClientRect(), frame.getBoundingClientRect()]
      const across = outside(inner.left, inner.right, outer.left, outer.right - covered())
      const down = outside(inner.top, inner.bottom, outer.top, outer.bottom)
      if (across || down) pan(-across, -down)
    },
    stop() {
      stage.clear()
    },
  }

  const width = () => frame.clientWidth - covered()
  const height = () => frame.clientHeight
  const fitting = () => Math.min(width() / size.width, height() / size.height, POINT)
  const least = () => Math.min(fitting(), stage.legible)

  // Where a drawing is smaller than its frame it stands in the middle, in a tall frame at its top; where it is larger, its
  // ends are the ends.
  function set({ x, y, scale }) {
    if (!stage.svg || !frame.clientWidth) return
    const below = height() > frame.clientWidth ? Math.max(height() / scale - size.height, 0) : 0
    const across = held(x, size.width, frame.clientWidth / scale, covered() / scale)
    view = { scale, x: across, y: held(y, size.height, height() / scale, below) }
    stage.svg.setAttribute("viewBox", `${view.x} ${view.y} ${frame.clientWidth / scale} ${height() / scale}`)
    frame.classList.toggle("larger", canMove())
  }

  function held(start, whole, seen, hidden) {
    if (whole <= seen - hidden) return (whole - seen + hidden) / 2
    return Math.max(0, Math.min(start, whole - seen + hidden))
  }

  const canMove = () => size.width * view.scale > width() + 1 || size.height * view.scale > height() + 1

  function zoomAt(factor, across, down) {
    const scale = Math.max(least(), Math.min(view.scale * factor, MAX_ZOOM))
    fitted = scale <= fitting()
    floor = 0
    set({ scale, x: view.x + across / view.scale - across / scale, y: view.y + down / view.scale - down / scale })
  }

  function pan(across, down) {
    const before = { ...view }
    set({ scale: view.scale, x: view.x - across / view.scale, y: view.y - down / view.scale })
    return before.x !== view.x || before.y !== view.y
  }

  frame.addEventListener(
    "wheel",
    (event) => {
      if (!stage.svg) return
      const place = inFrame(event)
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault()
        zoomAt(ZOOM_STEP ** (-event.deltaY / 50), place.x, place.y)
      } else if (frame.contains(document.activeElement) && !event.target.closest(".node-card")) {
        if (pan(-event.deltaX, -event.deltaY)) event.preventDefault()
      }
    },
    { passive: false },
  )

  const inFrame = (event) => {
    const corner = frame.getBoundingClientRect()
    return { x: event.clientX - corner.left, y: event.clientY - corner.top }
  }

  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest(".node-card")) return
    if (!pointers.size) moved = false
    pointers.set(event.pointerId, inFrame(event))
  })

  frame.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId)
    if (!before) return
    const now = inFrame(event)
    if (!moved && Math.hypot(now.x - before.x, now.y - before.y) < STILL) return
    if (!moved) frame.setPointerCapture(event.pointerId)
    moved = true
    const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place)
    if (others.length === 1) pinch(others[0], before, now)
    else if (!others.length) pan(now.x - before.x, now.y - before.y)
    pointers.set(event.pointerId, now)
  })

  const pinch = (still, before, now) => {
    const factor = Math.hypot(now.x - still.x, now.y - still.y) / Math.hypot(before.x - still.x, before.y - still.y)
    zoomAt(factor, (now.x + still.x) / 2, (now.y + still.y) / 2)
  }

  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, (event) => pointers.delete(event.pointerId))

  // What was a move is no click on what lies under it.
  frame.addEventListener("click", (event) => moved && !event.target.closest(".node-card") && event.stopPropagation(), true)

  return stage
}

function outside(start, end, from, to) {
  if (start < from + MARGIN) return start - from - MARGIN
  return Math.max(0, end - to + MARGIN)
}
