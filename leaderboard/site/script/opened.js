// What a row says when it is opened: every figure, the profile by category, the worst and best items.

const FEW = 4;

async function openRow(row) {
  const place = Number(row.dataset.place);
  const button = row.querySelector(".opens");
  const opening = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", opening);
  row.classList.toggle("is-open", opening);
  if (!opening) {
    row.opened?.remove();
    row.opened = null;
    return;
  }
  const cell = make("td", { colspan: board.tHead.rows[0].cells.length }, make("div", { class: "parts" }, figures(place)));
  row.opened = make("tr", { class: "opened" }, cell);
  row.after(row.opened);
  const parts = cell.firstChild;
  if (overview.categories.length) parts.append(profile(place, await load("categories")));
  parts.append(bothEnds(place, await load(`model-${place}`), await load("items")));
}

function figures(place) {
  const rows = columns.flatMap((column, k) => {
    const found = models[place].cells[k];
    if (!column.figures || column.better === null || !found) return [];
    const axis = axisOf(models.map(({ cells }) => cells[k]), k);
    const others = models.filter((_, other) => other !== place).map(({ cells }) => cells[k]);
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, make("a", { href: `#metric-${k}` }, column.label)),
      make("td", {}, found.mean === null ? "–" : make("b", {}, figure(found.mean, column.digits)), word(found.standing)),
      make("td", { class: "lane" }, axis && lane(found, axis, k, others)),
      make("td", { class: "interval" }, found.low === null ? "" : `${figure(found.low, column.digits)} to ${figure(found.high, column.digits)}`, found.spread === null ? "" : ` ±${figure(found.spread, column.digits)}`),
      make("td", {}, `${found.scored}/${found.expected}`, found.mean !== null && found.worst !== null ? make("span", { class: "worst" }, `as worst ${figure(found.worst, column.digits)}`) : ""),
    );
  });
  return make("div", {}, make("h3", {}, "Every figure ", make("small", {}, "ticks: other models; dotted: doing nothing, the target")), make("table", { class: "inner" }, make("tbody", {}, ...rows)));
}

function profile(place, pieces) {
  const column = overview.leading;
  const axis = axisOf(pieces.flatMap((own) => own.map((cells) => cells[column])), column);
  const rows = overview.categories.map((name, category) => {
    const found = pieces[category][place][column];
    const others = models.flatMap((_, other) => (other === place ? [] : [pieces[category][other][column]]));
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, name),
      make("td", {}, found && found.mean !== null ? make("b", {}, figure(found.mean, columns[column].digits)) : "–"),
      make("td", { class: "lane" }, axis && lane(found, axis, column, others)),
      make("td", {}, found ? `${found.scored}/${found.expected}` : ""),
    );
  });
  return make("div", {}, make("h3", {}, `${columns[column].label} by category`), make("table", { class: "inner" }, make("tbody", {}, ...rows)));
}

function bothEnds(place, { values, thumbs }, all) {
  const [worst, best] = ends(values[overview.leading], columns[overview.leading].better, FEW);
  const list = (title, found) => [make("h3", {}, title), found.length ? make("ul", { class: "strip", role: "list" }, ...found.map((one) => make("li", {}, itemLink(one, all, thumbs, place, overview.leading)))) : make("p", { class: "note" }, "none")];
  return make("div", { class: "wide" }, make("div", {}, ...list("Best items", best)), make("div", {}, ...list("Worst items", worst)));
}

/** [worst first, best first]: at most so many, and never one in both. */
function ends(values, better, most) {
  const scored = values.map((value, item) => [value, item]).filter(([value]) => value !== null);
  scored.sort(([a], [b]) => a - b);
  if (better === "lower") scored.reverse();
  const half = Math.floor(scored.length / 2);
  const count = scored.length === 1 ? 1 : Math.min(most, Math.max(Math.min(2, half), Math.floor(scored.length / 3)));
  return [scored.slice(0, count), scored.length > 1 ? scored.slice(-count).reverse() : []];
}

/** A small picture of an edit, its value and its item's name: a link to where it is compared. */
function itemLink([value, item], all, thumbs, model, column) {
  return make(
    "a",
    { href: `#item=${encodeURIComponent(all[item].id)}&models=${encodeURIComponent(models[model].name)}` },
    thumbs[item] ? picture(thumbs[item], "") : make("span", { class: "blank" }, "no picture"),
    make("span", { class: "value" }, figure(value, columns[column].digits)),
    make("span", { class: "name" }, all[item].id),
  );
}

for (const row of lines) row.querySelector(".opens").addEventListener("click", () => openRow(row));
