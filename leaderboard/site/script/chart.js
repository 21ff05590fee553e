// Charts.

/** A drawing that says in words what it shows, with its numbers as a table below. */
function chart(holder, width, height, title, description, parts, table) {
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-labelledby": `${holder.id}-title ${holder.id}-text` });
  svg.append(draw("title", { id: `${holder.id}-title` }, title), draw("desc", { id: `${holder.id}-text` }, description), ...parts);
  const open = holder.querySelector("details")?.open;
  const details = make("details", {}, make("summary", {}, "As a table"));
  const region = make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": title });
  details.addEventListener("toggle", () => details.open && !region.firstChild && region.append(table()));
  details.append(region);
  const frame = make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": `Chart: ${title}` }, svg);
  holder.replaceChildren(frame, details);
  details.open = Boolean(open);
}

function ticks(low, high, count = 5) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const found = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step / 1e6; tick += step) found.push(tick);
  return found.map((tick) => [tick, Math.max(0, -Math.floor(Math.log10(step)))]);
}

function scale(cells, from, to) {
  const ends = cells.flatMap((found) => [found.low ?? found.mean, found.high ?? found.mean]);
  let [low, high] = [Math.min(...ends), Math.max(...ends)];
  const margin = (high - low) * 0.04 || Math.abs(high) * 0.1 || 1;
  [low, high] = [low - margin, high + margin];
  return { low, high, at: (value) => Math.round((from + ((value - low) / (high - low)) * (to - from)) * 10) / 10 };
}
