// Panels are opened by a link and closed by their heading: whoever did that with the keyboard goes on from there.

let toggled = null // the key of the panel that was just opened or closed

export function noteToggled(target) {
  const summary = target.closest("[data-testid=stExpander] summary")
  const named = summary && [...summary.closest("[class*=st-key-]").classList].find((name) => name.startsWith("st-key-"))
  toggled = target.closest("a[data-panel]")?.dataset.panel ?? named?.slice("st-key-".length) ?? toggled
}

// Once the page has answered.
export function takeFocus() {
  const key = toggled && CSS.escape(toggled)
  const there = key && document.querySelector(`a[data-panel="${key}"], .st-key-${key} summary`)
  if (there && document.activeElement === document.body) there.focus({ preventScroll: true })
  toggled = null
}
