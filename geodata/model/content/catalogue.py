"""What a catalogue is: the columns of one kind of content, and what names its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from geodata.model.attributes import BY_KEY, Attribute
from geodata.model.cells import write_cell
from geodata.model.codelist import Codelist
from geodata.model.columns import Cell
from geodata.model.content_lists import Blank, ContentKind

Row = Mapping[str, Cell]
"""A typed row: cells by attribute key as `geodata.model.columns.from_rows` takes them."""

_ESCAPES = (("%", "%25"), ("~", "%7E"))


@dataclass(frozen=True, slots=True, order=True)
class NaturalKey:
    """What names a row: the texts of its key columns; an absent one is empty."""

    parts: tuple[str, ...]

    @classmethod
    def from_slug(cls, slug: str) -> Self:
        """Read a key back from its text."""
        return cls(tuple(map(_unescaped, slug.split("~"))))

    @property
    def slug(self) -> str:
        """The key as one text; equal texts mean the same thing."""
        return "~".join(map(slug_part, self.parts))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The columns of one kind of content.

    Attributes
    ----------
    kind
        What its rows are about.
    attributes
        The columns in order.
    key
        The natural key: no two rows of a table agree in all of these columns.
    any_of
        Columns of which a row needs at least one; empty where there is no such demand.
    spans
        Pairs of dates of which the second may not lie before the first.
    area
        The column that states the area of the land a row outlines; empty where there is none.
    needs
        Columns that rows with a certain code fill: the column of the code, the code, and theirs.
    example
        A row as a file writes it, cells by key, for templates.
    """

    kind: ContentKind
    attributes: tuple[Attribute, ...]
    key: tuple[str, ...]
    example: Mapping[str, str]
    any_of: tuple[str, ...] = ()
    spans: tuple[tuple[str, str], ...] = ()
    needs: tuple[tuple[str, Codelist, str], ...] = ()
    area: str = ""
    by_key: Mapping[str, Attribute] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {a.key: a for a in self.attributes})

    @property
    def required(self) -> tuple[Attribute, ...]:
        """The columns without which a table cannot be read as this kind."""
        return tuple(a for a in self.attributes if a.is_required)

    def titles(self, keys: Sequence[str], language: str) -> str:
        """Titles of columns in ``zh`` or ``en``, joined."""
        return ", ".join(self.by_key[key].title(language) for key in keys)

    def key_of(self, row: Row) -> NaturalKey:
        """The natural key of a row."""
        return NaturalKey(tuple(write_cell(self.by_key[key], row.get(key)) for key in self.key))

    def name_of(self, row: Row) -> str:
        """The natural key of a row as one text.

        >>> from geodata.model.content import catalogue_of
        >>> catalogue_of(ContentKind.ENTERPRISE_YEARS).name_of({"uscc": "9131", "year": 2024})
        '9131~2024'
        """
        return self.key_of(row).slug


def shared(key: str, **changes: object) -> Attribute:
    """A column that means in this kind what it means in the ledger."""
    return replace(BY_KEY[key], **changes)  # type: ignore[arg-type]  # fields of Attribute


def required(key: str) -> Attribute:
    """A column of the ledger without which a row of this kind is sent back."""
    return shared(key, blank=Blank.REQUIRED)


def slug_part(part: str) -> str:
    """A part of a natural key as it stands in the text of the key."""
    for raw, escape in _ESCAPES:
        part = part.replace(raw, escape)
    return part


def _unescaped(part: str) -> str:
    for raw, escape in reversed(_ESCAPES):
        part = part.replace(escape, raw)
    return part
