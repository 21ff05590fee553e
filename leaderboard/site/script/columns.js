// Which columns the table shows, and how much it says in each.

const region = byId("board-region");

function showColumns(preset) {
  board.dataset.columns = preset;
  fit();
}

/** What a printed page has room for, in pixels of the screen's text. */
const PAPER = 980;

/** Columns without room, as a rule of their own: no cell is touched to leave out a column, or to show it. */
const dropped = new CSSStyleSheet();
document.adoptedStyleSheets.push(dropped);
const stacked = matchMedia("screen and (max-width: 40rem)");

/** From the call for a print to its end; what is resized meanwhile is fitted for paper too. */
let onPaper = false;

/** Leaves out columns from the right while there is no room; of all, the reader scrolls, but on paper. */
function fit() {
  region.style.width = onPaper ? `${PAPER}px` : "";
  board.style.minWidth = "";
  dropped.replaceSync("");
  const gone = [];
  if (!stacked.matches || onPaper) {
    const needed = board.tHead.rows[0].scrollWidth;
    const all = board.dataset.columns === "all" && !onPaper;
    if (all) board.style.minWidth = `${needed}px`;
    else gone.push(...withoutRoom(needed - region.clientWidth));
  }
  dropped.replaceSync(gone.map(({ dataset }) => `#board [data-column="${dataset.column}"] { display: none }`).join(" "));
  byId("dropped").hidden = gone.length === 0;
  byId("dropped").textContent = `No room for ${gone.map((head) => called(head.dataset.column)).join(", ")}: “all” shows every column, and a row that is opened every figure.`;
}

/** The heads of columns that are so many pixels wide together, from the right. */
function withoutRoom(over) {
  const gone = [];
  for (const head of [...heads].reverse()) {
    if (over <= 0) break;
    if (!/^\d+$/.test(head.dataset.column) || head.classList.contains("lead") || !head.offsetWidth) continue;
    over -= head.offsetWidth;
    gone.unshift(head);
  }
  return gone;
}

function choice(name, usual, apply) {
  const radios = [...document.querySelectorAll(`input[name=${name}]`)];
  for (const radio of radios) {
    radio.addEventListener("change", () => {
      tell({ [name]: radio.value === usual ? null : radio.value });
      apply(radio.value);
    });
  }
  return () => {
    const found = radios.find((radio) => radio.value === asked().get(name)) ?? radios.find((radio) => radio.value === usual);
    if (found.checked) return;
    found.checked = true;
    apply(found.value);
  };
}

if (board) {
  const followColumns = choice("columns", board.dataset.preset, showColumns);
  const followDensity = choice("density", "compact", (density) => {
    board.dataset.density = density;
    fit();
  });
  followColumns();
  followDensity();
  let wide = region.clientWidth;
  fit();
  new ResizeObserver(() => {
    if (region.clientWidth !== wide) fit();
    wide = region.clientWidth;
  }).observe(region);
  for (const [event, begins] of [["beforeprint", true], ["afterprint", false]]) {
    window.addEventListener(event, () => {
      onPaper = begins;
      fit();
    });
  }
  window.addEventListener("hashchange", () => {
    if (!["columns", "density", "sort", "group"].some((name) => asked().has(name))) return;
    followColumns();
    followDensity();
    followTable();
  });
}
