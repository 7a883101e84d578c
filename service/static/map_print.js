/* The map on paper: hatched instead of coloured only, sharp, with its scale in figures. */
"use strict";

const MapPrint = (map, layers, { words }) => {
  const MM_PER_PX = 25.4 / 96;
  const SHARP = 2;
  const root = document.documentElement;
  const scale = document.getElementById("print-scale");
  let before = null;

  function scaleOf() {
    const { lat } = map.getCenter();
    const metresPerPx = (40_075_016.7 * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** map.getZoom());
    const number = (metresPerPx * 1000) / MM_PER_PX;
    const round = 10 ** Math.max(Math.floor(Math.log10(number)) - 1, 0);
    return (Math.round(number / round) * round).toLocaleString("en-US");
  }

  function restyle(isPrinting) {
    root.classList.toggle("printing", isPrinting);
    scale.textContent = words.scale.replace("{number}", scaleOf());
    for (const layer of layers()) layer.setRatio(isPrinting ? SHARP : window.devicePixelRatio);
  }

  /* Gives the map the size of the paper; fulfilled when all of it is drawn. */
  async function prepare(paper) {
    before = { bounds: map.getBounds() };
    root.dataset.paper = paper;
    root.classList.add("printing");
    map.invalidateSize({ animate: false });
    map.fitBounds(before.bounds, { animate: false });
    await Promise.all(layers().map((layer) => layer.settled()));
    restyle(true);
  }

  function restore() {
    restyle(false);
    delete root.dataset.paper;
    map.invalidateSize({ animate: false });
    if (before) map.fitBounds(before.bounds, { animate: false });
    before = null;
  }

  for (const button of document.querySelectorAll("button[data-print]")) {
    button.addEventListener("click", async () => {
      await prepare(button.dataset.print);
      window.print();
    });
  }
  window.addEventListener("beforeprint", () => before ?? restyle(true));
  window.addEventListener("afterprint", restore);
  return { prepare, restore };
};
