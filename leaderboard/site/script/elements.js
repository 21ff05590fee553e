// Elements, their text and their place in time.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; strings become text. */
function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

function picture(shown, alt) {
  const [src, width, height] = shown;
  return make("img", { src, width, height, alt, loading: "lazy", decoding: "async" });
}

const figure = (value, digits) => (value === null ? "–" : value.toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−"));

/** Names of the columns in which one model can be better than another and one has a figure, in their places. */
const directed = columns.map((column) => (column.better === null || !column.figures ? null : column.label));

/** Names of those of them that have values for single items. */
const itemised = columns.map((column, place) => (column.itemised ? directed[place] : null));

function choose(select, chosen, names = directed) {
  names.forEach((name, place) => name !== null && select.append(new Option(name, place, place === chosen, place === chosen)));
  return select;
}

/** By whose word a figure is, in a word; nothing where it was computed here. */
const WORDS = { reread: "re-read", claimed: "claimed" };
const word = (standing) => (standing in WORDS ? make("span", { class: `word ${standing}` }, WORDS[standing]) : null);

/** Keeps room for what is drawn later, so that the page does not jump under the reader. */
function reserve(element, pixels) {
  element.style.minHeight = `${pixels}px`;
}

/** Runs once the element comes near the view, or goes onto paper, so that nothing is drawn that nobody looks at. */
function whenNear(element, run) {
  const begin = () => {
    observer.disconnect();
    window.removeEventListener("beforeprint", begin);
    run();
  };
  const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && begin(), { rootMargin: "400px" });
  observer.observe(element);
  window.addEventListener("beforeprint", begin);
}
