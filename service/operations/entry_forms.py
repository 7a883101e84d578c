"""What a form says of facts, read and checked field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from geodata.errors import UsageError
from geodata.model.attributes import Attribute, Kind
from geodata.model.cells import CellError, read_cell
from geodata.model.columns import Cell
from geodata.model.content import Row
from geodata.model.entries import EntryKind
from service.compliance.casework.imagery_notes import names_imagery_alone
from service.wording import cell_value

SOURCE: Final = "source"
REASON: Final = "reason"
WHOLE: Final = ""
"""Stands for the form as a whole where a problem is that of no single field."""

_LONGEST: Final = 500
_SET_DAYS: Final = frozenset({"extended_to", "ends_on"})
"""Days that are set, not seen: they may lie ahead."""


@dataclass(frozen=True, slots=True)
class EntryForm:
    """A form as it was read.

    Attributes
    ----------
    said
        The typed fields that are filled and could be read.
    problems
        What is wrong, by field.
    """

    kind: EntryKind
    said: Row
    source: str
    reason: str
    problems: Mapping[str, UsageError]

    @property
    def texts(self) -> dict[str, str]:
        """What it states, as a file writes it."""
        fields = self.kind.fields
        return {a.key: cell_value(a, self.said[a.key]) for a in fields if a.key in self.said}


def read_form(kind: EntryKind, texts: Mapping[str, str], today: date) -> EntryForm:
    """Read what was typed.

    Parameters
    ----------
    texts
        By key of the fields, `SOURCE` and `REASON`; anything else is left aside.
    today
        The last day on which something can have happened.
    """
    said: dict[str, Cell] = {}
    problems: dict[str, UsageError] = {}
    for attribute in kind.fields:
        try:
            cell = _read(attribute, texts.get(attribute.key, ""), today)
        except UsageError as problem:
            problems[attribute.key] = problem
        else:
            said |= {} if cell is None else {attribute.key: cell}
    grounds = {SOURCE: "", REASON: ""}
    for name in grounds:
        try:
            grounds[name] = ground(texts.get(name, ""))
        except UsageError as problem:
            problems[name] = problem
    if names_imagery_alone(grounds[SOURCE]):
        problems[SOURCE] = UsageError(
            "Imagery alone is no ground for a fact.",
            "Name the patrol or the document that confirms it as well.",
        )
    for name, disorder in _joint_problems(kind, said):
        problems.setdefault(name, disorder)
    if kind.is_any_of and not said and not problems.keys() - {SOURCE, REASON}:
        problems[WHOLE] = UsageError(
            "Neither a date nor a figure is stated.", "Fill in at least one of them."
        )
    return EntryForm(kind, said, grounds[SOURCE], grounds[REASON], problems)


def ground(text: str, *, is_needed: bool = True) -> str:
    """A document, a reason or a remark, on one line.

    Raises
    ------
    UsageError
        When it is needed and blank, too long, or cannot be printed.
    """
    text = " ".join(text.split())
    if is_needed and not text:
        raise _missing()
    if len(text) > _LONGEST or not text.isprintable():
        raise UsageError(
            "The text has {count} characters, or one that cannot be printed.",
            "Write at most {longest} plain characters.",
            count=len(text),
            longest=_LONGEST,
        )
    return text


def _read(attribute: Attribute, text: str, today: date) -> Cell:
    if attribute.kind is Kind.TEXT:
        return ground(text, is_needed=attribute.is_required) or None
    try:
        cell = read_cell(attribute, text[: 2 * _LONGEST])
    except CellError as error:
        raise UsageError(error.template, "Correct it, or leave it blank.", **error.values) from None
    if cell is None and attribute.is_required:
        raise _missing()
    is_actual = attribute.kind is Kind.DATE and attribute.key not in _SET_DAYS
    if is_actual and isinstance(cell, date) and cell > today:
        raise UsageError(
            "{day} has not come yet; today is {today}.",
            "Enter what has happened, once it has.",
            day=cell,
            today=today,
        )
    return cell


def _missing() -> UsageError:
    return UsageError("This has to be filled in.")


def _joint_problems(kind: EntryKind, said: Row) -> Iterator[tuple[str, UsageError]]:
    """What is wrong with two fields together."""
    orders = {
        EntryKind.EXTENSION: ("applied_on", "approved_on", "applied_on"),
        EntryKind.GOVERNMENT_PERIOD: ("begins_on", "ends_on", "ends_on"),
    }
    if kind not in orders:
        return
    first, last, at = orders[kind]
    begin, end = said.get(first), said.get(last)
    if isinstance(begin, date) and isinstance(end, date) and end < begin:
        yield (
            at,
            UsageError(
                "{first} lies after {last}.", "Put the two in order.", first=begin, last=end
            ),
        )
