"""The land of a breach report: where it lies, to scale, and its milestones through time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from geodata.model.codelists import PeriodStatus
from service.maps.milestone_strip import Lane, Strip, draw_strip
from service.maps.plate import Plate, draw_plate
from service.reports.breach.facts import BreachFacts
from service.reports.breach.pen import Pen, entries
from service.reports.papers.blocks import Block, Figure, Media


def parcel_map(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    """The parcel in the district, and by itself."""
    _, parcel, land = pen.translate, facts.parcel, facts.land
    yield pen.heading(_("Map of the parcel"))
    if land is None:
        yield pen.paragraph(_("No outline of the parcel is on record: no map can be drawn."))
        return
    code = parcel.key.parcel_code
    plate = Plate(
        parcel=land.parcel,
        name=code,
        tone=parcel.verdict.tone,
        neighbours=land.neighbours,
        district=land.district,
        reference=land.reference,
    )
    caption = _("Parcel {code}, from the outlines on record").format(code=code)
    yield Figure(draw_plate(plate, pen.language), Media.SVG, caption, caption)


def milestone_strip(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    """The milestones as agreed, as extended and as they happened."""
    _ = pen.translate
    lanes = tuple(
        Lane(
            name=pen.label(one.kind),
            agreed_on=one.agreed_on,
            due_on=one.due_on,
            done_on=one.done_on,
        )
        for one in facts.parcel.result.milestones
    )
    strip = Strip(lanes=lanes, pauses=tuple(_pauses(facts)), as_of=facts.as_of)
    caption = _("Milestones as agreed and as they happened")
    yield pen.heading(_("Milestones through time"))
    yield Figure(draw_strip(strip, pen.language), Media.SVG, caption, caption)


def _pauses(facts: BreachFacts) -> Iterator[tuple[date, date]]:
    """The verified periods, up to the day of the report."""
    for begins_on, ends_on, _cause, status in entries(facts.cells.get("government_periods")):
        if status == PeriodStatus.VERIFIED.position and begins_on <= facts.as_of:
            yield begins_on, min(ends_on or facts.as_of, facts.as_of)
