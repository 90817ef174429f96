// The nodes of a drawing become buttons; a card at the bottom of the window says what there is to say of the pressed one.
// Streamlit draws the SVG anew whenever it changes: clicks are heard on the document, and a watch makes buttons again.

const panels = new WeakMap()

export default function ({ data, parentElement }) {
  if (!panels.has(parentElement)) panels.set(parentElement, start(parentElement))
  const panel = panels.get(parentElement)
  panel.show(data)
  return panel.stop
}

function start(parentElement) {
  const hint = parentElement.querySelector(".hint")
  const card = parentElement.querySelector(".card")
  let data = { nodes: {} }
  let pressed = null

  const drawn = () => document.querySelectorAll(`.${data.container} g.node`)
  const buttonOf = (event) => event.target.closest?.('g.node[role="button"]')
  const isOurs = (node) => node.matches(`.${data.container} g.node`)
  const told = (id) => (Object.hasOwn(data.nodes, id) ? data.nodes[id] : undefined)

  const makeButtons = () => {
    for (const node of drawn()) {
      const about = told(node.id)
      if (!about) continue
      set(node, "role", "button")
      set(node, "tabindex", "0")
      set(node, "aria-label", about.spoken)
      set(node, "aria-pressed", String(node.id === pressed))
    }
  }

  const press = (id) => {
    pressed = id === pressed ? null : id
    render()
  }

  const render = () => {
    makeButtons()
    hint.textContent = data.hint
    card.replaceChildren(...(pressed ? [closeButton(data.close, () => press(pressed)), ...partsOf(told(pressed))] : []))
    if (card.matches(":popover-open") !== (pressed !== null)) card.togglePopover()
  }

  // A node of another drawing on the page opens that drawing's card, and closes this one.
  const click = (event) => {
    const node = buttonOf(event)
    if (node && isOurs(node)) press(node.id)
    else if (node && pressed) press(pressed)
  }

  const key = (event) => {
    if (event.key === "Escape" && pressed) press(pressed)
    if (!buttonOf(event) || (event.key !== "Enter" && event.key !== " ")) return
    event.preventDefault()
    click(event)
  }

  const watch = new MutationObserver(makeButtons)
  watch.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["id", "tabindex"] })
  document.addEventListener("click", click)
  document.addEventListener("keydown", key)

  return {
    show(next) {
      const same = told(pressed)?.title === next.nodes[pressed]?.title
      data = next
      if (!same) pressed = null
      render()
    },
    stop() {
      watch.disconnect()
      document.removeEventListener("click", click)
      document.removeEventListener("keydown", key)
      panels.delete(parentElement)
    },
  }
}

function partsOf(about) {
  const heading = element("h3", "", [["", about.title]])
  if (about.name !== about.title) heading.append(element("span", "name", [["", about.name]]))
  const rules = element("ul", "", [])
  rules.append(...about.rules.map((pieces) => element("li", "", pieces)))
  const facts = element("dl", "", [])
  for (const [term, pieces] of about.facts) {
    const fact = element("div", "", [])
    fact.append(element("dt", "", [["", term]]), element("dd", "", pieces))
    facts.append(fact)
  }
  return [heading, rules, facts]
}

function closeButton(name, close) {
  const button = element("button", "close", [["", "×"]])
  button.type = "button"
  button.ariaLabel = name
  button.onclick = close
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

function set(node, attribute, value) {
  if (node.getAttribute(attribute) !== value) node.setAttribute(attribute, value)
}
