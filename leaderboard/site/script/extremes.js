// Worst and best.

const MOST_EXTREME = 12;
async function extremes() {
  const model = Number(byId("extremes-model")?.value ?? 0);
  const column = Number(byId("extremes-column").value);
  const [{ values, thumbs }, all] = await Promise.all([load(`model-${model}`), load("items")]);
  const [worst, best] = ends(values[column], columns[column].better, MOST_EXTREME);
  const strip = (title, found) => [make("h3", {}, title), make("ul", { class: "strip", role: "list" }, ...found.map((one) => make("li", {}, itemLink(one, all, thumbs, model, column))))];
  const scored = values[column].filter((value) => value !== null).length;
  byId("extremes-lists").replaceChildren(
    make("p", { class: "note" }, `${scored} of ${all.length} items have a value.`),
    ...(best.length ? strip("Best", best) : []),
    ...(worst.length ? strip(best.length ? "Worst" : "The only one", worst) : []),
  );
}

if (byId("extremes-model")) {
  choose(byId("extremes-model"), 0, models.map(({ name, claimed }) => (claimed ? `${name} (claimed)` : name))).addEventListener("change", extremes);
}
choose(byId("extremes-column"), overview.leading, itemised).addEventListener("change", extremes);
whenNear(byId("extremes"), extremes);
