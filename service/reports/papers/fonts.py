"""The typefaces of documents: those the standard names where they are installed, else open ones."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geodata.errors import MissingProgramError

if TYPE_CHECKING:
    import typst

_SERIF: Final = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Songti SC", "SimSun")
_SANS: Final = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "SimHei")


class Typeface(Enum):
    """A typeface by its use: name for Word, families that are it, families that stand in.

    GB/T 9704-2012 names 仿宋, 楷体, 黑体, 小标宋 and 宋体; Debian has no free 仿宋 with all
    simplified characters, so a serif face stands in for it. What stands in for a face that sets
    off headings is bold.
    """

    TEXT = ("仿宋", ("FangSong", "FangSong_GB2312", "STFangsong", "FandolFang"), _SERIF, False)
    KAI = ("楷体", ("KaiTi", "KaiTi_GB2312", "STKaiti", "AR PL UKai CN"), _SERIF, True)
    BLACK = ("黑体", ("SimHei", "STHeiti"), _SANS, True)
    TITLE = ("小标宋", ("FZXiaoBiaoSong-B05S", "方正小标宋简体"), _SERIF, True)
    SONG = ("宋体", ("SimSun", "STSong"), _SERIF, False)

    def __init__(
        self, zh: str, families: tuple[str, ...], substitutes: tuple[str, ...], bold: bool
    ) -> None:
        self.zh = zh
        self.families = families
        self.substitutes = substitutes
        self.bold = bold


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface on this machine: families in the order they are tried, and whether bold."""

    families: tuple[str, ...]
    bold: bool


def faces(families: Collection[str]) -> Mapping[Typeface, Face]:
    """The typefaces that families make possible.

    Raises
    ------
    MissingProgramError
        When none of them writes Chinese.
    """
    return {typeface: _face(typeface, families) for typeface in Typeface}


def _face(typeface: Typeface, installed: Collection[str]) -> Face:
    own, others = (
        tuple(family for family in names if family in installed)
        for names in (typeface.families, typeface.substitutes)
    )
    if not own and not others:
        raise MissingProgramError(
            "No font for Chinese documents was found: {wanted} are missing.",
            "Install the package fonts-noto-cjk (Debian), or google-noto-serif-cjk-fonts and"
            " google-noto-sans-cjk-fonts (Fedora).",
            wanted=", ".join((*typeface.families[:1], *typeface.substitutes[:1])),
        )
    return Face(own + others, typeface.bold and not own)


def installed_fonts() -> typst.Fonts:
    """Fonts with Chinese characters as fontconfig knows them; without it, all of the system."""
    import typst  # noqa: PLC0415 - heavy, and few commands write documents

    folders = _folders()
    return typst.Fonts(
        include_system_fonts=not folders, include_embedded_fonts=False, font_paths=folders
    )


def _folders() -> list[str]:
    program = shutil.which("fc-list")
    if program is None:
        return []
    listed = subprocess.run(  # noqa: S603 - a fixed command line
        [program, "--format=%{file}\n", ":lang=zh-cn"],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return sorted({str(Path(line).parent) for line in listed.stdout.splitlines() if line})
