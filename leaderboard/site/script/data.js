"use strict";
// The page's behaviour, joined from one part a subject. Data comes in pieces: from script
// elements in this file, or from data/*.js, which work without a server. All text goes in as text, never as markup.

const mebench = {
  waiting: new Map(),
  /** Takes no data of a later build: this page would give it to other models. */
  receive(name, value, stamp) {
    if (stamp === overview.stamp) this.waiting.get(name)?.(value);
    else byId("outdated").hidden = false;
  },
};
window.mebench = mebench;

const overview = JSON.parse(document.getElementById("overview").textContent);
const { columns, models } = overview;
const byId = (id) => document.getElementById(id);

const loaded = new Map();
/** One piece of data, loaded when first asked for. */
function load(name) {
  if (!loaded.has(name)) loaded.set(name, fetchPiece(name));
  return loaded.get(name);
}

function fetchPiece(name) {
  const inside = document.querySelector(`script[data-piece="${name}"]`);
  if (inside) return Promise.resolve(JSON.parse(inside.textContent));
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    mebench.waiting.set(name, resolve);
    script.onload = () => {
      mebench.waiting.delete(name);
      script.remove();
    };
    script.onerror = () => {
      loaded.delete(name);
      reject(new Error(`data/${name}.js is not there`));
    };
    script.src = `data/${name}.js`;
    document.head.append(script);
  });
}
