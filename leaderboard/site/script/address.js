// What is shown, kept in the address: #name=value&name=value. Who sets one name leaves the others.

function asked(hash = location.hash) {
  const read = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  const parts = hash.slice(1).split("&").filter((part) => part.includes("="));
  return new Map(parts.map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)].map(read)));
}

/** Lists are joined by commas, which names in them do not keep; null takes a name out. */
function tell(changes) {
  const all = asked();
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) all.delete(name);
    else all.set(name, value);
  }
  const plain = (text) => encodeURIComponent(text).replaceAll("%2C", ",");
  const hash = [...all].map(([name, value]) => `${encodeURIComponent(name)}=${plain(value)}`).join("&");
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}

/** A link to an item keeps what else the address says. */
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#item="]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  tell({ view: null, ...Object.fromEntries(asked(link.hash)) });
  window.dispatchEvent(new HashChangeEvent("hashchange"));
});
