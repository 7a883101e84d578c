from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from geodata.model.codelists import FindingCode, Verdict
from geodata.model.remedy_kinds import RemedyKind
from service.compliance.rules.remedies import Change, Remedy
from tests.maps.samples import AS_OF, district

CODE, PARCEL = next((p.result.findings[0].code, p) for p in district().parcels if p.result.findings)


def remedy(days: int | None, kind: RemedyKind = RemedyKind.DO_NOW) -> Remedy:
    last_on = None if days is None else AS_OF + timedelta(days)
    changes = (Change("development_on", AS_OF),)
    in_time = days is None or days >= 0
    return Remedy(CODE, None, kind, changes, last_on, in_time, Verdict.COMPLIANT)


@pytest.fixture
def page(client, readings):
    def opened(*found: Remedy, language: str = "en") -> str:
        readings.found = found
        body = client.get(f"/contracts/{PARCEL.key.slug}", query_string={"lang": language}).text
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    return opened


def test_a_finding_says_what_would_remove_it(page):
    sentence = f"This finding would be gone with development commenced on {AS_OF}."
    assert f"What would remove it {sentence}" in page(remedy(None))
    assert f"若动工开发日期为 {AS_OF}，则该项不成立。" in page(remedy(None), language="zh")


def test_the_last_day_and_whether_it_has_passed_are_told(page):
    ahead, passed = AS_OF + timedelta(1), AS_OF - timedelta(1)
    assert f"last day {ahead} " in page(remedy(1))
    assert f"last day {passed}, passed" in page(remedy(-1))
    assert f"last day {AS_OF} " in page(remedy(0))
    assert "last day" not in page(remedy(None))


def test_three_are_enough(page):
    kinds = (RemedyKind.DO_NOW, RemedyKind.RESUME, RemedyKind.REACH, RemedyKind.LOWER)
    text = page(*(remedy(None, kind) for kind in kinds))
    assert text.count("This finding would be gone") == 3
    assert "or less" not in text


def test_nothing_is_said_where_nothing_is_known(page):
    other = next(
        code for code in FindingCode if code not in {f.code for f in PARCEL.result.findings}
    )
    assert "What would remove it" not in page()
    assert "What would remove it" not in page(replace(remedy(None), code=other))
