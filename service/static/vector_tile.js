/* Reads vector tiles (MVT 2.1) as the features a land layer draws. */
"use strict";

const VectorTile = (() => {
  const VARINT = 0;
  const FIXED64 = 1;
  const BYTES = 2;
  const MOVE_TO = 1;
  const LINE_TO = 2;
  const UTF8 = new TextDecoder();

  /* Walks over the fields of a message: tell(number, value), value being a number or bytes. */
  function each(bytes, tell) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;

    function varint() {
      let value = 0;
      let unit = 1;
      for (;;) {
        const byte = bytes[at++];
        value += (byte & 0x7f) * unit;
        if (byte < 0x80) return value;
        unit *= 128;
      }
    }

    while (at < bytes.length) {
      const key = varint();
      const kind = key & 7;
      if (kind === VARINT) tell(key >>> 3, varint());
      else if (kind === BYTES) {
        const length = varint();
        tell(key >>> 3, bytes.subarray(at, at + length));
        at += length;
      } else {
        tell(key >>> 3, kind === FIXED64 ? view.getFloat64(at, true) : view.getFloat32(at, true));
        at += kind === FIXED64 ? 8 : 4;
      }
    }
  }

  function numbers(bytes) {
    const found = [];
    let value = 0;
    let shift = 0;
    for (const byte of bytes) {
      value |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) {
        found.push(value >>> 0);
        value = shift = 0;
      }
    }
    return found;
  }

  const signed = (value) => (value >>> 1) ^ -(value & 1);

  /* Values are texts (1), numbers (2 to 6) or truths (7). */
  function valueOf(bytes) {
    let read = null;
    each(bytes, (number, value) => {
      if (number === 1) read = UTF8.decode(value);
      else if (number === 6) read = value % 2 ? -(value + 1) / 2 : value / 2;
      else read = number === 7 ? Boolean(value) : value;
    });
    return read;
  }

  /* Lines and rings as flat arrays of x and y, in units of `scale`; rings do not repeat their
     first point. */
  function lines(commands, scale) {
    const found = [];
    let [x, y, at] = [0, 0, 0];
    while (at < commands.length) {
      const command = commands[at] & 7;
      let count = commands[at++] >> 3;
      if (command !== MOVE_TO && command !== LINE_TO) continue;
      if (command === MOVE_TO) found.push([]);
      for (; count > 0; count -= 1) {
        x += signed(commands[at++]);
        y += signed(commands[at++]);
        found[found.length - 1].push(x * scale, y * scale);
      }
    }
    return found;
  }

  function feature(bytes, layer, scale) {
    const read = { id: null, kind: 0, lines: [], properties: {} };
    each(bytes, (number, value) => {
      if (number === 1) read.id = value;
      else if (number === 2) {
        const tags = numbers(value);
        for (let at = 0; at < tags.length; at += 2) read.properties[layer.keys[tags[at]]] = layer.values[tags[at + 1]];
      } else if (number === 3) read.kind = value;
      else if (number === 4) read.lines = lines(numbers(value), scale);
    });
    return read;
  }

  function layerOf(bytes, size) {
    const layer = { name: "", extent: 4096, keys: [], values: [] };
    const features = [];
    each(bytes, (number, value) => {
      if (number === 1) layer.name = UTF8.decode(value);
      else if (number === 2) features.push(value);
      else if (number === 3) layer.keys.push(UTF8.decode(value));
      else if (number === 4) layer.values.push(valueOf(value));
      else if (number === 5) layer.extent = value;
    });
    return features.map((each) => feature(each, layer, size / layer.extent));
  }

  /* All features of a tile, in pixels of a tile that is `size` wide. */
  function read(buffer, size) {
    const found = [];
    each(new Uint8Array(buffer), (number, value) => {
      if (number === 3) found.push(...layerOf(value, size));
    });
    return found;
  }

  return { read };
})();
