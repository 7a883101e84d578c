"""Enterprises with their figures of one year, on the land they stand on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from geodata.model.attributes import Kind
from geodata.model.columns import LedgerColumns, as_date
from geodata.model.content import Row, catalogue_of
from geodata.model.content_lists import ContentKind, OccupancyRole
from geodata.store.engine import Connection
from geodata.store.queries.content import read_content
from service.compliance.indicators.figures import Figure, Figures
from service.compliance.indicators.rating_report import Enterprise

_YEARS: Final = catalogue_of(ContentKind.ENTERPRISE_YEARS)
FIGURES: Final = tuple(a.key for a in _YEARS.attributes if a.kind in (Kind.EXACT, Kind.COUNT))
"""The yearly figures a formula can name, beside ``land_m2``."""


@dataclass(frozen=True, slots=True)
class Enterprises:
    """Enterprises and the figures of a year, a row each.

    Attributes
    ----------
    year
        The last year before the day asked about of which any figure is known; the last calendar
        year where none is.
    """

    year: int
    members: tuple[Enterprise, ...]
    figures: Figures

    @property
    def named_figures(self) -> Figures:
        """The figures under the names people know, where there are any."""
        return replace(self.figures, names=[who.name or who.uscc for who in self.members])

    def take(self, rows: Sequence[int]) -> Enterprises:
        """The rows given."""
        return Enterprises(
            self.year, tuple(self.members[row] for row in rows), self.figures.take(rows)
        )


def read_enterprises(
    connection: Connection, columns: LedgerColumns, as_of: date, known_at: datetime | None = None
) -> Enterprises:
    """The enterprises with land, a lease or figures, as far as the scope sees them.

    Parameters
    ----------
    columns
        The contracts, which tell who was given land, and when production began.
    as_of
        Day asked about: the figures are of a year that was over by then.
    """
    told = read_content(connection, ContentKind.ENTERPRISE_YEARS, known_at).rows
    past = [row for row in told if _whole(row["year"]) < as_of.year]
    year = max((_whole(row["year"]) for row in past), default=as_of.year - 1)
    of_year = {str(row["uscc"]): row for row in past if row["year"] == year}
    stays = read_content(connection, ContentKind.OCCUPANCIES, known_at).rows
    parcels = {
        str(row["parcel_code"]): row
        for row in read_content(connection, ContentKind.PARCELS, known_at).rows
    }
    holdings = _holdings(columns, as_of)
    standing = _standing(stays, date(year, 12, 31))
    crowds = Counter(str(row["parcel_code"]) for own in standing.values() for row in own)
    grounds = _Grounds(standing, parcels, holdings, _in_all(holdings), crowds)
    names = sorted({*of_year, *grounds.stays, *holdings})
    rows = {
        uscc: {
            **{key: _figure(of_year.get(uscc, {}).get(key)) for key in FIGURES},
            **grounds.facts(uscc),
        }
        for uscc in names
    }
    called = {uscc: name for uscc, name in _grantees(columns) if uscc and name}
    members = tuple(
        _member(uscc, of_year.get(uscc, {}), grounds, called.get(uscc, "")) for uscc in names
    )
    return Enterprises(year, members, Figures.of_rows(rows, (*FIGURES, "land_m2")))


@dataclass(frozen=True, slots=True)
class _Holding:
    """A contract of an enterprise that is in force."""

    parcel_code: str
    park: str
    area_m2: Fraction | None
    signed_on: date | None
    production_on: date | None


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What enterprises stand on.

    Attributes
    ----------
    stays
        Enterprises on parcels at the end of the year, by credit code.
    parcels, holdings
        The register of parcels by code, and contracts in force by credit code.
    areas
        Contract area by parcel, for parcels that are in no register.
    crowds
        How many stays each parcel has.
    """

    stays: Mapping[str, Sequence[Row]]
    parcels: Mapping[str, Row]
    holdings: Mapping[str, Sequence[_Holding]]
    areas: Mapping[str, Fraction | None]
    crowds: Mapping[str, int]

    def facts(self, uscc: str) -> dict[str, Figure]:
        """Land and the days that scope and production are counted from."""
        held, stays = self.holdings.get(uscc, ()), self.stays.get(uscc, ())
        leases = [row for row in stays if row["role"] == OccupancyRole.TENANT.position]
        return {
            "land_m2": self._land(uscc),
            "signed_on": _first(each.signed_on for each in held),
            "lease_started_on": _first(_day(row["begins_on"]) for row in leases),
            "production_on": _first(each.production_on for each in held),
        }

    def park(self, uscc: str) -> str:
        """The only park it stands in."""
        codes = [str(row["parcel_code"]) for row in self.stays.get(uscc, ())]
        own = [str(self.parcels.get(code, {}).get("park") or "") for code in codes]
        parks = {*filter(None, own), *filter(None, (h.park for h in self.holdings.get(uscc, ())))}
        return parks.pop() if len(parks) == 1 else ""

    def codes(self, uscc: str) -> tuple[str, ...]:
        """The parcels it occupies; where nothing is said of that, those of its contracts."""
        stays = [str(row["parcel_code"]) for row in self.stays.get(uscc, ())]
        held = [each.parcel_code for each in self.holdings.get(uscc, ())]
        return tuple(sorted({*(stays or held)} - {""}))

    def _land(self, uscc: str) -> Fraction | None:
        """The land it occupies; where nothing is said of that, the land of its contracts."""
        if uscc in self.stays:
            parts = [self._part(row) for row in self.stays[uscc]]
        else:
            parts = [each.area_m2 for each in self.holdings.get(uscc, ())]
        known = [part for part in parts if part is not None]
        return sum(known, Fraction(0)) if parts and len(known) == len(parts) else None

    def _part(self, stay: Row) -> Fraction | None:
        """What a stay takes of its parcel: as stated, else its share, else all if it is alone."""
        if isinstance(occupied := stay.get("occupied_m2"), Fraction | int):
            return Fraction(occupied)
        code = str(stay["parcel_code"])
        area = self.parcels.get(code, {}).get("area_m2") or self.areas.get(code)
        if not isinstance(area, Fraction | int):
            return None
        if isinstance(share := stay.get("share"), Fraction | int):
            return Fraction(area) * share
        return Fraction(area) if self.crowds[code] == 1 else None


