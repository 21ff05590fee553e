// The list of items: found by words, in an order, walked through.

let items = [];
let options = [];

/** The items' places in the list by order. */
let order = [];

const ORDERS = {
  models: (item) => item.apart[0],
  metrics: (item) => item.apart[1],
};

function listItems() {
  options = items.map((item, number) => {
    const option = make(
      "div",
      { role: "option", tabindex: "-1", "aria-selected": "false" },
      item.thumb ? picture(item.thumb, "") : make("span", { class: "blank" }),
      make("span", { class: "text" }, make("b", {}, item.id), make("span", { class: "apart" }), item.instruction ? ` ${item.instruction}` : ""),
    );
    option.addEventListener("click", () => open(number));
    return option;
  });
  orderItems();
}

/** By number where all ids are numbers, else as in the benchmark; or by how far models or metrics are apart. */
function orderItems() {
  const chosen = byId("item-order").value;
  const apart = ORDERS[chosen];
  order = [...items.keys()];
  if (apart) order.sort((a, b) => (apart(items[b]) ?? -1) - (apart(items[a]) ?? -1) || a - b);
  else if (items.every((item) => /^\d+$/.test(item.id))) order.sort((a, b) => items[a].id - items[b].id);
  const leading = columns[overview.leading];
  const note = byId("order-note");
  note.hidden = !apart;
  note.textContent =
    chosen === "models"
      ? `${leading.label}: the highest of all models less the lowest.`
      : "How far two metrics are apart on one edit at most, each score taken as the share of its metric's others that it beats.";
  options.forEach((option, number) => {
    const value = apart?.(items[number]) ?? null;
    const digits = chosen === "models" ? leading.digits : 2;
    option.querySelector(".apart").textContent = value === null ? "" : ` ${figure(value, digits)} apart.`;
  });
  byId("items").replaceChildren(...order.map((number) => options[number]));
}

function select(number) {
  options[state.item]?.setAttribute("aria-selected", "false");
  options[state.item]?.setAttribute("tabindex", "-1");
  state.item = number;
  options[number].setAttribute("aria-selected", "true");
  options[number].setAttribute("tabindex", "0");
  const list = byId("items");
  const [top, bottom] = [options[number].offsetTop - list.offsetTop, options[number].offsetTop - list.offsetTop + options[number].offsetHeight];
  if (top < list.scrollTop || bottom > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 3;
}

/** The next item in the list's order, or the one before. */
function neighbour(step) {
  const visible = order.filter((number) => !options[number].hidden);
  const at = order.indexOf(state.item);
  return step > 0 ? visible.find((number) => order.indexOf(number) > at) : visible.findLast((number) => order.indexOf(number) < at);
}

function walk(step) {
  const next = neighbour(step);
  const inList = document.activeElement?.matches("[role=option]");
  if (next === undefined) return;
  open(next);
  if (inList) options[next].focus();
}

function filterItems() {
  const words = byId("item-filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  options.forEach((option, number) => {
    const text = [items[number].id, items[number].instruction, items[number].category].join(" ").toLowerCase();
    option.hidden = !words.every((word) => text.includes(word));
  });
}

byId("item-filter").addEventListener("input", filterItems);
byId("item-order").addEventListener("change", () => {
  orderItems();
  byId("items").scrollTop = 0;
  if (order.length) open(order[0]);
});
byId("previous").addEventListener("click", () => walk(-1));
byId("next").addEventListener("click", () => walk(1));
