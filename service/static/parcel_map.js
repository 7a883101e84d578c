/* What the parcel map does in the browser: classes, filters, pop-ups, search, labels.
   Every word and colour comes from the page's data; data reaches the page as text only. */
"use strict";

const ParcelMap = (() => {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const { codelists, words, language } = data;
  const FAR_BELOW = 12.5;
  const TITLES_FROM = 16;
  const ROAD_NAMES_FROM = 13;
  const PARK_NAMES_BELOW = 15.5;
  const LINE = 16;
  const WIDEST_TITLE = 132;
  const MOST_HITS = 8;
  const POPUP = {
    minWidth: 280,
    maxWidth: Math.min(380, window.innerWidth - 64),
    autoPanPaddingTopLeft: [8, 52],
    autoPanPaddingBottomRight: [8, 8],
  };

  let map;
  let parcels;

  const label = (list, code) => codelists[list][code][language];
  const inputs = (kind) => [...document.querySelectorAll(`input[data-filter="${kind}"]`)];

  function make(name, className, ...content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...content.filter((part) => part !== null && part !== undefined && part !== ""));
    return made;
  }

  /* Classes of the features: Folium's layers ask for them by the name of the layer. */

  const ground = (layer) => ({ properties: { kind } }) => ({
    className: /^\w+$/.test(kind) ? `${layer} ${layer}-${kind}` : layer,
  });

  const styles = {
    outline: ground("outline"),
    water: ground("water"),
    park: ground("park"),
    road: ground("road"),
    parcel: ({ properties: { verdict, suspected } }) => ({
      className: `parcel Verdict-${verdict}${suspected ? " suspected" : ""}`,
    }),
    claim: ({ properties: { kind, open, double } }) => ({
      className: `claim ClaimKind-${kind}${open ? " open" : ""}${double ? " double" : ""}`,
    }),
  };

  /* Cards. */

  function badge(list, code, suspected) {
    return make("span", `badge ${list}-${code}${suspected ? " suspected" : ""}`, label(list, code));
  }

  function confirmMark() {
    const mark = make("span", "confirm", words.confirm);
    mark.title = words.confirm_why;
    return mark;
  }

  function amountList(amounts) {
    const rows = amounts.flatMap(([name, amount]) => [make("dt", "", name), make("dd", "", amount)]);
    return rows.length ? make("dl", "amounts", ...rows) : null;
  }

  function openLink(url) {
    if (!url) return null;
    const link = make("a", "button", words.open);
    link.href = url;
    return link;
  }

  function parcelCard(shown) {
    const further = shown.findings.filter(([code]) => code !== shown.verdict);
    return make(
      "article", "card",
      make("header", "", badge("Verdict", shown.verdict, shown.suspected), shown.confirm ? confirmMark() : null),
      make("h2", "", shown.title),
      make("p", "identity", shown.lines.join(" · ")),
      make("p", "sentence", shown.sentence),
      Timeline.draw(shown.timeline, data.timeline),
      amountList(shown.amounts),
      shown.next_step ? make("p", "next", make("b", "", words.next_step), " ", shown.next_step) : null,
      further.length ? make("p", "further", ...further.map(([code, suspected]) => badge("FindingCode", code, suspected))) : null,
      openLink(shown.url),
    );
  }

  function claimCard(shown) {
    const status = make("span", "", label("ClaimStatus", shown.status));
    return make(
      "article", "card",
      make("header", "", badge("ClaimKind", shown.kind, shown.open), status),
      make("h2", "", shown.key),
      ...shown.lines.map((text) => make("p", "", text)),
    );
  }

  /* Filters: a parcel is shown when its verdict, its park and one of its groups are ticked. */

  const ticked = (kind) => new Set(inputs(kind).filter((box) => box.checked).map((box) => box.value));

  function applyFilters() {
    const [verdicts, groups, parks] = ["verdict", "group", "park"].map(ticked);
    let count = 0;
    let m2 = 0;
    for (const layer of parcels) {
      const shown = layer.feature.properties;
      const grouped = shown.groups.length ? shown.groups.some((group) => groups.has(group)) : groups.has("");
      const visible = grouped && verdicts.has(shown.verdict) && parks.has(shown.park);
      layer.getElement().classList.toggle("off", !visible);
      if (visible) {
        count += 1;
        m2 += shown.m2 ?? 0;
      }
    }
    report(count, m2 * data.mu_per_m2);
    labelTitles();
  }

  function report(count, mu) {
    const written = (value, decimals) =>
      value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    const values = { count: written(count, 0), total: written(parcels.length, 0), mu: written(mu, 2) };
    const text = words.shown.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    document.getElementById("shown").textContent = text;
  }

  function wireFilters() {
    for (const kind of ["verdict", "group", "park"]) {
      for (const box of inputs(kind)) box.addEventListener("change", applyFilters);
    }
    for (const button of document.querySelectorAll("button[data-only]")) {
      button.addEventListener("click", () => {
        for (const box of inputs(button.dataset.only)) box.checked = box.value === button.value;
        applyFilters();
      });
    }
    for (const button of document.querySelectorAll("button[data-all]")) {
      button.addEventListener("click", () => {
        for (const box of inputs(button.dataset.all)) box.checked = true;
        applyFilters();
      });
    }
  }

  function wireLayers(basemaps) {
    for (const box of document.querySelectorAll("input[data-layer]")) {
      const apply = () => map.getContainer().classList.toggle(`without-${box.dataset.layer}`, !box.checked);
      box.addEventListener("change", apply);
      apply();
    }
    for (const choice of document.querySelectorAll("input[data-basemap]")) {
      choice.addEventListener("change", () => chooseBasemap(basemaps, choice.dataset.basemap));
    }
  }

  function chooseBasemap(basemaps, chosen) {
    for (const [name, tiles] of Object.entries(basemaps)) {
      if (name === chosen) tiles.addTo(map);
      else tiles.remove();
    }
    map.getContainer().classList.toggle("with-basemap", chosen in basemaps);
  }

  /* Search. */

  function wireSearch() {
    const field = document.getElementById("search");
    const list = document.getElementById("hits");
    field.addEventListener("input", () => showHits(field.value, list));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") list.querySelector("button")?.click();
      if (event.key === "Escape") showHits((field.value = ""), list);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.closest("input, textarea, select")) return;
      event.preventDefault();
      field.focus();
    });
  }

  function showHits(text, list) {
    const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
    const named = ({ title, lines }) => [title, ...lines].join("\n").toLowerCase();
    const hits = wanted.length
      ? parcels.filter(({ feature }) => wanted.every((word) => named(feature.properties).includes(word)))
      : [];
    list.replaceChildren(...hits.slice(0, MOST_HITS).map(hitItem));
    if (wanted.length && !hits.length) list.append(make("li", "empty", words.nothing_found));
  }

  function hitItem(layer) {
    const { title, lines, verdict, suspected } = layer.feature.properties;
    const button = make("button", "", badge("Verdict", verdict, suspected), title, make("small", "", lines[0]));
    button.type = "button";
    button.addEventListener("click", () => visit(layer));
    return make("li", "", button);
  }

  function visit(layer) {
    document.body.classList.remove("drawer-open");
    layer.getElement().classList.remove("off");
    map.fitBounds(layer.getBounds(), { maxZoom: 16.5, animate: false });
    open(layer, layer.getCenter());
  }

  /* Names on the map. */

  const titles = L.layerGroup();
  const parkNames = L.layerGroup();
  const roadNames = L.layerGroup();

  function nameMarker(at, className, ...content) {
    const icon = L.divIcon({ className: `map-name ${className}`, html: make("span", "", ...content), iconSize: null });
    return L.marker(at, { icon, interactive: false, keyboard: false });
  }

  /* About the width of a text on the map: a Chinese character is as wide as two letters. */
  const widthOf = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 13 : 7.5), 8);

  /* Asks of each name in turn whether it has room; one that would cover another one has none. */
  function roomFor(height, widest = Infinity) {
    const taken = [];
    return (at, text) => {
      const { x, y } = map.latLngToContainerPoint(at);
      const half = Math.min(widthOf(text), widest) / 2;
      const free = taken.every((other) => Math.abs(x - other.x) > half + other.half || Math.abs(y - other.y) > height);
      if (free) taken.push({ x, y, half });
      return free;
    };
  }

  function holdsTitle(layer) {
    const bounds = layer.getBounds();
    const corner = map.latLngToContainerPoint(bounds.getNorthEast());
    const other = map.latLngToContainerPoint(bounds.getSouthWest());
    return corner.x - other.x > WIDEST_TITLE - LINE && other.y - corner.y > 2 * LINE;
  }

  function labelTitles() {
    titles.clearLayers();
    if (map.getZoom() < TITLES_FROM) return;
    const view = map.getBounds();
    const hasRoom = roomFor(2 * LINE, WIDEST_TITLE);
    for (const layer of parcels) {
      const hidden = layer.getElement().classList.contains("off");
      if (hidden || !view.intersects(layer.getBounds()) || !holdsTitle(layer)) continue;
      const { title } = layer.feature.properties;
      if (hasRoom(layer.getCenter(), title)) titles.addLayer(nameMarker(layer.getCenter(), "title", title));
    }
  }

  /* Each road is named once, where it passes nearest to the middle of the view. */
  function labelRoads(roads) {
    roadNames.clearLayers();
    if (map.getZoom() < ROAD_NAMES_FROM) return;
    const view = map.getBounds().pad(-0.1);
    const nearest = new Map();
    roads.eachLayer((layer) => {
      const { name } = layer.feature.properties;
      if (!name) return;
      for (const point of layer.getLatLngs().flat(2)) {
        if (!view.contains(point)) continue;
        const away = map.distance(point, view.getCenter());
        if (away < (nearest.get(name)?.away ?? Infinity)) nearest.set(name, { away, point });
      }
    });
    const hasRoom = roomFor(LINE);
    for (const [name, { point }] of nearest) {
      if (hasRoom(point, name)) roadNames.addLayer(nameMarker(point, "road-name", name));
    }
  }

  /* Parks come with the largest first: where there is no room, the smaller ones wait. */
  function labelParks() {
    parkNames.clearLayers();
    if (map.getZoom() >= PARK_NAMES_BELOW) return;
    const hasRoom = roomFor(2 * LINE);
    for (const { name, at, flagged, count } of data.park_names) {
      const tally = count ? make("small", "", `${flagged} / ${count}`) : null;
      if (hasRoom(at, name)) parkNames.addLayer(nameMarker(at, "park-name", name, tally));
    }
  }

  function labelWater() {
    for (const { name, at } of data.water_names) nameMarker(at, "water-name", name).addTo(map);
  }

  /* Instruments. */

  function control(position, className, content) {
    const made = L.control({ position });
    made.onAdd = () => make("div", className, content);
    made.addTo(map);
    return made.getContainer();
  }

  function addInstruments() {
    map.attributionControl.setPrefix("Leaflet · Folium");
    L.control.scale({ imperial: false }).addTo(map);
    control("bottomleft", "north-arrow", "▲").title = words.north;
    const place = control("bottomright", "coordinates", "");
    const show = ({ lng, lat }) => {
      place.textContent = `${lng.toFixed(5)}°E ${lat.toFixed(5)}°N · CGCS2000`;
    };
    show(map.getCenter());
    map.on("mousemove", (event) => show(event.latlng));
    map.on("moveend", () => show(map.getCenter()));
  }

  /* One pop-up serves all parcels; the address names the parcel it shows. */
  const popup = L.popup(POPUP);
  let chosen = null;

  function open(layer, at) {
    popup.remove();
    chosen = layer;
    layer.getElement().classList.add("chosen");
    popup.setLatLng(at).setContent(parcelCard(layer.feature.properties)).openOn(map);
    history.replaceState(null, "", `#parcel=${encodeURIComponent(layer.feature.properties.key)}`);
  }

  function closed() {
    chosen?.getElement().classList.remove("chosen");
    chosen = null;
    history.replaceState(null, "", "#");
  }

  function addPopups(layers) {
    layers.claim.bindPopup((clicked) => claimCard(clicked.feature.properties), POPUP);
    layers.parcel.on("click", (event) => open(event.layer, event.latlng));
    popup.on("remove", closed);
    if (!window.matchMedia("(hover: hover)").matches) return;
    const tip = ({ title, verdict }) => make("span", "", `${title} · ${label("Verdict", verdict)}`);
    layers.parcel.bindTooltip((hovered) => tip(hovered.feature.properties), { sticky: true, direction: "top" });
  }

  function wireDrawer() {
    const button = document.getElementById("drawer-toggle");
    button.addEventListener("click", () => {
      button.setAttribute("aria-expanded", document.body.classList.toggle("drawer-open"));
    });
  }

  function visitAddressed() {
    const asked = new URLSearchParams(location.hash.slice(1)).get("parcel");
    const layer = parcels.find(({ feature }) => feature.properties.key === asked);
    if (layer) visit(layer);
  }

  /* Called by the script Folium writes, once the map and its empty layers exist. */
  function start(leafletMap, layers, basemaps) {
    map = leafletMap;
    for (const [name, layer] of Object.entries(layers)) layer.addData(data.layers[name]);
    parcels = layers.parcel.getLayers();
    map.fitBounds(data.bounds, { padding: [16, 16], animate: false });
    [titles, roadNames, parkNames].forEach((group) => group.addTo(map));
    addPopups(layers);
    labelWater();
    addInstruments();
    wireFilters();
    wireLayers(basemaps);
    wireSearch();
    const settle = () => {
      const zoom = map.getZoom();
      map.getContainer().dataset.reach = zoom < FAR_BELOW ? "far" : zoom < TITLES_FROM ? "middle" : "near";
      labelTitles();
      labelParks();
      labelRoads(layers.road);
    };
    map.on("moveend", settle);
    applyFilters();
    settle();
    wireDrawer();
    visitAddressed();
    document.documentElement.dataset.ready = "map";
  }

  return { styles, start };
})();
