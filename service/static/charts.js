/* Draws the charts of a page from the figures beside each; the same figures stand in its table. */
"use strict";

(() => {
  const OPACITY = { outer: 0.18, inner: 0.36 };
  const root = getComputedStyle(document.documentElement);
  const ink = getComputedStyle(document.body).color;
  const font = getComputedStyle(document.body).fontFamily;
  const edge = root.getPropertyValue("--edge").trim() || ink;

  /* A colour of meaning, as the style sheet has it. */
  function colour(tone) {
    const probe = document.createElement("i");
    probe.className = tone;
    document.body.append(probe);
    const found = getComputedStyle(probe).getPropertyValue("--fill").trim();
    probe.remove();
    return found || ink;
  }

  const points = (labels, values) =>
    values.map((value, place) => [labels[place], value]).filter(([, value]) => value !== null);

  function bar({ name, tone, values }) {
    return { name, type: "bar", stack: "all", data: values, itemStyle: { color: colour(tone) }, barMaxWidth: 42 };
  }

  function line(labels, { name, role, tone, values }) {
    const drawn = { name, type: "line", data: points(labels, values), showSymbol: false };
    if (role === "goal") return { ...drawn, lineStyle: { color: ink, type: "dashed", width: 1.5 }, itemStyle: { color: ink } };
    if (role === "line") return { ...drawn, lineStyle: { color: colour(tone), width: 2.5 }, itemStyle: { color: colour(tone) } };
    const band = { ...drawn, stack: "band", lineStyle: { opacity: 0 }, itemStyle: { color: colour(tone) }, silent: true };
    return role === "base" ? band : { ...band, areaStyle: { color: colour(tone), opacity: OPACITY[role] } };
  }

  function options({ unit, labels, series }) {
    const isBars = series.every((each) => each.role === "bar");
    const named = series.filter((each) => each.role !== "base").map((each) => each.name);
    const text = { color: ink, fontFamily: font, fontSize: 12 };
    return {
      animation: false,
      textStyle: text,
      aria: { enabled: true, label: { enabled: false }, decal: { show: isBars } },
      grid: { left: 8, right: 24, top: 44, bottom: 8, containLabel: true },
      legend: { data: [...new Set(named)], top: 4, textStyle: text, selectedMode: false },
      /* Drawn, not written as HTML: the page allows no styles of a script's own. */
      tooltip: { trigger: "axis", renderMode: "richText", show: isBars },
      xAxis: { type: isBars ? "category" : "time", data: isBars ? labels : undefined, axisLabel: { ...text, hideOverlap: true }, axisLine: { lineStyle: { color: edge } } },
      yAxis: { type: "value", name: unit, nameTextStyle: text, axisLabel: text, splitLine: { lineStyle: { color: edge } }, scale: !isBars },
      series: series.map((each) => (isBars ? bar(each) : line(labels, each))),
    };
  }

  for (const place of document.querySelectorAll("[data-chart]")) {
    const chart = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const drawing = echarts.init(place, null, { renderer: "svg" });
    drawing.setOption(options(chart));
    new ResizeObserver(() => drawing.resize()).observe(place);
  }
  document.documentElement.dataset.charts = "drawn";
})();
