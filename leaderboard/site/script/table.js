// The table: its order, its groups, its filter.

const board = byId("board");
const lines = board ? [...board.querySelectorAll("tr[data-place]")] : [];
const shownModels = () => (board ? [...board.querySelectorAll("tr[data-place]")].filter((row) => !row.hidden).map((row) => Number(row.dataset.place)) : [0]);
const tableChanged = [];
const heads = board ? [...board.tHead.querySelectorAll("th[data-column]")] : [];
const sorting = { column: "rank", reversed: false };

/** What a column is called in the address. */
const called = (column) => (/^\d+$/.test(column) ? columns[column].label : column);
const headOf = (column) => heads.find((head) => head.dataset.column === column);
const lowerFirst = (column) => column === "rank" || column === "model" || headOf(column).dataset.better === "lower";

function sortBy(column, reversed) {
  Object.assign(sorting, { column, reversed });
  const name = (reversed ? "-" : "") + called(column);
  tell({ sort: name === "rank" ? null : name });
  arrange();
}

/** Puts the rows in their order, with a line wherever others begin that do not compare with those above. */
function arrange() {
  const { column, reversed } = sorting;
  for (const head of heads) head.removeAttribute("aria-sort");
  const ascending = lowerFirst(column) !== reversed;
  headOf(column).setAttribute("aria-sort", ascending ? "ascending" : "descending");
  board.classList.toggle("by-rank", column === "rank" && !reversed);
  byId("sort").value = column;
  const words = byId("group")?.checked ? [...new Set(lines.map((row) => row.dataset.standing))].sort(byStrength) : [null];
  const body = [];
  for (const word of words) {
    const own = lines.filter((row) => word === null || row.dataset.standing === word);
    if (word !== null) body.push(apart(`Figures that decide on the rank: ${GROUPS[word] ?? "none"}`, "apart group"));
    for (const rewritten of [false, true]) {
      if (rewritten) body.push(apart(board.dataset.rewritten, "apart rewritten"));
      body.push(...ordered(own.filter((row) => "rewritten" in row.dataset === rewritten), column, ascending ? 1 : -1));
    }
  }
  board.tBodies[0].replaceChildren(...body);
  filterTable();
}

const STRENGTH = ["measured", "recomputed", "reread", "claimed", undefined];
const GROUPS = { measured: "measured here", recomputed: "computed by this board", reread: "read again from a judge's answers", claimed: "claimed" };
const byStrength = (a, b) => STRENGTH.indexOf(a) - STRENGTH.indexOf(b);
const apart = (text, kind = "apart") => make("tr", { class: kind }, make("td", { colspan: board.tHead.rows[0].cells.length }, text));

function ordered(rows, column, sign) {
  const keyed = rows.map((row) => [sortKey(row, column), row]);
  keyed.sort(([[a, x], i], [[b, y], j]) => a - b || sign * compare(x, y) || i.dataset.place - j.dataset.place);
  let before = 0;
  return keyed.flatMap(([[group], row]) => {
    const own = row.opened ? [row, row.opened] : [row];
    if (group === before) return own;
    before = group;
    return [apart(why(column, group)), ...own];
  });
}

function why(column, group) {
  if (column === "rank") return `Not ranked: a rank needs a score of ${board.dataset.needed} for every item. Means are over the items that are scored.`;
  const { label } = columns[column];
  return [null, `Not scored on every item: below all others, whatever ${label} is on the rest.`, `${label} is claimed, not computed here.`, `Without a figure of ${label}.`][group];
}

const compare = (x, y) => (typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y);

/** [group, value]: complete runs stand before partial ones, those before claims, and rows without a value last. */
function sortKey(row, column) {
  const place = Number(row.dataset.place);
  if (column === "rank") return ["unranked" in row.dataset ? 1 : 0, place];
  if (column === "model") return [0, models[place].name];
  if (column === "scored") return [0, parseInt(row.querySelector(".coverage").textContent, 10)];
  const found = models[place].cells[column];
  if (!found || found.mean === null) return [3, 0];
  return [found.standing === "claimed" ? 2 : found.partial ? 1 : 0, found.mean];
}

/** Whether a model has a score for every item, of what decides on the order. */
function isWhole(row) {
  if (["rank", "model", "scored"].includes(sorting.column)) return !("unranked" in row.dataset);
  return sortKey(row, sorting.column)[0] === 0;
}

function filterTable() {
  const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const complete = byId("complete").checked;
  let count = 0;
  for (const row of lines) {
    const name = models[row.dataset.place].name.toLowerCase();
    row.hidden = (complete && !isWhole(row)) || !words.every((word) => name.includes(word));
    if (row.opened) row.opened.hidden = row.hidden;
    count += !row.hidden;
  }
  const left = { "apart": false, "apart rewritten": false, "apart group": false };
  for (const row of [...board.tBodies[0].rows].reverse()) {
    if (row.className in left) {
      row.hidden = !left[row.className];
      left[row.className] = false;
    } else if (!row.hidden) for (const kind in left) left[kind] = true;
  }
  byId("count").textContent = count === lines.length ? "" : count ? `${count} of ${lines.length} models` : "no model is left";
  tableChanged.forEach((run) => run());
}

function followTable() {
  const name = asked().get("sort") ?? "rank";
  const reversed = name.startsWith("-");
  const column = heads.map((head) => head.dataset.column).find((one) => called(one) === name.slice(reversed ? 1 : 0));
  if (byId("group")) byId("group").checked = asked().get("group") === "verification";
  Object.assign(sorting, column ? { column, reversed } : { column: "rank", reversed: false });
  arrange();
}

if (board) {
  for (const head of heads) {
    const { column } = head.dataset;
    byId("sort").append(new Option(called(column), column));
    head.querySelector("button").addEventListener("click", () => sortBy(column, sorting.column === column && !sorting.reversed));
  }
  byId("sort").addEventListener("change", (event) => sortBy(event.target.value, false));
  byId("filter").addEventListener("input", filterTable);
  byId("complete").addEventListener("change", filterTable);
  byId("group")?.addEventListener("change", (event) => {
    tell({ group: event.target.checked ? "verification" : null });
    arrange();
  });
  board.classList.add("by-rank");
  if (asked().has("sort") || asked().has("group")) followTable();
}
