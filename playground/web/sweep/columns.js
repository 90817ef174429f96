// A sweep as it comes from the server: columns of texts, one for each place; what is shown at a place is looked up here.

const APART = "\t"

export function unpacked(sweep) {
  const columns = sweep.columns.map((column) => column.split(APART))
  const text = (part, place) => (typeof part === "string" ? part : columns[part][place])
  const places = sweep.places.split(APART)
  const pieces = ({ turns, kinds }, place) =>
    kinds[turns?.[place] ?? 0].map(([kind, ...parts]) => [kind, parts.map((part) => text(part, place)).join("")])
  const spoken = (said, place) => said && pieces(said, place)
  const drawn = (parts) =>
    Object.fromEntries(
      Object.entries(parts).map(([id, numbers]) => [id, numbers.map((one) => (typeof one === "string" ? places.map(() => one) : columns[one]))]),
    )
  return {
    places,
    boxes: sweep.boxes.split(APART),
    numbers: places.map(Number),
    gaps: new Set(sweep.gaps),
    still: Boolean(sweep.still),
    texts: Object.entries(sweep.texts).map(([name, said]) => [name, (place) => pieces(said, place)]),
    drawings: Object.entries(sweep.drawings).map(([key, parts]) => [key, drawn(parts)]),
    films: Object.entries(sweep.films).map(([key, film]) => [key, (turn, place) => spoken(film[Math.min(turn, film.length - 1)], place)]),
    figures: grouped(sweep.lines),
  }
}

const line = ({ trace, x, y }) => ({ trace, x: x && rows(x), y: rows(y) })

// The numbers of a place; what is no number is a gap. A single row is that of every place.
function rows({ each, numbers }) {
  const bytes = Uint8Array.from(atob(numbers), (one) => one.charCodeAt(0)).buffer
  const all = Array.from(new Float32Array(bytes), (one) => (Number.isFinite(one) ? one : null))
  return (place) => (all.length === each ? all.slice() : all.slice(place * each, (place + 1) * each))
}

function grouped(lines) {
  const figures = new Map()
  for (const one of lines) figures.set(one.figure, [...(figures.get(one.figure) ?? []), line(one)])
  return [...figures]
}
