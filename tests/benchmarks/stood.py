"""When elements first stand in a page."""

WATCH = """(wanted => {
  window.stood = {}
  const look = () => {
    for (const [name, what] of Object.entries(wanted))
      if (!(name in stood) && document.querySelector(what)) stood[name] = performance.now()
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true })
})(%s)"""
"""Notes when elements first stand in the page: asked from outside, the browser answers to the half second only."""
