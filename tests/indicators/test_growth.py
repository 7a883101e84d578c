"""Growth and counts: exact, indifferent to order, and unknown rather than guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.columns import NO_CODE, Exact, day_number
from geodata.model.indicator_lists import UnknownReason
from geodata.model.units import mu
from service.compliance.indicators.counts import NewCount, new_members, new_projects
from service.compliance.indicators.growth import Growth, growth, growth_per_land
from service.compliance.indicators.yields import FirmYears, Ground, Stays

YEARS = (2020, 2025)
HALF = Fraction(1, 2)
MU_100 = Fraction(200_000, 3)

Amount = Fraction | int | None
Figure = tuple[str, int, Amount]
Parcel = tuple[str, str, Amount]


@dataclass(frozen=True)
class Stay:
    """An enterprise on a parcel, since long ago and still, unless said otherwise."""

    uscc: str
    parcel: str
    occupied_m2: Amount = None
    begins_on: date | None = date(2010, 1, 1)
    ends_on: date | None = None


def texts(values: list[str]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    column = np.empty(len(values), dtype=np.object_)
    column[:] = values
    return column


def firm_years(rows: list[Figure]) -> FirmYears:
    years = np.array([row[1] for row in rows], dtype=np.int64)
    return FirmYears(texts([row[0] for row in rows]), years, Exact.of([row[2] for row in rows]))


def grow(
    figures: list[Figure], parcels: list[Parcel], stays: list[Stay], tolerated: Fraction = HALF
) -> dict[str, Growth]:
    ground = Ground(
        texts([one[0] for one in parcels]),
        texts([one[1] for one in parcels]),
        Exact.of([one[2] for one in parcels]),
    )
    days = np.array(
        [(day_number(one.begins_on), day_number(one.ends_on)) for one in stays], dtype=np.int32
    ).reshape(-1, 2)
    placed = Stays(
        texts([one.uscc for one in stays]),
        texts([one.parcel for one in stays]),
        Exact.of([one.occupied_m2 for one in stays]),
        days[:, 0],
        days[:, 1],
    )
    found = growth_per_land(firm_years(figures), ground, placed, YEARS, tolerated)
    return {each.place: each for each in found}


def both_years(uscc: str, first: Amount, last: Amount) -> list[Figure]:
    return [(uscc, 2020, first), (uscc, 2025, last)]


# --- Worked out by hand ------------------------------------------------------------------------


def test_growth_of_a_park_and_of_the_district() -> None:
    """100 mu: 10 million to 14,693,280.768 yuan is 8 % a year over five years, exactly."""
    last = 10_000_000 * Fraction(108, 100) ** 5
    found = grow(both_years("A", 10_000_000, last), [("P", "东园", MU_100)], [Stay("A", "P")])
    assert list(found) == ["", "东园"]
    for each in found.values():
        assert each.first.value == 100_000
        assert each.rate == pytest.approx(0.08, abs=1e-12)
        assert each.reaches(Fraction(8)) is True
        assert each.reaches(Fraction(801, 100)) is False
        assert each.unknown_because is None


def test_land_shared_by_tenants_counts_once() -> None:
    figures = [*both_years("A", 100, 100), *both_years("B", 300, 300)]
    found = grow(figures, [("P", "", MU_100)], [Stay("A", "P"), Stay("B", "P", 5)])
    assert found[""].first.land_m2 == MU_100
    assert found[""].first.value == 4


def test_who_has_left_takes_output_and_land_along() -> None:
    figures = [*both_years("A", 100, 100), ("B", 2020, 900)]
    stays = [Stay("A", "P"), Stay("B", "Q", ends_on=date(2025, 12, 30))]
    found = grow(figures, [("P", "", MU_100), ("Q", "", MU_100)], stays)
    assert found[""].first.land_m2 == 2 * MU_100
    assert found[""].last.land_m2 == MU_100
    assert (found[""].last.firm_count, found[""].last.missing_count) == (1, 0)


@pytest.mark.parametrize(("ends_on", "stands"), [(date(2025, 12, 31), 1), (date(2025, 12, 30), 0)])
def test_the_last_day_of_the_year_decides(ends_on: date, stands: int) -> None:
    found = grow([("A", 2020, 1)], [("P", "", MU_100)], [Stay("A", "P", ends_on=ends_on)])
    assert found[""].last.firm_count == stands


def test_an_enterprise_in_two_parks_is_divided_by_the_land_it_occupies() -> None:
    parcels: list[Parcel] = [("P", "东园", MU_100), ("Q", "西园", MU_100)]
    stays = [Stay("A", "P", 300), Stay("A", "Q", 100)]
    found = grow(both_years("A", 400, 800), parcels, stays)
    assert [found[park].first.total_yuan for park in ("东园", "西园")] == [300, 100]
    assert found[""].first.total_yuan == 400


def test_an_enterprise_that_cannot_be_divided_is_missing_in_its_parks_alone() -> None:
    parcels: list[Parcel] = [("P", "东园", MU_100), ("Q", "西园", MU_100)]
    found = grow(both_years("A", 400, 800), parcels, [Stay("A", "P", 300), Stay("A", "Q")])
    assert found["东园"].first.missing_share == 1
    assert found["东园"].rate is None
    assert found[""].rate == pytest.approx(2**0.2 - 1)


# --- Unknown -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figures", "parcels", "stays", "reason"),
    [
        (both_years("A", None, 1), [("P", "", 1)], [Stay("A", "P")], "too_much_missing"),
        (both_years("A", 1, 1), [("P", "", None)], [Stay("A", "P")], "too_much_missing"),
        (both_years("A", 1, 1), [("P", "", 1)], [Stay("A", "Z")], "too_much_missing"),
        (both_years("A", 1, 1), [("P", "", 1)], [], "too_much_missing"),
        (
            both_years("A", 1, 1),
            [("P", "", 1)],
            [Stay("A", "P", begins_on=None)],
            "too_much_missing",
        ),
        ([], [("P", "", 1)], [], "no_figures"),
        (both_years("A", 0, 1), [("P", "", 1)], [Stay("A", "P")], "nothing_before"),
    ],
)
def test_it_is_unknown_rather_than_guessed(
    figures: list[Figure], parcels: list[Parcel], stays: list[Stay], reason: str
) -> None:
    found = grow(figures, parcels, stays)[""]
    assert found.unknown_because == UnknownReason.of(reason)
    assert found.rate is None
    assert found.ratio is None
    assert found.reaches(Fraction(0)) is None


def test_what_is_tolerated_is_told_with_the_rate() -> None:
    figures = [*both_years("A", 100, 200), *both_years("B", None, 1)]
    stays = [Stay("A", "P"), Stay("B", "Q")]
    parcels: list[Parcel] = [("P", "", MU_100), ("Q", "", MU_100)]
    found = grow(figures, parcels, stays)[""]
    assert found.first.missing_share == HALF
    assert found.rate is not None
    less = grow(figures, parcels, stays, tolerated=Fraction(49, 100))[""]
    assert less.unknown_because is UnknownReason.TOO_MUCH_MISSING


def test_an_end_of_everything_is_minus_one() -> None:
    assert growth(firm_years(both_years("A", 5, 0)), YEARS, HALF).rate == -1


# --- Properties --------------------------------------------------------------------------------

amounts = st.one_of(st.none(), st.fractions(0, 10**9, max_denominator=100))
codes = st.sampled_from("ABCDEF")
figure_rows = st.dictionaries(st.tuples(codes, st.sampled_from(YEARS)), amounts).map(
    lambda cells: [(uscc, year, amount) for (uscc, year), amount in cells.items()]
)
parcel_rows = st.dictionaries(
    st.sampled_from("PQRS"), st.tuples(st.sampled_from(["", "东园", "西园"]), amounts)
).map(lambda cells: [(code, park, area) for code, (park, area) in cells.items()])
stay_rows = st.lists(st.builds(Stay, codes, st.sampled_from("PQRSZ"), amounts), max_size=8)
districts = st.tuples(figure_rows, parcel_rows, stay_rows)


@given(districts, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(district: tuple, random) -> None:  # type: ignore[type-arg, no-untyped-def]  # made by Hypothesis
    shuffled = [random.sample(rows, len(rows)) for rows in district]
    assert grow(*shuffled) == grow(*district)


@given(districts, st.integers(1, 1000))
def test_other_units_of_money_change_no_growth(district: tuple, factor: int) -> None:  # type: ignore[type-arg]  # made by Hypothesis
    figures, parcels, stays = district
    larger = [(uscc, year, n if n is None else n * factor) for uscc, year, n in figures]
    before, after = grow(*district), grow(larger, parcels, stays)
    assert {place: each.ratio for place, each in before.items()} == {
        place: each.ratio for place, each in after.items()
    }


@given(districts)
def test_what_is_missing_is_a_share_and_never_counted(district: tuple) -> None:  # type: ignore[type-arg]  # made by Hypothesis
    figures, parcels, stays = district
    blanked: list[Figure] = [(uscc, year, None) for uscc, year, _ in figures]
    for each in grow(*district).values():
        for level in (each.first, each.last):
            assert 0 <= level.missing_count <= level.firm_count
            assert level.missing_share is None or 0 <= level.missing_share <= 1
    for each in grow(blanked, parcels, stays).values():
        assert each.first.missing_count == each.first.firm_count
        assert each.rate is None


@given(districts)
def test_parks_never_hold_more_than_the_district(district: tuple) -> None:  # type: ignore[type-arg]  # made by Hypothesis
    found = grow(*district)
    parks = [each for place, each in found.items() if place]
    assert sum(each.first.total_yuan for each in parks) <= found[""].first.total_yuan
    assert sum(each.first.land_m2 or 0 for each in parks) <= (found[""].first.land_m2 or 0)


@given(districts)
def test_a_district_is_what_one_adds_up_by_hand(district: tuple) -> None:  # type: ignore[type-arg]  # made by Hypothesis
    figures, parcels, stays = district
    area = {code: size for code, _, size in parcels}
    known = {uscc: n for uscc, year, n in figures if year == YEARS[0] and n is not None}
    on = {uscc: {one.parcel for one in stays if one.uscc == uscc} for uscc in known}
    usable = {u for u, land in on.items() if land and all(area.get(p) is not None for p in land)}
    land = sum(area[p] for p in set().union(*(on[u] for u in usable)))
    level = grow(*district)[""].first
    assert level.total_yuan == sum(known[uscc] for uscc in usable)
    assert level.land_m2 == land
    if usable and land:
        assert level.value == level.total_yuan / mu(land)


# --- Counts ------------------------------------------------------------------------------------


def members(rows: list[tuple[str, int, int]]) -> NewCount:
    return new_members(
        texts([row[0] for row in rows]),
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype=np.int8),
        2020,
        2025,
    )


def test_who_was_not_above_scale_and_became_so_is_new() -> None:
    rows = [
        *(("new", 2020, 0), ("new", 2023, 1)),
        *(("old", 2019, 1), ("old", 2022, 1)),
        *(("first seen", 2024, 1), ("later", 2020, 0), ("later", 2026, 1)),
        *(("doubtful", 2020, NO_CODE), ("doubtful", 2021, 1)),
        *(("silent", 2020, 0), ("silent", 2021, NO_CODE)),
    ]
    found = members(rows)
    assert (found.count, found.first_seen_count, found.missing_count) == (2, 1, 2)
    assert found.missing_share == HALF


def test_without_a_base_year_nothing_is_new() -> None:
    found = members([("A", 2022, 1)])
    assert found.count is None
    assert found.unknown_because is UnknownReason.NO_FIGURES


@given(
    st.lists(st.tuples(codes, st.integers(2018, 2026), st.sampled_from([NO_CODE, 0, 1]))),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_never_matters_to_counts(rows, random) -> None:  # type: ignore[no-untyped-def]  # made by Hypothesis
    found = members(rows)
    assert members(random.sample(rows, len(rows))) == found
    assert found.first_seen_count <= found.known_count
    assert found.known_count + found.missing_count <= len({row[0] for row in rows})


def test_a_project_counts_once_and_by_its_date() -> None:
    day = day_number(date(2023, 5, 1))
    projects = texts(["A", "A", "B", "C", "D", "D"])
    days = np.array(
        [day, day + 1, day - 900, day_number(None), day_number(None), day], dtype=np.int32
    )
    found = new_projects(projects, days, day, day + 30)
    assert (found.count, found.missing_count) == (2, 1)
    assert found.missing_share == Fraction(1, 3)
