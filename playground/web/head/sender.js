// When what is typed is sent: at once while nothing is under way, else when the answer is there; a commit at once.

import { asked, canonical, own, run, written } from "./address.js"

const APART_MS = 300 // Safari raises after a hundred writes of the address in half a minute
const HOLD_VALUES = ["TextInput", "TextArea", "Radio", "Selectbox", "DataFrame", "Expander", "Popover"]
const WIDGETS = HOLD_VALUES.map((kind) => `[data-testid=st${kind}]`).join() // Streamlit's own, of which a page may have one

export class Sender {
  // `wanted` gives the address as it should be; `tell` carries the values of Streamlit's own widgets, which may just have
  // been changed: Streamlit forgets them when the page is run for its address alone.
  constructor(wanted, tell) {
    Object.assign(this, { wanted, tell, composed: () => {}, away: () => {} })
    Object.assign(this, { sent: own(asked()), answered: true, changed: false, composing: false, held: false })
    this.open = false // whether the entry in the browser's history is still being written
    this.sentAt = -APART_MS
    this.revision = 0
    this.app = document.querySelector("[data-test-connection-state]")
    this.connection = new MutationObserver(() => this.connected())
    if (this.app) this.connection.observe(this.app, { attributeFilter: ["data-test-connection-state"] })
  }

  // What the head itself puts into its boxes is not typed.
  hold(step) {
    this.held = true
    step()
    this.held = false
  }

  type() {
    if (this.held) return
    this.changed = true
    this.soon()
  }

  soon() {
    clearTimeout(this.timer)
    if (!this.changed || !this.answered || this.composing) return
    const rest = this.sentAt + APART_MS - performance.now()
    if (rest <= 0) this.send()
    else this.timer = setTimeout(() => this.soon(), rest)
  }

  // A change that stands by itself: what is typed next has an entry of its own in the browser's history.
  choose() {
    this.changed = true
    this.commit()
  }

  commit() {
    if (this.composing || this.held) return
    if (this.changed) this.send()
    this.open = false
  }

  send() {
    clearTimeout(this.timer)
    this.changed = false
    const params = this.wanted()
    if (own(params) === this.sent) return
    const url = written(location.pathname, params)
    history[this.open ? "replaceState" : "pushState"](null, "", url)
    Object.assign(this, { open: true, sent: own(params), sentAt: performance.now() })
    this.ask()
  }

  // The server is asked once where the address says everything: asked twice it may draw twice.
  ask() {
    this.askAlone()
    if (document.querySelector(WIDGETS)) this.tell("typed", ++this.revision)
  }

  // For an address that is whole: the widgets of Streamlit take from it what they are to hold.
  askAlone() {
    this.answered = false
    run()
  }

  // A run of the page is done; `address` is what it read of what the head owns.
  answer(address) {
    if (canonical(address) !== this.sent) return
    this.answered = true
    this.soon()
  }

  // The address was written by somebody else: what stands in the boxes was taken from it.
  follow(sent, answered) {
    clearTimeout(this.timer)
    Object.assign(this, { sent, answered, changed: false, open: false })
  }

  // Streamlit does not run a page anew after its server was away.
  connected() {
    const there = this.app.dataset.testConnectionState === "CONNECTED"
    this.away(!there)
    if (!there || this.answered) return
    if (this.changed) this.send()
    else this.ask()
  }

  end() {
    clearTimeout(this.timer)
    this.connection.disconnect()
  }
}
