// Models on one item: which, what is shown of them, and the keys.

const MOST_MODELS = 6;
const FIRST_MODELS = 3;
const state = { item: 0, models: new Set(models.slice(0, FIRST_MODELS).keys()), chosen: false, view: "edit", before: "input", over: { arrows: false, skeletons: false } };
/** What can lie over the pictures of this page: the names of the boxes to tick, whose first letters are their keys. */
const OVER = Object.keys(state.over).filter(byId);
let shownTiles = [];
let shownItem = null;

async function openGallery() {
  items = await load("items");
  listItems();
  follow();
}

/** Shows an item, and lets the address say so; with `chosen`, these models of it. */
function open(number, chosen = null) {
  if (chosen) {
    state.models = new Set([...chosen].slice(0, MOST_MODELS));
    state.chosen = true;
  }
  select(number);
  tellCompared();
  return show();
}

function tellCompared() {
  const names = [...state.models].sort((a, b) => a - b).map((model) => models[model].name);
  const view = [state.view === "edit" ? null : state.view, ...OVER.filter((name) => state.over[name])].filter(Boolean).join(",");
  tell({ item: items[state.item].id, models: state.chosen ? names.join(",") : null, view: view || null });
}

/** Does what the address asks for: #item=ID&models=NAME,NAME&view=VIEW. */
function follow() {
  const wanted = asked();
  const number = wanted.has("item") ? items.findIndex((item) => item.id === wanted.get("item")) : -1;
  const named = `,${wanted.get("models") ?? ""},`;
  const chosen = models.flatMap((model, place) => (named.includes(`,${model.name},`) ? [place] : []));
  if (chosen.length) state.models = new Set(chosen.slice(0, MOST_MODELS));
  state.chosen = chosen.length > 0;
  const views = (wanted.get("view") ?? "").split(",");
  state.view = VIEWS.find(([name]) => views.includes(name))?.[0] ?? "edit";
  for (const name of OVER) state.over[name] = views.includes(name);
  if (wanted.has("item") && number < 0) {
    clearItem(`There is no item ${wanted.get("item")} on this board.`);
    return;
  }
  select(number < 0 ? order[0] ?? 0 : number);
  if (wanted.has("item")) {
    byId("gallery").scrollIntoView({ behavior: "instant" }); // on a long way, what is drawn beside it would move the end
    byId("tiles").focus({ preventScroll: true });
  }
  show();
}

function clearItem(words) {
  byId("lens").hidden = true;
  for (const name of ["heading", "legend", "tiles", "aside"]) byId(name).replaceChildren();
  byId("scores").replaceChildren(make("p", { class: "absent" }, words));
}

async function show() {
  const number = state.item;
  const [found, keys] = await Promise.all([load(`item-${number}`), load("legend")]);
  if (number !== state.item) return;
  if (!state.chosen) {
    const edited = models.flatMap((_, model) => (found.edits[model].picture ? [model] : []));
    if (edited.length) state.models = new Set(edited.slice(0, FIRST_MODELS));
  }
  const chosen = [...state.models].sort((a, b) => a - b);
  const item = items[number];
  shownItem = { item, found, keys };
  const tiles = tilesOf(item, found, chosen);
  shownTiles = tiles.map(tileOf);
  byId("tiles").replaceChildren(...shownTiles.map((tile) => tile.element));
  byId("heading").replaceChildren(
    make("p", { class: "note" }, [item.id, item.category].filter(Boolean).join(" · ")),
    item.instruction ? make("p", { class: "instruction" }, item.instruction) : "",
  );
  byId("scores").replaceChildren(...scoresOf(found, chosen));
  byId("aside").textContent = [
    found.motion && !found.motion.seen ? `${sawOf("the target's", found.motion)}: metrics of motion say little on this item.` : "",
    tiles.some((tile) => tile.stretched) ? "Stretched: of another shape than the input, and brought to it here as for the metrics." : "",
  ].join(" ");
  byId("opened").textContent = `Item ${item.id}, ${chosen.length} ${chosen.length === 1 ? "model" : "models"}`;
  for (const box of document.querySelectorAll("#models input")) {
    box.checked = state.models.has(Number(box.value));
    box.disabled = !box.checked && chosen.length >= MOST_MODELS;
  }
  byId("lens").hidden = false;
  zoomTo(1);
  showView();
  const next = neighbour(1);
  if (next !== undefined) load(`item-${next}`);
}

/** Shows what is chosen to be seen in all pictures. */
function showView() {
  for (const tile of shownTiles) tile.show(state.view, state.over);
  for (const box of document.querySelectorAll("#views input")) box.checked = box.value === state.view;
  for (const name of OVER) byId(name).checked = state.over[name];
  byId("line").hidden = !isWipe(state.view);
  byId("tiles").classList.toggle("wiping", isWipe(state.view));
  if (shownItem) byId("legend").replaceChildren(...legendOf(state.view, state.over, shownItem.found, shownItem.keys));
}

