/* What the map of movements does in the browser: classes, tooltips, cards, the legend as a filter.
   The script Folium writes calls ParcelMap; words and colours come from the page's data. */
"use strict";

const ParcelMap = (() => {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const boxes = [...document.querySelectorAll("input[data-filter=movement]")];

  function make(name, className, ...content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...content);
    return made;
  }

  const badge = ([classes, words]) => make("span", `badge ${classes}`, words);
  const ground = (layer) => ({ properties: { kind } }) => ({
    className: /^\w+$/.test(kind) ? `${layer} ${layer}-${kind}` : layer,
  });

  const styles = {
    outline: ground("outline"),
    water: ground("water"),
    park: ground("park"),
    road: ground("road"),
    parcel: ({ properties: { movement } }) => ({ className: `parcel ${movement[0]}` }),
    claim: ground("claim"),
  };

  function card({ movement, title, lines, verdicts: [before, after], amounts }) {
    return make(
      "article", "card",
      make("header", "", badge(movement)),
      make("h2", "", title),
      make("p", "identity", lines.join(" · ")),
      make("p", "further", badge(before), "→", badge(after)),
      make("dl", "amounts", ...amounts.flatMap(([name, amount]) => [make("dt", "", name), make("dd", "", amount)])),
    );
  }

  function tip({ title, verdicts: [before, after] }) {
    return make("span", "", `${title} · ${before[1]} → ${after[1]}`);
  }

  function applyFilters(parcels) {
    const shown = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    parcels.eachLayer((layer) => {
      layer.getElement().classList.toggle("off", !shown.has(layer.feature.properties.code));
    });
  }

  function start(map, layers) {
    for (const [name, layer] of Object.entries(layers)) layer.addData(data.layers[name]);
    map.getContainer().classList.add("without-claim");
    const [west, south, east, north] = data.bounds;
    map.fitBounds([[south, west], [north, east]], { padding: [16, 16], animate: false });
    map.attributionControl.setPrefix("Leaflet · Folium");
    L.control.scale({ imperial: false }).addTo(map);
    layers.parcel.bindPopup((clicked) => card(clicked.feature.properties), { minWidth: 280 });
    layers.parcel.bindTooltip((hovered) => tip(hovered.feature.properties), { sticky: true, direction: "top" });
    for (const box of boxes) box.addEventListener("change", () => applyFilters(layers.parcel));
    const button = document.getElementById("drawer-toggle");
    button.addEventListener("click", () => {
      button.setAttribute("aria-expanded", document.body.classList.toggle("drawer-open"));
    });
    document.documentElement.dataset.ready = "map";
  }

  return { styles, start };
})();
