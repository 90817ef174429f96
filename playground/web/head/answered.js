// What a run of the page that came to its end has read of the address.
export default function ({ data }) {
  document.dispatchEvent(new CustomEvent("head-answered", { detail: data }))
}
