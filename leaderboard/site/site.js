"use strict";
// The page's behaviour. Data comes in pieces: from script elements in this file, or from data/*.js, which
// work without a server. All text goes in as text, never as markup.

const mebench = {
  waiting: new Map(),
  receive(name, value) {
    this.waiting.get(name)?.(value);
  },
};
window.mebench = mebench;

const overview = JSON.parse(document.getElementById("overview").textContent);
const { columns, models } = overview;
const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

const asked = new Map();
/** One piece of data, loaded when first asked for. */
function load(name) {
  if (!asked.has(name)) asked.set(name, fetchPiece(name));
  return asked.get(name);
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
      asked.delete(name);
      reject(new Error(`data/${name}.js is not there`));
    };
    script.src = `data/${name}.js`;
    document.head.append(script);
  });
}

/** An element with attributes and children; strings become text. */
function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

function picture(shown, alt) {
  const [src, width, height] = shown;
  return make("img", { src, width, height, alt, loading: "lazy", decoding: "async" });
}

const figure = (value, digits) => (value === null ? "–" : value.toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−"));

function choose(select, chosen, names = columns.map((column) => column.label)) {
  names.forEach((name, place) => name !== null && select.append(new Option(name, place, place === chosen, place === chosen)));
  return select;
}

/** Names of the columns that have values for single items, in their places. */
const itemised = columns.map((column) => (column.itemised ? column.label : null));

/** Keeps room for what is drawn later, so that the page does not jump under the reader. */
function reserve(element, pixels) {
  element.style.minHeight = `${pixels}px`;
}

/** Runs once the element comes near the view, so that nothing is drawn that nobody looks at. */
function whenNear(element, run) {
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        observer.disconnect();
        run();
      }
    },
    { rootMargin: "400px" },
  );
  observer.observe(element);
}

// The table.

const board = byId("board");
const lines = [...board.tBodies[0].rows];
const shownModels = () => [...board.tBodies[0].rows].filter((row) => !row.hidden).map((row) => Number(row.dataset.place));
const tableChanged = [];

function sortTable(head, flip = true) {
  const column = head.dataset.column;
  const lowerFirst = column === "rank" || column === "model" || head.dataset.better === "lower";
  const now = head.getAttribute("aria-sort");
  const usual = lowerFirst ? "ascending" : "descending";
  const order = flip && now === usual ? (lowerFirst ? "descending" : "ascending") : usual;
  for (const other of board.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", order);
  const sign = order === "ascending" ? 1 : -1;
  const keyed = lines.map((row) => [sortKey(row, column), row]);
  keyed.sort(([[a, x], i], [[b, y], j]) => a - b || sign * compare(x, y) || i.dataset.place - j.dataset.place);
  board.tBodies[0].append(...keyed.map(([, row]) => row));
  tableChanged.forEach((run) => run());
}

const compare = (x, y) => (typeof x === "string" ? x.localeCompare(y) : x - y);

/** [group, value]: complete runs stand before partial ones, and those before rows without a value. */
function sortKey(row, column) {
  if (column === "rank") return [0, Number(row.dataset.place)];
  if (column === "model") return [0, models[row.dataset.place].name];
  const cell = row.cells[Number(column) + 2];
  if (cell.dataset.value === "") return [2, 0];
  return ["partial" in cell.dataset ? 1 : 0, Number(cell.dataset.value)];
}

function filterTable() {
  const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const complete = byId("complete").checked;
  let count = 0;
  for (const row of lines) {
    const name = models[row.dataset.place].name.toLowerCase();
    const partial = complete && row.querySelector("[data-partial]") !== null;
    row.hidden = partial || !words.every((word) => name.includes(word));
    count += !row.hidden;
  }
  byId("count").textContent = count === lines.length ? "" : `${count} of ${lines.length} models`;
  tableChanged.forEach((run) => run());
}

for (const head of board.tHead.rows[0].cells) {
  head.querySelector("button")?.addEventListener("click", () => sortTable(head));
}
byId("filter")?.addEventListener("input", filterTable);
byId("complete")?.addEventListener("change", filterTable);

// Categories.

async function showCategories() {
  const pieces = await load("categories");
  const column = Number(byId("category-column").value);
  const { digits } = columns[column];
  const head = make("tr", {}, make("th", { scope: "col", class: "model" }, "model"));
  overview.categories.forEach((name) => head.append(make("th", { scope: "col" }, name)));
  const rows = shownModels().map((model) => {
    const row = make("tr", {}, make("th", { scope: "row", class: "model" }, models[model].name));
    overview.categories.forEach((_, category) => row.append(cell(pieces[category][model][column], digits)));
    return row;
  });
  byId("category-table").replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
}

function cell(found, digits) {
  if (!found) return make("td", { class: "none" }, "–");
  const interval = found.low === null ? null : `${figure(found.low, digits)} to ${figure(found.high, digits)}`;
  return make(
    "td",
    {},
    make("span", { class: "mean" }, figure(found.mean, digits)),
    interval && make("span", { class: "interval" }, interval),
    make("span", { class: "scored" }, `${found.scored}/${found.expected}`),
  );
}

if (byId("categories")) {
  reserve(byId("category-region"), Math.min(560, 40 + 70 * models.length));
  choose(byId("category-column"), overview.leading).addEventListener("change", showCategories);
  whenNear(byId("categories"), () => {
    showCategories();
    tableChanged.push(showCategories);
  });
}

// Charts.

/** A drawing that says in words what it shows, with its numbers as a table below. */
function chart(holder, width, height, title, description, parts, table) {
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-labelledby": `${holder.id}-title ${holder.id}-text` });
  svg.append(draw("title", { id: `${holder.id}-title` }, title), draw("desc", { id: `${holder.id}-text` }, description), ...parts);
  const open = holder.querySelector("details")?.open;
  const details = make("details", {}, make("summary", {}, "As a table"));
  const region = make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": title });
  details.addEventListener("toggle", () => details.open && !region.firstChild && region.append(table()));
  details.append(region);
  const frame = make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": `Chart: ${title}` }, svg);
  holder.replaceChildren(frame, details);
  details.open = Boolean(open);
}

function ticks(low, high, count = 5) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const found = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step / 1e6; tick += step) found.push(tick);
  return found.map((tick) => [tick, Math.max(0, -Math.floor(Math.log10(step)))]);
}

