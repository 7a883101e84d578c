/* Scenes of imagery below the parcels: one chosen along their days, another one left of the line. */
"use strict";

const MapScenes = (map, scenes, { main, before, redraw }) => {
  const timeline = document.getElementById("scene");
  if (!timeline) return;
  const told = timeline.parentElement.querySelector("output");
  const left = document.getElementById("scene-left");

  function show(layer, scene) {
    layer.remove();
    layer.options.scene = scene?.id;
    if (scene) layer.addTo(map);
  }

  function choose() {
    const scene = scenes[timeline.value - 1];
    told.textContent = scene?.title ?? told.dataset.none;
    show(main, scene);
    compare();
  }

  /* Left of the line is clear where nothing is compared: its pane is not clipped then. */
  function compare() {
    const form = left.closest("form");
    const asked = scenes.find(({ id }) => String(id) === left.value);
    show(before, form.hidden ? undefined : asked ?? scenes[timeline.value - 1]);
    map.getContainer().classList.toggle("with-scene", map.hasLayer(main) || map.hasLayer(before));
    redraw();
  }

  timeline.addEventListener("input", choose);
  left.addEventListener("change", compare);
  document.getElementById("swipe").addEventListener("click", compare);
  const asked = new URLSearchParams(location.hash.slice(1)).get("scene");
  timeline.value = 1 + scenes.findIndex(({ id }) => String(id) === asked);
  choose();
};
