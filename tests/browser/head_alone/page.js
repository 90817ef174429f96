// The head on a page without a server: a run of the page takes 300 ms, and a new one overtakes it.

import { asked, ownKeys } from "/head/address.js"
import makeHead from "/head/head.js"

const RUN_MS = 300
const START = { f: "y = a*x", "at.a": "2", "at.x": "3" }
const trial = (window.trial = { runs: [], answers: [], revision: null })

const address = () => Object.fromEntries(ownKeys(asked()).map((key) => [key, asked().getAll(key).at(-1)]))

// A program whose text has a question mark is none; every other letter but y is an input.
let good = START.f
function data(texts) {
  const f = texts.f ?? START.f
  const error = f.includes("?") ? f.indexOf("?") : null
  if (error === null) good = f
  const names = [...new Set(good.match(/[a-xz]/g) ?? [])]
  const inputs = names.map((name) => ({
    key: `at.${name}`,
    name,
    start: START[`at.${name}`] ?? "2",
    number: true,
    usual: name >= "u",
  }))
  return {
    revision: trial.revision,
    spoken: { language: "en", reconnecting: "Reconnecting" },
    address: texts,
    start: { label: "Program", start: START.f },
    program: { read: f, error },
    formula: `<math><mi>${names.length}</mi></math>`,
    inputs,
    words: { requires_grad: "{name} requires grad", requires_grad_short: "requires grad", gradient: "gradient of {name}", ones: "ones" },
    examples: { label: "Examples", links: [{ title: "Cube", program: "y = x^3", href: "?f=y+%3D+x^3&at.x=5" }] },
    more: {
      label: "More",
      choices: [
        { key: "dtype", label: "dtype", usual: "float32", options: ["float32", "float64"].map((value) => ({ value, title: value })) },
        { key: "predict", label: "Predict", usual: "false", toggles: true, options: [{ value: "true" }, { value: "false" }] },
      ],
    },
    share: { words: { open: "Share", title: "This page", address: "Its address", copy: "Copy", copied: "Copied", close: "Close", working: "..." } },
  }
}

let current = 0
function run() {
  const mine = ++current
  const texts = address()
  trial.runs.push(texts)
  const then = (part, step) => setTimeout(() => mine === current && step(), part * RUN_MS)
  then(0.1, () => draw(texts))
  then(1, () => {
    trial.answers.push(texts)
    document.getElementById("answer").textContent = JSON.stringify(texts)
    document.dispatchEvent(new CustomEvent("head-answered", { detail: { address: texts } }))
  })
}

const head = makeHead({ parentElement: document.getElementById("part") })
function draw(texts) {
  head.load({ data: data(texts), setTriggerValue: () => {} })
}

// What a button of the page's own does: the server writes texts of its own into the address.
trial.write = (texts) => {
  const params = asked()
  for (const [key, text] of Object.entries(texts)) params.set(key, text)
  history.pushState(null, "", `?${params}`)
  trial.revision = String(performance.now())
  run()
}

trial.run = run
trial.draw = () => draw(address())
draw(address())
addEventListener("popstate", run)
run()
