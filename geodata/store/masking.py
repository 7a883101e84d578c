"""Persons are not told in transactions that do not see them: every query is rewritten at one door.

What it reads of a column that may tell of a person is replaced wherever it stands, in conditions
and orders too: who may not see a name cannot find it out by asking for it.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql.selectable import Alias, SelectBase
from sqlalchemy.sql.visitors import replacement_traverse

from geodata.model.personal import IDENTITY_NUMBER, MASK, ORGANISATION, Personal
from geodata.store.scope import scope_of
from geodata.store.tables.schema import PERSONAL

Query = TypeVar("Query", bound=SelectBase)
Text = sa.ColumnElement[str]

_COMPANY: Final = "公司"  # nearly every name has it, and it is found sooner than by a pattern


def as_told(connection: sa.Connection, query: Query) -> Query:
    """A query as the transaction may ask it."""
    if scope_of(connection).sees_persons:
        return query
    return cast("Query", replacement_traverse(query, {}, _replaced))


def mask_query(
    connection: sa.Connection, statement: Any, many: Any, parameters: Any, _options: Any
) -> tuple[Any, Any, Any]:
    """Before a statement is executed: ask no more than the transaction may be told."""
    told = as_told(connection, statement) if isinstance(statement, SelectBase) else statement
    return told, many, parameters


def is_organisation(name: Text) -> sa.ColumnElement[bool]:
    """Whether a name is plainly that of an organisation; null where there is none."""
    return sa.or_(name.contains(_COMPANY), name.regexp_match(ORGANISATION))


def _replaced(element: Any, **_: Any) -> sa.ColumnElement[Any] | None:
    if not isinstance(element, sa.Column) or not isinstance(element.table, sa.Table | Alias):
        return None
    (stored,) = element.base_columns
    personal = stored.info.get(PERSONAL)
    return None if personal is None else _masked(element, personal).label(element.key)


def _masked(column: sa.Column[Any], personal: Personal | tuple[str, ...]) -> sa.ColumnElement[Any]:
    if isinstance(personal, tuple):
        keys = sa.literal(list(personal), ARRAY(sa.Text))
        return column.op("-", return_type=JSONB())(keys)
    if isinstance(column.type, JSONB):
        return sa.literal_column("'{}'::jsonb", JSONB())
    match personal:
        case Personal.PARTY:
            is_open = is_organisation(column)
        case Personal.NUMBER:
            is_open = ~column.regexp_match(IDENTITY_NUMBER)
        case Personal.WORDS:
            is_open = sa.false()
    return sa.case((sa.or_(column.is_(None), column == "", is_open), column), else_=MASK)
