// The page: one pair at a time, by keys, clicks and taps.

const STATES = { "": "undecided", yes: "kept", no: "dropped" };
const MINUTE = 60;
let current = 0;

const pair = () => pairs[current];
const isIn = (one) => byId("filter").value === "all" || (byId("filter").value === "open" ? "" : byId("filter").value) === one.now[KEEP];

function complain(words) {
  byId("trouble").textContent = words;
  byId("trouble").hidden = !words;
}

/** The next pair that is shown in that direction; -1 where there is none. */
function beyond(step, from = current) {
  for (let at = from + step; at >= 0 && at < pairs.length; at += step) if (isIn(pairs[at])) return at;
  return -1;
}

function go(to) {
  current = to;
  show();
}

function walk(step) {
  const to = beyond(step);
  if (to >= 0) go(to);
}

function clock(seconds) {
  return `${Math.floor(seconds / MINUTE)}:${(seconds % MINUTE).toFixed(2).padStart(5, "0")}`;
}

function show() {
  const one = pair();
  byId("pair").hidden = !one;
  byId("nothing").hidden = Boolean(one);
  if (!one) return tally();
  const [start, end] = one.times.map(clock);
  byId("where").textContent = `${current + 1} of ${pairs.length}: ${one.video}, ${start} to ${end}`;
  for (const side of ["input", "target", "flow"]) {
    if (side in one.pictures) byId(side).src = one.pictures[side];
    byId(side).closest("figure").hidden = !(side in one.pictures);
  }
  byId("under").src = one.pictures.input;
  byId("panes").style.setProperty("--shape", one.size[0] / one.size[1]);
  byId("panes").classList.toggle("tall", one.size[0] < 0.9 * one.size[1]);
  byId("prompt").value = one.now[PROMPT];
  for (const radio of document.querySelectorAll("[name=category]")) radio.checked = radio.value === one.now[CATEGORY];
  byId("verdict").textContent = one.verdict ?? "";
  byId("verdict").hidden = !one.verdict;
  byId("measures").replaceChildren(
    ...Object.entries(one.measures).map(([name, value]) => {
      const line = document.createElement("div");
      line.append(Object.assign(document.createElement("dt"), { textContent: name }), Object.assign(document.createElement("dd"), { textContent: value }));
      return line;
    }),
  );
  blink(false);
  remark();
  tally();
  const next = pairs[beyond(1)];
  for (const name of next ? Object.values(next.pictures) : []) new Image().src = name;
}

/** What is wrong with the sentence, in words; nothing where it will do. */
function remark() {
  const words = byId("prompt").value.trim().split(/\s+/).filter(Boolean);
  const bad = words.map((word) => word.toLowerCase().replace(/[^\p{L}]/gu, "")).find((word) => plan.forbidden.includes(word));
  const long = words.length > plan.most_words ? `${words.length} words, better at most ${plan.most_words}` : "";
  byId("words").textContent = long || (bad ? `better without the word “${bad}”` : "");
}

function tally() {
  const decided = pairs.filter((one) => one.now[KEEP] !== "").length;
  byId("done").max = Math.max(1, pairs.length);
  byId("done").value = decided;
  byId("count").textContent = `${decided} of ${pairs.length} decided, ${pairs.filter(isItem).length} become items`;
  byId("before").disabled = beyond(-1) < 0;
  byId("after").disabled = beyond(1) < 0;
  const state = pair()?.now[KEEP] ?? "";
  byId("where").hidden = byId("state").hidden = !pair();
  byId("state").textContent = state === "yes" && !isItem(pair()) ? "kept, but without an instruction" : STATES[state];
  document.body.dataset.state = state;
  if (byId("all").open) list();
  if (byId("saved").open) byId("text").value = asCsv();
}

function list() {
  byId("list").replaceChildren(
    ...pairs.map((one, number) => {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.textContent = `${STATES[one.now[KEEP]]}: ${one.now[PROMPT] || "no instruction yet"}`;
      button.addEventListener("click", () => {
        byId("filter").value = "all";
        go(number);
        byId("pair").scrollIntoView();
      });
      const line = document.createElement("li");
      line.append(button);
      return line;
    }),
  );
}

