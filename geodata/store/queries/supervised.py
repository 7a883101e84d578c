"""Entries of rolls, statements about land, and projects checked on entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geodata.model.codelists import Confidence
from geodata.model.columns import NO_CODE, NO_DAY, Codes, Days, Whole, day_number
from geodata.model.content_lists import ContentKind, SupervisionField
from geodata.model.land_lists import ConditionState, ProjectKind, Roll, SiteStatement
from geodata.model.supervised import (
    CheckedRequirement,
    ProjectCheck,
    RollEntry,
    StatedSite,
    SupervisionRecord,
)
from geodata.store.queries import versions
from geodata.store.tables import CONTENT, PROJECT, ROLL_ENTRY, SITE_STATEMENT

_ROLL, _SITE, _PROJECT = ROLL_ENTRY.c, SITE_STATEMENT.c, PROJECT.c


def add_roll_entry(connection: sa.Connection, entry: RollEntry) -> bool:
    """Keep an entry; False where the same one stands in that roll already."""
    added = insert(ROLL_ENTRY).values(asdict(entry)).on_conflict_do_nothing()
    return connection.scalar(added.returning(_ROLL.entry_id)) is not None


def end_roll_entry(
    connection: sa.Connection,
    entry_id: UUID,
    until_on: date,
    ended_by: str,
    ended_at: datetime,
    end_reason: str,
) -> bool:
    """Set the last day of an entry; False where there is none that still stands."""
    standing = sa.and_(_ROLL.entry_id == entry_id, _ROLL.until_on.is_(None))
    end = {"until_on": until_on, "ended_by": ended_by, "ended_at": ended_at}
    change = sa.update(ROLL_ENTRY).where(standing).values(**end, end_reason=end_reason)
    return connection.execute(change).rowcount == 1


def find_roll_entry(connection: sa.Connection, entry_id: UUID) -> RollEntry | None:
    """An entry by its number."""
    found = connection.execute(sa.select(ROLL_ENTRY).where(_ROLL.entry_id == entry_id))
    row = found.mappings().one_or_none()
    return _entry(row, None) if row else None


def read_roll_entries(
    connection: sa.Connection, known_at: datetime | None = None
) -> list[RollEntry]:
    """Every entry as it is known or was known at an instant, the newest first."""
    query = sa.select(ROLL_ENTRY).order_by(_ROLL.from_on.desc(), _ROLL.name, _ROLL.entry_id)
    if known_at is not None:
        query = query.where(_ROLL.entered_at <= known_at)
    return [_entry(row, known_at) for row in connection.execute(query).mappings()]


def add_statement(connection: sa.Connection, stated: StatedSite) -> None:
    """Keep what an office states; what it said before stays."""
    connection.execute(sa.insert(SITE_STATEMENT).values(asdict(stated)))


def statements_of(
    connection: sa.Connection, contract_id: int, known_at: datetime | None = None
) -> list[StatedSite]:
    """What was ever stated of the land of a contract, the newest first."""
    query = sa.select(SITE_STATEMENT).where(_SITE.contract_id == contract_id)
    if known_at is not None:
        query = query.where(_SITE.entered_at <= known_at)
    newest = query.order_by(_SITE.entered_at.desc(), _SITE.statement_id.desc())
    return [_stated(row) for row in connection.execute(newest).mappings()]


def read_statements(
    connection: sa.Connection,
    contract_id: Whole,
    matters: Sequence[SiteStatement],
    known_at: datetime | None = None,
) -> dict[SiteStatement, tuple[Codes, Days]]:
    """The last word on each matter: yes (1), no (0) or `NO_CODE`, and since when, by contract.

    Parameters
    ----------
    contract_id
        The contracts asked about, a row of the answer each.
    matters
        What is asked about them.
    """
    query = sa.select(_SITE.contract_id, _SITE.statement, _SITE.holds, _SITE.since_on)
    query = query.where(_SITE.statement.in_([matter.value for matter in matters]))
    query = query.order_by(_SITE.entered_at, _SITE.statement_id)
    if known_at is not None:
        query = query.where(_SITE.entered_at <= known_at)
    place = {number: row for row, number in enumerate(contract_id.tolist())}
    said = {
        statement: (
            np.full(len(place), NO_CODE, dtype=np.int8),
            np.full(len(place), NO_DAY, dtype=np.int32),
        )
        for statement in matters
    }
    for number, code, holds, since_on in connection.execute(query):
        if number in place:
            answers, since = said[SiteStatement.of(code)]
            answers[place[number]] = int(holds)
            since[place[number]] = day_number(since_on)
    return said


def add_project(connection: sa.Connection, project: ProjectCheck) -> None:
    """Keep a project with what came out."""
    connection.execute(sa.insert(PROJECT).values(asdict(project)))


def find_project(connection: sa.Connection, project_id: UUID) -> ProjectCheck | None:
    """A project by its number."""
    found = connection.execute(sa.select(PROJECT).where(_PROJECT.project_id == project_id))
    row = found.mappings().one_or_none()
    return _project(row) if row else None


def list_projects(connection: sa.Connection, most: int) -> list[ProjectCheck]:
    """The projects recorded last, the newest first."""
    newest = sa.select(PROJECT).order_by(_PROJECT.entered_at.desc(), _PROJECT.project_id)
    return [_project(row) for row in connection.execute(newest.limit(most)).mappings()]


def open_records(
    connection: sa.Connection,
    as_of: date,
    known_at: datetime | None = None,
    *,
    uscc: str | None = None,
) -> list[SupervisionRecord]:
    """Records of joint supervision that are open on a day, the newest first.

    Parameters
    ----------
    uscc
        The enterprise wanted; None for all.
    """
    table = CONTENT[ContentKind.SUPERVISION].fact
    fact = table.c
    query = sa.select(*(fact[name] for name in SupervisionRecord.__slots__)).where(
        versions.seen(table, known_at),
        fact.recorded_on <= as_of,
        sa.or_(fact.resolved_on.is_(None), fact.resolved_on > as_of),
    )
    if uscc is not None:
        query = query.where(fact.uscc == uscc)
    newest = query.order_by(fact.recorded_on.desc(), fact.fact_id)
    return [_record(row) for row in connection.execute(newest).mappings()]


def _record(row: sa.RowMapping) -> SupervisionRecord:
    told: dict[str, Any] = {name: cell or "" for name, cell in row.items()}
    return SupervisionRecord(**told | {"field": SupervisionField.of(told["field"])})


def _entry(row: sa.RowMapping, known_at: datetime | None) -> RollEntry:
    told: dict[str, Any] = {**row, "roll": Roll.of(row["roll"])}
    if known_at is not None and told["ended_at"] and told["ended_at"] > known_at:
        told |= {"until_on": None, "ended_by": None, "ended_at": None, "end_reason": ""}
    return RollEntry(**told)


def _stated(row: sa.RowMapping) -> StatedSite:
    told: dict[str, Any] = {name: row[name] for name in StatedSite.__slots__}
    return StatedSite(**told | {"statement": SiteStatement.of(row["statement"])})


def _project(row: sa.RowMapping) -> ProjectCheck:
    told: dict[str, Any] = dict(row)
    checks = tuple(
        CheckedRequirement(**each | {"state": ConditionState.of(each["state"])})
        for each in told["checks"]
    )
    sure = told["confidence"]
    return ProjectCheck(
        **told
        | {
            "kind": ProjectKind.of(told["kind"]),
            "state": ConditionState.of(told["state"]),
            "checks": checks,
            "confidence": Confidence.of(sure) if sure else None,
        }
    )
