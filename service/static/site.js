/* Small comforts of every page; each page works without them. */
"use strict";

(() => {
  const PANEL_PADDING = 16;

  for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
    form.addEventListener("change", () => {
      if (form.reportValidity()) form.requestSubmit();
    });
  }

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.classList.add("copied");
    });
  }

  const strip = document.getElementById("timeline-data");
  if (strip) {
    const { lanes, idle, context } = JSON.parse(strip.textContent);
    strip.after(Timeline.draw({ lanes, idle }, context, strip.parentElement.clientWidth - 2 * PANEL_PADDING) ?? "");
  }

  /* "/" goes to the search field, "g m" to the map. */
  const search = document.querySelector("main input[type=search]");
  let last = "";
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
    }
    if (last === "g") document.querySelector(`nav a[data-key="${CSS.escape(event.key)}"]`)?.click();
    last = event.key;
  });
})();
