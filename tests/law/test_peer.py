"""The rules and a second, independent reading of the contract judge alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from service.compliance.law import LawBook

from .checking import STEADY, Row, by_peer, by_rules
from .peer_calendar import WorkCalendar
from .strategies import AS_OF, cases, random_rows

ROWS_PER_DAY = 625  # 16 days: 10 000 rows


def plainest(row: Row, differs: Callable[[Row], bool]) -> Row:
    """The row without every cell that the difference does not need."""
    for key in list(row):
        without = {name: cell for name, cell in row.items() if name != key}
        if differs(without):
            row = without
    return row


def difference(row: Row, as_of: date, law: LawBook, calendar: WorkCalendar) -> str:
    """What the two say about the row, one line for each thing they do not agree on."""
    (found,), (expected,) = by_rules([row], as_of, law), by_peer([row], as_of, calendar)
    lines = [f"as of {as_of}: {dict(row)}"]
    for key in expected:
        if found[key] != expected[key]:
            lines.append(f"  rules: {key} = {only_in(found[key], expected[key])}")
            lines.append(f"  peer:  {key} = {only_in(expected[key], found[key])}")
    return "\n".join(lines)


def only_in(one: Any, other: Any) -> Any:
    """The part of a value that another value does not have."""
    if isinstance(one, dict):
        return {key: only_in(one[key], other[key]) for key in one if one[key] != other[key]}
    if isinstance(one, list):
        return [entry for entry in one if entry not in other]
    return one


@pytest.mark.parametrize("as_of", AS_OF, ids=str)
def test_rules_and_peer_agree_on_random_contracts(
    as_of: date, law: LawBook, calendar: WorkCalendar
) -> None:
    rows = random_rows(AS_OF.index(as_of), as_of, ROWS_PER_DAY)
    found, expected = by_rules(rows, as_of, law), by_peer(rows, as_of, calendar)
    wrong = [row for row, one, two in zip(rows, found, expected, strict=True) if one != two]

    def differs(row: Row) -> bool:
        return by_rules([row], as_of, law) != by_peer([row], as_of, calendar)

    shown = [difference(plainest(row, differs), as_of, law, calendar) for row in wrong[:3]]
    assert not wrong, f"{len(wrong)} rows differ, such as:\n" + "\n".join(shown)


def test_rules_and_peer_agree_on_one_contract(law: LawBook, calendar: WorkCalendar) -> None:
    @given(case=cases())
    @settings(STEADY, max_examples=100, suppress_health_check=list(HealthCheck))
    def agree(case: tuple[date, Row]) -> None:
        as_of, row = case
        assert by_rules([row], as_of, law) == by_peer([row], as_of, calendar)

    agree()
