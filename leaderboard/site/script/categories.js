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
    word(found.standing),
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
