"""What a pack may say of schemes, standards and duties, and what does not load."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from geodata.errors import LawBookError
from service.compliance.law import load_book

OTHERS = Path(__file__).parent / "book"


@pytest.fixture
def revised(tmp_path):
    """Loads the scheme of Huai'an with one change to its version."""

    def load(change: Any) -> object:
        shelf = tmp_path / "book"
        shutil.copytree(OTHERS, shelf, dirs_exist_ok=True)
        path = shelf / "320800" / "ratings.yaml"
        sheet = yaml.safe_load(path.read_text(encoding="utf-8"))
        change(sheet["enterprises"]["versions"][0])
        path.write_text(yaml.safe_dump(sheet, allow_unicode=True), encoding="utf-8")
        return load_book("320800", shelf).scheme("enterprises")

    return load


@pytest.mark.parametrize("field", ["from", "cites", "confidence"])
def test_a_scheme_without_its_authority_does_not_load(revised, field):
    with pytest.raises(LawBookError, match=f"enterprises has no {field}"):
        revised(lambda version: version.pop(field))


@pytest.mark.parametrize("field", ["id", "zh", "en", "of", "weight"])
def test_an_indicator_without_its_description_does_not_load(revised, field):
    with pytest.raises(LawBookError, match=f"enterprises has no {field}"):
        revised(lambda version: version["indicators"][0].pop(field))


def test_a_scheme_without_indicators_says_what_is_not_stated(revised):
    with pytest.raises(LawBookError, match="enterprises has no unstated"):
        revised(lambda version: version.pop("indicators"))


@pytest.mark.parametrize(
    ("basis", "limits"),
    [
        ("share", ["1/5", "3/5"]),
        ("share", ["1/5", "3/5", "3/5"]),
        ("share", ["3/5", "1/5", "19/20"]),
        ("score", [60, 75, 90]),
    ],
)
def test_limits_part_the_classes(revised, basis, limits):
    with pytest.raises(LawBookError, match="do not part its 4 classes"):
        revised(lambda version: version.update(cuts={"by": basis, "limits": limits}))


def test_limits_of_scores_fall(revised):
    scheme = revised(lambda version: version.update(cuts={"by": "score", "limits": [90, 75, 60]}))
    assert scheme.versions[0].cuts.limits == (90, 75, 60)


def test_a_class_nobody_knows_does_not_load(revised):
    with pytest.raises(LawBookError, match="classes is E"):
        revised(lambda version: version.update(classes=["A", "E"]))


def test_no_scheme_of_another_place_stands_in_the_book_of_jinshan(law):
    assert set(law.schemes) == {"enterprise_performance", "park_evaluation"}
    assert all(
        version.indicators is None for one in law.schemes.values() for version in one.versions
    )
