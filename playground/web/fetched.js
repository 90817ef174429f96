// What pages offer by name: asked for once, kept as long as the tab has room for it.

const RETRIES = [500, 1000, 2000, 4000] // ms; how long after each refusal it is asked for again
const MAX_KEPT = 20
const TOP = new URL("../../../", import.meta.url) // the app's top, from parts/DIGEST/web

const kept = new Map()

// The text of a name; `tell("missing", name)` is called where the server knows none, so that a page can offer it anew.
export function fetched(kind, name, tell) {
  if (!kept.has(name)) {
    const asked = ask(kind, name, tell)
    keep(name, asked)
    asked.catch(() => kept.delete(name))
  }
  return kept.get(name)
}

// A promise of the text of a name, which is not asked for from now on.
export function keep(name, text) {
  kept.set(name, text)
  for (const old of kept.keys()) if (kept.size > MAX_KEPT) kept.delete(old)
}

async function ask(kind, name, tell) {
  for (const wait of [0, ...RETRIES]) {
    if (wait) await new Promise((done) => setTimeout(done, wait))
    const answer = await fetch(new URL(`${kind}/${name}`, TOP)).catch(() => null)
    if (answer?.ok) return answer.text()
    if (answer?.status === 404) tell("missing", name)
  }
  throw new Error(`${kind}/${name} is not there`)
}
