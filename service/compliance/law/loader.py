"""Loading a law book: national pack first, then each pack laid over it down to the district."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple, TypeVar

import numpy as np

from geodata.errors import LawBookError
from geodata.model.codelists import FindingCode
from geodata.model.columns import day_number
from geodata.model.law_lists import Selector
from service.compliance.calendar import WorkingDays
from service.compliance.law.book import FindingLaw, LawBook, Number, Version
from service.compliance.law.duties import read_duty
from service.compliance.law.entries import Entry
from service.compliance.law.procedure import read_act
from service.compliance.law.schemes import read_scheme
from service.compliance.law.shelf import Shelf, named
from service.compliance.law.sources import Instrument
from service.compliance.law.standards import read_standard
from service.compliance.law.steps import read_steps
from service.compliance.law.targets import in_register, read_target
from service.compliance.law.versions import in_order

_SHEETS = (
    *("numbers", "findings", "targets", "procedure", "working_days", "steps"),
    *("ratings", "standards", "duties"),
)
_SATURDAY = 5

Read = TypeVar("Read")


class YearTable(NamedTuple):
    """The State Council's table of a year: weekdays off, weekend days worked."""

    year: int
    rest: list[date]
    work: list[date]


def load_book(book: str, shelf: Traversable | None = None) -> LawBook:
    """The law as it applies to a district.

    Parameters
    ----------
    book
        Code of the district pack, e.g. ``310116``, or the path of its directory.
    shelf
        Directory with packs, laid over the product's own; one that holds a national pack
        stands alone.

    Raises
    ------
    LawBookError
        When the pack does not exist, or an entry lacks date, citation or confidence.
    """
    code, beside = named(book)
    packs = Shelf.at(shelf or beside)
    chain = packs.chain(code)
    raw = {pack: {name: packs.sheet(pack, name) for name in _SHEETS} for pack in chain}
    written = packs.instruments()
    instruments = {key: _instrument(Entry(key, entry, {})) for key, entry in written.items()}

    def laid(name: str, read: Callable[[Entry, str], Read]) -> dict[str, Read]:
        """The entries of a sheet by key, each from the last pack of the chain that has it."""
        owners = {key: pack for pack in chain for key in raw[pack][name]}
        return {
            key: read(Entry(key, raw[pack][name][key], instruments), pack)
            for key, pack in owners.items()
        }

    title = Entry(code, packs.packs[code], {})
    return LawBook(
        code=code,
        zh=title.text("zh"),
        en=title.text("en"),
        digest=_digest([chain, raw, written]),
        instruments=instruments,
        numbers=laid("numbers", _number),
        findings={law.code: law for law in laid("findings", _finding).values()},
        targets=in_register(laid("targets", read_target)),
        procedure=laid("procedure", read_act),
        working_days=_working_days(laid("working_days", _year).values()),
        steps=read_steps(laid("steps", lambda entry, _pack: entry)),
        schemes=laid("ratings", read_scheme),
        standards={one.kind: one for one in laid("standards", read_standard).values()},
        duties=laid("duties", read_duty),
    )


def _digest(content: list[Any]) -> str:
    text = json.dumps(_ordered(content), default=str, ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _ordered(value: Any) -> Any:
    """The value with the fields of every entry in order of their names, whatever these are."""
    if isinstance(value, dict):
        return {str(key): _ordered(value[key]) for key in sorted(value, key=str)}
    return [_ordered(part) for part in value] if isinstance(value, list) else value


def _instrument(entry: Entry) -> Instrument:
    return Instrument(
        instrument_id=entry.key,
        zh=entry.text("zh"),
        en=entry.text("en"),
        in_force_on=entry.day("in_force_on"),
        expires_on=entry.day("expires_on") if entry.has("expires_on") else None,
        confidence=entry.confidence,
    )


def _number(entry: Entry, pack: str) -> Number:
    versions = [
        Version(
            from_on=part.day("from"),
            value=part.number("value"),
            citations=part.citations,
            confidence=part.confidence,
        )
        for part in entry.parts("versions")
    ]
    return Number(
        number_id=entry.key,
        zh=entry.text("zh"),
        en=entry.text("en"),
        unit=entry.text("unit"),
        selected_by=entry.member("selected_by", Selector),
        pack=pack,
        versions=in_order(entry.key, versions),
    )


def _finding(entry: Entry, _pack: str) -> FindingLaw:
    return FindingLaw(
        code=entry.code(FindingCode),
        citations=entry.citations,
        confidence=entry.confidence,
        reason=entry.words("reason"),
        next_step=entry.words("next_step"),
    )


def _year(entry: Entry, _pack: str) -> YearTable:
    year = entry.year()
    return YearTable(year, entry.days("rest", year), entry.days("work", year))


def _working_days(tables: Collection[YearTable]) -> WorkingDays:
    years = sorted(table.year for table in tables)
    first, last = years[0], years[-1]
    if years != list(range(first, last + 1)):
        raise LawBookError(
            "The working-day tables have a gap between {first} and {last}.",
            "Add the State Council table of each missing year.",
            first=first,
            last=last,
        )
    start = day_number(date(first, 1, 1))
    span = np.arange(start, day_number(date(last + 1, 1, 1)))
    working = np.asarray((span + 3) % 7 < _SATURDAY)  # day 0, 1970-01-01, was a Thursday
    for table in tables:
        working[[day_number(day) - start for day in table.rest]] = False
        working[[day_number(day) - start for day in table.work]] = True
    return WorkingDays(first_day=start, working=working)
