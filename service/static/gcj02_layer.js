/* Tiles in GCJ-02, the shifted coordinates of Chinese web maps, drawn where they belong: each tile
   is put together from those of the source that hold its land. Across one tile the shift changes by
   less than a pixel. */
"use strict";

const Gcj02Layer = (() => {
  const SIZE = 256;
  const AXIS_M = 6_378_245;
  const ECCENTRICITY_2 = 0.00669342162296594323;
  const waves = (value, ...terms) => terms.reduce((sum, [height, turn]) => sum + height * Math.sin(value * turn * Math.PI), 0);

  /* How far a place is moved, in degrees. */
  function shift({ lng, lat }) {
    const [x, y] = [lng - 105, lat - 35];
    const common = waves(x, [20, 6], [20, 2]);
    const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) +
      ((common + waves(y, [20, 1], [40, 1 / 3], [160, 1 / 12], [320, 1 / 30])) * 2) / 3;
    const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) +
      ((common + waves(x, [20, 1], [40, 1 / 3], [150, 1 / 12], [300, 1 / 30])) * 2) / 3;
    const phi = (lat * Math.PI) / 180;
    const root = Math.sqrt(1 - ECCENTRICITY_2 * Math.sin(phi) ** 2);
    const metresPerDegree = (AXIS_M * Math.PI) / 180;
    return {
      lng: east / ((metresPerDegree / root) * Math.cos(phi)),
      lat: north / ((metresPerDegree * (1 - ECCENTRICITY_2)) / root ** 3),
    };
  }

  const picture = (address) =>
    new Promise((done) => {
      const image = new Image();
      image.onload = () => done(image);
      image.onerror = () => done(null);
      image.src = address;
    });

  const layer = L.GridLayer.extend({
    initialize(address) {
      this.address = address;
      L.setOptions(this, { pane: "tilePane", tileSize: SIZE });
    },

    createTile(coords, done) {
      const tile = L.DomUtil.create("canvas", "");
      tile.width = tile.height = SIZE;
      this.paint(tile, coords).then(() => done(null, tile));
      return tile;
    },

    async paint(tile, { x, y, z }) {
      const middle = this._map.unproject([(x + 0.5) * SIZE, (y + 0.5) * SIZE], z);
      const by = shift(middle);
      const moved = this._map.project([middle.lat + by.lat, middle.lng + by.lng], z);
      const [left, top] = [moved.x - SIZE / 2, moved.y - SIZE / 2];
      const pen = tile.getContext("2d");
      const parts = [0, 1].flatMap((right) => [0, 1].map((down) => [Math.floor(left / SIZE) + right, Math.floor(top / SIZE) + down]));
      await Promise.all(
        parts.map(async ([column, row]) => {
          const image = await picture(L.Util.template(this.address, { x: column, y: row, z }));
          if (image) pen.drawImage(image, column * SIZE - left, row * SIZE - top, SIZE, SIZE);
        }),
      );
    },
  });
  layer.shift = shift;
  return layer;
})();
