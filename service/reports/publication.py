"""What is published of the contracts: a list without persons, and what it adds up to, exactly."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final

from geodata.model.codelists import Group, Verdict
from service.i18n import translator
from service.maps.selection import Totals
from service.maps.view import JudgedParcel, MapView
from service.reports.flat import LINE_END, inert
from service.reports.listing import HELD, ListColumn, list_columns
from service.reports.listing_files import Listing

_WITHHELD: Final = frozenset({HELD})
"""Columns that tell what somebody is held by."""


@dataclass(frozen=True, slots=True)
class TotalLine:
    """What a set of contracts adds up to: all of them, or those of a verdict, a group or a park."""

    about: str
    name: str
    totals: Totals


def total_lines(parcels: Sequence[JudgedParcel]) -> tuple[TotalLine, ...]:
    """The sums of everything published can be added up by."""
    return tuple(_lines(parcels))


def public_columns(language: str) -> tuple[ListColumn, ...]:
    """The columns that are published."""
    every = list_columns(translator(language))
    return tuple(column for column in every if column.key not in _WITHHELD)


def public_listing(view: MapView) -> Listing:
    """The list that is published of contracts which were read without persons."""
    _ = translator(view.language)
    return Listing(
        language=view.language,
        columns=public_columns(view.language),
        row_count=len(view.parcels),
        blocks=[view.parcels],
        about=((_("As of"), view.as_of), (_("Contracts"), len(view.parcels))),
    )


def write_totals(lines: Sequence[TotalLine], stream: IO[str]) -> None:
    """Write sums as CSV; they are exact, a fraction where it has no end."""
    writer = csv.writer(stream, lineterminator=LINE_END)
    writer.writerow(
        ("about", "name", "contracts", "area_m2", "unknown_area_count", "at_stake_yuan")
    )
    for line in lines:
        totals = line.totals
        figures = (totals.count, totals.area_m2, totals.unknown_area_count, totals.stake.yuan)
        writer.writerow((line.about, inert(line.name), *map(str, figures)))


def _lines(parcels: Sequence[JudgedParcel]) -> Iterator[TotalLine]:
    yield TotalLine("all", "", Totals.of(parcels))
    for verdict in Verdict:
        yield TotalLine("verdict", verdict, Totals.of(p for p in parcels if p.verdict is verdict))
    for group in Group:
        inside = (p for p in parcels if group in p.groups)
        yield TotalLine("group", group, Totals.of(inside, group))
    for park in sorted({parcel.park for parcel in parcels}):
        yield TotalLine("park", park, Totals.of(p for p in parcels if p.park == park))
