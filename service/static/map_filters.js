/* The legend, whose entries count and filter: a parcel is shown when each of its values is ticked,
   and of its groups one. */
"use strict";

const MapFilters = (data) => {
  const FACETS = ["verdict", "milestone", "park", "land_use"];
  const groups = Object.keys(data.codelists.Group);
  const boxes = [...document.querySelectorAll("input[data-filter]")];
  const changes = new EventTarget();
  preset();
  let ticked = read();

  const groupsOf = (mask) => (mask ? groups.filter((_, place) => mask & (1 << place)) : [""]);

  /* An address can ask for some parks only: ?park=… */
  function preset() {
    for (const [facet, values] of Object.entries(Object.groupBy(new URLSearchParams(location.search), ([name]) => name))) {
      const asked = values.map(([, value]) => value);
      for (const box of boxes) if (box.dataset.filter === facet) box.checked = asked.includes(box.value);
    }
  }

  function read() {
    const found = {};
    for (const box of boxes) {
      found[box.dataset.filter] ??= new Set();
      if (box.checked) found[box.dataset.filter].add(box.value);
    }
    return found;
  }

  function admits(values) {
    return (
      FACETS.every((facet) => ticked[facet]?.has(values[facet] ?? "") ?? true) &&
      groupsOf(values.groups).some((group) => ticked.group.has(group))
    );
  }

  function apply() {
    ticked = read();
    changes.dispatchEvent(new Event("change"));
  }

  /* rows: verdict, groups, milestone, park, land use, whether placed, count, square metres. */
  function count(rows) {
    const total = new Map();
    const add = (facet, value, number) => total.set(`${facet} ${value}`, (total.get(`${facet} ${value}`) ?? 0) + number);
    const sum = { count: 0, all: 0, m2: 0, unplaced: 0 };
    for (const [verdict, mask, milestone, park, landUse, isPlaced, number, m2] of rows) {
      const values = { verdict, groups: mask, milestone, park, land_use: landUse };
      for (const facet of FACETS) add(facet, values[facet] ?? "", number);
      for (const group of groupsOf(mask)) add("group", group, number);
      sum.unplaced += isPlaced ? 0 : number;
      sum.all += number;
      if (!admits(values)) continue;
      sum.count += number;
      sum.m2 += m2;
    }
    for (const box of boxes) tell(box, total.get(`${box.dataset.filter} ${box.value}`) ?? 0);
    return sum;
  }

  function tell(box, number) {
    const entry = box.closest(".filter");
    entry.querySelector(".count").textContent = number.toLocaleString("en-US");
    entry.hidden = number === 0 && "mayHide" in box.dataset;
  }

  for (const box of boxes) box.addEventListener("change", apply);
  for (const button of document.querySelectorAll("button[data-only]")) {
    button.addEventListener("click", () => {
      for (const box of boxes) if (box.dataset.filter === button.dataset.only) box.checked = box.value === button.value;
      apply();
    });
  }
  for (const button of document.querySelectorAll("button[data-all]")) {
    button.addEventListener("click", () => {
      for (const box of boxes) if (box.dataset.filter === button.dataset.all) box.checked = true;
      apply();
    });
  }

  return { admits, count, onChange: (listener) => changes.addEventListener("change", listener) };
};
