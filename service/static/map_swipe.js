/* Two days side by side: an earlier one to the left of a line that can be moved. */
"use strict";

const MapSwipe = (map, form, { main, other, words }) => {
  const button = document.getElementById("swipe");
  const [day, line] = ["input[type=date]", "input[type=range]"].map((what) => form.querySelector(what));
  const sides = [[other.options.pane, "scene_before"], [main.options.pane, "scene"]].map((names) => names.map((name) => map.getPane(name)).filter(Boolean));
  const rule = make("div", "swipe-rule");

  function clip() {
    if (form.hidden) return;
    const size = map.getSize();
    const from = map.containerPointToLayerPoint([0, 0]);
    const to = map.containerPointToLayerPoint(size);
    const share = Number(line.value) / 100;
    const x = from.x + size.x * share;
    const corners = (left, right) =>
      `polygon(${[[left, from.y], [right, from.y], [right, to.y], [left, to.y]].map(([a, b]) => `${a}px ${b}px`).join(",")})`;
    for (const pane of sides[0]) pane.style.clipPath = corners(from.x, x);
    for (const pane of sides[1]) pane.style.clipPath = corners(x, to.x);
    rule.style.left = `${100 * share}%`;
    rule.dataset.before = day.value;
    rule.dataset.after = main.options.day;
  }

  function open() {
    form.hidden = false;
    button.setAttribute("aria-pressed", "true");
    map.getContainer().append(rule);
    other.options.day = day.value;
    other.addTo(map);
    clip();
  }

  function close() {
    form.hidden = true;
    button.setAttribute("aria-pressed", "false");
    rule.remove();
    other.remove();
    for (const pane of sides.flat()) pane.style.clipPath = "";
  }

  button.addEventListener("click", () => (form.hidden ? open() : close()));
  line.addEventListener("input", clip);
  day.addEventListener("change", () => {
    if (!day.reportValidity()) return;
    clip();
    other.setDay(day.value);
  });
  map.on("move zoomend resize", clip);
  return { clip, isOpen: () => !form.hidden, close, words };
};
