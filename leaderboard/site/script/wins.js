// Who wins against whom.

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
  const counts = new Set(chosen.flatMap((row) => chosen.filter((other) => other !== row && common[row][other]).map((other) => common[row][other])));
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
          draw("text", { class: "count", x: x + side / 2, y: y + side / 2 + (counts.size > 1 ? 0 : 5), "text-anchor": "middle" }, String(Math.round(share)), draw("title", {}, `${names[i]} beats ${names[j]} on ${Math.round(share)} % of ${common[row][other]} items`)),
        );
        if (counts.size > 1) parts.push(draw("text", { class: "count items", x: x + side / 2, y: y + side - 8, "text-anchor": "middle" }, `of ${common[row][other]}`));
      }
      parts.push(draw("rect", { class: "frame", x, y, width: side, height: side }));
    });
  });
  byId("wins-items").textContent = counts.size > 1 ? "Below each share: of how many items." : counts.size === 1 ? `All shares are of ${[...counts][0]} items.` : "No two models share an item.";
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

if (byId("wins")) {
  reserve(byId("wins-figure"), 80 + 46 * Math.min(MOST_WINS, models.length));
  choose(byId("wins-column"), overview.leading, itemised).addEventListener("change", winMatrix);
  whenNear(byId("wins"), () => {
    winMatrix();
    tableChanged.push(winMatrix);
  });
}
