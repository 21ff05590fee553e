// The page: one question at a time, by keys, clicks and taps.

const KEYS = { 1: "a", ArrowLeft: "a", 2: "tie", ArrowDown: "tie", 3: "b", ArrowRight: "b" };
const pictures = [byId("a"), byId("b")];
const UNKEPT = "This browser keeps nothing: do not close the page before you have saved your answers.";
const UNSEEN = "A picture cannot be shown: the folder of pictures must lie beside this page. Reload it to try again.";
let ready = false;

const addressOf = (name) => `${plan.folder}/${name}.webp`;

function only(name) {
  for (const one of ["start", "question", "end"]) byId(one).hidden = one !== name;
  byId("bar").hidden = name === "start";
}

function complain(words) {
  byId("trouble").textContent = words;
  byId("trouble").hidden = !words;
}

/** Takes up where this annotator stopped. */
function begin(person) {
  state.person = person;
  state.answers = kept(person);
  history.replaceState(null, "", `#${person}`);
  proceed();
}

function proceed() {
  const [asked, done] = [questions().length, state.answers.length];
  byId("done").max = asked;
  byId("done").value = done;
  byId("undo").disabled = !done;
  byId("leave").disabled = !done;
  if (done === asked) finish();
  else ask(done);
}

async function ask(number) {
  ready = false;
  only("question");
  blink(false);
  const [item, a, b] = questions()[number];
  const [instruction, input, width, height] = plan.items[item];
  byId("count").textContent = `${number + 1} of ${questions().length}`;
  byId("instruction").textContent = instruction;
  byId("panes").style.setProperty("--shape", width / height);
  byId("panes").classList.toggle("wide", width > 1.2 * height);
  byId("panes").classList.toggle("tall", width < 0.9 * height);
  byId("question").removeAttribute("data-ready");
  byId("input").src = addressOf(input);
  pictures[0].src = addressOf(a);
  pictures[1].src = addressOf(b);
  for (const under of document.querySelectorAll(".under")) under.src = addressOf(input);
  try {
    await Promise.all([byId("input"), ...pictures].map((one) => one.decode()));
  } catch {
    if (number === state.answers.length) complain(UNSEEN);
    return;
  }
  if (number !== state.answers.length || byId("question").hidden) return;
  complain(state.kept ? "" : UNKEPT);
  ready = true;
  byId("question").dataset.ready = number;
  const next = questions()[number + 1];
  for (const name of next ? [plan.items[next[0]][1], next[1], next[2]] : []) new Image().src = addressOf(name);
}

function choose(choice) {
  if (!ready) return;
  ready = false;
  state.answers.push(choice);
  keep();
  proceed();
}

function undo() {
  if (byId("undo").disabled) return;
  state.answers.pop();
  keep();
  proceed();
}

function finish() {
  const [asked, done] = [questions().length, state.answers.length];
  only("end");
  byId("thanks").textContent = done === asked ? "That was the last one. Thank you!" : `${done} of ${asked} are answered`;
  byId("count").textContent = `${done} of ${asked}`;
  byId("back").hidden = done === asked;
  byId("text").value = asCsv();
  byId("file").textContent = fileName();
  byId("said").textContent = "";
}

const fileName = () => `humans-${state.person}.csv`;

/** Shows the input in the places of both edits, or the edits. */
function blink(input) {
  byId("blink").setAttribute("aria-pressed", input);
  byId("panes").classList.toggle("blinked", input);
  for (const under of document.querySelectorAll(".under")) under.hidden = !input;
}

const isBlinked = () => byId("blink").getAttribute("aria-pressed") === "true";

function download() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([asCsv()], { type: "text/csv" }));
  link.download = fileName();
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  byId("said").textContent = `Saved as ${link.download}.`;
}

async function copy() {
  try {
    await navigator.clipboard.writeText(asCsv());
    byId("said").textContent = "Copied.";
  } catch {
    document.querySelector("details").open = true;
    byId("text").select();
    byId("said").textContent = "The text below is selected: copy it.";
  }
}

document.addEventListener("keydown", (event) => {
  if (byId("question").hidden || event.repeat || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === " " && event.target.matches("button:not(#blink)")) return;
  if (event.key in KEYS) choose(KEYS[event.key]);
  else if (event.key === " ") blink(!isBlinked());
  else if (event.key === "u" || event.key === "U" || event.key === "Backspace") undo();
  else return;
  event.preventDefault();
});
for (const button of document.querySelectorAll("[data-choice]")) button.addEventListener("click", () => choose(button.dataset.choice));
for (const pane of document.querySelectorAll(".pane:not(.input)")) pane.addEventListener("click", () => blink(!isBlinked()));
byId("blink").addEventListener("click", () => blink(!isBlinked()));
byId("undo").addEventListener("click", undo);
byId("leave").addEventListener("click", finish);
byId("back").addEventListener("click", proceed);
byId("download").addEventListener("click", download);
byId("copy").addEventListener("click", copy);
byId("who").addEventListener("submit", (event) => {
  event.preventDefault();
  begin(Number(byId("person").value));
});
window.addEventListener("storage", (event) => {
  if (state.person === null || event.key !== place(state.person)) return;
  state.answers = kept(state.person);
  proceed();
});

plan.people.forEach((asked, place) => {
  const done = kept(place + 1).length;
  byId("person").append(new Option(`${place + 1}${done ? ` (${done} of ${asked.length} answered)` : ""}`, place + 1));
});
const named = Number(location.hash.slice(1));
if (plan.people[named - 1]) begin(named);
else only("start");