function scatter() {
  const holder = byId("scatter-figure");
  const [x, y] = ["scatter-x", "scatter-y"].map((id) => Number(byId(id).value));
  const points = shownModels()
    .map((model) => ({ name: models[model].name, x: models[model].cells[x], y: models[model].cells[y] }))
    .filter((point) => point.x && point.y && point.x.mean !== null && point.y.mean !== null);
  if (!points.length) return holder.replaceChildren(make("p", { class: "note" }, "No model shown has both."));
  const [width, height] = [Math.max(280, Math.min(820, holder.clientWidth)), 440];
  const edge = { left: 58, right: 24, top: 16, bottom: 46 };
  const across = scale(points.map((point) => point.x), edge.left, width - edge.right);
  const up = scale(points.map((point) => point.y), height - edge.bottom, edge.top);
  const parts = [];
  for (const [tick, digits] of ticks(across.low, across.high, width < 500 ? 3 : 6)) {
    parts.push(draw("line", { class: "grid", x1: across.at(tick), x2: across.at(tick), y1: edge.top, y2: height - edge.bottom }));
    parts.push(draw("text", { class: "axis", x: across.at(tick), y: height - edge.bottom + 18, "text-anchor": "middle" }, figure(tick, digits)));
  }
  for (const [tick, digits] of ticks(up.low, up.high)) {
    parts.push(draw("line", { class: "grid", x1: edge.left, x2: width - edge.right, y1: up.at(tick), y2: up.at(tick) }));
    parts.push(draw("text", { class: "axis", x: edge.left - 8, y: up.at(tick) + 4, "text-anchor": "end" }, figure(tick, digits)));
  }
  parts.push(draw("text", { class: "axis", x: width - edge.right, y: height - 6, "text-anchor": "end" }, `${columns[x].label} →`));
  parts.push(draw("text", { class: "axis", x: 14, y: edge.top, transform: `rotate(-90 14 ${edge.top})`, "text-anchor": "end" }, `${columns[y].label} →`));
  const taken = points.map((point) => [across.at(point.x.mean), up.at(point.y.mean)]).map(([cx, cy]) => [cx - 5, cy - 5, cx + 5, cy + 5]);
  for (const point of points) {
    const [cx, cy] = [across.at(point.x.mean), up.at(point.y.mean)];
    if (point.x.low !== null) parts.push(draw("line", { class: "whisker", x1: across.at(point.x.low), x2: across.at(point.x.high), y1: cy, y2: cy }));
    if (point.y.low !== null) parts.push(draw("line", { class: "whisker", x1: cx, x2: cx, y1: up.at(point.y.low), y2: up.at(point.y.high) }));
    parts.push(draw("circle", { class: "dot", cx, cy, r: 4.5 }, draw("title", {}, point.name)));
    const label = place(point.name, cx, cy, width, taken);
    if (label) parts.push(label);
  }
  const words = (found, { digits }) => (found.low === null ? figure(found.mean, digits) : `${figure(found.mean, digits)} (${figure(found.low, digits)} to ${figure(found.high, digits)})`);
  const title = `${columns[y].label} against ${columns[x].label}`;
  chart(holder, width, height, title, `${points.length} models; the numbers are in the table below.`, parts, () =>
    make(
      "table",
      {},
      make("thead", {}, make("tr", {}, ...["model", columns[x].label, columns[y].label].map((text) => make("th", { scope: "col" }, text)))),
      make("tbody", {}, ...points.map((point) => make("tr", {}, make("th", { scope: "row", class: "model" }, point.name), make("td", {}, words(point.x, columns[x])), make("td", {}, words(point.y, columns[y]))))),
    ),
  );
}

