from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.attributes import ATTRIBUTES, BY_KEY, Attribute, Kind
from geodata.model.cells import CellError, cell_text, read_cell, write_cell
from geodata.model.codelists import (
    Anchor,
    FoundationKind,
    GovernmentCause,
    MilestoneKind,
    PeriodStatus,
    TermUnit,
)
from geodata.model.columns import UNDELIVERED, Cell, from_rows

WAN = Fraction(10_000)
MU = Fraction(2_000, 3)


def read(key: str, raw: object, factor: Fraction = Fraction(1)) -> Cell:
    return read_cell(BY_KEY[key], raw, factor)


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda a: a.key)
@pytest.mark.parametrize("raw", [None, "", "  ", "\u3000", "\xa0"])
def test_blank_is_unknown(attribute: Attribute, raw: object):
    assert read_cell(attribute, raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        "2023-01-05",
        " 2023-01-05 ",
        "2023/1/5",
        "2023/01/05",
        "2023年1月5日",
        "2023年01月05日",
        "２０２３年１月５日",
        "20230105",
        "2023-01-05 00:00:00",
        "2023-01-05T08:30",
        date(2023, 1, 5),
        datetime(2023, 1, 5, 13, 30),  # noqa: DTZ001 - spreadsheets have no time zone
        datetime(2023, 1, 4, 20, 0, tzinfo=UTC),
        44931,
        44931.0,
        44931.75,
        20230105,
        20230105.0,
    ],
)
def test_dates_in_every_form(raw: object):
    assert read("signed_on", raw) == date(2023, 1, 5)


@pytest.mark.parametrize("raw", ["1900-01-01", "1900年01月01日", "1900/1/1", date(1900, 1, 1)])
def test_the_first_of_january_1900_means_no_date(raw: object):
    assert read("signed_on", raw) is None
    assert read("delivered_on", raw) is None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("2023-02-30", "not a day of the calendar"),
        ("2023-13-01", "not a day of the calendar"),
        ("20231301", "not a day of the calendar"),
        ("0223-01-01", "outside the years"),
        (date(3023, 1, 1), "outside the years"),
        ("soon", "not a date"),
        ("2023.1.5", "not a date"),
        ("2023年1月", "not a date"),
        ("2023-1/5", "not a date"),
        ("44931", "not a date"),  # text of five digits may be anything
        (19_999, "not a date"),
        (80_001, "not a date"),
        (float("nan"), "not a date"),
        (True, "not a date"),
        (time(12, 0), "not a date"),
        ("none", "not a date"),  # only delivery knows the word
    ],
)
def test_bad_dates(raw: object, reason: str):
    with pytest.raises(CellError, match=reason):
        read("signed_on", raw)


@pytest.mark.parametrize("raw", ["none", "None", " NONE ", "未交地"])
def test_delivery_known_not_to_have_happened(raw: str):
    assert read("delivered_on", raw) == UNDELIVERED


def test_delivery_is_a_date_otherwise():
    assert read("delivered_on", "2023/1/5") == date(2023, 1, 5)
    with pytest.raises(CellError):
        read("delivered_on", "no")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("12000000", Fraction(12_000_000)),
        ("12,000,000", Fraction(12_000_000)),
        ("１２，０００．５", Fraction(24_001, 2)),
        ("1.2e7", Fraction(12_000_000)),
        ("1E-3", Fraction(1, 1_000)),
        (".5", Fraction(1, 2)),
        ("5.", Fraction(5)),
        ("+5", Fraction(5)),
        ("0", Fraction(0)),
        (0.1, Fraction(1, 10)),
        (1e-7, Fraction(1, 10_000_000)),
        (12_000_000.0, Fraction(12_000_000)),
        (12_000_000, Fraction(12_000_000)),
        (Decimal("0.10"), Fraction(1, 10)),
        (-0.0, Fraction(0)),
    ],
)
def test_numbers_are_exact(raw: object, value: Fraction):
    assert read("premium_yuan", raw) == value


