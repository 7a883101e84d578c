/* A list that changes without a reload: what was open stays open. The page works without it. */
"use strict";

(() => {
  const list = document.getElementById("list");
  let open = null;

  list.addEventListener("htmx:beforeSwap", () => {
    const menu = list.querySelector("details[open]");
    open = menu && { name: menu.dataset.menu, scrolled: menu.querySelector(".menu").scrollTop };
  });

  list.addEventListener("htmx:afterSwap", () => {
    const menu = open && list.querySelector(`details[data-menu="${CSS.escape(open.name)}"]`);
    if (!menu) return;
    menu.open = true;
    menu.querySelector(".menu").scrollTop = open.scrolled;
  });

  document.addEventListener("click", (event) => {
    for (const menu of list.querySelectorAll("details[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  /* Arrows move along the rows; enter follows the link of one. */
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.target.closest("input:not([type=search]), select, textarea, details[open]")) return;
    const links = [...list.querySelectorAll("tbody a")];
    const place = links.indexOf(document.activeElement);
    const next = place < 0 ? (step > 0 ? 0 : -1) : place + step;
    if (!links[next]) return;
    event.preventDefault();
    links[next].focus();
  });
})();
