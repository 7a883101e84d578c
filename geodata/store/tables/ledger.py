"""How an attribute is laid out in columns, made from its catalogue.

A code is kept as its word, which a reader in QGIS understands; a number as numerator and
denominator, because 1/3 has no decimals; a relative date as count, unit and anchor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa

from geodata.model import contract_key
from geodata.model.attributes import ATTRIBUTES, BY_KEY, Attribute, Kind
from geodata.model.codelist import Codelist
from geodata.model.codelists import Anchor, GovernmentCause, PeriodStatus, TermUnit
from geodata.model.columns import SPLIT_PARTS
from geodata.model.personal import Personal
from geodata.store.tables import schema

IDENTITY: Final = contract_key.IDENTITY

FACTS: Final = tuple(a for a in ATTRIBUTES if a.key not in IDENTITY)

UNDELIVERED: Final = "undelivered"

PART_CODES: Final[Mapping[str, type[Codelist]]] = {
    "cause": GovernmentCause,
    "status": PeriodStatus,
}
"""The fields of repeating parts that hold a code."""

PLAIN_TYPES: Final[Mapping[Kind, type[sa.types.TypeEngine[Any]]]] = {
    Kind.TEXT: sa.Text,
    Kind.CODE: sa.Text,
    Kind.BOOLEAN: sa.Boolean,
    Kind.DATE: sa.Date,
    Kind.COUNT: sa.BigInteger,
    Kind.YEAR: sa.Integer,
    Kind.DIGEST: sa.Text,
}
"""What is held in one column of its own name."""

_WIDENED: Final = {Kind.SHARE: " AND {num} <= {den}"}


def title(attribute: Attribute, detail: str = "") -> str:
    """What a column holds, as comment: ``中文 · English, detail (unit)``."""
    told = ", ".join(part for part in (f"{attribute.zh} · {attribute.en}", detail) if part)
    return f"{told} ({attribute.unit})" if attribute.unit else told


def told_of(attribute: Attribute) -> dict[str, Personal]:
    """What a column says of itself where its attribute may tell of a person."""
    return {schema.PERSONAL: attribute.personal} if attribute.personal else {}


def exact_columns(key: str) -> tuple[str, str]:
    """Numerator and denominator of an exact number."""
    return f"{key}_num", f"{key}_den"


def term_columns(key: str) -> tuple[str, str, str]:
    """Count, unit and anchor of a relative date."""
    return f"{key}_count", f"{key}_unit", f"{key}_anchor"


def given_column(key: str) -> str:
    """Whether a repeating part was stated at all: nothing stated is unknown, not none."""
    return f"{key}_given"


def exact_keys(attribute: Attribute) -> tuple[str, ...]:
    """The exact numbers an attribute holds: one, or one per part of a split."""
    if attribute.kind is Kind.SPLIT:
        return tuple(f"{attribute.key}_{part}" for part in SPLIT_PARTS)
    return (attribute.key,)


def fact_columns(attributes: Iterable[Attribute] = FACTS) -> Iterator[sa.Column[Any]]:
    """The columns of facts in catalogue order; by default those of the ledger."""
    for attribute in attributes:
        yield from _columns(attribute)


def fact_rules(attributes: Iterable[Attribute] = FACTS) -> Iterator[sa.CheckConstraint]:
    """What the database itself demands of the facts."""
    for attribute in attributes:
        yield from _rules(attribute)


def exact_pair(key: str, comment: str) -> Iterator[sa.Column[int]]:
    """The two columns of an exact number."""
    for name, part in zip(exact_columns(key), ("numerator", "denominator"), strict=True):
        yield sa.Column(name, sa.BigInteger, comment=comment.format(part))


def exact_rule(key: str, extra: str = "") -> sa.CheckConstraint:
    """Both parts or neither, never negative."""
    num, den = exact_columns(key)
    condition = f"({num} IS NULL) = ({den} IS NULL) AND {num} >= 0 AND {den} > 0{extra}"
    return sa.CheckConstraint(condition.format(num=num, den=den), name=key)


def _columns(attribute: Attribute) -> Iterator[sa.Column[Any]]:
    key, comment = attribute.key, title(attribute)
    match attribute.kind:
        case kind if kind in PLAIN_TYPES:
            nullable = not attribute.is_required
            yield sa.Column(
                key, PLAIN_TYPES[kind], nullable=nullable, comment=comment, info=told_of(attribute)
            )
        case Kind.DELIVERY:
            yield sa.Column(key, sa.Date, comment=comment)
            known_not = title(attribute, "known not to have happened")
            yield sa.Column(UNDELIVERED, sa.Boolean, nullable=False, comment=known_not)
        case Kind.EXACT | Kind.SHARE | Kind.SPLIT:
            for exact in exact_keys(attribute):
                part = exact.removeprefix(key).removeprefix("_")
                yield from exact_pair(exact, title(attribute, f"{part} {{}}".strip()))
        case Kind.TERM:
            count, unit, anchor = term_columns(key)
            yield sa.Column(count, sa.Integer, comment=title(attribute, "count"))
            yield sa.Column(unit, sa.Text, comment=title(attribute, "unit"))
            yield sa.Column(anchor, sa.Text, comment=title(attribute, "counted from"))
        case Kind.INSTALMENTS | Kind.EXTENSIONS | Kind.PERIODS:
            stated = f"{attribute.zh} · {attribute.en}, stated at all"
            yield sa.Column(given_column(key), sa.Boolean, nullable=False, comment=stated)


def _rules(attribute: Attribute) -> Iterator[sa.CheckConstraint]:
    key = attribute.key
    match attribute.kind:
        case Kind.CODE if attribute.codelist:
            yield sa.CheckConstraint(schema.one_of(key, attribute.codelist), name=key)
        case Kind.COUNT:
            yield sa.CheckConstraint(f"{key} >= 0", name=key)
        case Kind.DIGEST:
            yield sa.CheckConstraint(f"{key} ~ '^[0-9a-f]{{64}}$'", name=key)
        case Kind.DELIVERY:
            yield sa.CheckConstraint(f"NOT {UNDELIVERED} OR {key} IS NULL", name=UNDELIVERED)
        case Kind.EXACT | Kind.SHARE | Kind.SPLIT:
            for exact in exact_keys(attribute):
                yield exact_rule(exact, _WIDENED.get(attribute.kind, ""))
        case Kind.TERM:
            count, unit, anchor = term_columns(key)
            conditions = (
                f"num_nulls({count}, {unit}, {anchor}) IN (0, 3)",
                f"{count} >= 0",
                schema.one_of(unit, TermUnit),
                schema.one_of(anchor, Anchor),
            )
            yield sa.CheckConstraint(" AND ".join(conditions), name=key)


def identity_column(key: str) -> sa.Column[str]:
    """A column of the identity; empty where the cell was blank."""
    return sa.Column(key, sa.Text, nullable=False, comment=title(BY_KEY[key]))