def test_units_are_converted_exactly():
    assert read("premium_yuan", "0.0001", WAN) == 1
    assert read("area_m2", "1", MU) == Fraction(2_000, 3)
    assert read("area_m2", 4.4, MU) == Fraction(8_800, 3)
    assert read("instalments", "2023-05-31 1.5 - -", WAN) == [
        (date(2023, 5, 31), Fraction(15_000), None, None)
    ]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("-5", "negative"),
        (-0.01, "negative"),
        ("abc", "not a number"),
        ("12万元", "not a number"),
        ("12,00", "not a number"),
        ("1,2345", "not a number"),
        ("1_000", "not a number"),
        ("1/3", "not a number"),
        ("33%", "not a number"),
        ("(500)", "not a number"),
        (float("nan"), "not a number"),
        (float("inf"), "not a number"),
        (True, "not a number"),
        ("1e99", "too large"),
        ("1e999999999", "not a number"),
        (str(2**62), "too large"),
        ("0." + "1" * 30, "too large"),
        (date(2023, 1, 5), "not a number"),
    ],
)
def test_bad_numbers(raw: object, reason: str):
    with pytest.raises(CellError, match=reason):
        read("premium_yuan", raw)


def test_the_largest_number_fits_into_columns():
    largest = read("premium_yuan", str(2**62 - 1))
    columns = from_rows([{"premium_yuan": largest}])
    assert columns.exact["premium_yuan"].fraction(0) == 2**62 - 1


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("0.333", Fraction(333, 1_000)),
        ("33.3%", Fraction(333, 1_000)),
        ("33.3 ％", Fraction(333, 1_000)),
        ("1/3", Fraction(1, 3)),
        ("１／３", Fraction(1, 3)),
        ("100%", Fraction(1)),
        (0.25, Fraction(1, 4)),
        (0, Fraction(0)),
    ],
)
def test_shares(raw: object, value: Fraction):
    assert read("foundation_share", raw) == value


@pytest.mark.parametrize("raw", ["1.01", "101%", "4/3", "50", "1/0", "-1/3", "-1/-3", "a/b", "%"])
def test_bad_shares(raw: str):
    with pytest.raises(CellError):
        read("foundation_share", raw)


@pytest.mark.parametrize("raw", ["piles", "PILES", "桩基", "ｐｉｌｅｓ"])
def test_codes_in_either_language(raw: str):
    assert read("foundation_kind", raw) == FoundationKind.PILES.position


def test_an_unknown_word_is_told_the_known_ones():
    with pytest.raises(CellError, match="“raft” is none of: pit 深基坑, piles 桩基"):
        read("foundation_kind", "raft")


@pytest.mark.parametrize("raw", ["挂牌出让", "招拍挂"])
def test_words_of_a_supplier_are_no_general_grammar(raw: str):
    with pytest.raises(CellError):
        read("acquisition_mode", raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("true", 1),
        ("1", 1),
        ("Yes", 1),
        ("是", 1),
        (True, 1),
        (1, 1),
        (1.0, 1),
        ("false", 0),
        ("0", 0),
        ("NO", 0),
        ("否", 0),
        (False, 0),
        (0.0, 0),
    ],
)
def test_booleans(raw: object, value: int):
    assert read("reserve_land", raw) == value


@pytest.mark.parametrize("raw", ["maybe", "2", "y", "有"])
def test_bad_booleans(raw: str):
    with pytest.raises(CellError, match="neither yes nor no"):
        read("reserve_land", raw)


def test_terms():
    assert read("start_agreed_after", "6m after delivery") == (
        6,
        TermUnit.MONTH.position,
        Anchor.DELIVERY.position,
    )
    assert read("delivery_agreed_after", "45wd after payment") == (
        45,
        TermUnit.WORKING_DAY.position,
        Anchor.PAYMENT.position,
    )
    assert read("production_agreed_after", "10 D After Completion") == (
        10,
        TermUnit.DAY.position,
        Anchor.COMPLETION.position,
    )


ALLOWED = {
    "delivery": ["signing", "payment"],
    "start": ["signing", "payment", "delivery"],
    "completion": ["signing", "payment", "delivery", "start"],
    "production": ["signing", "payment", "delivery", "start", "completion"],
    "target_output": ["signing", "payment", "delivery", "start", "completion", "production"],
}


