// The pictures of one item, side by side: input, target, and the edit of each model.

/** What a picture can show: name, label, key. */
const VIEWS = [
  ["edit", "Edit", "e"],
  ["input", "Input", "i"],
  ["target", "Target", "t"],
  ["wipe", "Input | edit", "w"],
  ["wipe-target", "Target | edit", "v"],
  ["colours", "Motion", "m"],
  ["error", "Error", "x"],
];
const isWipe = (view) => view.startsWith("wipe");
const beside = (view) => (view === "wipe" ? "input" : "target");

/** The tiles of an item; `layers` are the pictures that each can show, by view. */
function tilesOf(item, found, chosen) {
  const { input, target } = found;
  const tiles = [];
  const own = found.skeletons;
  if (input) tiles.push({ name: "input", isInput: true, skeleton: own && { joints: own.input }, layers: { edit: [input, `Input of item ${item.id}`] } });
  if (target) {
    const layers = { edit: [target, `Target of item ${item.id}`] };
    if (input) layers.input = [input, "The input in the target's place"];
    if (found.motion) layers.colours = [found.motion.colours, `Motion from input to target of item ${item.id}, as colours`];
    tiles.push({ name: "target", layers, motion: found.motion, skeleton: own && { joints: own.target, before: own.input }, stretched: isStretched(target, input) });
  }
  for (const model of chosen) {
    const { picture, motion, reason, results } = found.edits[model];
    const bare = !picture && results.every((result) => result === null || result[0] === null);
    const name = models[model].name;
    const layers = {};
    if (picture) layers.edit = [picture, `Edit of item ${item.id} by ${name}`];
    if (picture && input) layers.input = [input, `The input in the place of the edit by ${name}`];
    if (picture && target) layers.target = [target, `The target in the place of the edit by ${name}`];
    if (motion) {
      layers.colours = [motion.colours, `Motion from input to the edit by ${name}, as colours`];
      layers.error = [motion.error, `Where the motion of the edit by ${name} differs from the target's`];
    }
    tiles.push({ name, layers, motion, skeleton: skeletonsOf(found, model), reason, bare, wanted: found.motion, stretched: picture && isStretched(picture, input), isEdit: true });
  }
  return tiles.map((tile) => ({ ...tile, times: found.enlargement, shape: input ?? target ?? tile.layers.edit?.[0] }));
}

const STRETCHED = 0.02;
/** As metrics of motion call it: sides that differ in their ratio by more than 2 %. */
function isStretched(shown, input) {
  if (!input) return false;
  const ratio = (shown[1] * input[2]) / (shown[2] * input[1]);
  return Math.max(ratio, 1 / ratio) - 1 > STRETCHED;
}

/** One tile as an element; all of its pictures lie over each other, so that changing them takes no time. */
function tileOf(tile) {
  const pane = make("div", { class: "pane" });
  const [, width, height] = tile.shape ?? [null, 4, 3];
  pane.style.aspectRatio = `${width} / ${height}`;
  const badge = tile.stretched ? make("span", { class: "badge" }, "stretched") : null;
  const sight = make("span", { class: "sight" });
  const element = make("figure", { class: "tile" }, pane, make("figcaption", {}, make(tile.isEdit ? "h3" : "b", {}, tile.name), badge, sight));
  if (tile.isEdit && !tile.layers.edit) pane.append(make("p", { class: "absent" }, `${tile.bare ? "No picture and no scores" : "No picture"}: ${tile.reason}`));
  const stages = new Map();
  const stage = (view) => {
    if (!stages.has(view) && tile.layers[view]) {
      const [shown, alt] = tile.layers[view];
      const image = make("img", { src: shown[0], alt, draggable: "false", decoding: "async" });
      stages.set(view, make("div", { class: "stage" }, image));
      pane.append(stages.get(view));
    }
    return stages.get(view);
  };
  for (const view of ["edit", "input", "target"]) stage(view);
  const above = {};
  /** What lies over the picture; drawn when it is first shown. */
  const lay = (name, shown, drawing) => {
    if (shown && !above[name]) pane.append((above[name] = make("div", { class: "stage on above" }, drawing())));
    above[name]?.classList.toggle("on", Boolean(shown));
  };
  const line = make("div", { class: "wipe-line" });
  const band = make("p", { class: "unseen", hidden: "" });
  pane.append(line, band);

  return {
    element,
    show(view, over) {
      const wipes = isWipe(view) && tile.layers[beside(view)];
      const main = stage(isWipe(view) ? "edit" : view) ?? stage("edit");
      const other = wipes ? stage(beside(view)) : null;
      for (const each of stages.values()) {
        each.classList.toggle("on", each === main || each === other);
        each.classList.toggle("over", each === other);
      }
      line.hidden = !other;
      const seesMotion = (view === "colours" && !tile.isInput) || (view === "error" && tile.isEdit);
      const drawn = over.arrows && tile.motion && !(view === "error");
      lay("arrows", drawn, () => arrowsOver(tile.motion, tile.times));
      lay("skeletons", over.skeletons && tile.skeleton?.joints, () => skeletonOver(tile.skeleton.joints, tile.skeleton.before));
      const doubt = seesMotion || drawn || (over.arrows && tile.isEdit) ? doubtOf(tile, view) : null;
      const none = over.skeletons && tile.skeleton?.reason ? `No skeletons: ${tile.skeleton.reason}.` : null;
      band.textContent = [doubt, none].filter(Boolean).join(" ");
      band.hidden = !band.textContent || !tile.layers.edit;
      element.classList.toggle("doubted", Boolean(doubt) && seesMotion);
      sight.textContent = tile.motion && (seesMotion || over.arrows) ? sightOf(tile.motion) : "";
    },
  };
}

/** Why a picture of motion is none; null where it can be read. */
function doubtOf(tile, view) {
  if (!tile.motion) return "No motion is drawn here.";
  if (!tile.motion.seen) return `${sawOf(tile.isEdit ? "the edit's" : "the target's", tile.motion)}: not to be read as motion.`;
  if (view === "error" && tile.wanted && !tile.wanted.seen) return `${sawOf("the target's", tile.wanted)}: not to be read as error.`;
  return null;
}

function sawOf(whose, { trust }) {
  return trust === null ? `Whether the flow saw ${whose} motion is not known` : `The flow saw ${Math.round(100 * trust)} % of ${whose} motion`;
}
