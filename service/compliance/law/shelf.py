"""Where the packs of the law book stand: the product's own shelf and a district's beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Self

import yaml

from geodata.errors import LawBookError

_SEPARATORS = frozenset("/\\")

Sheet = dict[str, Any]


def named(book: str) -> tuple[str, Traversable | None]:
    """Code and shelf of a book: ``310116`` of the product, or a path such as ``laws/999901``.

    Raises
    ------
    LawBookError
        When there is no directory at the path.
    """
    if not _SEPARATORS & set(book):
        return book, None
    folder = Path(book).absolute()
    if not folder.is_dir():
        raise LawBookError(
            "There is no law book directory {path}.",
            "Name the directory of a district pack, or the code of a pack of the product.",
            path=book,
        )
    return folder.name, folder.parent


@dataclass(frozen=True, slots=True)
class Shelf:
    """Directories of packs; what a later one holds lies over the earlier ones.

    Attributes
    ----------
    folders
        The product's own directory, and the one given.
    packs
        What ``packs.yaml`` says of each pack: names and parent.
    """

    folders: tuple[Traversable, ...]
    packs: Mapping[str, Mapping[str, Any]]

    @classmethod
    def at(cls, folder: Traversable | None) -> Self:
        """The shelf at a directory; one with a national pack of its own stands alone."""
        own = resources.files("service.compliance.law") / "book"
        if folder is None:
            folders: tuple[Traversable, ...] = (own,)
        else:
            listed = _packs(folder)
            alone = any(pack.get("parent") is None for pack in listed.values())
            folders = (folder,) if alone else (own, folder)
        packs = {code: pack for place in folders for code, pack in _packs(place).items()}
        return cls(folders, packs)

    def chain(self, code: str) -> list[str]:
        """The packs that lie over each other, the national one first.

        Raises
        ------
        LawBookError
            When the pack, or one it lies over, does not exist, or it lies over itself.
        """
        chain = [code]
        while True:
            if chain[0] not in self.packs or chain[0] in chain[1:]:
                raise LawBookError(
                    "There is no law book {book}.",
                    "Choose one of: {known}.",
                    book=" > ".join(reversed(chain)),
                    known=", ".join(self.packs),
                )
            parent = self.packs[chain[0]].get("parent")
            if parent is None:
                return chain
            chain.insert(0, str(parent))

    def instruments(self) -> Sheet:
        """Every text registered."""
        sheets = (read_sheet(folder / "instruments.yaml") for folder in self.folders)
        return {key: entry for sheet in sheets for key, entry in sheet.items()}

    def sheet(self, pack: str, name: str) -> Sheet:
        """A sheet of a pack; empty where the pack has none."""
        holders = [folder for folder in self.folders if (folder / pack).is_dir()]
        return read_sheet(holders[-1] / pack / f"{name}.yaml") if holders else {}


def read_sheet(path: Traversable) -> Sheet:
    """A file of entries by name; empty where there is none.

    Raises
    ------
    LawBookError
        When it is not such a file.
    """
    if not path.is_file():
        return {}
    try:
        sheet = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LawBookError(
            "The law book file {path} cannot be read: {reason}",
            "Correct it; it must be YAML in UTF-8.",
            path=path,
            reason=error,
        ) from error
    if not isinstance(sheet, dict | None):
        raise LawBookError(
            "The law book file {path} does not hold entries by name.",
            "Write each entry under its own key, as docs/law.md shows.",
            path=path,
        )
    return {str(key): entry for key, entry in (sheet or {}).items()}


def _packs(folder: Traversable) -> dict[str, Mapping[str, Any]]:
    path = folder / "packs.yaml"
    packs = read_sheet(path)
    for code, pack in packs.items():
        if not isinstance(pack, dict):
            raise LawBookError(
                "The law book file {path} does not describe the pack {pack}.",
                "Write its zh, en and parent.",
                path=path,
                pack=code,
            )
    return packs
