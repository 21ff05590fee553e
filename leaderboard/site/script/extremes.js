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
  choose(byId("extremes-model"), 0, models.map(({ name, claimed }) => (claimed ? `${name} (claimed)` : name))).addEventListener("change", extremes);
}
choose(byId("extremes-column"), overview.leading, itemised).addEventListener("change", extremes);
whenNear(byId("extremes"), extremes);
