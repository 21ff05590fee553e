// Direct comparisons: of the models that the table shows.

if (byId("preference")) {
  tableChanged.push(() => {
    const shown = new Set(shownModels());
    for (const row of byId("preference").querySelectorAll("tr[data-model]")) row.hidden = !shown.has(Number(row.dataset.model));
  });
}
