// Two metrics against each other.

function scatter() {
  const holder = byId("scatter-figure");
  const [x, y] = ["scatter-x", "scatter-y"].map((id) => Number(byId(id).value));
  const points = shownModels()
    .map((model) => ({ name: models[model].name, x: models[model].cells[x], y: models[model].cells[y] }))
    .filter((point) => [point.x, point.y].every((found) => found && found.mean !== null && found.standing !== "claimed"));
  if (!points.length) return holder.replaceChildren(make("p", { class: "note" }, "No model shown has both, of which neither is claimed alone."));
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
  for (const [axis, column] of [[across, x], [up, y]]) {
    for (const [kind, value] of [["zero", 0], ...Object.entries(columns[column].anchors)]) {
      if (value === null || value <= axis.low || value >= axis.high) continue;
      const ends = axis === across ? { x1: axis.at(value), x2: axis.at(value), y1: edge.top, y2: height - edge.bottom } : { x1: edge.left, x2: width - edge.right, y1: axis.at(value), y2: axis.at(value) };
      parts.push(draw("line", { class: `mark ${kind}`, ...ends }, draw("title", {}, { zero: "0", nothing: "doing nothing", target: "the target" }[kind])));
    }
  }
  parts.push(draw("text", { class: "axis", x: width - edge.right, y: height - 6, "text-anchor": "end" }, `${columns[x].label} →`));
  parts.push(draw("text", { class: "axis", x: 14, y: edge.top, transform: `rotate(-90 14 ${edge.top})`, "text-anchor": "end" }, `${columns[y].label} →`));
  const taken = points.map((point) => [across.at(point.x.mean), up.at(point.y.mean)]).map(([cx, cy]) => [cx - 5, cy - 5, cx + 5, cy + 5]);
  const crossed = points.flatMap(({ x: a, y: b }) => [
    ...(a.low === null ? [] : [[across.at(a.low), up.at(b.mean) - 1, across.at(a.high), up.at(b.mean) + 1]]),
    ...(b.low === null ? [] : [[across.at(a.mean) - 1, up.at(b.high), across.at(a.mean) + 1, up.at(b.low)]]),
  ]);
  const labels = [];
  for (const point of points) {
    const [cx, cy] = [across.at(point.x.mean), up.at(point.y.mean)];
    if (point.x.low !== null) parts.push(draw("line", { class: "whisker", x1: across.at(point.x.low), x2: across.at(point.x.high), y1: cy, y2: cy }));
    if (point.y.low !== null) parts.push(draw("line", { class: "whisker", x1: cx, x2: cx, y1: up.at(point.y.low), y2: up.at(point.y.high) }));
    parts.push(draw("circle", { class: "dot", cx, cy, r: 4.5 }, draw("title", {}, point.name)));
    const label = place(point.name, cx, cy, width, taken, crossed) ?? place(point.name, cx, cy, width, taken, []);
    if (label) labels.push(label);
  }
  parts.push(...labels);
  const title = `${columns[y].label} against ${columns[x].label}`;
  chart(holder, width, height, title, `${points.length} models; the numbers are in the table below.`, parts, () =>
    make(
      "table",
      {},
      make("thead", {}, make("tr", {}, ...["model", columns[x].label, columns[y].label].map((text) => make("th", { scope: "col" }, text)))),
      make("tbody", {}, ...points.map((point) => make("tr", {}, make("th", { scope: "row", class: "model" }, point.name), make("td", {}, told(point.x, columns[x])), make("td", {}, told(point.y, columns[y]))))),
    ),
  );
}

/** A name near its dot, at the first place where it covers no other name and crosses no line; null where there is none. */
function place(name, cx, cy, width, taken, crossed) {
  const text = name.length > 28 ? `${name.slice(0, 27)}…` : name;
  const long = text.length * 7.2;
  const sides = [-7, 16, -22, 31, -38, 46].flatMap((dy) => [[9, dy], [-9 - long, dy]]);
  for (const [dx, dy] of sides) {
    const box = [cx + dx, cy + dy - 12, cx + dx + long, cy + dy + 3];
    const free = [...taken, ...crossed].every((other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3]);
    if (free && box[0] > 60 && box[2] < width) {
      taken.push(box);
      return draw("text", { x: box[0], y: cy + dy }, text);
    }
  }
  return null;
}

if (byId("scatter")) {
  const second = columns.findIndex((column, k) => k !== overview.leading && column.better !== null);
  choose(byId("scatter-x"), second < 0 ? overview.leading : second).addEventListener("change", scatter);
  choose(byId("scatter-y"), overview.leading).addEventListener("change", scatter);
  whenNear(byId("scatter"), () => {
    scatter();
    tableChanged.push(scatter);
    let wide = byId("scatter-figure").clientWidth;
    new ResizeObserver(([{ contentRect }]) => {
      if (contentRect.width !== wide) scatter();
      wide = contentRect.width;
    }).observe(byId("scatter-figure"));
  });
}
