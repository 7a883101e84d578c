/* The months from the first contract to a year ahead, with the changes of verdicts in each. */
"use strict";

const TimeSlider = (() => {
  const STEP_MS = 400;
  const SETTLE_MS = 120;
  const HEIGHT = 26;

  const iso = (day) => day.toISOString().slice(0, 10);
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  /* The last day of each month, but in its own month the day the page was asked for. */
  function daysFrom(firstOn, asOf, lastOn) {
    const [year, month] = firstOn.split("-").map(Number);
    const days = [];
    for (let at = 0; ; at += 1) {
      const end = iso(new Date(Date.UTC(year, month + at, 0)));
      const day = end.slice(0, 7) === asOf.slice(0, 7) ? asOf : end;
      if (day > lastOn) return days;
      days.push(day);
    }
  }

  function histogram(counts, ahead, labels) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", `0 0 ${counts.length} ${HEIGHT}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    const most = Math.max(...counts, 1);
    counts.forEach((count, at) => {
      const bar = document.createElementNS(svg.namespaceURI, "rect");
      const height = count ? Math.max((count / most) * HEIGHT, 1) : 0;
      const box = { x: at + 0.1, y: HEIGHT - height, width: 0.8, height };
      for (const [name, value] of Object.entries(box)) bar.setAttribute(name, value);
      if (at > ahead) bar.setAttribute("class", "ahead");
      const hint = document.createElementNS(svg.namespaceURI, "title");
      hint.textContent = labels(at);
      bar.append(hint);
      svg.append(bar);
    });
    return svg;
  }

  /* show(day) gives a promise, fulfilled when the map shows that day. */
  function start(bar, { changes, as_of: asOf, today, last_on: lastOn, words }, show) {
    const [slider, play, told] = ["input", "button", "output"].map((name) => bar.querySelector(name));
    if (!changes) return null;
    const days = daysFrom(changes.first_on, asOf, lastOn > asOf ? lastOn : asOf);
    const counts = days.map((_, at) => changes.counts[at] ?? 0);
    const say = (at) => words.month_changes.replace("{month}", days[at].slice(0, 7)).replace("{count}", counts[at]);
    const ahead = days.findLastIndex((day) => day <= today);
    let isPlaying = false;
    let asked = 0;

    slider.max = days.length - 1;
    slider.value = days.indexOf(asOf);
    slider.before(histogram(counts, ahead, say));
    bar.hidden = false;
    tell();

    function tell() {
      const at = Number(slider.value);
      const isAhead = days[at] > today;
      told.replaceChildren(days[at], " ", make("small", "", isAhead ? words.ahead : say(at)));
      slider.setAttribute("aria-valuetext", `${days[at]}, ${say(at)}`);
      bar.classList.toggle("ahead", isAhead);
    }

    async function moved() {
      tell();
      const number = (asked += 1);
      await pause(SETTLE_MS);
      if (number === asked) await show(days[slider.value]);
    }

    async function run() {
      if (Number(slider.value) === days.length - 1) slider.value = 0;
      while (isPlaying && Number(slider.value) < days.length - 1) {
        slider.value = Number(slider.value) + 1;
        tell();
        await Promise.all([show(days[slider.value]), pause(STEP_MS)]);
      }
      toggle(false);
    }

    function toggle(on) {
      isPlaying = on;
      play.setAttribute("aria-pressed", on);
    }

    slider.addEventListener("input", () => {
      toggle(false);
      moved();
    });
    play.addEventListener("click", () => {
      toggle(!isPlaying);
      if (isPlaying) run();
    });
    return { days };
  }

  return { start };
})();
