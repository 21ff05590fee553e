"use strict";
// What was decided and written: kept in the browser pair by pair, written out as instructions.csv.

const byId = (id) => document.getElementById(id);
const plan = JSON.parse(byId("plan").textContent);
const pairs = plan.pairs;

const PROMPT = 0;
const CATEGORY = 1;
const KEEP = 2;
const place = (pair) => `mebench-review:${pair.id}`;
const same = (one, other) => one.every((text, part) => text === other[part]);

/** What is written for a pair: as this browser has it, unless the file was changed since. */
function kept(pair) {
  try {
    const { was, is } = JSON.parse(localStorage.getItem(place(pair)));
    const whole = [was, is].every((one) => one.length === 3 && one.every((text) => typeof text === "string"));
    return whole && same(was, pair.written) ? is : [...pair.written];
  } catch {
    return [...pair.written];
  }
}

/** Whether it was kept. */
function keep(pair) {
  try {
    localStorage.setItem(place(pair), JSON.stringify({ was: pair.written, is: pair.now }));
    return true;
  } catch {
    return false;
  }
}

for (const pair of pairs) pair.now = kept(pair);

/** Whether the next run makes an item of it. */
const isItem = (pair) => pair.now[PROMPT].trim() !== "" && pair.now[KEEP] !== "no";

const WHOLE = /["\n\r,]/;
const cell = (text) => (WHOLE.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** All of it, in the order of the pairs. */
function asCsv() {
  const lines = pairs.map((pair) => [pair.id, pair.now[PROMPT].trim(), pair.now[CATEGORY], pair.now[KEEP]].map(cell).join(","));
  return ["id,prompt,category,keep", ...lines].join("\n") + "\n";
}
