// The nodes of a drawing: one of them can be reached by Tab, arrow keys go along the edges, and what is selected is told beside
// the drawing. The drawing's own texts are what is spoken.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const SIDEWAYS = 2 // an arrow goes to a neighbour that lies at most so many times farther aside than ahead

export function makeNodes(root, stage) {
  let data = null
  let fetchAll = null
  let choose = () => {} // to be asked about a node
  let pressed = null
  let edges = [] // pairs of ids, in the direction of the values
  const card = document.createElement("section")
  card.className = "node-card"
  card.hidden = true
  card.setAttribute("aria-live", "polite")
  stage.frame.append(card)
  stage.covered = () => (card.hidden || card.offsetWidth > 0.6 * stage.frame.clientWidth ? 0 : card.offsetWidth)

  const all = () => [...(stage.svg?.querySelectorAll("g.node") ?? [])]
  const nodeOf = (event) => event.target.closest?.("g.node")
  const node = (id) => stage.svg?.getElementById(id)

  const nodes = {
    load(next, fetchNodes, chooseNode) {
      const before = [data?.nodes, data?.asks?.includes(pressed)]
      data = next
      fetchAll = fetchNodes
      choose = chooseNode
      if (pressed !== null && (before[0] !== data.nodes || before[1] !== data.asks?.includes(pressed))) tell()
    },
    drawn() {
      const named = all()
      const ids = new Map(named.map((one) => [one.querySelector("title")?.textContent, one.id]))
      edges = [...stage.svg.querySelectorAll("g.edge")].map((edge) => edge.querySelector("title").textContent.split("->").map((end) => ids.get(end)))
      for (const one of named) {
        set(one, "role", "button")
        set(one, "tabindex", "-1")
      }
      stage.svg.setAttribute("role", "group")
      stage.svg.setAttribute("aria-label", data.name)
      const first = node(pressed) ?? stage.svg.querySelector("g.node.output") ?? named[0]
      if (first) first.setAttribute("tabindex", "0")
      if (pressed !== null && !node(pressed)) close()
    },
    // Where a large drawing opens: at what everything begins with.
    first: () => (stage.svg.querySelector("g.node.leaf") ?? all()[0])?.id,
    numbersChanged() {
      for (const one of all()) {
        set(one, "aria-label", spoken(one))
        set(one, "aria-pressed", String(one.id === pressed))
      }
    },
    stop() {
      document.removeEventListener("keydown", escape)
    },
  }

  const heading = (one) => (one.querySelector("a")?.getAttribute("xlink:title") ?? one.textContent).split("\n")

  function spoken(one) {
    const numbers = [...one.querySelectorAll("text.number")].filter((text) => text.textContent)
    const gradient = data.colours.gradient
    const values = numbers.filter((text) => text.getAttribute("fill") !== gradient).map((text) => text.textContent)
    const gradients = numbers.filter((text) => text.getAttribute("fill") === gradient).map((text) => text.textContent)
    const names = (ids) => [...new Set(ids)].map((id) => heading(node(id))[0]).join(", ")
    const from = names(edges.filter(([, head]) => head === one.id).map(([tail]) => tail))
    const to = names(edges.filter(([tail]) => tail === one.id).map(([, head]) => head))
    return [
      ...heading(one),
      values.length && data.words.value.replace("{value}", values.join(", ")),
      gradients.length && `grad: ${gradients.join(", ")}`,
      from && data.words.from.replace("{names}", from),
      to && data.words.to.replace("{names}", to),
    ]
      .filter(Boolean)
      .join(", ")
  }

  const go = (one) => {
    for (const other of all()) if (other.getAttribute("tabindex") === "0") other.setAttribute("tabindex", "-1")
    one.setAttribute("tabindex", "0")
    one.focus({ preventScroll: true })
    stage.reach(one.id)
  }

  const press = (id) => {
    const before = pressed
    pressed = id === pressed ? null : id
    for (const one of [before, pressed]) if (one !== null) node(one)?.setAttribute("aria-pressed", String(one === pressed))
    if (pressed === null) close()
    else tell()
  }

  const close = () => {
    if (pressed !== null) node(pressed)?.setAttribute("aria-pressed", "false")
    pressed = null
    card.hidden = true
    card.replaceChildren()
    stage.resized()
  }

  // What there is to say comes when the first node is asked about.
  async function tell() {
    const [id, name] = [pressed, data.nodes]
    const told = await fetchAll(name).catch((problem) => console.warn(problem))
    if (id !== pressed || name !== data.nodes || !told) return
    if (!told[id]) return close()
    const opened = card.hidden
    const ask = data.asks?.includes(id) ? [askButton(data.words.ask, () => choose(id))] : []
    card.replaceChildren(closeButton(data.words.close, () => press(pressed)), ...partsOf(told[id]), ...ask)
    card.hidden = false
    if (opened) {
      stage.resized()
      stage.reach(id)
    }
  }

  stage.frame.addEventListener("click", (event) => {
    const one = nodeOf(event)
    if (!one) return
    go(one)
    press(one.id)
  })

  stage.frame.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest(".node-card")) return
    if (!act(event)) return
    event.preventDefault()
    event.stopPropagation()
  })

  function act(event) {
    const one = nodeOf(event)
    const keys = { "+": 1, "=": 1, "-": -1 }
    if (event.key in ARROWS && one) {
      const next = neighbour(one.id, ARROWS[event.key])
      if (next) {
        go(node(next))
        if (pressed !== null) press(next)
      }
    } else if (one && (event.key === "Enter" || event.key === " ")) press(one.id)
    else if (event.key in keys) stage.zoom(keys[event.key])
    else if (event.key === "0") stage.fit()
    else return false
    return true
  }

  const escape = (event) => event.key === "Escape" && pressed !== null && press(pressed)
  document.addEventListener("keydown", escape)

  // Along an edge where there is one that way, first of those that autograd tracks; else to the nearest node there.
  function neighbour(id, direction) {
    const joined = edges.filter((ends) => ends.includes(id)).map(([tail, head]) => (tail === id ? head : tail))
    const tracked = joined.filter((other) => !node(other).matches(".plain"))
    return nearest(id, direction, tracked) ?? nearest(id, direction, joined) ?? nearest(id, direction, all().map((one) => one.id))
  }

  function nearest(id, [x, y], ids) {
    const here = middle(node(id))
    let best = null
    for (const other of new Set(ids)) {
      const there = middle(node(other))
      const [across, down] = [there.x - here.x, there.y - here.y]
      const ahead = across * x + down * y
      const aside = Math.abs(across * y) + Math.abs(down * x)
      if (other === id || ahead <= 0 || aside > SIDEWAYS * ahead) continue
      const far = ahead + SIDEWAYS * aside
      if (!best || far < best.far) best = { other, far }
    }
    return best?.other
  }

  return nodes
}

