"""The same facts judged with two law books: what a change of law would do. Nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np

from geodata.importers.ledger import LedgerFile, read_ledger
from geodata.importers.reading import Progress
from geodata.model.columns import LedgerColumns, Whole
from geodata.store.engine import Engine
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.parcels import read_features, read_outlines, read_parks
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.compliance.law import LawBook
from service.compliance.law.differences import differences
from service.compliance.rules.evaluate import evaluate
from service.i18n import translator
from service.maps.moved import MovedParcel, MovementView
from service.operations.auditing import require_past
from service.operations.land import (
    District,
    Shapes,
    backdrop,
    district_name,
    ground_of,
    read_district,
    shapes_of,
)
from service.reports.comparison import ComparisonContent, Judged, Standpoint, comparison_content


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the day, the two books, and the language of the answer."""

    as_of: date
    law: LawBook
    other: LawBook
    language: str


@dataclass(frozen=True, slots=True, eq=False)
class ComparedFacts:
    """Facts under two law books, and the land they lie on.

    Attributes
    ----------
    shapes
        Outline of each row in EPSG:4490; None where no shapes are known at all.
    """

    question: Question
    content: ComparisonContent
    shapes: Shapes | None
    district: District

    def parcels(self) -> Iterator[MovedParcel]:
        """The contracts listed, each with its outline."""
        for row, parcel in zip(self.content.listed.tolist(), self.content.parcels(), strict=True):
            outline = None if self.shapes is None else self.shapes[row]
            yield replace(parcel, geometry=outline)

    def map_view(self) -> MovementView:
        """What a map of the movements shows."""
        asked, layers = self.question, self.district.layers
        _ = translator(asked.language)
        title = _("Law book {before} against {after}")
        return MovementView(
            language=asked.language,
            district=district_name(layers, asked.law, asked.language),
            title=title.format(before=asked.law.code, after=asked.other.code),
            as_of=asked.as_of,
            parcels=tuple(self.parcels()),
            backdrop=backdrop(layers, asked.language),
        )


def compare_file(
    path: Path,
    question: Question,
    *,
    district: Path | None = None,
    profile: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    progress: Progress | None = None,
) -> tuple[LedgerFile, ComparedFacts]:
    """The ledger as read, and what two law books say of it; no database is needed."""
    land = read_district(district) if district else District()
    ledger = read_ledger(
        path, profile=profile, layer=layer, crs=crs, ground=ground_of(land), progress=progress
    )
    content = _compared(ledger.columns, np.arange(len(ledger.columns)), question)
    return ledger, ComparedFacts(question, content, shapes_of(ledger, land), land)


def compare_database(
    engine: Engine,
    question: Question,
    *,
    clock: Clock,
    known_at: datetime | None = None,
    with_land: bool = False,
) -> ComparedFacts:
    """Judge every contract of the database, as known at an instant, with two law books.

    Parameters
    ----------
    with_land
        Read the outlines too, which only a map needs.
    """
    require_past(known_at, clock())
    shapes, layers = None, {}
    with unit_of_work(engine) as connection:
        stored = read_contracts(connection, as_of=question.as_of, known_at=known_at)
        if with_land:
            shapes = read_outlines(connection, stored.contract_id, stored.known_at)
            layers = read_features(connection) | {"parks": read_parks(connection)}
    content = _compared(stored.columns, stored.contract_id, question)
    return ComparedFacts(question, content, shapes, District(layers=layers))


def _compared(columns: LedgerColumns, contract_id: Whole, asked: Question) -> ComparisonContent:
    before, after = (
        Judged(
            Standpoint(asked.as_of, law.code, law.digest, len(columns)),
            contract_id,
            columns,
            evaluate(columns, law, asked.as_of),
        )
        for law in (asked.law, asked.other)
    )
    return comparison_content(
        before,
        after,
        asked.language,
        law=differences(asked.law, asked.other),
        with_repriced=True,
    )
