/* Length and area of a line drawn on the map, on the plane in which land is registered. */
"use strict";

const MapMeasure = (map, { words, mu_per_m2: muPerM2 }) => {
  const button = document.getElementById("measure");
  const told = document.getElementById("measured");
  const shape = L.layerGroup();
  let places = [];
  let isOn = false;

  const written = (value, decimals) =>
    value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

  function draw() {
    shape.clearLayers();
    const drawn = places.length > 2 ? L.polygon(places, { className: "measuring", interactive: false }) : L.polyline(places, { className: "measuring", interactive: false });
    shape.addLayer(drawn);
    for (const place of places) shape.addLayer(L.circleMarker(place, { radius: 4, className: "measuring", interactive: false }));
    tell();
  }

  function tell() {
    const { length, area } = GaussKrueger.measure(places);
    const parts = [`${words.length} ${written(length, 1)} m`];
    if (places.length > 2) parts.push(`${words.area} ${written(area, 1)} m² (${words.mu.replace("{number}", written(area * muPerM2, 2))})`);
    told.textContent = places.length ? parts.join(" · ") : words.measure_how;
  }

  function add(place) {
    places.push(place);
    draw();
  }

  function toggle(on) {
    isOn = on;
    places = [];
    shape.clearLayers();
    told.hidden = !on;
    button.setAttribute("aria-pressed", on);
    map.getContainer().classList.toggle("is-measuring", on);
    map.doubleClickZoom[on ? "disable" : "enable"]();
    if (on) {
      shape.addTo(map);
      tell();
      map.getContainer().focus();
    } else shape.remove();
  }

  button.addEventListener("click", () => toggle(!isOn));
  map.on("click", ({ latlng }) => isOn && add(latlng));
  map.getContainer().addEventListener("keydown", (event) => {
    if (!isOn || event.target !== map.getContainer()) return;
    if (event.key === "Enter") add(map.getCenter());
    if (event.key === "Backspace") {
      places.pop();
      draw();
    }
    if (event.key === "Escape") toggle(false);
  });
  return { isOn: () => isOn };
};
