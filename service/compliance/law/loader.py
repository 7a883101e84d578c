"""Loading a law book: national pack first, then each pack laid over it down to the district."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
import yaml

from geodata.errors import LawBookError
from geodata.model.codelists import ClaimKind, Confidence, FindingCode
from geodata.model.columns import day_number
from service.compliance.calendar import WorkingDays
from service.compliance.law.book import (
    Citation,
    FindingLaw,
    Instrument,
    LawBook,
    Number,
    Target,
    Version,
)

_SELECTORS = ("as_of",)  # a further selector needs a rule that looks it up per row
_SATURDAY = 5


def load_book(code: str, shelf: Traversable | None = None) -> LawBook:
    """The law as it applies to a district.

    Parameters
    ----------
    code
        Code of the district pack, e.g. ``310116``.
    shelf
        Directory with the packs; the product's own by default.

    Raises
    ------
    LawBookError
        When the pack does not exist, or an entry lacks date, citation or confidence.
    """
    root = shelf or resources.files("service.compliance.law") / "book"
    packs = _read(root / "packs.yaml")
    if code not in packs:
        raise LawBookError(
            "There is no law book {book}.",
            "Choose one of: {known}.",
            book=code,
            known=", ".join(packs),
        )
    chain = _chain(code, packs)
    raw = {pack: {name: _read(root / pack / f"{name}.yaml") for name in _SHEETS} for pack in chain}
    written = _read(root / "instruments.yaml")
    instruments = {key: _instrument(key, entry) for key, entry in written.items()}
    canonical = json.dumps([chain, raw, written], sort_keys=True, default=str, ensure_ascii=False)
    return LawBook(
        code=code,
        zh=_require(packs[code], "zh", code),
        en=_require(packs[code], "en", code),
        digest="sha256:" + hashlib.sha256(canonical.encode()).hexdigest(),
        instruments=instruments,
        numbers={
            key: _number(key, entry, pack, instruments)
            for pack in chain
            for key, entry in raw[pack]["numbers"].items()
        },
        findings={
            FindingCode.of(key): _finding(key, entry, instruments)
            for pack in chain
            for key, entry in raw[pack]["findings"].items()
        },
        targets=tuple(
            _target(entry, instruments) for pack in chain for entry in raw[pack]["targets"].values()
        ),
        working_days=_working_days(
            {year: days for pack in chain for year, days in raw[pack]["working_days"].items()}
        ),
    )


_SHEETS = ("numbers", "findings", "targets", "working_days")


def _read(path: Traversable) -> dict[Any, Any]:
    if not path.is_file():
        return {}
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}


def _chain(code: str, packs: Mapping[str, Mapping[str, Any]]) -> list[str]:
    chain = [code]
    while parent := packs[chain[0]].get("parent"):
        chain.insert(0, parent)
    return chain


def _require(entry: Mapping[str, Any], key: str, owner: str) -> Any:
    if entry.get(key) in (None, "", []):
        raise LawBookError(
            "The law book entry {entry} has no {field}.",
            "A value without instrument, article, date and confidence does not load: add it.",
            entry=owner,
            field=key,
        )
    return entry[key]


def _instrument(key: str, entry: Mapping[str, Any]) -> Instrument:
    return Instrument(
        instrument_id=key,
        zh=_require(entry, "zh", key),
        en=_require(entry, "en", key),
        in_force_on=_require(entry, "in_force_on", key),
        expires_on=entry.get("expires_on"),
        confidence=Confidence.of(_require(entry, "confidence", key)),
    )


def _citations(
    entry: Mapping[str, Any], owner: str, instruments: Mapping[str, Instrument]
) -> tuple[Citation, ...]:
    written: list[str] = _require(entry, "cites", owner)
    return tuple(_citation(text, owner, instruments) for text in written)


def _citation(text: str, owner: str, instruments: Mapping[str, Instrument]) -> Citation:
    key, _, article = text.partition(" ")
    if key not in instruments:
        raise LawBookError(
            "The law book entry {entry} cites {instrument}, which is not in instruments.yaml.",
            "Register the instrument with its date in force, or correct the key.",
            entry=owner,
            instrument=key,
        )
    return Citation(instruments[key], article)


def _number(
    key: str, entry: Mapping[str, Any], pack: str, instruments: Mapping[str, Instrument]
) -> Number:
    versions = tuple(
        Version(
            from_on=_require(version, "from", key),
            value=Fraction(str(_require(version, "value", key))),
            citations=_citations(version, key, instruments),
            confidence=Confidence.of(_require(version, "confidence", key)),
        )
        for version in _require(entry, "versions", key)
    )
    for version in versions:
        _require_in_force(key, version)
    dates: list[date] = [version.from_on for version in versions]
    selected_by = _require(entry, "selected_by", key)
    if dates != sorted(set(dates)) or selected_by not in _SELECTORS:
        raise LawBookError(
            "The legal number {number} has versions out of order or an unknown selector.",
            "Order the versions by date, each date once; select by one of {selectors}.",
            number=key,
            selectors=", ".join(_SELECTORS),
        )
    return Number(
        number_id=key,
        zh=_require(entry, "zh", key),
        en=_require(entry, "en", key),
        unit=_require(entry, "unit", key),
        selected_by=selected_by,
        pack=pack,
        versions=versions,
    )


def _require_in_force(key: str, version: Version) -> None:
    """A value may not be older than every text it is taken from."""
    first = min(citation.instrument.in_force_on for citation in version.citations)
    if version.from_on < first:
        raise LawBookError(
            "The legal number {number} starts on {start}, before any text it cites ({first}).",
            "Start it with its instrument, or cite the older one.",
            number=key,
            start=version.from_on,
            first=first,
        )


def _finding(
    key: str, entry: Mapping[str, Any], instruments: Mapping[str, Instrument]
) -> FindingLaw:
    return FindingLaw(
        code=FindingCode.of(key),
        citations=_citations(entry, key, instruments),
        confidence=Confidence.of(_require(entry, "confidence", key)),
        reason=_require(entry, "reason", key),
        next_step=_require(entry, "next_step", key),
    )


def _target(entry: Mapping[str, Any], instruments: Mapping[str, Instrument]) -> Target:
    kind = _require(entry, "kind", "target")
    return Target(
        kind=ClaimKind.of(kind),
        target_mu=Fraction(str(_require(entry, "target_mu", kind))),
        until_year=_require(entry, "until_year", kind),
        citation=_citations(entry, kind, instruments)[0],
        confidence=Confidence.of(_require(entry, "confidence", kind)),
    )


def _working_days(years: Mapping[int, Mapping[str, list[date]]]) -> WorkingDays:
    first, last = min(years), max(years)
    if sorted(years) != list(range(first, last + 1)):
        raise LawBookError(
            "The working-day tables have a gap between {first} and {last}.",
            "Add the State Council table of each missing year.",
            first=first,
            last=last,
        )
    start = day_number(date(first, 1, 1))
    span = np.arange(start, day_number(date(last + 1, 1, 1)))
    working = np.asarray((span + 3) % 7 < _SATURDAY)  # day 0, 1970-01-01, was a Thursday
    for table in years.values():
        working[[day_number(day) - start for day in table["rest"]]] = False
        working[[day_number(day) - start for day in table["work"]]] = True
    return WorkingDays(first_day=start, working=working)
