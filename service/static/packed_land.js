/* Land that travels within the page: a header and columns of numbers, deflated, in Base64.
   Shapes are corners on a grid of the world at zoom 20, each as the step from the one before. */
"use strict";

class PackedLand {
  static DEEPEST = 20;
  static SIZE = 256;
  static CELLS_PER_SIDE = 4;
  static CELL_ZOOM = 13;
  static INDEX_ZOOM = 14;
  static MARGIN_PX = 4;
  static MOST_HITS = 8;
  static MOST_OUTLINES = 6000;
  static CELLS_BELOW = 12;

  constructor(element, data) {
    this.data = data;
    this.ready = this.unpack(element);
    this.chunks = [...document.querySelectorAll("script[data-cards]")];
  }

  static async inflate(base64) {
    const letters = atob(base64);
    const bytes = new Uint8Array(letters.length);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = letters.charCodeAt(at);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).arrayBuffer();
  }

  async unpack(element) {
    const buffer = await PackedLand.inflate(element.textContent);
    element.remove();
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    const begin = 4 + length;
    const kinds = { u1: Uint8Array, u4: Uint32Array, i4: Int32Array, f4: Float32Array };
    for (const [name, [kind, at, count]] of Object.entries(header.columns)) this[name] = new kinds[kind](buffer, begin + at, count);
    Object.assign(this, header.lists);
    this.texts = Object.fromEntries(
      Object.entries(header.texts).map(([name, [at, count]]) => [name, new TextDecoder().decode(new Uint8Array(buffer, begin + at, count)).split("\n")]),
    );
    this.shapes = { parcels: this.index("parcel"), ground: this.index("ground") };
  }

  /* Corners of all shapes, and for each tile of a middle zoom the shapes that touch it. */
  index(name) {
    const [rings, corners, steps] = ["rings", "corners", "steps"].map((part) => this[`${name}_${part}`]);
    const points = new Int32Array(2 * corners.reduce((sum, count) => sum + count, 0));
    let [at, read, x, y] = [0, 0, 0, 0];
    const step = () => {
      let [value, shift, byte] = [0, 0, 0];
      do {
        byte = steps[read++];
        value |= (byte & 0x7f) << shift;
        shift += 7;
      } while (byte >= 0x80);
      return (value >>> 1) ^ -(value & 1);
    };
    while (at < points.length) {
      points[at++] = x += step();
      points[at++] = y += step();
    }
    const shapes = { points, rings: this.starts(rings), corners: this.starts(corners), boxes: null, tiles: new Map() };
    shapes.boxes = this.boxes(shapes, rings.length);
    this.tile(shapes, rings.length);
    this[`${name}_steps`] = null;
    return shapes;
  }

  /* Where each of some stretches begins, and where the last one ends. */
  starts(counts) {
    const found = new Uint32Array(counts.length + 1);
    counts.forEach((count, at) => (found[at + 1] = found[at] + count));
    return found;
  }

  boxes({ points, rings, corners }, count) {
    const boxes = new Int32Array(4 * count);
    for (let shape = 0; shape < count; shape += 1) {
      let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let at = 2 * corners[rings[shape]]; at < 2 * corners[rings[shape + 1]]; at += 2) {
        west = Math.min(west, points[at]);
        east = Math.max(east, points[at]);
        north = Math.min(north, points[at + 1]);
        south = Math.max(south, points[at + 1]);
      }
      boxes.set(rings[shape] === rings[shape + 1] ? [0, 0, -1, -1] : [west, north, east, south], 4 * shape);
    }
    return boxes;
  }

  tile({ boxes, tiles }, count) {
    const shift = PackedLand.DEEPEST + 8 - PackedLand.INDEX_ZOOM;
    for (let shape = 0; shape < count; shape += 1) {
      const [west, north, east, south] = boxes.subarray(4 * shape, 4 * shape + 4);
      for (let x = west >> shift; x <= east >> shift; x += 1) {
        for (let y = north >> shift; y <= south >> shift; y += 1) {
          const key = x * 2 ** PackedLand.INDEX_ZOOM + y;
          if (tiles.has(key)) tiles.get(key).push(shape);
          else tiles.set(key, [shape]);
        }
      }
    }
  }

  /* Shapes that touch a box of the grid, in their order. */
  within({ boxes, tiles }, [west, north, east, south]) {
    const shift = PackedLand.DEEPEST + 8 - PackedLand.INDEX_ZOOM;
    const found = new Set();
    const touch = (shape) =>
      boxes[4 * shape] <= east && boxes[4 * shape + 2] >= west && boxes[4 * shape + 1] <= south && boxes[4 * shape + 3] >= north;
    const tileCount = ((east >> shift) - (west >> shift) + 1) * ((south >> shift) - (north >> shift) + 1);
    const look = (shapes) => shapes.forEach((shape) => touch(shape) && found.add(shape));
    if (tileCount > tiles.size) for (const shapes of tiles.values()) look(shapes);
    else {
      for (let x = west >> shift; x <= east >> shift; x += 1) {
        for (let y = north >> shift; y <= south >> shift; y += 1) look(tiles.get(x * 2 ** PackedLand.INDEX_ZOOM + y) ?? []);
      }
    }
    return [...found].sort((one, other) => one - other);
  }

  static box({ x, y, z }, margin) {
    const width = 2 ** (PackedLand.DEEPEST + 8 - z);
    const out = (width / PackedLand.SIZE) * margin;
    return [x * width - out, y * width - out, (x + 1) * width + out, (y + 1) * width + out].map(Math.round);
  }

  /* Lines of a shape in pixels of a tile; corners closer than half a pixel are left out. */
  lines({ points, rings, corners }, shape, { x, y, z }) {
    const scale = 2 ** (z - PackedLand.DEEPEST);
    const [left, top] = [x * PackedLand.SIZE, y * PackedLand.SIZE];
    const found = [];
    for (let ring = rings[shape]; ring < rings[shape + 1]; ring += 1) {
      const line = [];
      let [lastX, lastY] = [Infinity, Infinity];
      for (let at = 2 * corners[ring]; at < 2 * corners[ring + 1]; at += 2) {
        const [px, py] = [points[at] * scale - left, points[at + 1] * scale - top];
        if (Math.abs(px - lastX) < 0.5 && Math.abs(py - lastY) < 0.5) continue;
        line.push((lastX = px), (lastY = py));
      }
      found.push(line);
    }
    return found;
  }

  layer(name) {
    const load = { ground: (tile) => this.ground(tile), parcels: (tile, day) => this.parcels(tile, day) }[name];
    return { load: async (tile, day) => this.ready.then(() => load(tile, day)) };
  }

  ground(tile) {
    const shapes = this.shapes.ground;
    return this.within(shapes, PackedLand.box(tile, PackedLand.MARGIN_PX)).map((shape) => ({
      id: shape,
      kind: this.ground_kind[shape],
      lines: this.lines(shapes, shape, tile),
      properties: { ...this.ground_classes[this.ground_class[shape]], name: this.texts.ground[shape] },
    }));
  }

  parcels(tile, day) {
    const shapes = this.shapes.parcels;
    const found = this.within(shapes, PackedLand.box(tile, PackedLand.MARGIN_PX));
    if (tile.z < PackedLand.CELLS_BELOW && found.length > PackedLand.MOST_OUTLINES / 4) return this.cells(tile, found, day);
    return found.map((shape) => ({
      id: shape,
      kind: 3,
      lines: this.lines(shapes, shape, tile),
      properties: { ...this.standing(shape, day), title: this.texts.title[shape] },
    }));
  }

  /* How a contract stands on a day. */
  standing(parcel, day) {
    const number = Date.parse(day) / 86_400_000;
    let at = this.span_ends[parcel] - 1;
    while (at > (parcel ? this.span_ends[parcel - 1] : 0) && this.span_from[at] > number) at -= 1;
    const [verdict, groups, milestone] = this.states[this.span_state[at]];
    return { verdict, groups, milestone, park: this.parks[this.park[parcel]], land_use: this.land_uses[this.land_use[parcel]] };
  }

  cells(tile, found, day) {
    const { boxes } = this.shapes.parcels;
    const [west, north, east, south] = PackedLand.box(tile, 0);
    const side = (east - west) / PackedLand.CELLS_PER_SIDE;
    const counted = new Map();
    for (const shape of found) {
      const x = (boxes[4 * shape] + boxes[4 * shape + 2]) / 2;
      const y = (boxes[4 * shape + 1] + boxes[4 * shape + 3]) / 2;
      if (x < west || x >= east || y < north || y >= south) continue;
      const properties = this.standing(shape, day);
      const place = [Math.floor((x - west) / side), Math.floor((y - north) / side)];
      const key = [...place, ...Object.values(properties)].join("\n");
      const cell = counted.get(key) ?? { place, properties: { ...properties, count: 0 } };
      cell.properties.count += 1;
      counted.set(key, cell);
    }
    const middle = (at) => ((at + 0.5) * PackedLand.SIZE) / PackedLand.CELLS_PER_SIDE;
    return [...counted.values()].map(({ place, properties }) => ({ id: null, kind: 1, lines: [place.map(middle)], properties }));
  }

  isPlaced(parcel) {
    return this.shapes.parcels.boxes[4 * parcel + 2] >= 0;
  }

  async counts(day) {
    await this.ready;
    const rows = new Map();
    for (let parcel = 0; parcel < this.area_m2.length; parcel += 1) {
      const { verdict, groups, milestone, park, land_use: use } = this.standing(parcel, day);
      const alike = [verdict, groups, milestone, park, use, this.isPlaced(parcel)];
      const row = rows.get(alike.join("\n")) ?? [...alike, 0, 0];
      row[6] += 1;
      row[7] += this.area_m2[parcel];
      rows.set(alike.join("\n"), row);
    }
    return [...rows.values()];
  }

  async changes() {
    return this.data.changes;
  }

  async card(id, day) {
    const size = this.data.cards_per_chunk;
    const chunk = this.chunks[Math.floor(id / size)];
    const cards = JSON.parse(new TextDecoder().decode(await PackedLand.inflate(chunk.textContent)));
    return { ...cards[id % size], as_of: this.data.as_of, verdict_on: this.standing(id, day).verdict };
  }

  async search(text, day) {
    await this.ready;
    const wanted = text.toLowerCase().split(/\s+/);
    const hits = [];
    for (let parcel = 0; parcel < this.area_m2.length && hits.length < PackedLand.MOST_HITS; parcel += 1) {
      const names = this.texts.search[parcel];
      if (!this.isPlaced(parcel) || !wanted.every((word) => names.includes(word))) continue;
      const [key, title, detail] = ["key", "title", "detail"].map((name) => this.texts[name][parcel]);
      hits.push({ key, title, detail, verdict: this.standing(parcel, day).verdict });
    }
    return hits;
  }

  async place(key) {
    await this.ready;
    const id = this.texts.key.indexOf(key);
    if (id < 0 || !this.isPlaced(id)) throw new Error(key);
    const world = 2 ** (PackedLand.DEEPEST + 8);
    const lon = (x) => (x / world) * 360 - 180;
    const lat = (y) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / world))) * 180) / Math.PI;
    const [west, north, east, south] = this.shapes.parcels.boxes.subarray(4 * id, 4 * id + 4);
    return { id, bounds: [lon(west), lat(south), lon(east), lat(north)] };
  }
}
