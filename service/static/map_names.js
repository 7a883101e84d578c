/* Names on the map: each is written where it has room. */
"use strict";

const MapNames = (map, data, { parcels, ground, counts }) => {
  const TITLES_FROM = 16;
  const ROAD_NAMES_FROM = 14;
  const PARK_NAMES_BELOW = 16;
  const WATER_NAMES_FROM = 13;
  const LINE = 16;
  const CELL = 27;
  const WIDEST_TITLE = 132;
  const SIZE = 256;
  const group = L.layerGroup().addTo(map);

  function write(at, className, ...content) {
    const icon = L.divIcon({ className: `map-name ${className}`, html: make("span", "", ...content), iconSize: null });
    group.addLayer(L.marker(at, { icon, interactive: false, keyboard: false }));
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

  function* drawn(layer) {
    const zoom = map.getZoom();
    for (const { coords, features } of layer.tiles()) {
      if (coords.z !== zoom) continue;
      const place = (x, y) => map.unproject([coords.x * SIZE + x, coords.y * SIZE + y], zoom);
      for (const feature of features) yield { feature, place };
    }
  }

  function middle([line]) {
    const xs = line.filter((_, at) => at % 2 === 0);
    const ys = line.filter((_, at) => at % 2);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
  }

  /* A parcel that lies on several tiles is named on the one that has most of it. */
  function titles() {
    if (map.getZoom() < TITLES_FROM) return;
    const widest = new Map();
    for (const { feature, place } of drawn(parcels)) {
      if (!feature.properties.title || parcels.options.classesOf(feature, parcels) === null) continue;
      const box = middle(feature.lines);
      if (box.width < WIDEST_TITLE - LINE || box.height < 2 * LINE) continue;
      if (box.width > (widest.get(feature.id)?.width ?? 0)) {
        widest.set(feature.id, { at: place(box.x, box.y), width: box.width, title: feature.properties.title });
      }
    }
    const hasRoom = roomFor(2 * LINE, WIDEST_TITLE);
    for (const { at, title } of widest.values()) if (hasRoom(at, title)) write(at, "title", title);
  }

  /* Each road is named once, where it passes nearest to the middle of the view. */
  function roads() {
    if (map.getZoom() < ROAD_NAMES_FROM) return;
    const view = map.getBounds().pad(-0.1);
    const nearest = new Map();
    for (const { feature, place } of drawn(ground)) {
      const { name, layer } = feature.properties;
      if (!name || layer !== "road") continue;
      for (const line of feature.lines) {
        for (let at = 0; at < line.length; at += 2) {
          const point = place(line[at], line[at + 1]);
          const away = map.distance(point, view.getCenter());
          if (view.contains(point) && away < (nearest.get(name)?.away ?? Infinity)) nearest.set(name, { away, point });
        }
      }
    }
    const hasRoom = roomFor(LINE);
    for (const [name, { point }] of nearest) if (hasRoom(point, name)) write(point, "road-name", name);
  }

  /* The parks with most contracts come first: where there is no room, the others wait. Beside
     counted cells a name gives way, and leaves the numbers to them. */
  function parks() {
    if (map.getZoom() >= PARK_NAMES_BELOW) return;
    const ofPark = counts();
    const named = data.park_names.map((name) => ({ ...name, ...(ofPark.get(name.park) ?? { all: 0, flagged: 0 }) }));
    const cells = [...cellPlaces()];
    const hasRoom = roomFor(2 * LINE);
    for (const { text, at, flagged, all } of named.sort((one, other) => other.all - one.all)) {
      const place = aside(at, cells, widthOf(text) / 2);
      const tally = all && !cells.length ? make("small", "", `${flagged} / ${all}`) : null;
      if (place && hasRoom(place, text)) write(place, "park-name", text, tally);
    }
  }

  function* cellPlaces() {
    for (const { feature, place } of drawn(parcels)) {
      if (feature.properties.count) yield map.latLngToContainerPoint(place(...feature.lines[0]));
    }
  }

  /* The place or, where a cell is in the way, one above it; null where another one is there too. */
  function aside(at, cells, half) {
    const point = map.latLngToContainerPoint(at);
    const inTheWay = () =>
      cells.find(({ x, y }) => Math.abs(x - point.x) < half + CELL && point.y > y - CELL && point.y - LINE < y + CELL);
    const cell = inTheWay();
    if (cell) point.y = cell.y - CELL;
    return inTheWay() ? null : map.containerPointToLatLng(point);
  }

  function waters() {
    if (map.getZoom() < WATER_NAMES_FROM) return;
    const hasRoom = roomFor(LINE);
    for (const { text, at } of data.water_names) if (hasRoom(at, text)) write(at, "water-name", text);
  }

  return function write_all() {
    group.clearLayers();
    for (const each of [parks, titles, roads, waters]) each();
  };
};
