/* Land that the site answers for: tiles, cards, counts and search over HTTP. */
"use strict";

class TileLand {
  constructor(addresses) {
    this.addresses = addresses;
  }

  static address(template, values) {
    return template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]));
  }

  async ask(name, values, signal) {
    const answer = await fetch(TileLand.address(this.addresses[name], values), { signal });
    if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
    return answer;
  }

  /* A source of a land layer. */
  layer(name) {
    return {
      load: async ({ x, y, z }, day, signal) => {
        const answer = await this.ask(name, { x, y, z, day }, signal);
        return VectorTile.read(await answer.arrayBuffer(), 256);
      },
    };
  }

  async card(id, day) {
    return (await this.ask("card", { id, day })).json();
  }

  async counts(day) {
    return (await this.ask("counts", { day })).json();
  }

  async ratings(day) {
    return (await this.ask("ratings", { day })).json();
  }

  async changes() {
    return (await this.ask("changes", {})).json();
  }

  /* Keys, titles and verdicts of the contracts that fit a text best. */
  async search(text, day) {
    return (await this.ask("search", { text, day })).json();
  }

  /* Number of a contract and where it lies. */
  async place(key) {
    return (await this.ask("place", { key })).json();
  }
}
