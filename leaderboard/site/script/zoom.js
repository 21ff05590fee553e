// Zoom and pan, the same in all pictures.

const MOST_ZOOM = 12;
const zoomed = { times: 1, x: 0, y: 0 };

/** Zooms by a factor around a place in a picture, as shares of its sides. */
function zoomBy(factor, x = 0.5, y = 0.5) {
  const times = Math.min(MOST_ZOOM, Math.max(1, zoomed.times * factor));
  const grown = times / zoomed.times;
  zoomTo(times, x - (x - zoomed.x) * grown, y - (y - zoomed.y) * grown);
}

function panBy(x, y) {
  zoomTo(zoomed.times, zoomed.x + x, zoomed.y + y);
}

function zoomTo(times, x = 0, y = 0) {
  const within = (place) => Math.min(0, Math.max(1 - times, place));
  Object.assign(zoomed, { times, x: within(x), y: within(y) });
  const tiles = byId("tiles");
  tiles.style.setProperty("--zoom", times);
  tiles.style.setProperty("--x", `${100 * zoomed.x}%`);
  tiles.style.setProperty("--y", `${100 * zoomed.y}%`);
  tiles.classList.toggle("zoomed", times > 1);
  byId("zoom").textContent = `${Number(times.toFixed(1))}×`;
}

/** Where a pointer is in a picture, as shares of its sides. */
function placeIn(pane, event) {
  const box = pane.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

const CLICK = 5;
const CLICK_ZOOM = 2.5;
/** Dragging pans, two fingers and the wheel with Ctrl zoom, a click goes in and out. `drag` may take a drag for itself. */
function listenToPointers(tiles, drag) {
  const held = new Map();
  let moved = 0;
  let spread = null;
  tiles.addEventListener("pointerdown", (event) => {
    const pane = event.target.closest(".pane");
    if (!pane || event.button) return;
    if (!held.size) moved = 0;
    held.set(event.pointerId, { event, pane, takes: drag(pane, event, true) });
    pane.setPointerCapture(event.pointerId);
  });
  tiles.addEventListener("pointermove", (event) => {
    const hold = held.get(event.pointerId);
    if (!hold) return;
    const box = hold.pane.getBoundingClientRect();
    const [dx, dy] = [event.clientX - hold.event.clientX, event.clientY - hold.event.clientY];
    moved += Math.abs(dx) + Math.abs(dy);
    hold.event = event;
    if (held.size === 2) {
      const [a, b] = [...held.values()].map((each) => each.event);
      const now = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      const middle = { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 };
      if (spread) zoomBy(now / spread, ...placeIn(hold.pane, middle));
      spread = now;
    } else if (hold.takes) drag(hold.pane, event, false);
    else if (zoomed.times > 1) panBy(dx / box.width, dy / box.height);
  });
  const release = (event) => {
    const hold = held.get(event.pointerId);
    held.delete(event.pointerId);
    spread = null;
    if (!hold || event.type === "pointercancel" || moved > CLICK || held.size) return;
    if (zoomed.times > 1) zoomTo(1);
    else zoomBy(CLICK_ZOOM, ...placeIn(hold.pane, event));
  };
  tiles.addEventListener("pointerup", release);
  tiles.addEventListener("pointercancel", release);
  tiles.addEventListener(
    "wheel",
    (event) => {
      const pane = event.target.closest(".pane");
      if (!pane || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      zoomBy(Math.exp(-event.deltaY / 300), ...placeIn(pane, event));
    },
    { passive: false },
  );
}
