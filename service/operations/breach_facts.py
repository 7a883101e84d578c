"""The facts of breach reports: contracts read, judged together, and told one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import InputFileError
from geodata.geometry.crs import STORAGE_EPSG, plane_for
from geodata.model.codelists import DamagesScheme, MilestoneKind
from geodata.model.columns import Cell, Whole
from geodata.model.content_lists import ContentKind, EvidenceKind
from geodata.model.rows import row_cells
from geodata.store.convert import Geometries
from geodata.store.engine import Connection
from geodata.store.queries.cases import cases_of, steps_of
from geodata.store.queries.contract_rows import read_contract_rows
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.queries.evidence import evidence_of
from geodata.store.queries.parcels import outlines_near, read_features, read_outlines
from geodata.store.queries.scenes import measures_of
from service.clock import SHANGHAI
from service.compliance.casework.flags import settlement
from service.compliance.casework.limitation import DailyClaim, daily_claim, rescission_right
from service.compliance.casework.next_acts import SUSPICION, OpenAct, disposal_of, open_acts
from service.compliance.casework.progress import days_of, ways_on
from service.compliance.casework.refunds import forfeit
from service.compliance.casework.what_if import WhatIf, what_ifs
from service.compliance.law import LawBook
from service.compliance.rules.explain import explanations
from service.compliance.rules.explanation import Explanation
from service.compliance.rules.results import ContractResult
from service.compliance.rules.version import rule_set_digest
from service.maps.view import JudgedParcel, is_outline
from service.operations.fact_proofs import proofs_of
from service.operations.noted_changes import NotedChange, noted_changes
from service.operations.photo_checks import CheckedEvidence, checked
from service.operations.views import judged_parcels
from service.reports.breach.facts import (
    BreachFacts,
    CaseStory,
    Exhibit,
    Land,
    ProvenFact,
    Rights,
    Seen,
)
from service.wording import Wording

_DAY: Final = timedelta(days=1)
_SIMPLER_DEG: Final = 0.0005
"""Some fifty metres: a quarter of a millimetre on the locator."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What reports are asked for.

    Attributes
    ----------
    known_at
        Instant whose knowledge of the facts is wanted; None for what is known by now.
    """

    law: LawBook
    as_of: date
    language: str
    known_at: datetime | None = None


def district_outline(connection: Connection) -> BaseGeometry | None:
    """The outline of the district in EPSG:4490, as simple as a locator needs it."""
    shapes = read_features(connection)["outline"].geometry
    if not len(shapes):
        return None
    simple: BaseGeometry = shapely.union_all(shapes.to_numpy()).simplify(_SIMPLER_DEG)
    return simple


def breach_facts(
    connection: Connection, asked: Asked, contract_ids: Whole, district: BaseGeometry | None
) -> Iterator[BreachFacts]:
    """What the reports of some contracts say, in order of their numbers.

    Parameters
    ----------
    district
        Its outline (`district_outline`).
    """
    law, as_of = asked.law, asked.as_of
    stored = read_contracts(connection, known_at=asked.known_at, contract_ids=contract_ids)
    shapes = read_outlines(connection, stored.contract_id, asked.known_at)
    parcels = judged_parcels(stored.columns, Wording(law, asked.language), as_of, shapes)
    reasons = explanations(stored.columns, law, as_of)
    supposed = what_ifs(stored.columns, law, as_of)
    lands = _lands(connection, shapes, district)
    listed = _listed(connection, asked, stored.contract_id)
    judged = zip(parcels, reasons, supposed, lands, strict=True)
    for row, found in enumerate(judged):
        kept = listed.get(int(stored.contract_id[row]), [])
        yield _Contract(connection, asked, stored, row).facts(*found, kept)


@dataclass(frozen=True, slots=True)
class _Contract:
    """One contract, as its report is put together."""

    connection: Connection
    asked: Asked
    stored: StoredContracts
    row: int

    @property
    def contract_id(self) -> int:
        return int(self.stored.contract_id[self.row])

    def facts(
        self,
        parcel: JudgedParcel,
        reasons: Explanation,
        supposed: WhatIf,
        land: Land | None,
        listed: Sequence[Exhibit],
    ) -> BreachFacts:
        law, as_of = self.asked.law, self.asked.as_of
        cells = row_cells(self.stored.columns, self.row)
        evidence = evidence_of(self.connection, self.contract_id)
        kept = [checked(one, parcel.geometry) for one in evidence]
        cases = tuple(self._cases(cells))
        return BreachFacts(
            as_of=as_of,
            parcel=parcel,
            cells=cells,
            explanation=reasons,
            what_if=supposed,
            rights=_rights(cells, parcel.result, law, as_of),
            land=land,
            seen=self._seen(cells, parcel.geometry),
            exhibits=(*(_exhibit(one, self.asked.language) for one in kept), *listed),
            facts=tuple(_proven(reasons, kept)),
            cases=cases,
            acts=_acts(parcel, cases, law, as_of),
            rule_digest=rule_set_digest(law.digest),
        )

    def _seen(self, cells: Mapping[str, Cell], outline: BaseGeometry | None) -> Seen:
        noted = noted_changes(self.connection, self.contract_id, cells)
        measures = tuple(measures_of(self.connection, self.contract_id))
        return Seen(measures, noted, self._pictures(noted, outline))

    def _pictures(
        self, noted: Sequence[NotedChange], outline: BaseGeometry | None
    ) -> tuple[tuple[date, bytes], ...]:
        """The land on both scenes of the newest pair; none where their files have gone."""
        if not noted or outline is None:
            return ()
        from service.operations.imagery_showing import pair_chips  # noqa: PLC0415 - GDAL takes long

        try:
            return pair_chips(self.connection, noted[0][0], outline)
        except InputFileError:
            return ()

    def _cases(self, cells: Mapping[str, Cell]) -> Iterator[CaseStory]:
        cases, law = cases_of(self.connection, self.contract_id), self.asked.law
        steps = steps_of(self.connection, [case.case_id for case in cases]) if cases else {}
        for case in cases:
            taken = steps[case.case_id]
            days = days_of(law, case, taken, _day(cells.get("ground_known_on")))
            ways = ways_on(law, case.path, case.state, days)
            yield CaseStory(case, tuple(taken), tuple(ways))


def _listed(connection: Connection, asked: Asked, contract_id: Whole) -> dict[int, list[Exhibit]]:
    """What tables of evidence list, by contract."""
    wanted: Sequence[int] = contract_id.tolist()
    found = read_contract_rows(connection, ContentKind.EVIDENCE, asked.known_at, wanted)
    listed: dict[int, list[Exhibit]] = {}
    for number, row in zip(found.contract_id.tolist(), found.rows, strict=True):
        exhibit = Exhibit(
            kind=EvidenceKind.at(int(str(row["kind"]))),
            title=str(row.get("title") or row["path"]),
            dated_on=_day(row.get("dated_on")),
            sha256=str(row.get("sha256") or ""),
        )
        listed.setdefault(number, []).append(exhibit)
    return listed


def _rights(cells: Mapping[str, Cell], result: ContractResult, law: LawBook, as_of: date) -> Rights:
    known_on = _day(cells.get("ground_known_on"))
    premium, deposit = cells.get("premium_yuan"), cells.get("deposit_yuan")
    signed_on = _day(cells.get("signed_on"))
    lost = None
    if isinstance(premium, Fraction) and isinstance(deposit, Fraction) and signed_on:
        lost = forfeit(premium, deposit, law, signed_on)
    return Rights(
        rescission=rescission_right(known_on, law) if known_on else None,
        forfeit=lost,
        settlement=settlement(cells, result.milestones[0].due_on, law, as_of),
        claims=dict(_claims(cells, result, law, as_of)),
    )


def _claims(
    cells: Mapping[str, Cell], result: ContractResult, law: LawBook, as_of: date
) -> Iterator[tuple[MilestoneKind, DailyClaim]]:
    """Damages that fall due day by day: not those by tiers of the bond."""
    if cells.get("damages_scheme") == DamagesScheme.BOND_TIER.position:
        return
    for one in result.milestones:
        if one.late_days and one.due_on:
            last_on = min(one.done_on or as_of, as_of)
            yield one.kind, daily_claim(one.due_on + _DAY, last_on, as_of, law)


def _acts(
    parcel: JudgedParcel, cases: Sequence[CaseStory], law: LawBook, as_of: date
) -> tuple[OpenAct, ...]:
    """What an idle-land case would ask for, where none is open."""
    disposal = disposal_of(parcel.verdict)
    if disposal is None or any(story.case.is_open for story in cases):
        return ()
    return tuple(open_acts(law, disposal, {SUSPICION: as_of}, as_of))


def _proven(reasons: Explanation, kept: Sequence[CheckedEvidence]) -> Iterator[ProvenFact]:
    """Every fact the findings rest on, once, in the order they are told."""
    places = {id(one): number for number, one in enumerate(kept, start=1)}
    facts = {fact.key: fact for found in reasons.findings for fact in found.facts}
    for key, fact in facts.items():
        yield ProvenFact(fact, tuple(places[id(one)] for one in proofs_of(key, kept)))


def _exhibit(one: CheckedEvidence, language: str) -> Exhibit:
    evidence = one.evidence
    taken = evidence.photo.taken_at if evidence.photo else None
    return Exhibit(
        kind=evidence.kind,
        title=evidence.title,
        dated_on=(taken or evidence.added_at).astimezone(SHANGHAI).date(),
        sha256=evidence.sha256,
        doubts=tuple(doubt.label(language) for doubt in one.doubts),
    )


def _lands(
    connection: Connection, shapes: Geometries, district: BaseGeometry | None
) -> Iterator[Land | None]:
    """Each parcel with its neighbours, in the plane of its own zone."""
    windows = [_window(shape) if is_outline(shape) else None for shape in shapes]
    wanted = [window for window in windows if window is not None]
    _codes, near = outlines_near(connection, np.array(wanted, dtype=np.object_))
    tree = shapely.STRtree(near)
    for shape, window in zip(shapes, windows, strict=True):
        if window is None:
            yield None
            continue
        others = [one for one in near[tree.query(window)] if not one.equals(shape)]
        yield _land(shape, others, district)


def _window(shape: BaseGeometry) -> BaseGeometry:
    """The land a plate shows: the parcel with as much again on each side."""
    west, south, east, north = shape.bounds
    room = max(east - west, north - south)
    box: BaseGeometry = shapely.box(west - room, south - room, east + room, north + room)
    return box


def _land(
    shape: BaseGeometry, others: Sequence[BaseGeometry], district: BaseGeometry | None
) -> Land:
    alone = gpd.GeoSeries([shape], crs=STORAGE_EPSG)
    plane = plane_for(alone)
    rest = [district] if district is not None else []
    together = gpd.GeoSeries([shape, *rest, *others], crs=STORAGE_EPSG).to_crs(plane).to_numpy()
    return Land(
        parcel=together[0],
        neighbours=tuple(together[1 + len(rest) :]),
        district=together[1] if rest else None,
        reference=f"CGCS2000 EPSG:{plane.to_epsg()}",
    )


def _day(cell: object) -> date | None:
    return cell if isinstance(cell, date) else None
