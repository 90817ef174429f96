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
    figures: grouped(sweep.lines, sweep.rows.map(row)),
  }
}

// The numbers of a place; what is no number is a gap. A single row is that of every place.
function row(coded) {
  const [each, numbers] = coded.split(" ")
  const most = Number(each)
  const bytes = Uint8Array.from(atob(numbers), (one) => one.charCodeAt(0)).buffer
  const all = Array.from(new Float32Array(bytes), (one) => (Number.isFinite(one) ? one : null))
  return (place) => (all.length === most ? all.slice() : all.slice(place * most, (place + 1) * most))
}

function grouped(lines, rows) {
  const figures = new Map()
  for (const { figure, trace, x, y } of lines) figures.set(figure, [...(figures.get(figure) ?? []), { trace, x: rows[x], y: rows[y] }])
  return [...figures]
}
