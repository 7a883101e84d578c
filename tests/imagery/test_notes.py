"""What imagery holds against what is reported: only what the dates allow it to."""

from __future__ import annotations

from datetime import date

import pytest

from geodata.model.imagery_lists import ChangeClass, ImageryNote
from service.compliance.casework.imagery_notes import Reported, names_imagery_alone, note_of

FROM, TO = date(2022, 5, 4), date(2024, 5, 20)
CHANGED, UNCHANGED, CANNOT_TELL = ChangeClass
DOUBTFUL, UNREPORTED = ImageryNote


@pytest.mark.parametrize(
    ("told", "delivered_on", "started_on", "note"),
    [
        (UNCHANGED, date(2022, 1, 1), date(2023, 1, 1), DOUBTFUL),
        (UNCHANGED, None, FROM, DOUBTFUL),
        (UNCHANGED, None, date(2022, 5, 3), None),  # may have begun before the earlier scene
        (UNCHANGED, None, date(2024, 2, 20), DOUBTFUL),
        (UNCHANGED, None, date(2024, 2, 21), None),  # too fresh to be seen from above
        (UNCHANGED, date(2022, 1, 1), None, None),
        (CHANGED, date(2022, 1, 1), date(2023, 1, 1), None),
        (CHANGED, FROM, None, UNREPORTED),
        (CHANGED, FROM, date(2025, 1, 1), UNREPORTED),
        (CHANGED, date(2022, 5, 5), None, None),  # may have changed before it was handed over
        (CHANGED, None, None, None),
        (CANNOT_TELL, date(2022, 1, 1), date(2023, 1, 1), None),
        (CANNOT_TELL, date(2022, 1, 1), None, None),
    ],
)
def test_notes(
    told: ChangeClass, delivered_on: date | None, started_on: date | None, note: ImageryNote | None
) -> None:
    assert note_of(told, FROM, TO, Reported(delivered_on, started_on)) is note


@pytest.mark.parametrize(
    "source",
    [
        "影像",
        "2024年5月20日卫星影像",
        "无人机航拍图 2024-05-20",
        "Satellite image of 2024-05-20",
        "卫片变化图斑",
    ],
)
def test_pictures_alone_are_no_ground_for_a_fact(source: str) -> None:
    assert names_imagery_alone(source)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "2024年5月20日",
        "巡查记录 2024-05-20",
        "卫星影像及现场巡查",
        "施工许可证",
        "imagery and patrol 7",
    ],
)
def test_a_patrol_or_a_document_is_one(source: str) -> None:
    assert not names_imagery_alone(source)
