// Dots with their whiskers on one shared axis, one lane each.

/** From the least to the most of some cells and of what doing nothing and the target get. */
function axisOf(cells, column) {
  const known = cells.filter((found) => found && found.mean !== null && found.standing !== "claimed");
  const ends = [...known.flatMap((found) => [found.mean, found.low ?? found.mean, found.high ?? found.mean]), ...Object.values(columns[column].anchors).filter((value) => value !== null)];
  if (!ends.length || Math.max(...ends) === Math.min(...ends)) return null;
  const margin = (Math.max(...ends) - Math.min(...ends)) * 0.03;
  return { low: Math.min(...ends) - margin, high: Math.max(...ends) + margin };
}

/** One lane: a model's dot and whisker; the others' means as ticks behind it. */
function lane(found, axis, column, others = []) {
  const at = (value) => `${(100 * (value - axis.low)) / (axis.high - axis.low)}%`;
  const svg = draw("svg", { class: "plot", "aria-hidden": "true" });
  for (const [kind, value] of Object.entries(columns[column].anchors)) {
    if (value !== null) svg.append(draw("line", { class: `mark ${kind}`, x1: at(value), x2: at(value), y1: 0, y2: "100%" }));
  }
  for (const other of others) {
    if (other && other.mean !== null && other.standing !== "claimed") svg.append(draw("line", { class: "other", x1: at(other.mean), x2: at(other.mean), y1: "25%", y2: "75%" }));
  }
  if (!found || found.mean === null || found.standing === "claimed") return svg;
  if (found.low !== null) svg.append(draw("line", { class: "whisker", x1: at(found.low), x2: at(found.high), y1: "50%", y2: "50%" }));
  svg.append(draw("circle", { class: found.partial ? "dot part" : "dot", cx: at(found.mean), cy: "50%", r: 4 }));
  return svg;
}

const told = (found, { digits }) => (found.low === null ? figure(found.mean, digits) : `${figure(found.mean, digits)} (${figure(found.low, digits)} to ${figure(found.high, digits)})`);