function scale(cells, from, to) {
  const ends = cells.flatMap((found) => [found.low ?? found.mean, found.high ?? found.mean]);
  let [low, high] = [Math.min(...ends), Math.max(...ends)];
  const margin = (high - low) * 0.04 || Math.abs(high) * 0.1 || 1;
  [low, high] = [low - margin, high + margin];
  return { low, high, at: (value) => Math.round((from + ((value - low) / (high - low)) * (to - from)) * 10) / 10 };
}

/** A name beside its dot, on the first side where it covers no other name; none where there is no room. */
function place(name, cx, cy, width, taken) {
  const text = name.length > 28 ? `${name.slice(0, 27)}…` : name;
  const long = text.length * 7.2;
  const sides = [-7, 16, -22, 31].flatMap((dy) => [[9, dy], [-9 - long, dy]]);
  for (const [dx, dy] of sides) {
    const box = [cx + dx, cy + dy - 12, cx + dx + long, cy + dy + 3];
    const free = taken.every((other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3]);
    if (free && box[0] > 60 && box[2] < width) {
      taken.push(box);
      return draw("text", { x: box[0], y: cy + dy }, text);
    }
  }
  return null;
}

const MOST_WINS = 24;
async function winMatrix() {
  const holder = byId("wins-figure");
  const column = Number(byId("wins-column").value);
  const { shares, common } = await load(`wins-${column}`);
  const chosen = shownModels().slice(0, MOST_WINS);
  const names = chosen.map((model) => models[model].name);
  const short = names.map((name) => (name.length > 22 ? `${name.slice(0, 21)}…` : name));
  const left = 36 + 7.8 * Math.max(0, ...short.map((name) => name.length));
  const side = 46;
  const top = 30;
  const [width, height] = [left + side * chosen.length + 1, top + side * chosen.length + 1];
  const parts = [];
  chosen.forEach((row, i) => {
    parts.push(draw("text", { x: left - 26, y: top + i * side + side / 2 + 5, "text-anchor": "end" }, short[i], draw("title", {}, names[i])));
    parts.push(draw("text", { class: "axis", x: left - 6, y: top + i * side + side / 2 + 5, "text-anchor": "end" }, String(i + 1)));
    parts.push(draw("text", { class: "axis", x: left + i * side + side / 2, y: top - 9, "text-anchor": "middle" }, String(i + 1)));
    chosen.forEach((other, j) => {
      const share = shares[row][other];
      const [x, y] = [left + j * side, top + i * side];
      if (i !== j && share !== null) {
        parts.push(draw("rect", { class: "square", x, y, width: side, height: side, opacity: (0.0038 * share).toFixed(3) }));
        parts.push(
          draw("text", { class: "count", x: x + side / 2, y: y + side / 2 + 5, "text-anchor": "middle" }, String(Math.round(share)), draw("title", {}, `${names[i]} beats ${names[j]} on ${Math.round(share)} % of ${common[row][other]} items`)),
        );
      }
      parts.push(draw("rect", { class: "frame", x, y, width: side, height: side }));
    });
  });
  chart(holder, width, height, `Pairwise wins on ${columns[column].label}, %`, `${chosen.length} models; the numbers are in the table below.`, parts, () =>
    make(
      "table",
      {},
      make("thead", {}, make("tr", {}, ...["model", ...names].map((text) => make("th", { scope: "col" }, text)))),
      make(
        "tbody",
        {},
        ...chosen.map((row, i) =>
          make(
            "tr",
            {},
            make("th", { scope: "row", class: "model" }, names[i]),
            ...chosen.map((other) => make("td", {}, row === other || shares[row][other] === null ? "–" : `${Math.round(shares[row][other])} % of ${common[row][other]}`)),
          ),
        ),
      ),
    ),
  );
}