def _holdings(columns: LedgerColumns, as_of: date) -> dict[str, list[_Holding]]:
    """Contracts signed and not closed by a day, by credit code of who holds them."""
    held: dict[str, list[_Holding]] = defaultdict(list)
    texts, days, area = columns.texts, columns.days, columns.exact["area_m2"]
    for row, uscc in enumerate(texts["uscc"]):
        signed_on, closed_on, begun_on = (
            as_date(int(days[key][row])) for key in ("signed_on", "closed_on", "production_on")
        )
        is_signed = signed_on is None or signed_on <= as_of
        if uscc and is_signed and not (closed_on and closed_on <= as_of):
            held[uscc].append(
                _Holding(
                    parcel_code=texts["parcel_code"][row] or "",
                    park=texts["park"][row] or "",
                    area_m2=area.fraction(row),
                    signed_on=signed_on,
                    production_on=begun_on if begun_on and begun_on <= as_of else None,
                )
            )
    return held


def _in_all(holdings: Mapping[str, Sequence[_Holding]]) -> dict[str, Fraction | None]:
    return {each.parcel_code: each.area_m2 for held in holdings.values() for each in held}


def _standing(stays: Sequence[Row], day: date) -> dict[str, list[Row]]:
    """Stays that have begun by a day and not ended before it; without a first day, none."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in stays:
        begins_on, ends_on = _day(row["begins_on"]), _day(row["ends_on"])
        if begins_on and begins_on <= day and not (ends_on and ends_on < day):
            found[str(row["uscc"])].append(row)
    return found


def _grantees(columns: LedgerColumns) -> Iterator[tuple[str | None, str | None]]:
    return zip(columns.texts["uscc"], columns.texts["grantee"], strict=True)


def _member(uscc: str, figures: Row, grounds: _Grounds, called: str) -> Enterprise:
    named = [row.get("enterprise") for row in (figures, *grounds.stays.get(uscc, ()))]
    scale = figures.get("above_scale")
    return Enterprise(
        uscc=uscc,
        name=next((str(name) for name in named if name), called),
        park=grounds.park(uscc),
        above_scale=None if scale is None else bool(scale),
        parcel_codes=grounds.codes(uscc),
    )


def _first(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day), default=None)


def _day(cell: object) -> date | None:
    return cell if isinstance(cell, date) else None


def _whole(cell: Any) -> int:
    return int(cell)


def _figure(cell: object) -> Figure:
    return cell if isinstance(cell, Fraction | int) else None
