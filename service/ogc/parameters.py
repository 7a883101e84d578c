"""What a request for features asks for; whatever is not known is refused, never overlooked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NoReturn

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import NothingFoundError, UsageError
from geodata.geometry.published_crs import CRS84, PublishedCrs, published_crs
from geodata.model.attributes import Attribute
from geodata.model.cql2_text import Tree, read_text
from geodata.model.feature_collections import Published
from geodata.model.filter_values import Value, day_of, typed
from geodata.store.queries.collections import Asked

LIMIT: Final = 100
MOST: Final = 10_000
LONGEST_FILTER: Final = 8_000

ALWAYS: Final = ("f", "lang")
ITEM: Final = ("crs", "datetime")
ITEMS: Final = (
    *("limit", "after", "bbox", "bbox-crs", "crs", "datetime"),
    *("filter", "filter-lang", "filter-crs", "resultType"),
)
LANGUAGES: Final = ("cql2-text", "cql2-json")
FORMS: Final = ("json", "html")
RESULTS: Final = ("results", "hits")

Arguments = Mapping[str, str]
Days = tuple[date | None, date | None]

_OPEN: Final = ("", "..")
_SIDES: Final = "west,south,east,north"
_PLANE: Final = 4
_SPACE: Final = 6
_FARTHEST: Final = 1e9


@dataclass(frozen=True, slots=True)
class ItemsQuestion:
    """What is asked of the items of a collection."""

    asked: Asked
    as_of: date
    only_count: bool


def collection_named(name: str) -> Published:
    """The collection of a name.

    Raises
    ------
    NothingFoundError
        When there is none.
    """
    if name not in tuple(Published):
        raise NothingFoundError(
            "There is no collection {name}.",
            "Choose from: {known}.",
            name=name[:80],
            known=", ".join(Published),
        )
    return Published.of(name)


def check_known(given: Arguments, *known: str) -> None:
    """Return when every parameter is known.

    Raises
    ------
    UsageError
        When one is not.
    """
    for name in given:
        if name not in known and name not in ALWAYS:
            raise UsageError(
                "There is no parameter {name} here.",
                "Choose from: {known}.",
                name=name[:80],
                known=", ".join((*known, *ALWAYS)),
            )
    _one_of(given, "f", FORMS)


def items_question(collection: Published, given: Arguments, today: date) -> ItemsQuestion:
    """What an address of items asks.

    Raises
    ------
    UsageError
        When a parameter is unknown, or its value cannot be used.
    """
    check_known(given, *ITEMS, *(attribute.key for attribute in collection.attributes))
    between = _days(given.get("datetime", ""))
    asked = Asked(
        limit=_limit(given.get("limit", "")),
        after=given.get("after"),
        crs=crs_named(given, "crs"),
        between=between,
        within=_box(given.get("bbox", "")),
        within_crs=crs_named(given, "bbox-crs"),
        equal=tuple(_equal(collection, given)),
        condition=_filter(given),
        condition_crs=crs_named(given, "filter-crs"),
    )
    told = _one_of(given, "resultType", RESULTS)
    return ItemsQuestion(asked, judged_on(between, today), told == "hits")


def crs_named(given: Arguments, name: str) -> PublishedCrs:
    """The reference system a parameter names."""
    return published_crs(given[name]) if name in given else CRS84


def day_asked(given: Arguments, today: date) -> date:
    """The day on which contracts are judged."""
    return judged_on(_days(given.get("datetime", "")), today)


def judged_on(between: Days | None, today: date) -> date:
    """The last day of a span; of one without an end, today or the first day after it."""
    if between is None:
        return today
    first, last = between
    return last or max(today, first or today)


def _limit(written: str) -> int:
    if not written:
        return LIMIT
    if not (written.isascii() and written.isdigit() and written.strip("0")):
        raise _unusable("limit", written, f"1 … {MOST}")
    return MOST if len(written) > len(str(MOST)) else min(int(written), MOST)


def _days(written: str) -> Days | None:
    """First and last day of an instant or of a span; an open end is None."""
    if not written:
        return None
    parts = written.split("/")
    days = tuple(None if part in _OPEN else day_of(part) for part in parts)
    is_read = all((day is None) is (part in _OPEN) for day, part in zip(days, parts, strict=True))
    first, last = days[0], days[-1]
    is_span = len(parts) == len(("first", "last")) and (first is None) + (last is None) < len(days)
    is_ordered = first is None or last is None or first <= last
    if not (is_read and (is_span or (len(parts) == 1 and first)) and is_ordered):
        raise _unusable("datetime", written, "2024-02-29, 2024-01-01/2024-02-29, 2024-01-01/..")
    return first, last


def _box(written: str) -> BaseGeometry | None:
    if not written:
        return None
    try:
        sides = [float(side) for side in written.split(",")]
    except ValueError:
        sides = []
    if len(sides) == _SPACE:
        sides = [*sides[:2], *sides[3:5]]
    if len(sides) != _PLANE or not all(map(_is_plain, sides)):
        raise _unusable("bbox", written, _SIDES)
    west, south, east, north = sides
    if south > north:
        raise _unusable("bbox", written, _SIDES)
    if west > east:  # over the antimeridian
        halves = shapely.box([west, -180], south, [180, east], north)
        return shapely.union_all(halves)
    return shapely.box(west, south, east, north)


def _is_plain(number: float) -> bool:
    return abs(number) < _FARTHEST


def _equal(collection: Published, given: Arguments) -> Iterator[tuple[Attribute, Value]]:
    for name, written in given.items():
        attribute = collection.attribute(name)
        if attribute and name not in ITEMS:
            yield attribute, typed(attribute, written)


def _filter(given: Arguments) -> Tree:
    written = given.get("filter", "")
    language = _one_of(given, "filter-lang", LANGUAGES)
    if not written:
        return None
    if len(written) > LONGEST_FILTER:
        raise _unusable("filter", written, f"CQL2 (<= {LONGEST_FILTER})")
    return read_text(written) if language == LANGUAGES[0] else _tree(written)


def _tree(written: str) -> Tree:
    try:
        tree = json.loads(written, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise _unusable("filter", written, LANGUAGES[1]) from error
    if tree is None:
        raise _unusable("filter", written, LANGUAGES[1])
    return tree


def _no_number(written: str) -> NoReturn:
    raise ValueError(written)


def _one_of(given: Arguments, name: str, words: tuple[str, ...]) -> str:
    written = given.get(name, words[0])
    if written not in words:
        raise _unusable(name, written, " | ".join(words))
    return written


def _unusable(name: str, written: str, form: str) -> UsageError:
    return UsageError(
        "The value {value} of the parameter {name} cannot be used.",
        "Write it as: {form}.",
        value=written[:80],
        name=name,
        form=form,
    )
