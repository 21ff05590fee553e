// The line between two pictures: what is left of it is the one, what is right of it the other.

const NEAR_LINE = 0.06;

/** Puts the line there, in all pictures; in per cent of their width. */
function wipeTo(percent) {
  const place = Math.round(Math.min(100, Math.max(0, percent)));
  byId("wipe").value = place;
  byId("tiles").style.setProperty("--wipe", `${place}%`);
}

const wipeBy = (step) => wipeTo(Number(byId("wipe").value) + step);

/** Lets a drag move the line: any while nothing is zoomed, else one that begins near it. */
function dragLine(pane, event, begins) {
  if (!isWipe(state.view) || !pane.querySelector(".over")) return false;
  const [place] = placeIn(pane, event);
  if (begins) return zoomed.times === 1 || Math.abs(place - byId("wipe").value / 100) < NEAR_LINE;
  wipeTo(100 * place);
  return true;
}

byId("wipe").addEventListener("input", () => wipeTo(byId("wipe").valueAsNumber));
