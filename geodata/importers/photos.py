"""Photos: what the camera wrote into them, and a small picture without it."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from PIL import Image, ImageOps

from geodata.model.evidence import PhotoFacts

PREVIEW_TYPE: Final = "image/jpeg"

_FORMATS: Final = ("JPEG", "MPO", "PNG", "WEBP", "TIFF")
"""What is opened as a picture; Pillow knows many more, of which cameras write none."""
_MOST_PIXELS: Final = 120_000_000
_PREVIEW_PX: Final = 1_280
_PREVIEW_QUALITY: Final = 82
_CHINA: Final = timezone(timedelta(hours=8))

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET = 0x9003, 0x9011
_LAT_REF, _LAT, _LON_REF, _LON, _TIME, _BEARING, _DATE = 1, 2, 3, 4, 7, 17, 29
_DEGREE: Final = Decimal("1e-7")  # about a centimetre
_TURN: Final = Decimal("0.01")
_DAMAGED: Final = (
    *(OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError),
    *(AttributeError, ArithmeticError, struct.error),
)
"""What Pillow raises for pictures that are damaged or made to harm."""


def read_photo(content: bytes) -> PhotoFacts | None:
    """What the camera wrote into a photo; None for what is no picture at all."""
    facts: PhotoFacts | None = None
    with _quietly():
        image = _opened(content)
        facts = PhotoFacts()
        exif = image.getexif()
        facts = _facts(exif.get_ifd(_EXIF_IFD), exif.get_ifd(_GPS_IFD))
    return facts  # noqa: RET504 - the block may end before its last line


def preview(content: bytes) -> bytes | None:
    """A small JPEG of a photo, upright and with nothing of what the camera wrote.

    None for what is no picture, is cut off, or would fill the memory.
    """
    written = io.BytesIO()
    with _quietly():
        image = _opened(content)
        if image.width * image.height <= _MOST_PIXELS:
            # What a JPEG decoder halves early is never held whole.
            image.draft("RGB", (2 * _PREVIEW_PX, 2 * _PREVIEW_PX))
            small = ImageOps.exif_transpose(image).convert("RGB")
            small.thumbnail((_PREVIEW_PX, _PREVIEW_PX))
            small.info.clear()
            small.save(written, "JPEG", quality=_PREVIEW_QUALITY)
    return written.getvalue() or None


@contextmanager
def _quietly() -> Iterator[None]:
    """End the block where a picture turns out to be damaged; Pillow warns of less."""
    with warnings.catch_warnings(), suppress(*_DAMAGED):
        warnings.simplefilter("ignore")
        yield


def _opened(content: bytes) -> Image.Image:
    """A picture of which only the head was read.

    Raises
    ------
    OSError
        When it is none.
    """
    try:
        return Image.open(io.BytesIO(content), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise OSError(str(error)) from error


def _facts(exif: Mapping[int, Any], gps: Mapping[int, Any]) -> PhotoFacts:
    longitude = _angle(gps.get(_LON), gps.get(_LON_REF), "W", 180)
    latitude = _angle(gps.get(_LAT), gps.get(_LAT_REF), "S", 90)
    is_placed = longitude is not None and latitude is not None
    return PhotoFacts(
        taken_at=_taken(exif),
        located_at=_located(gps),
        longitude_deg=longitude if is_placed else None,
        latitude_deg=latitude if is_placed else None,
        bearing_deg=_bearing(gps.get(_BEARING)),
    )


def _taken(exif: Mapping[int, Any]) -> datetime | None:
    with suppress(ValueError):
        taken = datetime.strptime(_text(exif.get(_TAKEN)), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone follows
        return taken.replace(tzinfo=_zone(_text(exif.get(_TAKEN_OFFSET))))
    return None


def _zone(offset: str) -> tzinfo:
    """The zone of an offset written +08:00; that of Shanghai for what is none."""
    with suppress(ValueError):
        return datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo or _CHINA
    return _CHINA


def _located(gps: Mapping[int, Any]) -> datetime | None:
    with suppress(*_DAMAGED):
        hours, minutes, seconds = (int(_decimal(part)) for part in gps[_TIME])
        day = datetime.strptime(_text(gps[_DATE]), "%Y:%m:%d")  # noqa: DTZ007 - the satellites' is UTC
        return day.replace(hour=hours, minute=minutes, second=seconds, tzinfo=UTC)
    return None


def _angle(parts: Any, side: Any, negative: str, most: int) -> Decimal | None:
    with suppress(*_DAMAGED):
        degrees, minutes, seconds = map(_decimal, parts)
        angle = degrees + minutes / 60 + seconds / 3600
        signed = (-angle if _text(side).upper() == negative else angle).quantize(_DEGREE)
        return signed if 0 < abs(signed) <= most else None  # phones without a fix write zeros
    return None


def _bearing(value: Any) -> Decimal | None:
    with suppress(*_DAMAGED):
        turned = _decimal(value)
        return (turned % 360).quantize(_TURN, ROUND_HALF_UP) if turned.is_finite() else None
    return None


def _decimal(value: Any) -> Decimal:
    """A fraction of EXIF; one over nothing raises."""
    return Decimal(int(value.numerator)) / Decimal(int(value.denominator))


def _text(value: Any) -> str:
    return value.rstrip("\0 ") if isinstance(value, str) else ""
