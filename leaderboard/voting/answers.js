"use strict";
// What was asked and answered: kept in the browser, written out as humans.csv.

const byId = (id) => document.getElementById(id);
const plan = JSON.parse(byId("plan").textContent);
const state = { person: null, answers: [], kept: true };

const place = (person) => `mebench-vote:${plan.plan}:${person}`;
const questions = () => plan.people[state.person - 1];

/** The answers that this browser has of an annotator, in the order of the questions. */
function kept(person) {
  try {
    const found = JSON.parse(localStorage.getItem(place(person)) ?? "[]");
    return Array.isArray(found) ? found.slice(0, plan.people[person - 1].length) : [];
  } catch {
    return [];
  }
}

function keep() {
  try {
    localStorage.setItem(place(state.person), JSON.stringify(state.answers));
    state.kept = true;
  } catch {
    state.kept = false;
  }
}

/** All that was answered, in the order of the questions. */
function asCsv() {
  const lines = state.answers.map((choice, number) => {
    const [item, a, b] = questions()[number];
    return [item, a, b, state.person, choice].join(",");
  });
  return ["item_id,model_a,model_b,annotator,choice", ...lines].join("\n") + "\n";
}
