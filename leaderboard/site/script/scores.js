// The scores of the models shown on one item: metrics in lines, models in columns.

function scoresOf(found, chosen) {
  const lines = [];
  const reasons = new Map();
  columns.forEach((column, place) => {
    const results = chosen.map((model) => found.edits[model].results[place] ?? null);
    if (!column.itemised || results.every((result) => result === null)) return;
    const isClaim = chosen.map((model) => models[model].cells[place]?.standing === "claimed");
    const best = bestOf(column.better, results.filter((_, k) => !isClaim[k]));
    const cells = results.map((result, k) => {
      if (result === null) return make("td", { class: "status" }, "unscored");
      const [value, status, reason] = result;
      if (value !== null) return make("td", {}, make(value === best && !isClaim[k] ? "b" : "span", {}, figure(value, column.digits)), " ", word(models[chosen[k]].cells[place]?.standing));
      if (reason && found.edits[chosen[k]].reason !== reason) reasons.set(reason, [...(reasons.get(reason) ?? []), `${models[chosen[k]].name}, ${column.label}`]);
      return make("td", { class: "status" }, status.replaceAll("_", " "));
    });
    lines.push(make("tr", {}, make("th", { scope: "row", title: column.about }, column.label, arrowOf(column.better)), ...cells));
    if (results.some((result) => result?.[3])) {
      const words = results.map((result) => make("td", {}, result?.[3] ? make("blockquote", { class: "why" }, result[3]) : ""));
      lines.push(make("tr", { class: "reasons" }, make("th", { scope: "row" }, "its reason"), ...words));
    }
  });
  if (!lines.length) return [];
  const head = make("tr", {}, make("td"), ...chosen.map((model) => make("th", { scope: "col" }, models[model].name)));
  const table = make("table", { class: "results" }, make("caption", { class: "hidden" }, "Scores of this item"), make("thead", {}, head), make("tbody", {}, ...lines));
  const said = [...reasons].map(([reason, where]) => make("p", { class: "note" }, `${where.join("; ")}: ${reason}`));
  return [make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Scores of this item" }, table), ...said];
}

/** The best value, where there is something to be better than; given without claims. */
function bestOf(better, results) {
  const values = results.flatMap((result) => (result && result[0] !== null ? [result[0]] : []));
  if (better === null || values.length < 2) return null;
  return better === "lower" ? Math.min(...values) : Math.max(...values);
}

const arrowOf = (better) => ({ higher: " ↑", lower: " ↓" })[better] ?? "";