function change(part, text) {
  pair().now[part] = text;
  const safe = keep(pair());
  tally();
  complain(safe ? "" : "This browser keeps nothing: do not close the page before you have saved.");
}

function decide(state) {
  if (byId("pair").hidden) return;
  change(KEEP, state);
  if (state === "yes" && !isItem(pair())) return byId("prompt").focus();
  if (document.activeElement === byId("prompt")) byId("prompt").blur();
  if (state) proceed();
}

/** On to the next pair; behind the last one, to the first that is undecided; else it stays where it may. */
function proceed() {
  const next = beyond(1);
  const left = pairs.findIndex((one) => isIn(one) && one.now[KEEP] === "");
  const there = [next, left].find((at) => at >= 0);
  if (there !== undefined) go(there);
  else if (!isIn(pair())) go(beyond(1, -1));
}

/** Shows the input in the target's place, or the target. */
function blink(input) {
  byId("blink").setAttribute("aria-pressed", input);
  byId("under").hidden = !input;
  byId("shown").textContent = input ? "Target: the input" : "Target";
}

const isBlinked = () => byId("blink").getAttribute("aria-pressed") === "true";

function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([asCsv()], { type: "text/csv" }));
  link.download = "instructions.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function copy() {
  try {
    await navigator.clipboard.writeText(asCsv());
    byId("said").textContent = "Copied.";
  } catch {
    byId("text").select();
    byId("said").textContent = "The text below is selected: copy it.";
  }
}

const KEYS = {
  k: () => decide("yes"),
  d: () => decide("no"),
  u: () => decide(""),
  e: () => byId("prompt").focus(),
  " ": () => blink(!isBlinked()),
  ArrowLeft: () => walk(-1),
  ArrowRight: () => walk(1),
};

/** What a key does here; nothing where it has a meaning of its own. */
function pressed({ key, target }) {
  if (target === byId("prompt")) return { Enter: () => decide("yes"), Escape: () => target.blur() }[key];
  if (target.matches("textarea, select")) return undefined;
  if (key === " " && target.matches("button, summary, input")) return undefined;
  if (key.startsWith("Arrow") && target.matches("[type=radio]")) return undefined;
  if (/^[1-6]$/.test(key)) return () => document.querySelectorAll("[name=category]")[Number(key) - 1].click();
  return KEYS[key.length === 1 ? key.toLowerCase() : key];
}

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.altKey || event.ctrlKey || event.metaKey) return;
  const act = pressed(event);
  if (!act) return;
  event.preventDefault();
  act();
});
byId("keep").addEventListener("click", () => decide("yes"));
byId("drop").addEventListener("click", () => decide("no"));
byId("blink").addEventListener("click", () => blink(!isBlinked()));
byId("target").closest("figure").addEventListener("click", () => blink(!isBlinked()));
byId("before").addEventListener("click", () => walk(-1));
byId("after").addEventListener("click", () => walk(1));
byId("save").addEventListener("click", save);
byId("copy").addEventListener("click", copy);
byId("prompt").addEventListener("input", () => {
  change(PROMPT, byId("prompt").value.replace(/\s+/g, " "));
  remark();
});
byId("categories").addEventListener("change", (event) => change(CATEGORY, event.target.value));
byId("written").addEventListener("submit", (event) => event.preventDefault());
byId("filter").addEventListener("change", () => {
  if (pair() && isIn(pair())) tally();
  else go(beyond(1, -1));
});
byId("all").addEventListener("toggle", tally);
byId("saved").addEventListener("toggle", tally);
window.addEventListener("storage", (event) => {
  for (const one of pairs) if (event.key === null || event.key === place(one)) one.now = kept(one);
  show();
});
go(Math.max(0, pairs.findIndex((one) => one.now[KEEP] === "")));
