/* Keeps each slider and the figure beside it the same. */
"use strict";

for (const slider of document.querySelectorAll("input[type=range][data-for]")) {
  const figure = document.getElementById(slider.dataset.for);
  slider.hidden = false;
  slider.addEventListener("input", () => {
    figure.value = slider.value;
  });
  slider.addEventListener("change", () => figure.dispatchEvent(new Event("change", { bubbles: true })));
  figure.addEventListener("input", () => {
    slider.value = figure.value;
  });
}
