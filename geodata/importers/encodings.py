"""Encodings by the names people give them, and texts in the encoding that was named."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from geodata.errors import InputFileError, UsageError

CHINESE: Final = "gb18030"
"""Python's name of the encoding that contains GBK and GB2312."""

ENCODINGS: Final[Mapping[str, str]] = {
    "UTF-8": "utf-8-sig",
    "UTF-16": "utf-16",
    "GB18030": CHINESE,
    "GBK": CHINESE,
    "GB2312": CHINESE,
    "Big5": "big5",
}
"""Python's name of each encoding that can be named."""

_NO_SIGNS: Final = str.maketrans("", "", "-_ ")


def codec_of(name: str) -> str:
    """Python's name of an encoding; letter case, hyphens and underscores do not matter.

    Raises
    ------
    UsageError
        When it is none of those known.
    """
    for known, codec in ENCODINGS.items():
        if _plain(known) == _plain(name):
            return codec
    raise UsageError(
        "The encoding {name} is not known here.",
        "Name one of: {known}.",
        name=name,
        known=", ".join(ENCODINGS),
    )


def decoded_as(path: Path, raw: bytes, name: str) -> str:
    """Text of a file in the encoding a person has named.

    Raises
    ------
    InputFileError
        When the bytes are no text in it; the line is named.
    UsageError
        When there is no such encoding.
    """
    codec = codec_of(name)
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        before = codecs.decode(raw[: error.start], codec, "ignore")
        raise InputFileError(
            "Line {line} of {path} is no text in {encoding}: byte {position} of the file does not"
            " fit.",
            "Leave the encoding out to have it found, or name another one.",
            path=path,
            encoding=name,
            line=before.count("\n") + 1,
            position=error.start + 1,
        ) from error


def _plain(name: str) -> str:
    return name.translate(_NO_SIGNS).casefold()
