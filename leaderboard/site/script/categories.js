// Categories: one panel each, all on one axis.

const MOST_LANES = 12;

async function showCategories() {
  const pieces = await load("categories");
  const column = Number(byId("category-column").value);
  const chosen = shownModels().slice(0, MOST_LANES);
  const axis = axisOf(pieces.flatMap((own) => chosen.map((model) => own[model][column])), column);
  const panels = overview.categories.map((name, category) => {
    const count = Math.max(0, ...chosen.map((model) => pieces[category][model][column]?.expected ?? 0));
    const rows = chosen.map((model) => {
      const found = pieces[category][model][column];
      const some = found && found.mean !== null;
      return make(
        "tr",
        {},
        make("th", { scope: "row", title: models[model].name }, models[model].name),
        make("td", { class: "lane" }, axis && lane(found, axis, column)),
        make("td", { title: some ? told(found, columns[column]) : null }, some ? figure(found.mean, columns[column].digits) : "–", some && found.partial ? make("span", { class: "scored" }, `${found.scored}/${found.expected}`) : "", found ? word(found.standing) ?? "" : ""),
      );
    });
    return make("div", { class: "panel" }, make("h3", {}, name, " ", make("small", {}, `${count} items`)), make("table", { class: "inner" }, make("tbody", {}, ...rows)));
  });
  byId("category-panels").replaceChildren(...panels);
}

if (byId("categories")) {
  reserve(byId("category-panels"), 26 * Math.min(MOST_LANES, models.length));
  choose(byId("category-column"), overview.leading).addEventListener("change", showCategories);
  whenNear(byId("categories"), () => {
    showCategories();
    tableChanged.push(showCategories);
  });
}
