/* The map page: brings together the land, its layers, the legend, time, search and instruments.
   Every word and colour comes from the page's data and the style sheets. */
"use strict";

const ParcelMap = (() => {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const { codelists, words } = data;
  const FAR_BELOW = 12.5;
  const NEAR_FROM = 16;
  const INTO_CELL = 2;
  const TROUBLE_MS = 8000;
  const SIDES = 64;
  const POPUP = {
    minWidth: 280,
    maxWidth: 380,
    autoPanPaddingTopLeft: [8, 52],
    autoPanPaddingBottomRight: [8, 8],
  };

  const land = data.addresses ? new TileLand(data.addresses) : new PackedLand(document.getElementById("land-data"), data);
  const cards = MapCards(data);
  const filters = MapFilters(data);
  const rank = new Map(Object.keys(codelists.Verdict).map((code) => [code, -codelists.Verdict[code].severity]));
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  let map;
  let layers;
  let names;
  let swipe;
  let ratings;
  let day = data.as_of;
  let counts = data.counts;
  let chosen = null;

  /* How the features of a layer look: classes of the style sheets. */

  function parcelClasses({ id, properties }) {
    if (!filters.admits(properties)) return null;
    const suspected = codelists.Verdict[properties.verdict].suspected ? " suspected" : "";
    return `parcel Verdict-${properties.verdict}${suspected}${id !== null && id === chosen ? " chosen" : ""}`;
  }

  const parcelLook = {
    day: data.as_of,
    classesOf: parcelClasses,
    rankOf: ({ id, properties }) => (id !== null && id === chosen ? 1 : rank.get(properties.verdict)),
  };

  const looks = {
    ground: {
      classesOf: ({ properties: { layer, kind } }) => `${layer}${/^\w+$/.test(kind ?? "") ? ` ${layer}-${kind}` : ""}`,
      rankOf: ({ properties: { layer } }) => ["outline", "water", "park", "road"].indexOf(layer),
    },
    parcels: parcelLook,
    before: parcelLook,
  };

  const styles = {
    claim: ({ properties: { kind, status, open, double } }) => ({
      className: `claim ClaimKind-${kind} ${status}${open ? " open" : ""}${double ? " double" : ""}`,
    }),
    rating: ({ properties: { mark } }) => ({ className: `rating ${mark}` }),
  };

  /* One day rules the page: its map, its counts, and where its links lead. */

  async function setDay(asked) {
    day = asked;
    popup.remove();
    layers.parcels.setDay(day);
    counts = await land.counts(day);
    tellDay();
    report();
    swipe?.clip();
    ratings.setDay(day);
    await layers.parcels.settled();
    names();
  }

  function tellDay() {
    const isToday = day === data.today;
    const field = document.getElementById("as-of");
    if (field) field.value = day;
    document.querySelector(".bar").classList.toggle("past", !isToday);
    for (const told of document.querySelectorAll("[data-day]")) told.textContent = told.dataset.day.replace("{day}", day);
    if (!data.addresses) return;
    for (const link of document.querySelectorAll(".bar a[href]")) link.href = ofDay(link.href, isToday ? null : day);
    history.replaceState(null, "", ofDay(location.href, isToday ? null : day));
  }

  function ofDay(address, asOf) {
    const url = new URL(address);
    if (asOf) url.searchParams.set("as_of", asOf);
    else url.searchParams.delete("as_of");
    return url.href;
  }

  function report() {
    const sum = filters.count(counts);
    const written = (value, decimals) =>
      value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    const values = {
      count: written(sum.count, 0),
      total: written(sum.all, 0),
      mu: written(sum.m2 * data.mu_per_m2, 2),
      unplaced: written(sum.unplaced, 0),
    };
    const fill = (text) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    document.getElementById("shown").textContent = fill(words.shown);
    const unplaced = document.getElementById("unplaced");
    unplaced.textContent = fill(words.unplaced);
    unplaced.hidden = !sum.unplaced;
  }

  /* Contracts of each park, and those of them in one of the groups. */
  function ofParks() {
    const found = new Map();
    for (const [, mask, , park, , , count] of counts) {
      const sum = found.get(park) ?? { all: 0, flagged: 0 };
      sum.all += count;
      sum.flagged += mask ? count : 0;
      found.set(park, sum);
    }
    return found;
  }

  /* One pop-up serves all parcels; the address names the parcel it shows. */

  const popup = L.popup(POPUP);

  async function open(id, at) {
    popup.remove();
    choose(id);
    popup.options.maxWidth = Math.min(POPUP.maxWidth, map.getSize().x - SIDES);
    popup.setLatLng(at).setContent(make("p", "note", words.loading)).openOn(map);
    const shown = await land.card(id, day);
    if (chosen !== id) return;
    popup.setContent(cards.parcel(shown, day));
    history.replaceState(null, "", `#parcel=${encodeURIComponent(shown.key)}`);
  }

  function choose(id) {
    chosen = id;
    layers.parcels.redraw();
  }

  function closed() {
    choose(null);
    history.replaceState(null, "", location.pathname + location.search);
  }

  function clicked(at) {
    const feature = layers.parcels.at(at);
    if (!feature) return;
    if (feature.properties.count) map.setView(at, map.getZoom() + INTO_CELL, { animate: !stillness });
    else open(feature.id, at);
  }

  async function visit(key) {
    const { id, bounds: [west, south, east, north] } = await land.place(key);
    document.body.classList.remove("drawer-open");
    const box = L.latLngBounds([south, west], [north, east]);
    map.once("moveend", () => open(id, box.getCenter()));
    map.fitBounds(box, { maxZoom: NEAR_FROM, animate: !stillness });
  }

  /* What could not be loaded is told; what is shown already stays. */
  function trouble(error) {
    const told = document.getElementById("trouble");
    told.textContent = words.failed;
    told.hidden = false;
    setTimeout(() => (told.hidden = true), TROUBLE_MS);
    console.info(error);
  }

  function wirePointer(measure) {
    map.on("click", ({ latlng }) => measure.isOn() || clicked(latlng));
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === map.getContainer() && !measure.isOn()) clicked(map.getCenter());
    });
    popup.on("remove", closed);
    if (!window.matchMedia("(hover: hover)").matches) return;
    const tip = L.tooltip({ direction: "top", offset: [0, -6] });
    map.on("mousemove", ({ latlng }) => {
      const over = layers.parcels.at(latlng);
      map.getContainer().classList.toggle("over-parcel", Boolean(over));
      const { title, verdict } = over?.properties ?? {};
      if (title) tip.setLatLng(latlng).setContent(make("span", "", `${title} · ${cards.label("Verdict", verdict)}`)).openOn(map);
      else tip.remove();
    });
    map.on("mouseout", () => tip.remove());
  }

  /* Drawer and instruments. */

  function wireLayers(basemaps) {
    for (const box of document.querySelectorAll("input[data-layer]")) {
      const apply = () => {
        const { classList } = map.getContainer();
        classList.toggle(`without-${box.dataset.layer}`, !box.checked);
        classList.toggle("beneath", Boolean(document.querySelector("input[data-over]:checked")));
      };
      box.addEventListener("change", () => {
        apply();
        layers.ground.redraw();
        layers.parcels.redraw();
      });
      apply();
    }
    const asked = document.querySelector("input[data-over]:checked")?.closest("details");
    if (asked) asked.parentElement.scrollTop = asked.offsetTop - asked.parentElement.offsetTop;
    for (const choice of document.querySelectorAll("input[data-basemap]")) {
      choice.addEventListener("change", () => {
        for (const [name, tiles] of Object.entries(basemaps)) {
          if (name === choice.dataset.basemap) tiles.addTo(map);
          else tiles.remove();
        }
        map.getContainer().classList.toggle("with-basemap", choice.dataset.basemap in basemaps);
        layers.ground.redraw();
      });
    }
  }

  function addInstruments() {
    map.attributionControl.setPrefix("Leaflet · Folium");
    L.control.scale({ imperial: false }).addTo(map);
    const north = L.control({ position: "bottomleft" });
    north.onAdd = () => Object.assign(make("div", "north-arrow", "▲"), { title: words.north });
    north.addTo(map);
    const place = document.getElementById("coordinates");
    const show = ({ lng, lat }) => {
      const { east, north: northing } = GaussKrueger.project(lng, lat);
      const zone = words.zone.replace("{meridian}", GaussKrueger.meridian(lng));
      const plane = make("span", "plane", ` · ${zone} · X ${northing.toFixed(1)} Y ${east.toFixed(1)} m`);
      place.replaceChildren(`${lng.toFixed(6)}°E ${lat.toFixed(6)}°N`, plane);
    };
    show(map.getCenter());
    map.on("mousemove", ({ latlng }) => show(latlng));
    map.on("moveend", () => show(map.getCenter()));
  }

  function wireDrawer() {
    const button = document.getElementById("drawer-toggle");
    button.addEventListener("click", () => {
      button.setAttribute("aria-expanded", document.body.classList.toggle("drawer-open"));
    });
  }

  function wireFilters() {
    filters.onChange(() => {
      layers.parcels.redraw();
      layers.before.redraw();
      report();
      names();
    });
  }

  function redrawAll() {
    for (const layer of [layers.ground, layers.parcels, layers.before]) layer.redraw();
    swipe.clip();
  }

  function settle() {
    const zoom = map.getZoom();
    map.getContainer().dataset.reach = zoom < FAR_BELOW ? "far" : zoom < NEAR_FROM ? "middle" : "near";
  }

  /* Shows what the page was made for, or the view an address names: #view=14/30.74/121.34 */
  function begin(view) {
    const [zoom, lat, lng] = (view ?? "").split("/").map(Number);
    const [west, south, east, north] = data.bounds;
    if (Number.isFinite(lng)) map.setView([lat, lng], zoom, { animate: false });
    else map.fitBounds([[south, west], [north, east]], { padding: [16, 16], animate: false });
    settle();
  }

  /* Called by the script Folium writes, once the map and its layers exist. */
  function start(leafletMap, found, basemaps) {
    map = leafletMap;
    layers = found;
    const asked = new URLSearchParams(location.hash.slice(1));
    map.on("zoomend", settle);
    begin(asked.get("view"));
    for (const layer of [layers.ground, layers.parcels]) layer.addTo(map);
    layers.claim.addData(data.claims).bindPopup((shown) => cards.claim(shown.feature.properties), POPUP);
    ratings = MapRatings(layers.rating, { load: (asked) => land.ratings(asked), cards, popup: POPUP, failed: trouble });
    ratings.setDay(day);
    names = MapNames(map, data, { parcels: layers.parcels, ground: layers.ground, counts: ofParks });
    for (const layer of [layers.parcels, layers.ground, layers.before]) layer.on("load", names).on("loaderror", ({ error }) => trouble(error));
    map.on("moveend", names);
    addInstruments();
    const measure = MapMeasure(map, data);
    wirePointer(measure);
    wireFilters();
    wireLayers(basemaps);
    wireDrawer();
    MapSearch((text) => land.search(text, day), ({ key }) => visit(key), { cards, words });
    swipe = MapSwipe(map, document.getElementById("swipe-form"), { main: layers.parcels, other: layers.before, words });
    MapScenes(map, data.scenes, { main: layers.scene, before: layers.scene_before, redraw: redrawAll });
    const print = MapPrint(map, () => Object.values(layers).filter((layer) => layer.setRatio && layer._map), data);
    land.changes().then((changes) => TimeSlider.start(document.getElementById("time"), { ...data, changes }, setDay), trouble);
    window.addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      trouble(event.reason);
    });
    report();
    if (asked.has("parcel")) visit(asked.get("parcel")).catch(trouble);
    layers.parcels.once("load", () => (document.documentElement.dataset.ready = "map"));
    Object.assign(api, { map, layers, print, setDay });
  }

  const api = { land, looks, styles, start };
  return api;
})();
