// What is shown, kept in the address: #name=value&name=value. Who sets one name leaves the others.

function asked() {
  const read = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  const parts = location.hash.slice(1).split("&").filter((part) => part.includes("="));
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
