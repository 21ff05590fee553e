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

/** [group, value]: complete runs stand before partial ones, those before claims, and rows without a value last. */
function sortKey(row, column) {
  if (column === "rank") return [0, Number(row.dataset.place)];
  if (column === "model") return [0, models[row.dataset.place].name];
  const cell = row.querySelector(`td[data-column="${column}"]`);
  if (cell.dataset.value === "") return [3, 0];
  return ["claimed" in cell.dataset ? 2 : "partial" in cell.dataset ? 1 : 0, Number(cell.dataset.value)];
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
