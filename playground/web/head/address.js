// What of the address belongs to the head. The address is the state: the server computes a page from it and nothing else.

const NAMES = ["f", "dtype", "view", "lang", "predict"]
const FAMILIES = ["at.", "grad.", "gradient."]

const owns = (name) => NAMES.includes(name) || FAMILIES.some((family) => name.startsWith(family))

export const ownKeys = (params) => [...new Set(params.keys())].filter(owns)

// One text for all that the head owns of an address; of a name given more than once the last counts, as on the server.
export function own(params) {
  return canonical(Object.fromEntries(ownKeys(params).map((name) => [name, params.getAll(name).at(-1)])))
}

export const canonical = (texts) => JSON.stringify(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)))

// What a page opens with where its address says nothing of a program, if that is not what such an address means.
export const opening = { page: null, address: null }

const VISITOR = ["lang", "view"]

export function asked() {
  const params = new URLSearchParams(location.search)
  const opens = opening.address && location.pathname.endsWith(`/${opening.page}`)
  if (!opens || [...params.keys()].some((name) => !VISITOR.includes(name))) return params
  return new URLSearchParams([...Object.entries(opening.address), ...params])
}

// As Python's urlencode writes it, so that what Streamlit would write is what stands there already.
const encode = (params) => params.toString().replaceAll("*", "%2A").replaceAll("%7E", "~")

export const written = (path, params) => (params.size ? `${path}?${encode(params)}` : path)

// Streamlit runs the page of an address as after the browser's Back.
export const run = () => dispatchEvent(new PopStateEvent("popstate"))

export function go(url) {
  history.pushState(null, "", url)
  run()
}
