// A film whose numbers come as columns: written out into what the player plays. No mathematics, only the way numbers are written.
// Its own names stay its own: in a file that plays offline the player's script follows.

export const unpacked = (() => {
  const unpackedFilms = new WeakMap()

  function unpacked(film) {
    if (!unpackedFilms.has(film)) unpackedFilms.set(film, unpack(film))
    return unpackedFilms.get(film)
  }

  function unpack(film) {
    const columns = Object.fromEntries(Object.entries(film.columns).map(([name, text]) => [name, decoded(text, film.double.includes(name))]))
    const scenes = film.places.map((place) => film.scenes[place])
    const fill = (text, place) => filled(text, columns, Math.floor(place / film.beats))
    const pieces = []
    const sentences = scenes.map((scene, place) =>
      scene.sentence.map(([kind, text]) => pieces.push([kind, fill(text, place)]) - 1),
    )
    const names = new Set(film.scenes.flatMap((scene) => Object.keys(scene.texts)))
    const texts = Object.fromEntries(
      [...names].map((name) => [name, scenes.map((scene, place) => fill(scene.texts[name] ?? "", place))]),
    )
    const motions = film.motions.map((move) => ({ ...move, x: moved(move, move.x, columns), y: moved(move, move.y, columns) }))
    return { ...film, pieces, sentences, texts, motions, lit: scenes.map((scene) => scene.lit) }
  }

  function decoded(text, double) {
    const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer
    return Array.from(double ? new Float64Array(bytes) : new Float32Array(bytes))
  }

  // `#` is the column of the steps' own numbers; of a short line there is a column for each end.
  function moved(move, names, columns) {
    const drawn = (number) => (Number.isFinite(number) ? number : null)
    const column = (name) => (name === "#" ? Object.values(columns)[0].map((_, step) => step) : columns[name].map(drawn))
    if (move.how !== "each") return column(names[0])
    const ends = names.map(column)
    return ends[0].map((_, step) => ends.map((end) => end[step]))
  }

  function filled(text, columns, step) {
    return text.replace(/\{(\w+)([+-]?)(!?)\}/g, (gap, name, turn, whole) => {
      if (!(name in columns)) return gap
      const number = columns[name][step + (turn === "+" ? 1 : turn === "-" ? -1 : 0)]
      return (whole ? wholly : shortly)(number)
    })
  }

  const NAMES = new Map([
    [Infinity, "inf"],
    [-Infinity, "-inf"],
  ])

  // As Python's repr writes a float.
  function wholly(number) {
    if (!Number.isFinite(number)) return NAMES.get(number) ?? "nan"
    const [mantissa, exponent] = number.toExponential().split("e")
    if (number !== 0 && (exponent < -4 || exponent >= 16)) return `${mantissa}e${twoDigits(exponent)}`
    const text = Object.is(number, -0) ? "-0" : String(number)
    return text.includes(".") ? text : `${text}.0`
  }

  // As Python's format(..., ".6g").
  function shortly(number) {
    if (!Number.isFinite(number)) return NAMES.get(number) ?? "nan"
    const [mantissa, exponent] = number.toExponential(5).split("e")
    if (exponent < -4 || exponent >= 6) return `${bare(mantissa)}e${twoDigits(exponent)}`
    return bare(number.toFixed(5 - exponent))
  }

  const bare = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text)

  const twoDigits = (exponent) => exponent[0] + exponent.slice(1).padStart(2, "0")

  return unpacked
})()
