"""What cameras write into photos is read; what is damaged or made to harm is not opened."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from geodata.importers.media import UNKNOWN_TYPE, media_type_of
from geodata.importers.photos import preview, read_photo
from geodata.model.evidence import PhotoFacts

from .camera import photo


def bomb() -> bytes:
    """A PNG of a few hundred bytes that claims 10¹⁰ pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        end = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + end

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(4_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


def test_time_place_and_bearing_are_read():
    facts = read_photo(photo(tag_7=(1.0, 30.0, 5.0), tag_29="2026:06:15", tag_17=271.5))
    assert facts == PhotoFacts(
        taken_at=datetime(2026, 6, 15, 1, 30, tzinfo=UTC),
        located_at=datetime(2026, 6, 15, 1, 30, 5, tzinfo=UTC),
        longitude_deg=Decimal("121.3400000"),
        latitude_deg=Decimal("30.7400000"),
        bearing_deg=Decimal("271.50"),
    )


def test_a_camera_without_a_zone_goes_by_shanghai_and_with_one_by_its_own():
    without, tokyo = read_photo(photo(offset="")), read_photo(photo(offset="+09:00"))
    assert without.taken_at == datetime(2026, 6, 15, 1, 30, tzinfo=UTC)
    assert tokyo.taken_at == datetime(2026, 6, 15, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "place",
    [
        {},
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
        {1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (121.0, 0.0, 0.0)},
        {1: "N", 2: (30.0,), 3: "E", 4: (121.0, 0.0, 0.0)},
    ],
)
def test_a_place_that_is_none_is_unknown(place):
    facts = read_photo(photo(place=place))
    assert not facts.has_position
    assert facts.taken_at is not None


def test_what_was_written_wrongly_is_unknown():
    assert read_photo(photo(taken="0000:00:00 00:00:00")).taken_at is None
    assert read_photo(photo(taken="yesterday")).taken_at is None
    assert read_photo(photo(tag_7=(25.0, 0.0, 0.0), tag_29="2026:06:15")).located_at is None


def test_a_small_picture_stands_upright_and_tells_nothing():
    small = preview(photo(orientation=6, size=(2_000, 1_000)))
    with Image.open(io.BytesIO(small)) as image:
        assert image.size == (640, 1_280)
        assert dict(image.getexif()) == {}
        assert image.getpixel((320, 100)) > image.getpixel((320, 1_200))
    assert "张三".encode() not in small


@pytest.mark.parametrize(
    "content", [b"", b"no picture", b"<svg/>", b"GIF89a" + bytes(99), bomb(), photo()[:-200]]
)
def test_what_cannot_be_shown_has_no_picture(content):
    assert preview(content) is None


@given(st.integers(0, len(photo()) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_photo_is_read_or_not_and_nothing_else(place, damage):
    content = photo()
    damaged = content[:place] + damage + content[place + len(damage) :]
    read_photo(damaged)
    preview(damaged)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (photo(), "image/jpeg"),
        (bomb(), "image/png"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04" + bytes(12), "application/zip"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"<html><script>", UNKNOWN_TYPE),
        (b"", UNKNOWN_TYPE),
    ],
)
def test_the_type_is_that_of_the_bytes(content, kind):
    assert media_type_of(content) == kind