if (byId("scatter")) {
  reserve(byId("wins-figure"), 80 + 46 * Math.min(MOST_WINS, models.length));
  const second = columns.findIndex((column, k) => k !== overview.leading && column.better !== null);
  choose(byId("scatter-x"), second < 0 ? overview.leading : second).addEventListener("change", scatter);
  choose(byId("scatter-y"), overview.leading).addEventListener("change", scatter);
  choose(byId("wins-column"), overview.leading, itemised).addEventListener("change", winMatrix);
  whenNear(byId("scatter"), () => {
    scatter();
    tableChanged.push(scatter);
    let wide = byId("scatter-figure").clientWidth;
    new ResizeObserver(([{ contentRect }]) => {
      if (contentRect.width !== wide) scatter();
      wide = contentRect.width;
    }).observe(byId("scatter-figure"));
  });
  whenNear(byId("wins"), () => {
    winMatrix();
    tableChanged.push(winMatrix);
  });
}

// Worst and best.

const MOST_EXTREME = 12;
async function extremes() {
  const model = Number(byId("extremes-model")?.value ?? 0);
  const column = Number(byId("extremes-column").value);
  const [{ values, thumbs }, items] = await Promise.all([load(`model-${model}`), load("items")]);
  const scored = values[column].map((value, item) => [value, item]).filter(([value]) => value !== null);
  scored.sort(([a], [b]) => a - b);
  if (columns[column].better === "lower") scored.reverse();
  const directed = columns[column].better !== null;
  const half = Math.min(MOST_EXTREME, Math.ceil(scored.length / 2));
  const strip = (title, found) => [
    make("h3", {}, title),
    make(
      "ul",
      { class: "strip", role: "list" },
      ...found.map(([value, item]) => {
        const button = make(
          "button",
          { type: "button" },
          thumbs[item] ? picture(thumbs[item], "") : make("span", { class: "blank" }, "no picture"),
          make("span", { class: "value" }, figure(value, columns[column].digits)),
          make("span", { class: "name" }, items[item].id),
        );
        button.addEventListener("click", () => {
          open(item, new Set([model, ...state.models]));
          byId("gallery").scrollIntoView();
        });
        return make("li", {}, button);
      }),
    ),
  ];
  const note = make("p", { class: "note" }, `${scored.length} of ${items.length} items have a value.`);
  byId("extremes-lists").replaceChildren(
    note,
    ...(scored.length ? strip(directed ? "Worst" : "Lowest", scored.slice(0, half)) : []),
    ...(scored.length > 1 ? strip(directed ? "Best" : "Highest", scored.slice(-half).reverse()) : []),
  );
}

if (byId("extremes-model")) {
  choose(byId("extremes-model"), 0, models.map((model) => model.name)).addEventListener("change", extremes);
}
choose(byId("extremes-column"), overview.leading, itemised).addEventListener("change", extremes);
whenNear(byId("extremes"), extremes);

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
  for (const model of [...state.models].sort((a, b) => a - b)) parts.push(...edit(models[model].name, item, found.edits[model], found.input, shot));
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

function edit(name, item, found, input, shot) {
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
    list.append(make("div", {}, make("dt", {}, columns[column].label), text));
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
