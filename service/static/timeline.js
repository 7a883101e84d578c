/* The milestone strip of a contract: one lane per milestone, drawn as SVG. */
"use strict";

const Timeline = (() => {
  const NARROW = 344;
  const LANE = 30;
  const AXIS = 18;
  const MARGIN = 6;
  const MOST_YEAR_LABELS = 7;

  const days = (iso) => Date.parse(iso) / 86_400_000;

  function element(name, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /* Linear scale over every day that occurs; null when no day is known. */
  function scaleOf(timeline, asOf, width) {
    const known = timeline.lanes
      .flatMap((lane) => [lane.agreed, lane.due, lane.done])
      .concat(timeline.idle ?? [])
      .filter(Boolean);
    if (!known.length) return null;
    const all = [...known, asOf].map(days);
    const first = Math.min(...all);
    const span = Math.max(Math.max(...all) - first, 1);
    const x = (iso) => MARGIN + ((days(iso) - first) / span) * (width - 2 * MARGIN);
    return { x, width, firstYear: yearOf(first), lastYear: yearOf(first + span) };
  }

  const yearOf = (day) => new Date(day * 86_400_000).getUTCFullYear();

  function years(scale, height) {
    const step = Math.ceil((scale.lastYear - scale.firstYear + 1) / MOST_YEAR_LABELS);
    const group = element("g", { class: "years" });
    for (let year = scale.firstYear + 1; year <= scale.lastYear; year += step) {
      const x = scale.x(`${year}-01-01`);
      group.append(
        element("line", { x1: x, x2: x, y1: 0, y2: height - AXIS + 3 }),
        element("text", { x, y: height - 4, "text-anchor": "middle" }, year),
      );
    }
    return group;
  }

  function asOfLine(scale, asOf, height, words) {
    const x = scale.x(asOf);
    const drawn = element("line", { x1: x, x2: x, y1: 0, y2: height - AXIS + 3, class: "as-of" });
    return hint(drawn, `${words.as_of} ${asOf}`);
  }

  function heading(y, width, label, words, className) {
    return [
      element("text", { x: 0, y: y + 10, class: "label" }, label),
      element("text", { x: width, y: y + 10, class: `words ${className}`, "text-anchor": "end" }, words),
    ];
  }

  const line = (x1, x2, y, className) => element("line", { x1, x2, y1: y, y2: y, class: className });
  const tick = (x, y, className) => element("line", { x1: x, x2: x, y1: y - 6, y2: y + 6, class: className });

  function span(from, to, y, className) {
    return element("rect", { x: from, y: y - 4, width: Math.max(to - from, 1.5), height: 8, class: className });
  }

  function hint(target, text) {
    target.append(element("title", {}, text));
    return target;
  }

  function drawLane(lane, y, scale, context) {
    const track = y + 20;
    const group = element("g", { class: "lane" });
    group.append(...heading(y, scale.width, context.kinds[lane.kind], lane.words, lane.late ? "late" : ""));
    group.append(line(MARGIN, scale.width - MARGIN, track, "track"));
    const { agreed, due, done } = lane;
    if (agreed && due && agreed !== due) group.append(line(scale.x(agreed), scale.x(due), track, "stretch"));
    if (due && lane.late) group.append(span(scale.x(due), scale.x(done ?? context.as_of), track, `span ${context.classes.late}`));
    if (agreed) group.append(hint(tick(scale.x(agreed), track, "agreed"), `${context.words.agreed} ${agreed}`));
    if (due) group.append(hint(tick(scale.x(due), track, "due"), `${context.words.due} ${due}`));
    if (done) {
      const dot = element("circle", { cx: scale.x(done), cy: track, r: 4.5, class: "dot" });
      group.append(hint(dot, `${context.words.done} ${done}`));
    }
    return group;
  }

  function drawIdle([from, oneYear, twoYears], y, scale, context) {
    const track = y + 20;
    const asOf = context.as_of;
    const group = element("g", { class: `lane ${context.classes.idle}` });
    const reached = [twoYears, oneYear].findIndex((day) => days(asOf) > days(day));
    const words = [context.words.two_years, context.words.one_year][reached] ?? "";
    group.append(...heading(y, scale.width, context.words.idle_clock, words, reached < 0 ? "" : "late"));
    group.append(line(MARGIN, scale.width - MARGIN, track, "track"));
    const now = days(asOf) < days(from) ? from : asOf;
    group.append(span(scale.x(from), scale.x(now), track, "running"));
    if (reached >= 0) group.append(span(scale.x(oneYear), scale.x(now), track, `span ${context.classes.idle}`));
    group.append(hint(tick(scale.x(oneYear), track, "due"), `${context.words.one_year} ${oneYear}`));
    group.append(hint(tick(scale.x(twoYears), track, "due"), `${context.words.two_years} ${twoYears}`));
    return group;
  }

  /* context: as_of, kinds, words, classes. Gives an SVG element, or null without any date. */
  function draw(timeline, context, width = NARROW) {
    const asOf = context.as_of;
    const scale = scaleOf(timeline, asOf, width);
    if (!scale) return null;
    const laneCount = timeline.lanes.length + (timeline.idle ? 1 : 0);
    const height = laneCount * LANE + AXIS;
    const svg = element("svg", {
      class: "timeline", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": context.words.timeline,
    });
    svg.append(years(scale, height), asOfLine(scale, asOf, height, context.words));
    timeline.lanes.forEach((lane, i) => svg.append(drawLane(lane, i * LANE, scale, context)));
    if (timeline.idle) svg.append(drawIdle(timeline.idle, timeline.lanes.length * LANE, scale, context));
    return svg;
  }

  return { draw };
})();
