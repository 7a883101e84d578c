"""The lists of land as of a day: who stands on which, by which conditions, and who answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from geodata.model.contract_key import IDENTITY, ContractKey
from geodata.model.land_lists import LandList, ListState
from geodata.store.engine import Engine
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.indicators.list_report import ListLine, ListReport
from service.compliance.indicators.lists import (
    Listing,
    inefficient_development,
    inefficient_operation,
    judged_list,
    split_transfer,
)
from service.compliance.indicators.registers import Subject
from service.compliance.law import LawBook
from service.operations.enterprises import Enterprises
from service.operations.list_facts import LandFacts, read_enterprise_facts, read_land_facts


def list_reports(
    engine: Engine,
    law: LawBook,
    as_of: date,
    lists: Sequence[LandList] = tuple(LandList),
    known_at: datetime | None = None,
    *,
    state: ListState = ListState.LISTED,
    scope: Scope | None = None,
) -> tuple[ListReport, ...]:
    """Some lists as of a day.

    Parameters
    ----------
    state
        Whom the lines are of: who is listed, or who is undetermined, and so on.
    scope
        Whose land is seen; by default what the engine was made for. Figures of enterprises are
        seen by who sees the whole district: for everybody else they are not known.
    """
    with unit_of_work(engine, scope) as connection:
        land = read_land_facts(connection, law, as_of, known_at)
        reports = []
        for each in lists:
            if each is LandList.INEFFICIENT_OPERATION:
                found = read_enterprise_facts(connection, land, law, as_of, known_at)
                group = found.group
                listing = inefficient_operation(found.operation, found.classes, law, as_of)
            else:
                group, listing = None, _of_contracts(each, land, law, as_of)
            reports.append(_reported(listing, land, group, as_of, state))
    return tuple(reports)


def _of_contracts(land_list: LandList, land: LandFacts, law: LawBook, as_of: date) -> Listing:
    judged = (land.judgements, law)
    if land_list is LandList.INEFFICIENT_DEVELOPMENT:
        return inefficient_development(land.columns, land.site, *judged, as_of)
    if land_list is LandList.SPLIT_TRANSFER:
        return split_transfer(land.site, *judged)
    return judged_list(land_list, *judged)


def _reported(
    listing: Listing,
    land: LandFacts,
    group: Enterprises | None,
    as_of: date,
    state: ListState,
) -> ListReport:
    told: Callable[[int], dict[str, Any]] = (
        (lambda row: _contract(land, row)) if group is None else (lambda row: _member(group, row))
    )
    counts = np.bincount(listing.states, minlength=len(ListState)).tolist()
    rows = np.flatnonzero(listing.states == state.position).tolist()
    return ListReport(
        land_list=listing.land_list,
        as_of=as_of,
        state=state,
        lines=tuple(_line(listing, land, row, **told(row)) for row in rows),
        counts={each: counts[each.position] for each in ListState},
        conditions=tuple(one.condition for one in listing.conditions),
        duty=listing.duty,
    )


def _line(listing: Listing, land: LandFacts, row: int, subject: Subject, **told: Any) -> ListLine:
    return ListLine(
        uscc=subject.uscc,
        conditions=listing.held(row),
        flags=land.flags.get(subject.uscc, ()),
        holds=land.watched.holds(subject),
        **told,
    )


def _contract(land: LandFacts, row: int) -> dict[str, Any]:
    texts = {key: column[row] or "" for key, column in land.columns.texts.items()}
    return {
        "key": ContractKey(*(texts[part] for part in IDENTITY)),
        "name": texts["project_name"] or texts["grantee"],
        "park": texts["park"],
        "town": texts["town"],
        "area_m2": land.columns.exact["area_m2"].fraction(row),
        "subject": Subject(texts["grantee"], texts["uscc"]),
    }


def _member(group: Enterprises, row: int) -> dict[str, Any]:
    who = group.members[row]
    return {
        "key": None,
        "name": who.name,
        "park": who.park,
        "town": "",
        "area_m2": group.figures.number("land_m2").fraction(row),
        "subject": Subject(who.name, who.uscc),
    }
