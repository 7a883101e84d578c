"""What a table must have before its rows are looked at."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from geodata.errors import InputFileError
from geodata.importers.matching import Matched
from geodata.importers.suppliers import Profile
from geodata.importers.tables import RawTable
from geodata.model.attributes import Attribute
from geodata.model.content import Catalogue

_ALIKE: Final = 0.5


def require_rows(path: Path, table: RawTable) -> None:
    """Refuse a table without any.

    Raises
    ------
    InputFileError
        When it has none.
    """
    if not len(table):
        raise InputFileError(
            "The file {path} has headers but no rows.",
            "Check that the right sheet or layer was read ({layer}).",
            path=path,
            layer=table.name or path.name,
        )


def require_columns(
    path: Path,
    table: RawTable,
    catalogue: Catalogue,
    profile: Profile,
    matched: Sequence[Matched],
) -> None:
    """Refuse a table whose rows would all be sent back for a column that is not there.

    Raises
    ------
    InputFileError
        When one is missing; the nearest headers are named.
    """
    found = {column.heading.attribute.key for column in matched}
    if profile.numbers_in(table.headers):
        found.add("contract_no")
    for attribute in catalogue.required:
        if attribute.key not in found:
            raise _without(path, table, attribute)


def _without(path: Path, table: RawTable, attribute: Attribute) -> InputFileError:
    headers = [header for header in table.headers if header]
    alike = {
        header
        for name in (attribute.key, attribute.zh, *attribute.aliases)
        for header in difflib.get_close_matches(name, headers, 2, _ALIKE)
    }
    return InputFileError(
        "The file {path} has no column {key} ({zh}). Its headers are: {headers}.",
        "Name the column {key} or {zh}; the nearest headers are: {nearest}.",
        path=path,
        key=attribute.key,
        zh=attribute.zh,
        headers=", ".join(headers),
        nearest=", ".join(sorted(alike)) or "–",
    )
