/* A Leaflet layer that draws the features of a land source on canvas tiles. How a feature looks is
   said by its classes in the style sheets; what it says of itself stays with the tile, so that a
   changed filter or style is drawn without asking the source again.

   A source gives load({x, y, z}, day, signal): a promise of features, each with
   id, kind (1 counted cell, 2 line, 3 area), lines (flat x, y in pixels of the tile), properties. */
"use strict";

const LandLayer = (() => {
  const SIZE = 256;
  const POINT = 1;
  const AREA = 3;
  const FULL_TURN = 2 * Math.PI;
  const SMALLEST_CELL = 10;
  const LARGEST_CELL = 27;
  const HOLE_SHARE = 0.66;

  /* What the style sheets make of an element with some classes inside the map. */
  class Paints {
    constructor(container) {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("class", "probe");
      this.probe = svg.appendChild(document.createElementNS(svg.namespaceURI, "path"));
      container.append(svg);
      this.forget();
    }

    forget() {
      this.known = new Map();
    }

    of(classes) {
      if (!this.known.has(classes)) this.known.set(classes, this.look(classes));
      return this.known.get(classes);
    }

    look(classes) {
      this.probe.setAttribute("class", classes);
      const style = getComputedStyle(this.probe);
      const dash = style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(",").map(parseFloat);
      return {
        isHidden: style.display === "none",
        fill: paintOf(style.fill),
        fillOpacity: style.opacity * style.fillOpacity,
        stroke: paintOf(style.stroke),
        strokeOpacity: style.opacity * style.strokeOpacity,
        width: parseFloat(style.strokeWidth),
        dash,
      };
    }
  }

  function paintOf(written) {
    if (written === "none") return null;
    const pattern = /url\("?#([^")]+)"?\)/.exec(written);
    return pattern ? hatch(pattern[1]) : written;
  }

  /* The pattern of the page's SVG as one of the canvas. */
  function hatch(id) {
    const pattern = document.getElementById(id);
    const canvas = document.createElement("canvas");
    const fine = 4;
    canvas.width = canvas.height = pattern.getAttribute("width") * fine;
    const pen = canvas.getContext("2d");
    pen.scale(fine, fine);
    for (const part of pattern.children) {
      const number = (name) => Number(part.getAttribute(name) ?? 0);
      pen.globalAlpha = Number(part.getAttribute("fill-opacity") ?? 1);
      pen.fillStyle = part.getAttribute("fill");
      pen.strokeStyle = part.getAttribute("stroke");
      pen.lineWidth = number("stroke-width");
      if (part.tagName === "rect") pen.fillRect(0, 0, number("width"), number("height"));
      else if (part.tagName === "path") pen.stroke(new Path2D(part.attributes.d.value));
      else {
        pen.beginPath();
        pen.arc(number("cx"), number("cy"), number("r"), 0, FULL_TURN);
        pen.fill();
      }
    }
    const made = pen.createPattern(canvas, "repeat");
    const turned = /rotate\((\d+)\)/.exec(pattern.getAttribute("patternTransform") ?? "");
    made.setTransform(new DOMMatrix().rotate(Number(turned?.[1] ?? 0)).scale(1 / fine));
    return made;
  }

  function trace(pen, { kind, lines }) {
    for (const line of lines) {
      pen.moveTo(line[0], line[1]);
      for (let at = 2; at < line.length; at += 2) pen.lineTo(line[at], line[at + 1]);
      if (kind === AREA) pen.lineTo(line[0], line[1]); /* closing the path takes far longer */
    }
  }

  function fillAndStroke(pen, paint, features) {
    if (paint.isHidden) return;
    pen.beginPath();
    for (const feature of features) trace(pen, feature);
    if (paint.fill && features[0].kind === AREA) {
      pen.globalAlpha = paint.fillOpacity;
      pen.fillStyle = paint.fill;
      pen.fill();
    }
    if (paint.stroke && paint.width) {
      pen.globalAlpha = paint.strokeOpacity;
      pen.strokeStyle = paint.stroke;
      pen.lineWidth = paint.width;
      pen.setLineDash(paint.dash);
      pen.stroke();
    }
  }

  /* Cells of the same place as one ring whose parts are the counts of their classes. */
  function drawCells(pen, buckets, paints) {
    if (paints.of("cell").isHidden) return;
    const places = new Map();
    for (const [classes, features] of buckets) {
      for (const { lines: [[x, y]], properties } of features) {
        const place = places.get(`${x} ${y}`) ?? { x, y, count: 0, parts: [] };
        place.parts.push([classes, properties.count]);
        place.count += properties.count;
        places.set(`${x} ${y}`, place);
      }
    }
    for (const place of places.values()) drawCell(pen, place, paints);
  }

  function drawCell(pen, { x, y, count, parts }, paints) {
    const radius = Math.min(SMALLEST_CELL + 3.2 * Math.log2(count), LARGEST_CELL);
    let from = -FULL_TURN / 4;
    for (const [classes, part] of parts.reverse()) {
      const to = from + (part / count) * FULL_TURN;
      const paint = paints.of(classes);
      pen.beginPath();
      pen.moveTo(x, y);
      pen.arc(x, y, radius, from, to);
      pen.globalAlpha = 1;
      pen.fillStyle = paints.of("cell").fill;
      pen.fill();
      pen.globalAlpha = paint.fillOpacity;
      pen.fillStyle = paint.fill;
      pen.fill();
      from = to;
    }
    const disc = paints.of("cell");
    pen.globalAlpha = 1;
    pen.fillStyle = disc.fill;
    pen.strokeStyle = disc.stroke;
    pen.lineWidth = disc.width;
    for (const share of [1, HOLE_SHARE]) {
      pen.beginPath();
      pen.arc(x, y, radius * share, 0, FULL_TURN);
      if (share < 1) pen.fill();
      pen.stroke();
    }
    pen.fillStyle = paints.of("cell-count").fill;
    const written = count < 10_000 ? String(count) : `${Math.round(count / 1000)}k`;
    pen.font = `600 ${radius < 16 ? 10 : 11.5}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(written, x, y + 0.5);
  }

  function holds(feature, x, y) {
    if (feature.kind === POINT) {
      const [[left, top]] = feature.lines;
      return Math.hypot(x - left, y - top) < LARGEST_CELL;
    }
    let inside = false;
    for (const line of feature.lines) {
      for (let at = 0, last = line.length - 2; at < line.length; last = at, at += 2) {
        const above = line[at + 1] > y;
        if (above === line[last + 1] > y) continue;
        const cut = ((line[last] - line[at]) * (y - line[at + 1])) / (line[last + 1] - line[at + 1]) + line[at];
        if (x < cut) inside = !inside;
      }
    }
    return inside;
  }

  return L.GridLayer.extend({
    options: {
      tileSize: SIZE,
      updateInterval: 100,
      day: null,
      ratio: Math.max(window.devicePixelRatio, 1),
      classesOf: () => null, /* classes of a feature; null hides it */
      rankOf: () => 0, /* features of a higher rank lie on top */
    },

    initialize(source, options) {
      this.source = source;
      this.pending = new Set();
      L.setOptions(this, options);
    },

    onAdd(map) {
      this.paints = new Paints(map.getContainer());
      L.GridLayer.prototype.onAdd.call(this, map);
      this.on("tileunload", ({ tile }) => tile.stop.abort());
      map.on("zoomend", this.paints.forget, this.paints);
    },

    onRemove(map) {
      map.off("zoomend", this.paints.forget, this.paints);
      this.paints.probe.parentElement.remove();
      L.GridLayer.prototype.onRemove.call(this, map);
    },

    createTile(coords, done) {
      const tile = L.DomUtil.create("canvas", "land-tile");
      Object.assign(tile, { coords, features: [], stop: new AbortController() });
      this.fill(tile).then((error) => done(error, tile));
      return tile;
    },

    /* Loads what a tile shows on the layer's day; the old picture stays until then. */
    fill(tile) {
      const { day } = this.options;
      const work = this.source
        .load(tile.coords, day, tile.stop.signal)
        .then((features) => {
          if (day !== this.options.day) return undefined;
          tile.features = features;
          this.draw(tile);
          return undefined;
        })
        .catch((error) => (error.name === "AbortError" ? undefined : this.fail(error)))
        .finally(() => this.pending.delete(work));
      this.pending.add(work);
      return work;
    },

    fail(error) {
      this.fire("loaderror", { error });
      return error;
    },

    /* Fulfilled when everything asked for so far is drawn. */
    async settled() {
      while (this.pending.size) await Promise.all(this.pending);
    },

    draw(tile) {
      if (!this._map) return;
      const ratio = this.options.ratio * this._map.getZoomScale(this._map.getZoom(), tile.coords.z);
      tile.width = tile.height = Math.round(SIZE * ratio);
      const pen = tile.getContext("2d");
      pen.scale(ratio, ratio);
      pen.lineJoin = "round";
      const buckets = this.buckets(tile.features);
      drawCells(pen, buckets.filter(([, [first]]) => first.kind === POINT), this.paints);
      for (const [classes, features] of buckets) {
        if (features[0].kind !== POINT) fillAndStroke(pen, this.paints.of(classes), features);
      }
    },

    /* Features by their classes, the lowest rank first. */
    buckets(features) {
      const found = new Map();
      for (const feature of features) {
        const classes = this.options.classesOf(feature, this);
        if (classes === null) continue;
        if (!found.has(classes)) found.set(classes, []);
        found.get(classes).push(feature);
      }
      const rank = ([, [first]]) => this.options.rankOf(first, this);
      return [...found].sort((one, other) => rank(one) - rank(other));
    },

    tiles() {
      return Object.values(this._tiles ?? {}).map(({ el }) => el);
    },

    redraw() {
      this.paints?.forget();
      for (const tile of this.tiles()) this.draw(tile);
      return this;
    },

    /* Shows another day; fulfilled when all of it is drawn. */
    setDay(day) {
      this.options.day = day;
      for (const tile of this.tiles()) this.fill(tile);
      return this.settled();
    },

    setRatio(ratio) {
      this.options.ratio = ratio;
      return this.redraw();
    },

    /* The topmost feature drawn at a place, or null. */
    at(place) {
      const zoom = this._tileZoom;
      const { x, y } = this._map.project(place, zoom);
      const [column, row] = [Math.floor(x / SIZE), Math.floor(y / SIZE)];
      const tile = this._tiles[`${column}:${row}:${zoom}`]?.el;
      if (!tile) return null;
      const hit = (feature) => holds(feature, x - column * SIZE, y - row * SIZE);
      const found = this.buckets(tile.features.filter(hit));
      return found.length ? found[found.length - 1][1][0] : null;
    },
  });
})();
