"""What holds for dated versions of every kind: order, and an authority that was in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

from geodata.errors import LawBookError
from service.compliance.law.sources import Citation


class Dated(Protocol):
    """A version of something from a day on."""

    @property
    def from_on(self) -> date:
        """First day it holds."""
        ...

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What it rests on."""
        ...


AnyVersion = TypeVar("AnyVersion", bound=Dated)


def in_order(key: str, versions: Sequence[AnyVersion]) -> tuple[AnyVersion, ...]:
    """The versions, oldest first.

    Raises
    ------
    LawBookError
        When they are out of order, or one is older than every text it is taken from.
    """
    days = [version.from_on for version in versions]
    if days != sorted(set(days)):
        raise LawBookError(
            "The versions of the law book entry {entry} are out of order.",
            "Order them by date, each date once.",
            entry=key,
        )
    for version in versions:
        check_authority(key, version)
    return tuple(versions)


def check_authority(key: str, version: Dated) -> None:
    """A version holds from a day on which one of the texts it is taken from was in force.

    Raises
    ------
    LawBookError
        When it is older than all of them.
    """
    first = min(citation.instrument.in_force_on for citation in version.citations)
    if version.from_on < first:
        raise LawBookError(
            "The law book entry {entry} starts on {start}, before any text it cites ({first}).",
            "Start it with its instrument, or cite the older one.",
            entry=key,
            start=version.from_on,
            first=first,
        )
