/* Small comforts of an import; each page works without them. */
"use strict";

(() => {
  const form = document.querySelector("form[data-most-bytes]");
  form?.addEventListener("submit", (event) => {
    const files = [...form.querySelector("input[type=file]").files];
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const isTooLarge = size > Number(form.dataset.mostBytes);
    document.getElementById("too-large").hidden = !isTooLarge;
    if (isTooLarge) event.preventDefault();
  });

  /* A change that is not taken over has no cells that are. */
  for (const change of document.querySelectorAll("tbody.change")) {
    const [whole, ...cells] = change.querySelectorAll("input[type=checkbox]");
    const follow = () => {
      change.classList.toggle("declined", !whole.checked);
      for (const cell of cells) cell.disabled = !whole.checked;
    };
    whole.addEventListener("change", follow);
    follow();
  }
})();
