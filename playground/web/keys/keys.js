// The keys of a lesson press what stands on the page. What is pressed while an answer is on its way waits for it.

const TEXT = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=range])"
const OWN = { Enter: "a, button, summary, input", ArrowLeft: "input, [role=slider]", ArrowRight: "input, [role=slider]" }
const PATIENCE_MS = 3000 // an answer that has not come by then was overtaken
const START_MS = 500 // a press that has not made the page run by then makes it run no more
const MOST_WAITING = 3

let keys = {}
let since = null // when a key was last acted upon, until the page has answered
let waiting = []
let open = 0

const target = (key) => keys[key]?.map((selector) => document.querySelector(selector)).find((found) => found && !found.disabled)

const isText = (event) => event.composedPath().some((node) => node.matches?.(TEXT))

function pressed(event) {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (!Object.hasOwn(keys, event.key) || isText(event) || document.querySelector("dialog[open]")) return
  if (OWN[event.key] && event.target.closest?.(OWN[event.key])) return
  event.preventDefault()
  if (event.repeat) return // a key that is held down is pressed once
  if (busy()) {
    if (waiting.length < MOST_WAITING) waiting.push(event.key)
    return
  }
  waiting = []
  act(event.key)
}

function busy() {
  const runs = document.querySelector("[data-test-script-state]")?.dataset.testScriptState !== "notRunning"
  return since !== null && performance.now() - since < (runs ? PATIENCE_MS : START_MS)
}

function act(key) {
  const found = target(key)
  since = found ? performance.now() : null
  found?.click()
}

// The page is as it will be once the browser has drawn what came before this.
function answered() {
  requestAnimationFrame(() => {
    since = null
    if (waiting.length) act(waiting.shift())
  })
}

export default function ({ data }) {
  keys = data.keys
  if (open++ === 0) {
    document.addEventListener("keydown", pressed)
    document.addEventListener("head-answered", answered)
  }
  return stop
}

function stop() {
  if (--open > 0) return
  document.removeEventListener("keydown", pressed)
  document.removeEventListener("head-answered", answered)
}
