/* The search field of the map: what is found is visited. */
"use strict";

const MapSearch = (find, visit, { cards, words }) => {
  const WAIT_MS = 150;
  const field = document.getElementById("search");
  const list = document.getElementById("hits");
  let timer = 0;
  let asked = 0;

  async function look() {
    const number = (asked += 1);
    const text = field.value.trim();
    const hits = text ? await find(text) : [];
    if (number !== asked) return;
    list.replaceChildren(...hits.map(item));
    if (text && !hits.length) list.append(make("li", "empty", words.nothing_found));
  }

  function item(hit) {
    const button = make("button", "", ...cards.hit(hit));
    button.type = "button";
    button.addEventListener("click", () => {
      list.replaceChildren();
      visit(hit);
    });
    return make("li", "", button);
  }

  async function choose() {
    clearTimeout(timer);
    await look();
    list.querySelector("button")?.click();
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") choose();
    if (event.key === "ArrowDown") list.querySelector("button")?.focus();
    if (event.key === "Escape") {
      field.value = "";
      look();
    }
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!step) return;
    event.preventDefault();
    (event.target.closest("li")[step]?.querySelector("button") ?? field).focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    field.focus();
  });
};
