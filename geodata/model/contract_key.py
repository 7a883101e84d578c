"""What names a contract, or one phase of it: the columns no two rows of a ledger agree in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from geodata.errors import NothingFoundError
from geodata.model.columns import LedgerColumns

IDENTITY: Final = ("contract_no", "phase", "parcel_code")
"""The attributes that say which contract a row is about; all others are facts about it."""

_SLUG_ESCAPES = (("%", "%25"), ("/", "%2F"), ("~", "%7E"))


@dataclass(frozen=True, slots=True, order=True)
class ContractKey:
    """The identity of a row; an absent part is empty."""

    contract_no: str
    phase: str = ""
    parcel_code: str = ""

    @classmethod
    def of_row(cls, columns: LedgerColumns, row: int) -> Self:
        """The key of a row."""
        return cls(*(columns.texts[name][row] or "" for name in IDENTITY))

    @property
    def parts(self) -> tuple[str, str, str]:
        """Its parts, in the order of `IDENTITY`."""
        return self.contract_no, self.phase, self.parcel_code

    @property
    def slug(self) -> str:
        """The key as one segment of a path."""
        return "~".join(map(_escaped, self.parts))

    @classmethod
    def from_slug(cls, slug: str) -> Self:
        """Read a key back from its path segment.

        Raises
        ------
        NothingFoundError
            When the segment does not have three parts.
        """
        parts = slug.split("~")
        if len(parts) != len(IDENTITY):
            raise NothingFoundError(
                "The address {slug} names no contract.",
                "Open the contract from the list.",
                slug=slug,
            )
        return cls(*map(_unescaped, parts))


def _escaped(part: str) -> str:
    for raw, escape in _SLUG_ESCAPES:
        part = part.replace(raw, escape)
    return part


def _unescaped(part: str) -> str:
    for raw, escape in reversed(_SLUG_ESCAPES):
        part = part.replace(escape, raw)
    return part
