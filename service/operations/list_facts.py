"""What the lists of land are made from: judgements, statements, figures and rolls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import chain
from typing import Final

import numpy as np

from geodata.model.codelists import Group
from geodata.model.columns import NO_CODE, Codes, Flags, LedgerColumns
from geodata.model.content_lists import SupervisionField
from geodata.model.judgements import Judgements
from geodata.model.land_lists import STATED_FOR, Roll, SiteStatement
from geodata.model.rating_lists import RatingClass
from geodata.store.engine import Connection
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.supervised import open_records, read_statements
from service.compliance.indicators.lists import OperationFacts, SiteFacts
from service.compliance.indicators.registers import RegisterEntry, Subject, Watched
from service.compliance.law import LawBook
from service.compliance.law.schemes import Formula
from service.compliance.rules.evaluate import evaluate
from service.operations.enterprises import Enterprises, read_enterprises
from service.operations.rating import group_of
from service.operations.rolls import standing

_WAN: Final = Fraction(1, 10_000)
_TAX: Final = Formula("tax_yuan", "land_mu", _WAN)
_OUTPUT: Final = Formula("output_yuan", "land_mu", _WAN)


@dataclass(frozen=True, slots=True, eq=False)
class LandFacts:
    """Contracts judged as of a day, and what is known beside them.

    Attributes
    ----------
    site
        What offices state of the land of each contract.
    rolls, watched
        What the bureau has entered, and whom that puts under control measures.
    flags
        Fields of joint supervision with an open record, by credit code.
    """

    columns: LedgerColumns
    judgements: Judgements
    site: SiteFacts
    rolls: Sequence[RegisterEntry]
    watched: Watched
    flags: Mapping[str, tuple[SupervisionField, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class EnterpriseFacts:
    """Enterprises with what puts them on a list.

    Attributes
    ----------
    classes
        The classes of the scheme, best first; none where nobody is rated.
    """

    group: Enterprises
    operation: OperationFacts
    classes: tuple[RatingClass, ...]


def read_land_facts(
    connection: Connection, law: LawBook, as_of: date, known_at: datetime | None = None
) -> LandFacts:
    """What the scope of a transaction sees."""
    stored = read_contracts(connection, known_at=known_at)
    matters = list(chain.from_iterable(STATED_FOR.values()))
    said = read_statements(connection, stored.contract_id, matters, known_at)
    codes = {statement.value: answers for statement, (answers, _) in said.items()}
    rolls = standing(connection, known_at)
    return LandFacts(
        columns=stored.columns,
        judgements=evaluate(stored.columns, law, as_of),
        site=SiteFacts(vacant_since_on=said[SiteStatement.VACANT][1], **codes),
        rolls=rolls,
        watched=Watched.of(rolls, law, as_of),
        flags=_flags(connection, as_of, known_at),
    )


def read_enterprise_facts(
    connection: Connection,
    land: LandFacts,
    law: LawBook,
    as_of: date,
    known_at: datetime | None = None,
) -> EnterpriseFacts:
    """The enterprises, rated by their figures and by those a year earlier."""
    year_before = date(as_of.year - 1, 12, 31)
    group = read_enterprises(connection, land.columns, as_of, known_at)
    earlier = read_enterprises(connection, land.columns, year_before, known_at)
    now, before = group_of(group, law, as_of), group_of(earlier, law, year_before)
    names = [who.uscc for who in group.members]
    known = {} if before is None else dict(zip(before.names, before.rated_class, strict=True))
    operation = OperationFacts(
        tax_wan_per_mu=group.figures.value(_TAX),
        output_wan_per_mu=group.figures.value(_OUTPUT),
        rated_class=_codes([NO_CODE] * len(names)) if now is None else now.rated_class,
        class_before=_codes([known.get(name, NO_CODE) for name in names]),
        three_highs=_three_highs(group, land, as_of),
        is_idle=_idle(names, land),
    )
    return EnterpriseFacts(group, operation, () if now is None else now.version.classes)


def _flags(
    connection: Connection, as_of: date, known_at: datetime | None
) -> dict[str, tuple[SupervisionField, ...]]:
    found: dict[str, set[SupervisionField]] = defaultdict(set)
    for record in open_records(connection, as_of, known_at):
        found[record.uscc].add(record.field)
    return {
        uscc: tuple(field for field in SupervisionField if field in fields)
        for uscc, fields in found.items()
    }


def _three_highs(group: Enterprises, land: LandFacts, as_of: date) -> Codes:
    """Yes where the bureau has entered it; whoever it has not entered may still be one."""
    entered = [
        entry.subject
        for entry in land.rolls
        if entry.register is Roll.THREE_HIGHS and entry.holds_on(as_of)
    ]
    named = [
        any(Subject(who.name, who.uscc).is_surely(other) for other in entered)
        for who in group.members
    ]
    return _codes([1 if is_named else NO_CODE for is_named in named])


def _idle(names: Sequence[str], land: LandFacts) -> Flags:
    idle = land.judgements.group(Group.IDLE).tolist()
    holders = {
        uscc for uscc, is_idle in zip(land.columns.texts["uscc"], idle, strict=True) if is_idle
    }
    return np.array([name in holders for name in names], dtype=np.bool_)


def _codes(values: Sequence[int]) -> Codes:
    return np.array(values, dtype=np.int8)
