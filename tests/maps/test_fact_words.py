"""Facts on a page: with units, labels and dates, every one of them, in both languages."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from geodata.model.attributes import BY_KEY
from geodata.model.cells import read_cell
from geodata.model.columns import UNDELIVERED
from service.i18n import translator
from service.maps.fact_words import FactWords


def lines(key: str, written: str, language: str = "en") -> tuple[str, ...]:
    attribute = BY_KEY[key]
    words = FactWords(translator(language), language)
    return words.lines(attribute, read_cell(attribute, written))


@pytest.mark.parametrize(
    ("key", "written", "zh", "en"),
    [
        ("signed_on", "2021/1/2", "2021-01-02", "2021-01-02"),
        ("delivered_on", UNDELIVERED, "未交付", "not delivered"),
        ("area_m2", "20000", "30.00 亩 (20,000.00 m²)", "30.00 mu (20,000.00 m²)"),
        ("deposit_yuan", "9999.99", "9,999.99 元", "9,999.99 yuan"),
        (
            "premium_yuan",
            "12000000",
            "12,000,000.00 元 (1,200.00 万元)",
            "12,000,000.00 yuan (1,200.00 wan yuan)",
        ),
        ("output_agreed", "1200.5", "1,200.5 万元/亩·年", "1,200.5 wan yuan per mu and year"),
        ("far_actual", "1.255", "1.255", "1.255"),
        ("start_agreed_after", "6m after delivery", "交地后 6 个月", "6 months after delivery"),
        (
            "bond_split",
            "60/20/20",
            "开工 60 %，竣工 20 %，投产 20 %",
            "start of construction 60 %, completion 20 %, production 20 %",
        ),
    ],
)
def test_a_cell_is_worded(key, written, zh, en):
    assert (lines(key, written, "zh"), lines(key, written)) == ((zh,), (en,))


def test_each_entry_of_a_list_has_a_line():
    found = lines("start_extensions", "2022-01-05/2022-01-20/2022-09-30;//2023-01-31")
    assert len(found) == 2
    assert found[1] == "extended to 2023-01-31"
    (period,) = lines("government_periods", "2019-03-01/ G2 verified", "zh")
    assert "2019-03-01" in period
    assert "规划修改" in period


def test_what_is_unknown_has_no_line():
    words = FactWords(translator("en"), "en")
    assert words.lines(BY_KEY["signed_on"], None) == ()
    assert words.text(BY_KEY["signed_on"], date(2021, 1, 2)) == "2021-01-02"
    assert words.text(BY_KEY["area_m2"], Fraction(2000, 3)) == "1.00 mu (666.67 m²)"
