/* What is told of a parcel or an entry of inefficient land in its pop-up; data is text only. */
"use strict";

function make(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content.filter((part) => part !== null && part !== undefined && part !== ""));
  return made;
}

const MapCards = ({ codelists, words, language, timeline }) => {
  const label = (list, code) => codelists[list][code][language];
  const isSuspected = (verdict) => codelists.Verdict[verdict].suspected;

  function badge(list, code, suspected = codelists[list][code].suspected) {
    return make("span", `badge ${list}-${code}${suspected ? " suspected" : ""}`, label(list, code));
  }

  function confirmMark() {
    const mark = make("span", "confirm", words.confirm);
    mark.title = words.confirm_why;
    return mark;
  }

  function amountList(amounts) {
    const rows = amounts.flatMap(([name, amount]) => [make("dt", "", name), make("dd", "", amount)]);
    return rows.length ? make("dl", "amounts", ...rows) : null;
  }

  function link(url) {
    if (!url) return null;
    const made = make("a", "button", words.open);
    made.href = url;
    return made;
  }

  /* A card that was written on another day tells only what is known of this one. */
  function parcel(shown, day) {
    const verdict = shown.verdict_on ?? shown.verdict;
    const isOfDay = shown.as_of === day;
    const further = isOfDay ? shown.findings.filter(([code]) => code !== verdict) : [];
    return make(
      "article", "card",
      make("header", "", badge("Verdict", verdict), isOfDay && shown.confirm ? confirmMark() : null),
      make("h2", "", shown.title),
      make("p", "identity", shown.lines.join(" · ")),
      make("p", "sentence", isOfDay ? shown.sentence : words.other_day.replace("{day}", day).replace("{written}", shown.as_of)),
      Timeline.draw(shown.timeline, { ...timeline, as_of: day }),
      isOfDay ? amountList(shown.amounts) : null,
      isOfDay && shown.next_step ? make("p", "next", make("b", "", words.next_step), " ", shown.next_step) : null,
      further.length ? make("p", "further", ...further.map(([code, suspected]) => badge("FindingCode", code, suspected))) : null,
      link(shown.url),
    );
  }

  function claim(shown) {
    return make(
      "article", "card",
      make("header", "", badge("ClaimKind", shown.kind, shown.open), make("span", "", label("ClaimStatus", shown.status))),
      make("h2", "", shown.key),
      ...shown.lines.map((text) => make("p", "", text)),
    );
  }

  function rating(shown) {
    const rows = shown.rows.map(([name, told, url]) => {
      const open = make("a", "", name);
      open.href = url;
      return make("p", "", open, make("small", "", ` ${told}`));
    });
    return make("article", "card", make("h2", "", shown.key), ...rows);
  }

  function hit({ title, detail, verdict }) {
    return [verdict ? badge("Verdict", verdict) : null, make("span", "", title), make("small", "", detail)];
  }

  return { label, badge, parcel, claim, rating, hit, isSuspected };
};
