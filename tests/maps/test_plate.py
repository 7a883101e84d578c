"""Pictures for documents: true to scale, the same every time, and safe from the words in them."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.codelist import Tone
from service.maps.drawing import UNITS_PER_MM
from service.maps.milestone_strip import Lane, Strip, draw_strip
from service.maps.plate import Plate, draw_plate

SVG = "{http://www.w3.org/2000/svg}"
PARCEL = shapely.Polygon([(0, 0), (200, 0), (200, 150), (0, 150)], [[(50, 50), (60, 50), (60, 60)]])


def texts(picture: bytes) -> list[str]:
    return [element.text or "" for element in ET.fromstring(picture).iter(f"{SVG}text")]


@given(name=st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=30))
def test_words_are_never_markup(name):
    picture = draw_plate(Plate(parcel=PARCEL, name=name, tone=Tone.IDLE), "zh")
    assert name in texts(picture)
    assert picture == draw_plate(Plate(parcel=PARCEL, name=name, tone=Tone.IDLE), "zh")


@pytest.mark.parametrize("size", [1, 37, 900])
def test_the_detail_is_as_large_as_its_scale_says(size):
    parcel = shapely.box(500_000, 3_400_000, 500_000 + size, 3_400_000 + size)
    picture = draw_plate(Plate(parcel=parcel, name="", tone=Tone.IDLE), "en")
    found = re.search(r"Parcel 1:([0-9,.]+)", "|".join(texts(picture)))
    assert found
    denominator = float(found[1].replace(",", ""))
    shapes = ET.fromstring(picture).iter(f"{SVG}path")
    drawn = [path.get("d") for path in shapes if path.get("clip-path") == "url(#detail)"][-1]
    across = [float(number) for number in re.findall(r"[ML]([\d.-]+) ", drawn)]
    paper_mm = (max(across) - min(across)) / UNITS_PER_MM
    assert paper_mm == pytest.approx(size * 1000 / denominator, abs=0.02)


def test_in_black_and_white_the_parcel_is_told_by_its_hatch():
    picture = draw_plate(Plate(parcel=PARCEL, name="", tone=Tone.OVERDUE), "zh")
    assert b'id="hatch-overdue"' in picture
    assert b"url(#hatch-overdue)" in picture


def test_what_is_late_is_drawn_from_due_to_done():
    lane = Lane(name="开工", agreed_on=date(2021, 1, 1), due_on=date(2021, 7, 1))
    late = Strip(lanes=(lane,), pauses=(), as_of=date(2022, 1, 1))
    in_time = Strip(lanes=(lane,), pauses=(), as_of=date(2021, 7, 1))
    bars = [draw_strip(strip, "zh").count(b"url(#hatch-overdue)") for strip in (late, in_time)]
    assert bars == [2, 1]  # one of them in the legend
    assert "截至 2022-01-01" in texts(draw_strip(late, "zh"))
    assert "as of 2022-01-01" in texts(draw_strip(late, "en"))


def test_a_strip_of_nothing_but_the_day_is_drawn():
    assert draw_strip(Strip(lanes=(), pauses=(), as_of=date(2026, 1, 1)), "zh")


def test_a_picture_names_what_it_shows_and_needs_no_other_file():
    strip = Strip(lanes=(), pauses=((date(2020, 1, 1), date(2020, 2, 1)),), as_of=date(2026, 1, 1))
    for picture in (
        draw_strip(strip, "en"),
        draw_plate(Plate(parcel=PARCEL, name="A", tone=Tone.IDLE), "en"),
    ):
        assert ET.fromstring(picture).findtext(f"{SVG}title")
        assert b"href" not in picture
        assert b"<style" not in picture
