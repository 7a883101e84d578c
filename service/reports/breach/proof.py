"""What proves the facts: imagery, the files on record, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from geodata.model.codelists import GovernmentCause, PeriodStatus
from geodata.model.imagery_lists import ImageryNote
from geodata.model.scenes import ParcelChange, ParcelMeasure
from service.compliance.rules.explanation import Fact
from service.maps.figures import NOTHING, grouped
from service.reports.breach.facts import BreachFacts, Exhibit, ProvenFact
from service.reports.breach.pen import Pen
from service.reports.papers.blocks import (
    Align,
    Block,
    Figure,
    Media,
    Runs,
    Table,
    Words,
    runs,
)

_DIGEST_LENGTH: Final = 12
_COMMAS: Final = {"zh": "、", "en": ", "}
_RIGHT: Final = Align.RIGHT
_PICTURE_SHARE: Final = Fraction(2, 5)

Row = tuple[Runs, ...]


def imagery(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    """What scenes show of the parcel; nothing where there is none."""
    _, seen = pen.translate, facts.seen
    if not seen.measures and not seen.changes:
        return
    yield pen.heading(_("Imagery"))
    yield pen.paragraph(_("Imagery is a reason to look at the land, and proves nothing by itself."))
    if seen.measures:
        yield _scenes(seen.measures, pen)
    if seen.changes:
        heads = (_("From"), _("To"), _("They show"), _("Land changed"), _("Doubts and notes"))
        rows = tuple(_change(change, note, pen) for change, note in seen.changes)
        yield Table(heads, rows, (3, 3, 4, 3, 7), caption=_("Scenes compared"))
    for day, picture in seen.pictures:
        caption = _("The land on {day}").format(day=pen.day(day))
        yield Figure(picture, Media.PNG, caption, caption, _PICTURE_SHARE)


def _scenes(measures: Sequence[ParcelMeasure], pen: Pen) -> Block:
    _ = pen.translate
    heads = (_("Day"), _("Pixels"), _("Clear"), "NDVI", "NDBI", "BSI", _("Built share"))
    rows = tuple(
        (
            runs(one.taken_on.isoformat()),
            runs(grouped(one.pixel_count, 0)),
            runs(_share(one.clear_share)),
            *(runs(_index(value)) for value in (one.ndvi, one.ndbi, one.bsi)),
            runs(_built(one)),
        )
        for one in measures
    )
    aligns = (Align.LEFT, *[_RIGHT] * 6)
    return Table(heads, rows, (4, 3, 3, 3, 3, 3, 6), aligns, _("Scenes"))


def evidence(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    """The files on record, and each fact with its files or the word that there are none."""
    _ = pen.translate
    yield pen.heading(_("Evidence"))
    if facts.exhibits:
        yield _files(facts.exhibits, pen)
    else:
        yield pen.paragraph(_("No file is on record for this contract."))
    rows = tuple(_fact(one, facts, pen) for one in facts.facts if one.fact.value is not None)
    if rows:
        heads = (_("Fact"), _("On record"), _("Evidence"))
        yield Table(heads, rows, (6, 9, 5), caption=_("Facts the findings rest on"))
    yield pen.paragraph(_gaps(facts, pen))


def _files(exhibits: Sequence[Exhibit], pen: Pen) -> Block:
    _ = pen.translate
    heads = (_("No."), _("File"), _("Kind"), _("Day"), "SHA-256")
    rows = tuple(_exhibit(number, one, pen) for number, one in enumerate(exhibits, start=1))
    return Table(heads, rows, (2, 8, 5, 4, 5), caption=_("Files on record"))


def _gaps(facts: BreachFacts, pen: Pen) -> str:
    _ = pen.translate
    known = sum(one.fact.value is not None for one in facts.facts)
    unknown = [one.fact.title(pen.language) for one in facts.facts if one.fact.value is None]
    told = _("{gaps} of {facts} facts have no evidence on record.").format(
        gaps=facts.gap_count, facts=known
    )
    if not unknown:
        return told
    missing = _("Looked for and not on record: {facts}.").format(
        facts=_COMMAS[pen.language].join(unknown)
    )
    return f"{told}{'' if pen.language == 'zh' else ' '}{missing}"


def _fact(one: ProvenFact, facts: BreachFacts, pen: Pen) -> Row:
    _, key = pen.translate, one.fact.key
    is_whole = "[" not in key and key in facts.cells
    said = pen.cell(key, facts.cells[key]) if is_whole else _part(one.fact, pen)
    proofs = _COMMAS[pen.language].join(map(str, one.exhibits))
    lacking = Words(_("none"), strong=True)
    return runs(one.fact.title(pen.language)), runs(said), runs(proofs or lacking)


def _part(fact: Fact, pen: Pen) -> str:
    """A field of an entry: its codes are words."""
    codes = {"status": PeriodStatus, "cause": GovernmentCause}.get(fact.key.rpartition(".")[2])
    return pen.label(codes.of(str(fact.value))) if codes else str(fact.value)


def _exhibit(number: int, one: Exhibit, pen: Pen) -> Row:
    doubts = pen.joined(one.doubts)
    return (
        runs(str(number)),
        runs(one.title, f" ({doubts})" if doubts else ""),
        runs(pen.label(one.kind)),
        runs(pen.day(one.dated_on)),
        runs(one.sha256[:_DIGEST_LENGTH] or NOTHING),
    )


def _change(change: ParcelChange, note: ImageryNote | None, pen: Pen) -> Row:
    doubts = [pen.label(doubt) for doubt in change.doubts]
    told = [*doubts, pen.label(note)] if note else doubts
    return (
        runs(change.from_on.isoformat()),
        runs(change.to_on.isoformat()),
        runs(pen.label(change.told)),
        runs(_share(change.changed_share)),
        runs(pen.joined(told) or NOTHING),
    )


def _built(one: ParcelMeasure) -> str:
    """The estimate, with the interval it lies in."""
    return f"{_share(one.built_share)} ({_share(one.built_low)} – {_share(one.built_high)})"


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.0%}"


def _index(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"
