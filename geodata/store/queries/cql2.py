"""Filters of CQL2 as conditions on the attributes of a collection; values are bound, never spelled.

Functions, their arguments and the meaning of each are those of OGC 21-065r2.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

import shapely
import sqlalchemy as sa
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from geodata.errors import UsageError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.geometry.published_crs import PublishedCrs
from geodata.model.attributes import Attribute, Kind
from geodata.model.cql2_text import DEEPEST, Tree
from geodata.model.filter_values import day_of, value_of

Column = sa.ColumnElement[Any]
Condition = sa.ColumnElement[bool]

GEOMETRY: Final = "geometry"
"""Property that stands for the shape of a feature."""
_MOST_CONDITIONS: Final = 200

_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], Condition]]] = {
    "=": eq,
    "<>": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SPATIAL: Final = frozenset(
    f"s_{relation}"
    for relation in (
        *("intersects", "disjoint", "contains", "within"),
        *("touches", "crosses", "overlaps", "equals"),
    )
)
_TEMPORAL: Final[Mapping[str, Callable[[Column, Column, Column, Column], Condition]]] = {
    "t_after": lambda a, _b, _c, d: a > d,
    "t_before": lambda _a, b, c, _d: b < c,
    "t_contains": lambda a, b, c, d: sa.and_(a < c, b > d),
    "t_disjoint": lambda a, b, c, d: sa.or_(b < c, a > d),
    "t_during": lambda a, b, c, d: sa.and_(a > c, b < d),
    "t_equals": lambda a, b, c, d: sa.and_(a == c, b == d),
    "t_finishedby": lambda a, b, c, d: sa.and_(a < c, b == d),
    "t_finishes": lambda a, b, c, d: sa.and_(a > c, b == d),
    "t_intersects": lambda a, b, c, d: sa.and_(b >= c, a <= d),
    "t_meets": lambda _a, b, c, _d: b == c,
    "t_metby": lambda a, _b, _c, d: a == d,
    "t_overlappedby": lambda a, b, c, d: sa.and_(a > c, a < d, b > d),
    "t_overlaps": lambda a, b, c, d: sa.and_(a < c, b > c, b < d),
    "t_startedby": lambda a, b, c, d: sa.and_(a == c, b > d),
    "t_starts": lambda a, b, c, d: sa.and_(a == c, b < d),
}
"""Of two spans, each with its first and its last day."""
_OPEN: Final = ".."
_LIKE_ESCAPE: Final = "\\"


def stored_shape(shape: BaseGeometry, crs: PublishedCrs) -> Column:
    """A shape as a value of the database, in EPSG:4490."""
    stored = shapely.set_srid(crs.to_storage(shape), STORAGE_EPSG)
    known = shapely.to_wkb(stored, include_srid=True)
    value: Column = sa.func.st_geomfromewkb(sa.bindparam(None, known, sa.LargeBinary))
    return value


def meets(shape: Column, other: Column) -> Condition:
    """Where shapes intersect; the boxes are asked first, by the index."""
    return sa.and_(shape.op("&&")(other), sa.func.st_intersects(shape, other))


@dataclass(slots=True)
class Filtering:
    """What a filter can speak of.

    Attributes
    ----------
    attributes, columns
        What can be asked for, and where it stands, by key; `GEOMETRY` has a column only.
    crs
        Of the coordinates in the filter.
    """

    attributes: Mapping[str, Attribute]
    columns: Mapping[str, Column]
    crs: PublishedCrs
    _count: int = 0

    def condition(self, tree: Tree, depth: int = 0) -> Condition:
        """The condition a filter states.

        Raises
        ------
        UsageError
            When it asks for what there is not, or for more than is answered.
        """
        self._count += 1
        if depth > DEEPEST or self._count > _MOST_CONDITIONS:
            raise UsageError(
                "The filter has more than {most} conditions, or more than {deepest} within others.",
                "Ask for less at once.",
                most=_MOST_CONDITIONS,
                deepest=DEEPEST,
            )
        if isinstance(tree, bool):
            return sa.true() if tree else sa.false()
        if _is_property(tree):
            return self._flag(tree)
        name, given = _call(tree)
        if name in ("and", "or") and given:
            parts = [self.condition(part, depth + 1) for part in given]
            return sa.and_(*parts) if name == "and" else sa.or_(*parts)
        if name == "not" and len(given) == 1:
            return sa.not_(self.condition(given[0], depth + 1))
        return self._predicate(name, given, tree)

    def _predicate(self, name: str, given: Sequence[Tree], tree: Tree) -> Condition:
        match name, given:
            case "isNull", [asked]:
                return self._column(asked).is_(None)
            case "like", [asked, pattern]:
                return self._like(asked, pattern)
            case "in", [asked, list(listed)] if listed:
                column, *values = self._compared(asked, *listed)
                return column.in_(values)
            case "between", [asked, low, high]:
                column, least, most = self._compared(asked, low, high)
                return column.between(least, most)
            case _, [left, right] if name in _COMPARISONS:
                return self._comparison(name, left, right)
            case _, [left, right] if name in _SPATIAL:
                return self._spatial(name, left, right)
            case _, [left, right] if name in _TEMPORAL:
                return _TEMPORAL[name](*self._span(left), *self._span(right))
        raise _unanswerable(tree)

    def _comparison(self, sign: str, left: Tree, right: Tree) -> Condition:
        if not _names_property(left):
            left, right, sign = right, left, _MIRRORED.get(sign, sign)
        column, other = self._compared(left, right)
        return _COMPARISONS[sign](column, other)

    def _compared(self, asked: Tree, *said: Tree) -> tuple[Column, ...]:
        """A property and what it is compared with; texts without regard to case where so asked."""
        if _is_property(asked):
            column, attribute = self._column(asked), self._attribute(asked)
            return column, *(sa.literal(value_of(attribute, one)) for one in said)
        name, given = _call(asked)
        if name != "casei" or len(given) != 1:
            raise _unanswerable(asked)
        column, *values = self._compared(given[0], *map(_within_casei, said))
        return tuple(sa.func.lower(one, type_=sa.Text) for one in (column, *values))

    def _like(self, asked: Tree, pattern: Tree) -> Condition:
        column, said = self._compared(asked, pattern)
        written = str(_within_casei(pattern))
        ends = len(written) - len(written.rstrip(_LIKE_ESCAPE))
        if not isinstance(column.type, sa.String) or ends % 2:
            raise _unanswerable(pattern)
        return column.like(said, escape=_LIKE_ESCAPE)

    def _spatial(self, name: str, left: Tree, right: Tree) -> Condition:
        shapes = [self._shape(side) for side in (left, right)]
        relation: Condition = getattr(sa.func, f"st_{name.removeprefix('s_')}")(*shapes)
        if name == "s_disjoint":
            return relation
        return sa.and_(shapes[0].op("&&")(shapes[1]), relation)

    def _shape(self, tree: Tree) -> Column:
        if _is_property(tree):
            if tree["property"] != GEOMETRY or GEOMETRY not in self.columns:
                raise _unknown(tree["property"], (GEOMETRY,))
            return self.columns[GEOMETRY]
        return stored_shape(_read_shape(tree), self.crs)

    def _span(self, tree: Tree) -> tuple[Column, Column]:
        if isinstance(tree, dict) and isinstance(tree.get("interval"), list):
            if len(tree["interval"]) != len(("first", "last")):
                raise _unanswerable(tree)
            first, last = tree["interval"]
            return self._day(first, "-infinity"), self._day(last, "infinity")
        return self._day(tree), self._day(tree)

    def _day(self, tree: Tree, without: str = "") -> Column:
        if without and tree == _OPEN:
            return sa.literal_column(f"'{without}'::date", sa.Date)
        if _is_property(tree):
            if self._attribute(tree).kind is not Kind.DATE:
                raise _unanswerable(tree)
            return self._column(tree)
        day = day_of(tree)
        if day is None:
            raise _unanswerable(tree)
        return sa.literal(day)

    def _flag(self, tree: Tree) -> Condition:
        if self._attribute(tree).kind is not Kind.BOOLEAN:
            raise _unanswerable(tree)
        return self._column(tree)

    def _attribute(self, tree: Tree) -> Attribute:
        key = tree["property"]
        found = self.attributes.get(key)
        if found is None:
            raise _unknown(key, self.attributes)
        return found

    def _column(self, tree: Tree) -> Column:
        if not _is_property(tree):
            raise _unanswerable(tree)
        if tree["property"] == GEOMETRY and GEOMETRY in self.columns:
            return self.columns[GEOMETRY]
        return self.columns[self._attribute(tree).key]


def _is_property(tree: Tree) -> bool:
    return isinstance(tree, dict) and isinstance(tree.get("property"), str)


def _names_property(tree: Tree) -> bool:
    return _is_property(tree) or (isinstance(tree, dict) and "op" in tree)


def _within_casei(tree: Tree) -> Tree:
    match tree:
        case {"op": "casei", "args": [said]}:
            return said
    return tree


def _call(tree: Tree) -> tuple[str, Sequence[Tree]]:
    match tree:
        case {"op": str(name), "args": list(given)}:
            return (name if name == "isNull" else name.lower()), given
    raise _unanswerable(tree)


def _read_shape(tree: Tree) -> BaseGeometry:
    try:
        match tree:
            case {"wkt": str(text)}:
                shape = shapely.from_wkt(text)
            case {"bbox": [west, south, east, north]}:
                shape = shapely.box(*map(float, (west, south, east, north)))
            case {"type": str(), "coordinates": list()}:
                shape = shapely.from_geojson(json.dumps(tree))
            case _:
                raise _unanswerable(tree)
    except (ShapelyError, TypeError, ValueError) as error:
        raise _unanswerable(tree) from error
    if shape is None or shape.is_empty or not shape.is_valid:
        raise _unanswerable(tree)
    flat: BaseGeometry = shapely.force_2d(shape)
    return flat


def _unanswerable(tree: Tree) -> UsageError:
    return UsageError(
        "The filter cannot be answered: {part}",
        "Use the properties of the collection's queryables, and the functions of CQL2.",
        part=str(tree)[:120],
    )


def _unknown(key: object, known: Sequence[str] | Mapping[str, Any]) -> UsageError:
    return UsageError(
        "There is no property {key}.",
        "Choose from: {known}.",
        key=str(key)[:80],
        known=", ".join(known),
    )
