// What colours and arrows mean, beside the pictures that have them.

/** Keys to what is shown: the wheel of motion or the scale of error, with the length that full colour means. */
function legendOf(view, over, item, { wheel, scale }) {
  const parts = [];
  const first = item.motion ?? item.edits.find((edit) => edit.motion)?.motion;
  if (first && view === "colours") {
    parts.push(make("div", {}, picture(wheel, "Colour wheel: each place has the colour of the motion from the centre to it"), make("p", {}, make("b", {}, "Motion from the input on."), ` Hue is direction, white stands still; at the rim of the wheel: ${lengthOf(first)} and more. Hatched: the flow cannot be trusted there.`)));
  }
  if (first && view === "error") {
    const line = item.edits.some((edit) => edit.motion?.outlined) ? "The line encloses what moves in the target." : "No line around what moves in the target: nearly everything does.";
    parts.push(make("div", {}, make("span", { class: "scale" }, "0", picture(scale, "Scale of the error, from black over red to yellow"), lengthOf(first)), make("p", {}, make("b", {}, "Distance to the target's motion."), ` ${line}`)));
  }
  if (first && over.arrows) {
    const times = item.enlargement > 1 ? `, ${item.enlargement} times as long as it is` : "";
    parts.push(make("div", {}, make("p", {}, make("b", {}, "Arrows:"), ` what moves by itself, from where it is in the input${times}; the camera's motion is taken away. None where the flow cannot be trusted.`)));
  }
  if (over.skeletons && item.edits.some((edit) => edit.skeletons?.edit)) {
    const keys = [["left", "the person's left"], ["right", "right"], ["both", "across"], ["before", "in the input"]];
    const lines = keys.map(([name, words]) => make("span", {}, make("i", { class: name }), words));
    parts.push(make("div", {}, make("p", { class: "limbs" }, make("b", {}, "Skeletons:"), "joints that are seen", ...lines)));
  }
  return parts;
}

/** The motion that has full colour. */
function lengthOf({ full, size }) {
  return `${full.toFixed(1)} px (${((100 * full) / Math.hypot(...size)).toFixed(1)} % of the diagonal)`;
}

/** How far the flow saw a motion, and what the camera did. */
function sightOf(motion) {
  if (motion.trust === null) return "whether the flow saw it is not known";
  const seen = `${Math.round(100 * motion.trust)} % seen`;
  if (!motion.seen) return seen;
  if (motion.camera === null) return `${seen}, no camera's motion told`;
  return motion.camera ? `${seen}, camera ${motion.camera.toFixed(1)} px` : `${seen}, camera still`;
}
