/* Parcels by the rating of who stands on them: asked for once they are to be seen. */
"use strict";

const MapRatings = (layer, { load, cards, popup, failed }) => {
  const box = document.querySelector('input[data-layer="rating"]');
  if (!box) return { setDay() {} };
  const legend = [...document.querySelectorAll("li[data-mark]")];
  let [day, shown] = [null, null];

  async function show() {
    if (!box.checked || shown === day) return;
    shown = day;
    const land = await load(day);
    if (shown !== day) return;
    layer.clearLayers().addData(land);
    for (const line of legend) {
      const count = land.features.filter(({ properties: { mark } }) => mark === line.dataset.mark).length;
      line.querySelector(".count").textContent = count.toLocaleString("en-US");
    }
  }

  function setDay(asked) {
    day = asked;
    return show().catch(failed);
  }

  layer.bindPopup((chosen) => cards.rating(chosen.feature.properties), popup);
  box.addEventListener("change", () => setDay(day));
  return { setDay };
};
