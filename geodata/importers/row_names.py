"""What people call the rows of a table: the names under which issues tell of them."""

from __future__ import annotations

from collections.abc import Sequence

from geodata.importers.reading import Cells
from geodata.model.coded import Coded
from geodata.model.content import Catalogue
from geodata.model.content_lists import ContentKind


def row_names(catalogue: Catalogue, cells: Cells) -> list[str]:
    """What people call each row, in a ledger its parcel: by its code, else contract and phase."""
    is_ledger = catalogue.kind is ContentKind.LEDGER
    names = _joined(cells, ("contract_no", "phase") if is_ledger else catalogue.key)
    if not is_ledger:
        return names
    codes = _joined(cells, ("parcel_code",)) or [""] * len(names)
    return [code or name for code, name in zip(codes, names, strict=True)]


def _joined(cells: Cells, keys: Sequence[str]) -> list[str]:
    """The filled cells of some columns, of each row."""
    parts = [
        Coded.of(cells[key]).translated(lambda cell: "" if cell is None else str(cell))
        for key in keys
        if key in cells
    ]
    return ["/".join(filter(None, row)) for row in zip(*parts, strict=True)]
