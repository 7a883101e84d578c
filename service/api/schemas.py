"""JSON schemas made from what the product knows already: attributes, codelists, judgements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from geodata.model.attributes import Attribute, Kind
from geodata.model.codelist import Codelist
from geodata.model.columns import Cell
from geodata.model.content_lists import Unit
from service.wording import cell_value

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
DAY: Final[Schema] = {"type": "string", "format": "date"}
INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}
NUMBER_ID: Final[Schema] = {"type": "string", "format": "uuid"}
FLAG: Final[Schema] = {"type": "boolean"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
YUAN: Final[Schema] = {"type": "string", "pattern": r"^\d+\.\d{2}$"}
EXACT: Final[Schema] = {"type": "string", "pattern": r"^\d+(\.\d+)?(/\d+)?$"}

_SCHEMAS: Final[Mapping[Kind, Schema]] = {
    Kind.BOOLEAN: FLAG,
    Kind.DATE: DAY,
    Kind.EXACT: EXACT,
    Kind.SHARE: EXACT,
    Kind.COUNT: COUNT,
    Kind.YEAR: COUNT,
}
_WRITERS: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.BOOLEAN: bool,
    Kind.COUNT: int,
    Kind.YEAR: int,
}
"""What is not written as in a file."""


def attribute_schema(attribute: Attribute) -> Schema:
    """Schema of the cells of an attribute; what has none of its own is written as in a file."""
    schema = _SCHEMAS.get(attribute.kind, TEXT)
    if attribute.codelist:
        schema = code_schema(attribute.codelist)
    unit = {"x-unit": Unit.of(attribute.unit).value} if attribute.unit else {}
    return {**schema, "title": f"{attribute.zh} · {attribute.en}", "x-ladm": attribute.ladm, **unit}


def cell_document(attribute: Attribute, cell: Cell) -> Any:
    """A known cell as `attribute_schema` says."""
    if attribute.codelist and isinstance(cell, int):
        return attribute.codelist.at(cell).value
    write = _WRITERS.get(attribute.kind)
    return write(cell) if write else cell_value(attribute, cell)


def code_schema(words: type[Codelist]) -> Schema:
    """Schema of the codes of a codelist."""
    return {"type": "string", "enum": list(words.positions()), "x-codelist": words.__name__}


def record(properties: Mapping[str, Schema], optional: Iterable[str] = (), **more: Any) -> Schema:
    """Schema of an object that has these properties and no others."""
    left_out = set(optional)
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in left_out],
        "additionalProperties": False,
        **more,
    }


def nullable(schema: Schema) -> Schema:
    """The same, or null where nothing is known."""
    if "enum" in schema:
        return {**schema, "type": [schema["type"], "null"], "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}


def array(items: Schema) -> Schema:
    """Schema of a list."""
    return {"type": "array", "items": items}


def texts(keys: Iterable[str] = ()) -> Schema:
    """Schema of an object whose values are texts; under these keys only, where some are named."""
    named = {"propertyNames": {"enum": sorted(keys)}} if keys else {}
    return {"type": "object", "additionalProperties": TEXT, **named}


def day_text(day: date | None) -> str | None:
    """A day as `DAY` says."""
    return day.isoformat() if day else None
