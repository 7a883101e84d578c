"""What a person says of the columns of a supplier, and under which name it is remembered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from geodata.errors import UsageError
from geodata.importers.suppliers import load_profiles
from geodata.model.content_lists import ContentKind
from geodata.model.roles import Actor
from geodata.model.uploads import Document, Meaning, SupplierMapping
from service.clock import Clock

_LONGEST_SUPPLIER: Final = 60
_SUPPLIER: Final = re.compile(rf"\w[\w .()-]{{0,{_LONGEST_SUPPLIER - 1}}}")


def proposed_supplier(document: Document, name: str) -> str:
    """The name a supplier has, or may be given after its file."""
    if document["profile"] not in _ours():
        return str(document["profile"])
    stem = re.sub(r"[^\w .()-]+", " ", PurePosixPath(name).stem)
    return " ".join(stem.split()).lstrip(" .()-")[:_LONGEST_SUPPLIER].strip()


def told_otherwise(document: Document, meanings: Mapping[int, Meaning]) -> dict[str, Meaning]:
    """What is said otherwise than it was recognised, by header."""
    columns = document.get("columns", ())
    return {
        columns[place]["header"]: meaning
        for place, meaning in meanings.items()
        if place < len(columns)
        and columns[place]["header"]
        and meaning != Meaning(columns[place]["key"], columns[place]["unit"])
    }


def mapping_of(
    document: Document,
    name: str,
    meanings: Mapping[str, Meaning],
    known: SupplierMapping | None,
    actor: Actor,
    clock: Clock,
) -> SupplierMapping:
    """What is remembered of a supplier.

    Parameters
    ----------
    document, meanings
        What the table was recognised to be, and what is said otherwise of its columns, by header.
    name
        What the supplier is called.
    known
        What was remembered before.

    Raises
    ------
    UsageError
        When the supplier has no name, or that of a profile of ours.
    """
    kind = ContentKind.of(document["kind"])
    name = " ".join(name.split())
    if not _SUPPLIER.fullmatch(name) or name in _ours():
        raise UsageError(
            "What you said of the columns is remembered under a name of the supplier, and {name}"
            " cannot be one.",
            "Name the supplier in 1 to 60 letters, digits and spaces, otherwise than a profile of"
            " the product.",
            name=name or "–",
        )
    return SupplierMapping(
        name=name,
        kind=kind,
        like=known.like if known else document["profile"],
        headers=tuple(column["header"] for column in document["columns"]),
        meanings={**(known.meanings if known else {}), **meanings},
        made_by=actor.name,
        made_at=clock(),
    )


def _ours() -> set[str]:
    """Names of the profiles of the product."""
    return {profile.name for kind in ContentKind for profile in load_profiles(kind)}