@pytest.mark.parametrize("dated", ALLOWED)
@pytest.mark.parametrize("anchor", list(Anchor))
def test_an_anchor_stands_before_what_hangs_on_it(dated: str, anchor: Anchor):
    cell = f"1y after {anchor}"
    if anchor in ALLOWED[dated]:
        assert read(f"{dated}_agreed_after", cell) == (1, TermUnit.YEAR.position, anchor.position)
    else:
        with pytest.raises(CellError, match="cannot count from"):
            read(f"{dated}_agreed_after", cell)


@pytest.mark.parametrize(
    "raw",
    [
        "6 months",
        "6m",
        "m after delivery",
        "6q after delivery",
        "6m after birth",
        "-6m after start",
        "6m before delivery",
        "101y after signing",
        "99999d after signing",
        "2023-01-05",
    ],
)
def test_bad_terms(raw: str):
    with pytest.raises(CellError):
        read("start_agreed_after", raw)


def test_split():
    assert read("bond_split", "60/20/20") == (60, 20, 20)
    assert read("bond_split", "33.3/33.3 / 0") == (Fraction(333, 10), Fraction(333, 10), 0)


@pytest.mark.parametrize("raw", ["60/40", "60/20/10/10", "60/20/", "101/0/0", "60%/20%/20%", "60"])
def test_bad_split(raw: str):
    with pytest.raises(CellError):
        read("bond_split", raw)


def test_instalments():
    assert read("instalments", "2023-05-31 10000000 - 2023-07-20; - 5.5 2023-06-01 -；") == [
        (date(2023, 5, 31), Fraction(10_000_000), None, date(2023, 7, 20)),
        (None, Fraction(11, 2), date(2023, 6, 1), None),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        "-",
        "2023-05-31 100",
        "2023-05-31 100 - - -",
        "2023/05/31 100 - -",
        "20230531 100 - -",
        "2023-05-31 -100 - -",
        "2023-02-30 100 - -",
        "2023-05-31 100 - -;; 2023-05-31 100 - -",
        "2023-05-31 x - -",
        "2023-5-31 100 - -",
    ],
)
def test_bad_instalments(raw: str):
    with pytest.raises(CellError):
        read("instalments", raw)


def test_extensions():
    assert read("start_extensions", "/2023-06-15/2023-12-31; 2024-01-02//2024-06-30") == [
        (None, date(2023, 6, 15), date(2023, 12, 31)),
        (date(2024, 1, 2), None, date(2024, 6, 30)),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        "2023-06-15/2023-12-31",
        "/2023-06-15/",
        "/2023-06-15/1900-01-01",
        "2023/06/15",
        "x",
        "/2023-06-15/2023-12-31/",
        "/2023-06-31/2023-12-31",
        "/2023-06-15/20231231",
    ],
)
def test_bad_extensions(raw: str):
    with pytest.raises(CellError):
        read("completion_extensions", raw)


def test_periods():
    verified, claimed = PeriodStatus.VERIFIED.position, PeriodStatus.CLAIMED.position
    g2, g1 = GovernmentCause.G2.position, GovernmentCause.G1.position
    cell = (
        "2022-09-01/2023-02-28 G2 verified; 2023-06-01/ g1 已主张; 2023-07-01/2023-07-01 G1 claimed"
    )
    assert read("government_periods", cell) == [
        (date(2022, 9, 1), date(2023, 2, 28), g2, verified),
        (date(2023, 6, 1), None, g1, claimed),
        (date(2023, 7, 1), date(2023, 7, 1), g1, claimed),
    ]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("2023-02-28/2022-09-01 G2 verified", "ends before it begins"),
        ("2022-09-01/2023-02-28 G2", "cause status"),
        ("2022-09-01/2023-02-28", "cause status"),
        ("2022-09-01/2023-02-28 G2 verified now", "cause status"),
        ("2022-09-01 G2 verified", "cause status"),
        ("2022-09-01/2023-02-28 G9 verified", "“G9” is none of"),
        ("2022-09-01/2023-02-28 G2 sure", "“sure” is none of"),
        ("/2023-02-28 G2 verified", "not a date"),
        ("1900-01-01/2023-02-28 G2 verified", "no beginning"),
        (";", "cause status"),
    ],
)
def test_bad_periods(raw: str, reason: str):
    with pytest.raises(CellError, match=reason):
        read("government_periods", raw)


