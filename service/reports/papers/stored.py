"""Documents as text that is kept: canonical JSON, and exactly the same document again."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from geodata.model.chain import canonical
from geodata.model.codelist import Codelist
from service.reports.papers.document import Document

_TYPE: Final = "is"
"""Key of the name of what an object is."""


def to_text(document: Document) -> str:
    """A document as canonical JSON."""
    return canonical(_plain(document)).decode()


def from_text(text: str) -> Document:
    """The document of a text that `to_text` wrote."""
    document: Document = _read(json.loads(text), Document)
    return document


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case Fraction():
            return str(value)
        case bytes():
            return b64encode(value).decode()
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(part) for part in value]
        case _ if is_dataclass(value):
            told = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
            return told | {_TYPE: type(value).__name__}
        case _:
            return value


_READ: Final[Mapping[Any, Callable[[str], Any]]] = {
    date: date.fromisoformat,
    Fraction: Fraction,
    bytes: b64decode,
}


def _read(told: Any, wanted: Any) -> Any:
    """A value of a type from its plain form."""
    if isinstance(wanted, UnionType):
        return None if told is None else _read(told, _member(told, get_args(wanted)))
    if get_origin(wanted) is tuple:
        kinds = get_args(wanted)
        each = kinds if Ellipsis not in kinds else (kinds[0],) * len(told)
        return tuple(_read(part, kind) for part, kind in zip(told, each, strict=True))
    if is_dataclass(wanted):
        return _record(told, wanted)
    if issubclass(wanted, Codelist):
        return wanted.of(told)
    if issubclass(wanted, Enum):
        return wanted(told)
    return _READ[wanted](told) if wanted in _READ else told


def _member(told: Any, kinds: tuple[Any, ...]) -> Any:
    """The member of a union that a plain form is of."""
    (first, *others) = (kind for kind in kinds if kind is not NoneType)
    if not others:
        return first
    return next(kind for kind in (first, *others) if kind.__name__ == told[_TYPE])


def _record(told: Mapping[str, Any], wanted: Any) -> Any:
    hints = _hints(wanted)
    return wanted(**{name: _read(told[name], hints[name]) for name in hints})


@cache
def _hints(wanted: Any) -> Mapping[str, Any]:
    return {field.name: get_type_hints(wanted)[field.name] for field in fields(wanted)}