/** Goes over to a view; going back and forth between two makes the pictures blink. */
function look(view) {
  if (view !== state.view) state.before = state.view;
  state.view = view;
  showView();
  tellCompared();
}

/** Lays arrows or skeletons over all pictures, or takes them away. */
function lookWith(name, on) {
  state.over[name] = on;
  showView();
  tellCompared();
}

/** One picture at a time, as large as there is room. */
function enlarge(large) {
  byId("large").checked = large;
  byId("tiles").classList.toggle("large", large);
  byId("tiles").scrollLeft = 0;
}

/** To the next picture beside, or the one before. */
function turn(step) {
  const tiles = byId("tiles");
  const places = [...tiles.children].map((tile) => tile.offsetLeft - tiles.offsetLeft);
  const at = places.findLastIndex((place) => place <= tiles.scrollLeft + 2);
  const to = Math.min(places.length - 1, Math.max(0, at + step));
  tiles.scrollTo({ left: places[to] });
}

const PAN = 0.15;
/** Keys: names, what they do in words, and what they do. */
const KEYS = [
  [["ArrowLeft"], "← →", "the item before, the next item", () => walk(-1)],
  [["ArrowRight"], null, null, () => walk(1)],
  ...VIEWS.map(([view, label, key]) => [[key], key.toUpperCase(), isWipe(view) ? `a line between ${label.toLowerCase().replace(" | ", " and ")}` : `show the ${label.toLowerCase()}`, () => look(view)]),
  [[" ", "b"], "Space", "back to the view before, and forth again: blink", () => look(state.before)],
  ...OVER.map((name) => [[name[0]], name[0].toUpperCase(), name, () => lookWith(name, !state.over[name])]),
  [["["], "[ ]", "move the line", () => wipeBy(-5)],
  [["]"], null, null, () => wipeBy(5)],
  [["+", "="], "+ −", "larger, smaller; so do Ctrl with the wheel, two fingers, a click", () => zoomBy(1.5)],
  [["-"], null, null, () => zoomBy(1 / 1.5)],
  [["0"], "0", "whole pictures", () => zoomTo(1)],
  [["Shift+ArrowLeft"], "Shift ← → ↑ ↓", "move within larger pictures", () => panBy(PAN, 0)],
  [["Shift+ArrowRight"], null, null, () => panBy(-PAN, 0)],
  [["Shift+ArrowUp"], null, null, () => panBy(0, PAN)],
  [["Shift+ArrowDown"], null, null, () => panBy(0, -PAN)],
  [["o"], "O", "one picture at a time", () => enlarge(!byId("large").checked)],
  [[","], ", .", "the picture before, the next picture", () => turn(-1)],
  [["."], null, null, () => turn(1)],
  [["?"], "?", "these keys", () => byId("keys").showModal()],
];
const ACTIONS = new Map(KEYS.flatMap(([names, , , run]) => names.map((name) => [name, run])));

byId("gallery").addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.altKey || event.ctrlKey || event.metaKey || target.closest("dialog") || target.matches("input[type=search], select")) return;
  if (target.matches("[role=option]") && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    walk(event.key === "ArrowUp" ? -1 : 1);
    return;
  }
  if (target.matches("input[type=radio], input[type=range]") && event.key.startsWith("Arrow")) return;
  if (event.key === " " && target.matches("button, input, summary")) return;
  const name = event.key.startsWith("Arrow") && event.shiftKey ? `Shift+${event.key}` : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const run = ACTIONS.get(name);
  if (!run) return;
  event.preventDefault();
  if (shownItem || name === "?") run();
});

for (const [view, label] of VIEWS) {
  const box = make("input", { type: "radio", name: "view", value: view });
  box.addEventListener("change", () => look(view));
  byId("views").append(make("label", {}, box, make("span", {}, label)));
}
byId("key-list").append(...KEYS.flatMap(([, keys, words]) => (keys ? [make("div", {}, make("dt", {}, make("kbd", {}, keys)), make("dd", {}, words))] : [])));
for (const name of OVER) byId(name).addEventListener("change", () => lookWith(name, byId(name).checked));
byId("large").addEventListener("change", () => enlarge(byId("large").checked));
byId("zoom-in").addEventListener("click", () => zoomBy(1.5));
byId("zoom-out").addEventListener("click", () => zoomBy(1 / 1.5));
byId("ask-keys").addEventListener("click", () => byId("keys").showModal());
listenToPointers(byId("tiles"), dragLine);
if (byId("models")) {
  models.forEach((model, place) => {
    const box = make("input", { type: "checkbox", value: place });
    box.addEventListener("change", () => {
      const chosen = new Set(state.models);
      if (box.checked) chosen.add(place);
      else chosen.delete(place);
      open(state.item, chosen);
    });
    byId("models").append(make("label", { class: "check" }, box, model.name));
  });
}
window.addEventListener("hashchange", () => {
  if (!asked().has("item")) return;
  if (options.length) follow();
  else openGallery();
});
if (asked().has("item")) openGallery();
else whenNear(byId("gallery"), () => options.length || openGallery());
