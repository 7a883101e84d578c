/* What the map of data quality does in the browser: classes, cards, the legend as a filter, the list.
   The script Folium writes calls ParcelMap; words and colours come from the page's data. */
"use strict";

const ParcelMap = (() => {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const boxes = [...document.querySelectorAll("input[data-filter=fault]")];
  const buttons = [...document.querySelectorAll("button[data-issue]")];
  const SPOT_RADIUS = 6;
  const CLOSEST = 18;

  function make(name, className, ...content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...content);
    return made;
  }

  const cardOf = (layer) => data.cards[layer.feature.properties.issue];
  const ground = (layer) => ({ properties: { kind } }) => ({
    className: /^\w+$/.test(kind) ? `${layer} ${layer}-${kind}` : layer,
  });
  const toned = (layer) => ({ properties: { issue } }) => ({
    className: `${layer} ${data.cards[issue].severity[0]}`,
  });

  const styles = {
    outline: ground("outline"),
    water: ground("water"),
    park: ground("park"),
    road: ground("road"),
    parcel: toned("parcel"),
    claim: toned("spot"),
  };

  function draw({ severity: [classes, words], title, parcels, facts }) {
    return make(
      "article", "card",
      make("header", "", make("span", `badge ${classes}`, words)),
      make("h2", "", title),
      make("p", "identity", parcels),
      make("dl", "amounts", ...facts.flatMap(([name, text]) => [make("dt", "", name), make("dd", "", text)])),
    );
  }

  function applyFilters(layers) {
    const shown = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    for (const name of ["parcel", "claim"]) {
      layers[name].eachLayer((layer) => {
        layer.getElement().classList.toggle("off", !shown.has(cardOf(layer).code));
      });
    }
    for (const button of buttons) {
      button.parentElement.classList.toggle("off", !shown.has(data.cards[button.dataset.issue].code));
    }
  }

  function wireList(map, layers) {
    const spots = new Map();
    layers.claim.eachLayer((layer) => spots.set(layer.feature.properties.issue, layer));
    for (const button of buttons) {
      const spot = spots.get(Number(button.dataset.issue));
      button.disabled = !spot;
      button.addEventListener("click", () => {
        map.setView(spot.getLatLng(), CLOSEST, { animate: false });
        spot.fire("click", { latlng: spot.getLatLng() }, true);
      });
    }
  }

  function start(map, layers) {
    layers.claim.options.pointToLayer = (_, place) => L.circleMarker(place, { radius: SPOT_RADIUS });
    for (const [name, layer] of Object.entries(layers)) layer.addData(data.layers[name]);
    map.getContainer().classList.add("without-claim");
    map.fitBounds(data.bounds, { padding: [16, 16], animate: false });
    map.attributionControl.setPrefix("Leaflet · Folium");
    L.control.scale({ imperial: false }).addTo(map);
    for (const layer of [layers.parcel, layers.claim]) {
      layer.bindPopup((clicked) => draw(cardOf(clicked)), { minWidth: 240 });
    }
    layers.claim.bindTooltip((hovered) => make("span", "", cardOf(hovered).title), { direction: "top" });
    wireList(map, layers);
    for (const box of boxes) box.addEventListener("change", () => applyFilters(layers));
    const button = document.getElementById("drawer-toggle"); // a report has none
    button?.addEventListener("click", () => {
      button.setAttribute("aria-expanded", document.body.classList.toggle("drawer-open"));
    });
    document.documentElement.dataset.ready = "map";
  }

  return { styles, start };
})();
