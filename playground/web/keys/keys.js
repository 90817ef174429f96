// The keys of a lesson press what stands on the page. What is pressed while an answer is on its way waits for it.

import { freeRoom, keepRoom, soon } from "./room.js"

const TEXT = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=range])"
const OWN = { Enter: "a, button, summary, input", ArrowLeft: "input, [role=slider]", ArrowRight: "input, [role=slider]" }
const PATIENCE_MS = 3000 // an answer that has not come by then was overtaken
const START_MS = 500 // a press that has not made the page run by then makes it run no more
const MOST_WAITING = 3

const TIMER = "lesson-timer" // since when it counts, of this tab
const READY_MS = 60000 // a step that has not come by then is told
const LOOK_MS = 200

let keys = {}
let told = {}
let counting = null
let since = null // when a key was last acted upon, until the page has answered
let waiting = []
let open = 0

const target = (key) => keys[key]?.map((selector) => document.querySelector(selector)).find((found) => found && !found.disabled)

const isText = (event) => event.composedPath().some((node) => node.matches?.(TEXT))

function pressed(event) {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (unblanked(event) || isText(event) || document.querySelector("dialog[open]")) return
  if (told.blank.includes(event.key)) return blank(event)
  if (!Object.hasOwn(keys, event.key)) return
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
  if (found) goesOn()
  since = found ? performance.now() : null
  found?.click()
}

// A black screen, over everything and for everybody who listens too.
function blank(event) {
  event.preventDefault()
  const black = document.createElement("dialog")
  black.className = "lesson-blank"
  black.ariaLabel = told.words.blank
  black.onclick = () => black.close()
  black.onclose = () => black.remove()
  document.body.append(black)
  black.showModal()
}

// What brings the screen back does nothing else.
function unblanked(event) {
  const black = document.querySelector("dialog.lesson-blank")
  if (black) event.preventDefault()
  if (black && !event.repeat) black.close()
  return Boolean(black)
}

// From here on the page changes in place, and nothing of it is held back until all scripts are there.
const goesOn = () => (document.documentElement.dataset.goesOn = "")

function clicked(event) {
  if (event.target.closest?.(".lesson-bar a[rel]")) goesOn()
  if (event.target.closest?.(".lesson-bar .timer")) startTimer()
  const asks = event.target.closest?.(".lesson-bar .warming")
  if (asks && !asks.disabled) warm(asks)
}

// A first click starts it, a second one takes it away.
function startTimer() {
  if (sessionStorage.getItem(TIMER)) sessionStorage.removeItem(TIMER)
  else sessionStorage.setItem(TIMER, performance.timeOrigin + performance.now())
  tick()
}

function tick() {
  const button = document.querySelector(".lesson-bar .timer")
  if (!button) return
  const since = sessionStorage.getItem(TIMER)
  const seconds = Math.floor((performance.timeOrigin + performance.now() - since) / 1000)
  const text = since ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` : told.words.timer
  if (button.textContent !== text) button.textContent = text
}

// Every step is opened where nobody sees it, one after another: what it shows is then computed, and kept by the server.
async function warm(button) {
  const { href, last, words } = told
  const frame = Object.assign(document.createElement("iframe"), { className: "lesson-warm", tabIndex: -1, ariaHidden: "true", src: href })
  const say = (text, number) => (button.textContent = text.replace("{number}", number))
  document.body.append(frame)
  button.disabled = true
  let number = 1
  for (say(words.warming, 0); await shown(frame, number); number++) {
    say(words.warming, number)
    if (number === last) break
    frame.contentDocument.querySelector(".lesson-bar a[rel=next]").click()
  }
  say(number === last ? words.warm : words.warm_not, number)
  frame.remove()
  button.disabled = false
}

// Whether a step came to its end in a frame.
async function shown(frame, number) {
  const end = performance.now() + READY_MS
  const there = (selector) => frame.contentDocument?.querySelector(selector)
  const ready = () => there(`.lesson-bar[data-step="${number}"]`) && there("[data-test-script-state=notRunning]")
  while (!ready() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  return Boolean(ready())
}

// The page is as it will be once the browser has drawn what came before this.
function answered() {
  soon()
  requestAnimationFrame(() => {
    since = null
    if (waiting.length) act(waiting.shift())
  })
}

export default function () {
  if (open++ === 0) {
    document.documentElement.dataset.lessonKeys = ""
    counting = setInterval(tick, 1000)
    keepRoom()
    document.addEventListener("click", clicked)
    document.addEventListener("keydown", pressed)
    document.addEventListener("head-answered", answered)
  }
  return { load, stop }
}

function load({ data }) {
  keys = data.keys
  told = data
  tick()
}

function stop() {
  if (--open > 0) return
  delete document.documentElement.dataset.lessonKeys
  clearInterval(counting)
  freeRoom()
  document.removeEventListener("click", clicked)
  document.removeEventListener("keydown", pressed)
  document.removeEventListener("head-answered", answered)
}
