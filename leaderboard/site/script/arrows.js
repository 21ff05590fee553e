// Arrows of a motion, in the input's pixels.

const HEAD = 0.012;
/** Arrows as a drawing that lies over a picture; each is so many times as long as its motion. */
function arrowsOver(motion, times) {
  const [width, height] = motion.size;
  const most = HEAD * Math.hypot(width, height);
  const path = motion.arrows.map(([x, y, dx, dy]) => oneArrow(x, y, times * dx, times * dy, most)).join("");
  const attributes = { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", class: "arrows", "aria-hidden": "true" };
  return draw("svg", attributes, draw("path", { d: path, class: "halo" }), draw("path", { d: path }));
}

/** The shaft, and a head that is at most half as long. */
function oneArrow(x, y, dx, dy, most) {
  const [endX, endY] = [x + dx, y + dy];
  const size = Math.min(most, Math.hypot(dx, dy) / 2);
  const angle = Math.atan2(dy, dx);
  const side = (turn) => `${(endX - size * Math.cos(angle + turn)).toFixed(1)} ${(endY - size * Math.sin(angle + turn)).toFixed(1)}`;
  const tip = `${endX.toFixed(1)} ${endY.toFixed(1)}`;
  return `M${x} ${y}L${tip}M${side(0.5)}L${tip}L${side(-0.5)}`;
}
