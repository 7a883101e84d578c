"""The facts of breach reports: contracts read, judged together, and told one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from shapely.geometry.base import BaseGeometry

from geodata.errors import InputFileError
from geodata.model.codelists import MilestoneKind
from geodata.model.columns import Cell, Whole
from geodata.model.content_lists import ContentKind, EvidenceKind
from geodata.model.rows import row_cells
from geodata.model.supervised import last_words
from geodata.store.engine import Connection
from geodata.store.queries.cases import cases_of, steps_of
from geodata.store.queries.contract_rows import read_contract_rows
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.queries.evidence import evidence_of
from geodata.store.queries.parcels import read_outlines
from geodata.store.queries.scenes import measures_of
from geodata.store.queries.supervised import statements_of
from service.clock import SHANGHAI
from service.compliance.casework.flags import settlement, standing_flags
from service.compliance.casework.limitation import (
    DailyClaim,
    accrues_daily,
    daily_claim,
    rescission_right,
)
from service.compliance.casework.next_acts import SUSPICION, OpenAct, disposal_of, open_acts
from service.compliance.casework.progress import days_of, ways_on
from service.compliance.casework.refunds import forfeit
from service.compliance.casework.what_if import WhatIf, what_ifs
from service.compliance.law import LawBook
from service.compliance.rules.explain import explanations
from service.compliance.rules.explanation import Explanation
from service.compliance.rules.results import ContractResult, MilestoneResult
from service.compliance.rules.version import rule_set_digest
from service.maps.view import JudgedParcel
from service.operations.breach_land import lands_of
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
    lands = lands_of(connection, shapes, district)
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
        said = last_words(statements_of(self.connection, self.contract_id, self.asked.known_at))
        return BreachFacts(
            as_of=as_of,
            parcel=parcel,
            cells=cells,
            explanation=reasons,
            what_if=supposed,
            rights=_rights(cells, parcel.result, cases, law, as_of),
            land=land,
            seen=self._seen(cells, parcel.geometry),
            exhibits=(*(_exhibit(one, self.asked.language) for one in kept), *listed),
            facts=tuple(_proven(reasons, kept)),
            cases=cases,
            said=said,
            flags=tuple(standing_flags(cells, [one.case for one in cases], law, said, as_of)),
            acts=_acts(parcel, cases, law, as_of),
            rule_digest=rule_set_digest(law.digest),
        )

    def _seen(self, cells: Mapping[str, Cell], outline: BaseGeometry | None) -> Seen:
        known_at = self.asked.known_at
        noted = noted_changes(self.connection, self.contract_id, cells, known_at)
        measures = tuple(measures_of(self.connection, self.contract_id, known_at))
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
            days = days_of(law, case, taken, cells)
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


def _rights(
    cells: Mapping[str, Cell],
    result: ContractResult,
    cases: Sequence[CaseStory],
    law: LawBook,
    as_of: date,
) -> Rights:
    known_on = _day(cells.get("ground_known_on"))
    premium, deposit = cells.get("premium_yuan"), cells.get("deposit_yuan")
    signed_on, start_due_on = _day(cells.get("signed_on")), result.milestones[0].due_on
    rescinded = (story.rescinded_on for story in cases)
    arrived_on = next((day for day in rescinded if day and day <= as_of), None)
    lost = None
    if isinstance(premium, Fraction) and isinstance(deposit, Fraction) and signed_on:
        lost = forfeit(premium, deposit, law, signed_on)
    return Rights(
        rescission=rescission_right(known_on, law) if known_on else None,
        forfeit=lost,
        settlement=settlement(cells, start_due_on, law, as_of, arrived_on=arrived_on),
        arrived_on=arrived_on,
        claims=dict(_claims(cells, result, law, as_of)),
    )


def _claims(
    cells: Mapping[str, Cell], result: ContractResult, law: LawBook, as_of: date
) -> Iterator[tuple[MilestoneKind, DailyClaim]]:
    """Damages that fall due day by day: not those by tiers of the bond."""
    if not accrues_daily(cells):
        return
    for one in result.milestones:
        if late := _late_span(one, as_of):
            yield one.kind, daily_claim(*late, as_of, law)


def _late_span(one: MilestoneResult, as_of: date) -> tuple[date, date] | None:
    """First and last late day; while an extension runs, those before it was granted."""
    last_on = min(one.done_on or as_of, as_of)
    if not one.late_days:
        return None
    if one.due_on and one.due_on < last_on:
        return one.due_on + _DAY, last_on
    if one.agreed_on is None:
        return None
    return one.agreed_on + _DAY, one.agreed_on + one.late_days * _DAY


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


def _day(cell: object) -> date | None:
    return cell if isinstance(cell, date) else None
