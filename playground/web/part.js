// What every component does with its data: they are read, and handed on where they are others than before.
//
// A component's script gives a function that makes it for the place where it stands; `load(part)` takes what comes, and
// `stop()`, where there is one, ends it with its place.

import { fetched, keep } from "./fetched.js"

const decoder = new TextDecoder()
const parts = new WeakMap()
const known = new Map() // what seldom changes, by its names: it comes once

// What is returned ends the part, unless a newer call has come: Streamlit ends a call that was overtaken on its way.
export async function show(part, make) {
  const { parentElement, data } = part
  const text = decoder.decode(data)
  const mine = parts.get(parentElement) ?? { calls: 0 }
  parts.set(parentElement, mine)
  const call = ++mine.calls
  const stop = () => call === mine.calls && parts.get(parentElement) === mine && end(parentElement)
  if (mine.text === text) return stop
  mine.text = text
  const { still = [], stands = {}, along = {}, ...rest } = JSON.parse(text)
  for (const [name, standing] of Object.entries(stands)) known.set(name, standing)
  for (const [name, text] of Object.entries(along)) keep(name, Promise.resolve(text))
  const lasting = still.map((name) => known.get(name))
  for (const [place, name] of still.entries()) lasting[place] ??= await found(name)
  if (parts.get(parentElement) === mine && mine.text === text) {
    const whole = { ...part, data: Object.assign({}, ...lasting, rest) }
    mine.own ??= make(whole)
    mine.own.load(whole)
    place(parentElement).dataset.drawn = ""
  }
  return stop
}

function end(parentElement) {
  delete place(parentElement).dataset.drawn
  parts.get(parentElement)?.own?.stop?.()
  parts.delete(parentElement)
}

// Where a component stands in the page; `data-drawn` says there that its script has come and has drawn it.
const place = (parentElement) => parentElement.host ?? parentElement

async function found(name) {
  known.set(name, JSON.parse(await fetched("json", name, () => {})))
  return known.get(name)
}
