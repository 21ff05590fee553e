// People's joints as lines over a picture, in shares of its sides.

const SIDES = ["both", "right", "left"];

/** Joints as a drawing that lies over a picture, over those of the input if they are given. */
function skeletonOver(joints, before = null) {
  const attributes = { viewBox: "0 0 1 1", preserveAspectRatio: "none", class: "skeleton", "aria-hidden": "true" };
  const parts = before ? [["halo", limbsOf(before)], ["before", limbsOf(before)]] : [];
  parts.push(["halo", limbsOf(joints)], ...SIDES.map((side) => [side, limbsOf(joints, side)]));
  return draw("svg", attributes, ...parts.map(([name, d]) => draw("path", { d, class: name })));
}

/** Lines between joints that are both seen; those of one side, or all. */
function limbsOf(joints, side = null) {
  const drawn = overview.limbs.filter(([first, second, whose]) => joints[first] && joints[second] && (side === null || whose === side));
  return drawn.map(([first, second]) => `M${joints[first].join(" ")}L${joints[second].join(" ")}`).join("");
}

/** What lies over the tiles of an item by name: `joints`, `before`, or the `reason` why there are none. */
function skeletonsOf(found, model) {
  const own = found.edits[model].skeletons ?? { reason: "it was not scored by pose_alignment" };
  return own.reason ? own : { joints: own.edit, before: own.input };
}