function middle(one) {
  const box = one.getBBox()
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

function partsOf(about) {
  const title = element("h2", "", [["", about.title]])
  if (about.name !== about.title) title.append(element("span", "name", [["", about.name]]))
  const rules = element("ul", "", [])
  rules.append(...about.rules.map((pieces) => element("li", "", pieces)))
  const facts = element("dl", "", [])
  for (const [term, pieces] of about.facts) {
    const fact = element("div", "", [])
    fact.append(element("dt", "", [["", term]]), element("dd", "", pieces))
    facts.append(fact)
  }
  return [title, rules, facts].filter((part) => part.textContent)
}

function closeButton(name, close) {
  const button = element("button", "close", [["", "×"]])
  button.type = "button"
  button.ariaLabel = name
  button.onclick = close
  return button
}

function askButton(text, ask) {
  const button = element("button", "choose", [["", text]])
  button.type = "button"
  button.onclick = ask
  return button
}

// An element whose text is made of pieces: each a kind, which colours it, and a text.
function element(tag, kind, pieces) {
  const made = document.createElement(tag)
  made.className = kind
  for (const [pieceKind, text] of pieces) {
    const piece = document.createElement("span")
    piece.className = pieceKind
    piece.textContent = text
    made.append(piece)
  }
  return made
}

function set(one, attribute, value) {
  if (one.getAttribute(attribute) !== value) one.setAttribute(attribute, value)
}
