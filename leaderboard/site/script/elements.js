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

function choose(select, chosen, names = columns.map((column) => column.label)) {
  names.forEach((name, place) => name !== null && select.append(new Option(name, place, place === chosen, place === chosen)));
  return select;
}

/** Names of the columns that have values for single items, in their places. */
const itemised = columns.map((column) => (column.itemised ? column.label : null));

/** Keeps room for what is drawn later, so that the page does not jump under the reader. */
function reserve(element, pixels) {
  element.style.minHeight = `${pixels}px`;
}

/** Runs once the element comes near the view, so that nothing is drawn that nobody looks at. */
function whenNear(element, run) {
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        observer.disconnect();
        run();
      }
    },
    { rootMargin: "400px" },
  );
  observer.observe(element);
}
