"""Who answers for what in the land programme of a district, as its papers say."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.model.codelists import Confidence
from geodata.model.land_lists import Body
from service.compliance.law.entries import Entry
from service.compliance.law.sources import Citation


@dataclass(frozen=True, slots=True)
class Duty:
    """The bodies that answer for a matter.

    Attributes
    ----------
    matter
        Name of the matter, e.g. ``list.supplied_unused``.
    bodies
        In the order of the text; none where the text names none.
    citations, confidence
        Where the text says so, and how sure that is.
    """

    matter: str
    bodies: tuple[Body, ...]
    citations: tuple[Citation, ...]
    confidence: Confidence


def read_duty(entry: Entry, _pack: str) -> Duty:
    """A duty as ``duties.yaml`` has it."""
    return Duty(
        matter=entry.key,
        bodies=entry.members("bodies", Body) if entry.has("bodies") else (),
        citations=entry.citations,
        confidence=entry.confidence,
    )
