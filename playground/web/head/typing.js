// A text field of the head: it keeps to itself what is typed, and says when something of it is to be sent.

// A sign belongs to the number where nothing stands before it that it could be added to.
const NUMBER = /(?:(?<=(?:^|[[(,])\s*)[-+])?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi

export const PLAIN = { autocomplete: "off", autocapitalize: "off", autocorrect: "off", spellcheck: "false" }

export function typing(field, sender, painted = () => {}) {
  // There is no property oncompositionstart: only addEventListener hears these.
  field.addEventListener("compositionstart", () => (sender.composing = true))
  field.addEventListener("compositionend", () => {
    sender.composing = false
    sender.composed()
  })
  field.oninput = () => {
    painted()
    if (!sender.composing) sender.type()
  }
  field.onblur = () => sender.commit()
  field.onkeydown = (event) => pressed(event, field, sender)
}

function pressed(event, field, sender) {
  event.stopPropagation() // arrows and spaces typed here are none of the player's, nor letters Streamlit's
  if (event.isComposing) return
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault()
    sender.commit()
  }
  const turn = { ArrowUp: 1n, ArrowDown: -1n }[event.key]
  if (turn && field.matches("input") && step(field, event.shiftKey ? 10n * turn : turn)) event.preventDefault()
}

// The number at the caret becomes larger or smaller by one of its last digit: 3 by 1, 0.25 by 0.01.
function step(field, turns) {
  const caret = field.selectionEnd
  const number = [...field.value.matchAll(NUMBER)].find((found) => found.index + found[0].length >= caret)
  if (!number) return false
  const text = stepped(number[0], turns)
  const before = field.value.slice(0, number.index)
  replace(field, before + text + field.value.slice(number.index + number[0].length))
  field.setSelectionRange(before.length, before.length + text.length)
  return true
}

export function stepped(text, turns) {
  const [mantissa, exponent] = text.toLowerCase().split("e")
  const places = mantissa.split(".")[1]?.length ?? 0
  const digits = BigInt(mantissa.replace(".", "").replace("+", "")) + turns
  const all = String(digits < 0n ? -digits : digits).padStart(places + 1, "0")
  const cut = all.length - places
  const written = places ? `${all.slice(0, cut)}.${all.slice(cut)}` : all
  return (digits < 0n ? "-" : "") + written + (exponent === undefined ? "" : `e${exponent}`)
}

// As a person would, so that Ctrl+Z takes it back, and what was typed before it too.
export function replace(field, text) {
  if (field.value === text) return
  const had = document.activeElement
  field.focus()
  field.select()
  document.execCommand("insertText", false, text)
  if (had !== field) had?.focus?.()
}
