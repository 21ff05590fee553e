// The gallery.

const state = { item: 0, models: new Set(models.slice(0, 3).keys()) };
let items = [];
let options = [];

async function openGallery() {
  items = await load("items");
  options = items.map((item, number) => {
    const option = make(
      "div",
      { role: "option", tabindex: "-1", "aria-selected": "false" },
      item.thumb ? picture(item.thumb, "") : make("span", { class: "blank" }),
      make("span", { class: "text" }, make("b", {}, item.id), item.instruction ? ` ${item.instruction}` : ""),
    );
    option.addEventListener("click", () => open(number));
    return option;
  });
  byId("items").replaceChildren(...options);
  follow();
}

/** Shows an item, and lets the address say so. */
function open(number, chosen = state.models) {
  state.models = chosen;
  const names = [...chosen].sort((a, b) => a - b).map((model) => encodeURIComponent(models[model].name));
  const address = `#item=${encodeURIComponent(items[number].id)}&models=${names.join(",")}`;
  if (address !== location.hash) history.replaceState(null, "", address);
  select(number);
  return show();
}

function select(number) {
  options[state.item]?.setAttribute("aria-selected", "false");
  options[state.item]?.setAttribute("tabindex", "-1");
  state.item = number;
  options[number].setAttribute("aria-selected", "true");
  options[number].setAttribute("tabindex", "0");
  const list = byId("items");
  const [top, bottom] = [options[number].offsetTop - list.offsetTop, options[number].offsetTop - list.offsetTop + options[number].offsetHeight];
  if (top < list.scrollTop || bottom > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 3;
  for (const box of document.querySelectorAll("#models input")) box.checked = state.models.has(Number(box.value));
}

/** What the address asks for: #item=ID&models=NAME,NAME. */
function asks() {
  const parts = new Map(location.hash.slice(1).split("&").map((part) => part.split("=")));
  if (!parts.has("item")) return null;
  const read = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  const names = (parts.get("models") ?? "").split(",").map(read);
  return { item: read(parts.get("item") ?? ""), models: models.flatMap((model, place) => (names.includes(model.name) ? [place] : [])) };
}

function follow() {
  const wanted = asks();
  const number = wanted ? items.findIndex((item) => item.id === wanted.item) : -1;
  if (wanted?.models.length) state.models = new Set(wanted.models);
  select(Math.max(0, number));
  if (wanted && number < 0) {
    byId("exhibit").replaceChildren(make("p", { class: "absent" }, `There is no item ${wanted.item} on this board.`));
    return;
  }
  if (wanted) byId("gallery").scrollIntoView();
  show();
}

async function show() {
  const number = state.item;
  const found = await load(`item-${number}`);
  if (number !== state.item) return;
  const item = items[number];
  const shot = (shown, caption, alt, kind = "") => shown && make("figure", { class: kind }, picture(shown, alt), make("figcaption", {}, caption));
  const parts = [
    make("p", { class: "note" }, [item.id, item.category].filter(Boolean).join(" · ")),
    item.instruction && make("p", { class: "instruction" }, item.instruction),
    make(
      "div",
      { class: "shots" },
      shot(found.input, "input", `Input of item ${item.id}`),
      shot(found.target, "target", `Target of item ${item.id}`),
      shot(found.motion, "motion of the target", `Motion from input to target of item ${item.id}, as colours`, "flow"),
    ),
  ];
  for (const model of [...state.models].sort((a, b) => a - b)) parts.push(...edit(models[model], item, found.edits[model], found.input, shot));
  byId("exhibit").replaceChildren(...parts.filter(Boolean));
  byId("opened").textContent = `Item ${item.id}, ${state.models.size} ${state.models.size === 1 ? "model" : "models"}`;
}

/** Lets the input stand in the edit's place, where the eye sees best what has moved. */
function blink(figure, input) {
  if (!input) return figure;
  const image = figure.querySelector("img");
  const [edited, before] = [image.getAttribute("src"), input[0]];
  const button = make("button", { type: "button", class: "blink", "aria-pressed": "false" }, "Show the input here");
  button.addEventListener("click", () => {
    const pressed = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", pressed);
    image.src = pressed ? before : edited;
  });
  figure.lastChild.append(" ", button);
  return figure;
}

function edit({ name, cells }, item, found, input, shot) {
  const parts = [make("h3", {}, name)];
  const bare = !found.picture && found.results.every((result) => result === null || result[0] === null);
  if (found.picture) {
    parts.push(
      make(
        "div",
        { class: "shots edit" },
        blink(shot(found.picture, "edit", `Edit of item ${item.id} by ${name}`), input),
        shot(found.motion, "motion of the edit", `Motion from input to the edit by ${name}, as colours`, "flow"),
        shot(found.error, "error of the motion", `Where the motion of the edit by ${name} differs from the target's`, "flow"),
      ),
    );
  } else {
    parts.push(make("p", { class: "absent" }, `${bare ? "No picture and no scores" : "No picture"}: ${found.reason}`));
  }
  if (bare) return parts;
  const list = make("dl", { class: "results" });
  const reasons = new Map();
  found.results.forEach((result, column) => {
    if (!columns[column].itemised) return;
    const [value, status, reason, why] = result ?? [null, "unscored", null, null];
    const text = value === null ? make("dd", { class: "status" }, status.replaceAll("_", " ")) : make("dd", {}, figure(value, columns[column].digits));
    list.append(make("div", {}, make("dt", {}, columns[column].label, " ", word(cells[column]?.standing)), text));
    for (const words of [why, reason]) {
      if (words && words !== found.reason) reasons.set(words, [...(reasons.get(words) ?? []), columns[column].label]);
    }
  });
  parts.push(list);
  for (const [words, labels] of reasons) {
    parts.push(make("blockquote", { class: "why" }, words, make("cite", {}, labels.join(", "))));
  }
  return parts;
}

function walk(step) {
  const visible = options.map((option, number) => (option.hidden ? -1 : number)).filter((number) => number >= 0);
  const next = step > 0 ? visible.find((number) => number > state.item) : visible.findLast((number) => number < state.item);
  if (next !== undefined) open(next);
  return next;
}

function filterItems() {
  const words = byId("item-filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  options.forEach((option, number) => {
    const text = [items[number].id, items[number].instruction, items[number].category].join(" ").toLowerCase();
    option.hidden = !words.every((word) => text.includes(word));
  });
}

if (byId("models")) {
  models.forEach((model, place) => {
    const box = make("input", { type: "checkbox", value: place });
    box.checked = state.models.has(place);
    box.addEventListener("change", () => {
      const chosen = new Set(state.models);
      if (box.checked) chosen.add(place);
      else chosen.delete(place);
      open(state.item, chosen);
    });
    byId("models").append(make("label", { class: "check" }, box, model.name));
  });
}
byId("item-filter").addEventListener("input", filterItems);
byId("previous").addEventListener("click", () => walk(-1));
byId("next").addEventListener("click", () => walk(1));
byId("items").addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step) return;
  event.preventDefault();
  if (walk(step) !== undefined) options[state.item].focus();
});
byId("gallery").addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step || event.target.matches("input[type=search], select") || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const inList = event.target.matches("[role=option]");
  if (walk(step) !== undefined && inList) options[state.item].focus();
});
window.addEventListener("hashchange", () => {
  if (!asks()) return;
  if (options.length) follow();
  else openGallery();
});
if (asks()) openGallery();
else whenNear(byId("gallery"), () => options.length || openGallery());