def test_a_reason_can_be_worded_in_another_language():
    with pytest.raises(CellError) as caught:
        read("signed_on", "2023-02-30")
    assert caught.value.template == "“{value}” is not a day of the calendar."
    assert caught.value.values == {"value": "2023-02-30"}


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (12345.0, "12345"),
        (20160104.0, "20160104"),
        (1.5, "1.5"),
        (7, "7"),
        ("  00123 ", "00123"),
        ("沪（2024）5号", "沪（2024）5号"),
        (date(2016, 1, 4), "2016-01-04"),
        (datetime(2016, 1, 4), "2016-01-04"),  # noqa: DTZ001 - spreadsheets have no time zone
        (True, "true"),
    ],
)
def test_texts_show_what_a_person_sees(raw: object, text: str):
    assert read("contract_no", raw) == cell_text(raw) == text


# Round trip

days = st.dates(date(1900, 1, 2), date(2199, 12, 31))
maybe_days = st.none() | days
decimals = st.builds(Fraction, st.integers(0, 10**15), st.sampled_from([1, 10, 100, 8, 2_500]))


def terms(attribute: Attribute) -> st.SearchStrategy[Cell]:
    anchors = ALLOWED[attribute.key.removesuffix("_agreed_after")]
    return st.tuples(
        st.integers(0, 100),
        st.sampled_from([unit.position for unit in TermUnit]),
        st.sampled_from([Anchor.positions()[anchor] for anchor in anchors]),
    )


def periods() -> st.SearchStrategy[Cell]:
    spans = st.tuples(days, maybe_days).filter(lambda s: s[1] is None or s[0] <= s[1])
    causes = st.sampled_from([c.position for c in GovernmentCause])
    statuses = st.sampled_from([s.position for s in PeriodStatus])
    return st.lists(
        st.builds(lambda s, c, t: (*s, c, t), spans, causes, statuses), min_size=1, max_size=3
    )


def cells(attribute: Attribute) -> st.SearchStrategy[Cell]:
    shares = st.fractions(0, 100, max_denominator=100).filter(lambda f: 10**6 % f.denominator == 0)
    readable = st.characters(codec="utf-8", exclude_characters="\x00")  # no database holds a NUL
    texts = st.text(readable, min_size=1).map(str.strip).filter(bool)
    codes = [m.position for m in attribute.codelist] if attribute.codelist else [0]
    known = {
        Kind.TEXT: texts,
        Kind.BOOLEAN: st.sampled_from([0, 1]),
        Kind.CODE: st.sampled_from(codes),
        Kind.DATE: days,
        Kind.DELIVERY: days | st.just(UNDELIVERED),
        Kind.EXACT: decimals,
        Kind.SHARE: st.fractions(0, 1, max_denominator=10**9),
        Kind.SPLIT: st.tuples(shares, shares, shares),
        Kind.INSTALMENTS: st.lists(
            st.tuples(maybe_days, st.none() | decimals, maybe_days, maybe_days),
            min_size=1,
            max_size=3,
        ),
        Kind.EXTENSIONS: st.lists(st.tuples(maybe_days, maybe_days, days), min_size=1, max_size=3),
        Kind.PERIODS: periods(),
    }
    kind = terms(attribute) if attribute.kind is Kind.TERM else known[attribute.kind]
    return st.none() | kind


@given(st.data(), st.sampled_from(ATTRIBUTES))
def test_what_is_written_reads_back(data: st.DataObject, attribute: Attribute):
    cell = data.draw(cells(attribute))
    assert read_cell(attribute, write_cell(attribute, cell)) == cell


@given(decimals)
def test_amounts_read_back_in_the_unit_of_the_file(amount: Fraction):
    area = BY_KEY["area_m2"]
    assert read_cell(area, write_cell(area, amount * MU, MU), MU) == amount * MU


def test_an_area_in_mu_has_no_decimal_form_in_square_metres():
    with pytest.raises(CellError, match="no finite decimal form"):
        write_cell(BY_KEY["area_m2"], MU)


def test_every_milestone_has_its_own_chain():
    assert set(ALLOWED) == {"delivery", *(m.value for m in MilestoneKind)}
