from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import CoordinateError, UsageError
from geodata.geometry.partition import SMALLEST_OVERLAP_M2, Partition
from geodata.model.entities import Overlap

from .shapes import claims, layer, plot

PLOT = plot(0, 0, 100, 100)
EASTERN_HALF = plot(50, 0, 100, 100)


def test_a_claim_that_overlaps_nobody_counts_in_full():
    neighbours = claims(
        ("A", "vacated", "2024-01-01", plot(0, 0, 100, 100)),
        ("B", "upgraded", "2023-01-01", plot(100, 0, 200, 100)),
        ("C", "upgraded", "2023-01-01", plot(500, 0, 600, 100)),
    )
    partition = Partition.of(neighbours)
    assert partition.shares().tolist() == [1.0, 1.0, 1.0]
    assert partition.overlaps() == ()


def test_the_earlier_evidence_is_credited():
    partition = Partition.of(
        claims(("UP", "upgraded", "2025-06-30", PLOT), ("OUT", "vacated", "2025-03-31", PLOT))
    )
    assert partition.shares().tolist() == [0.0, 1.0]
    assert partition.overlaps() == (Overlap("OUT", "UP", pytest.approx(10_000)),)


def test_on_the_same_day_vacated_goes_first_and_then_the_code():
    same_day = claims(
        ("A", "upgraded", "2025-03-31", PLOT),
        ("C", "vacated", "2025-03-31", PLOT),
        ("B", "vacated", "2025-03-31", PLOT),
    )
    partition = Partition.of(same_day)
    assert partition.shares().tolist() == [0.0, 0.0, 1.0]
    assert [(o.claim_code, o.other_code) for o in partition.overlaps()] == [
        ("B", "C"),
        ("B", "A"),
        ("C", "A"),
    ]


def test_only_the_shared_part_is_taken_away():
    partition = Partition.of(
        claims(
            ("FIRST", "vacated", "2022-01-01", EASTERN_HALF),
            ("SECOND", "upgraded", "2023-01-01", PLOT),
            ("THIRD", "upgraded", "2024-01-01", plot(0, 0, 200, 100)),
        )
    )
    assert partition.shares() == pytest.approx([1.0, 0.5, 0.5])


def test_less_than_the_register_can_say_is_not_an_overlap():
    thin = SMALLEST_OVERLAP_M2 / 100 / 2
    noise = claims(
        ("A", "vacated", "2024-01-01", PLOT),
        ("B", "vacated", "2024-01-01", plot(100 - thin, 0, 200, 100)),
    )
    assert Partition.of(noise).shares().tolist() == [1.0, 1.0]


def test_dates_may_come_as_dates_and_shapes_in_degrees():
    stored = claims(
        ("A", "vacated", dt.date(2024, 1, 1), PLOT), ("B", "upgraded", dt.date(2023, 1, 1), PLOT)
    ).to_crs("EPSG:4490")
    assert Partition.of(stored).shares().tolist() == [0.0, 1.0]


def test_nothing_claimed_nothing_credited():
    partition = Partition.of(claims())
    assert (len(partition.shares()), partition.overlaps()) == (0, ())


@pytest.mark.parametrize(
    ("rows", "error", "named"),
    [
        ([("A", "vacated", None, PLOT)], UsageError, "Claim A has no date"),
        ([("A", "vacated", "2024-01-01", PLOT)] * 2, UsageError, "Claim A stands"),
        ([("A", "vacated", "2024-01-01", None)], CoordinateError, "outline of claim A"),
        (
            [("A", "vacated", "2024-01-01", shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]))],
            CoordinateError,
            "outline of claim A",
        ),
    ],
)
def test_claims_that_cannot_be_credited_are_named(rows, error, named):
    with pytest.raises(error, match=named):
        Partition.of(claims(*rows))


def test_no_partition_without_a_reference_system():
    with pytest.raises(CoordinateError, match="no coordinate reference system"):
        Partition.of(
            claims(("A", "vacated", "2024-01-01", PLOT)).set_crs(None, allow_override=True)
        )


# Few corners and few dates, so that overlaps, shared edges, equal shapes and ties all occur.
steps = st.integers(0, 12)
boxes = st.tuples(steps, steps, st.integers(1, 6), st.integers(1, 6)).map(
    lambda b: plot(5 * b[0], 5 * b[1], 5 * (b[0] + b[2]), 5 * (b[1] + b[3]))
)
triangles = (
    st.tuples(*[st.tuples(steps, steps)] * 3)
    .map(shapely.Polygon)
    .filter(lambda shape: shape.area > 1)
    .map(lambda shape: shapely.transform(shape, lambda xy: 7.3 * xy + (628_300, 3_402_900)))
)
columns = st.sampled_from(["vacated", "upgraded"])
days = st.dates(dt.date(2024, 1, 1), dt.date(2024, 1, 4))


@st.composite
def registers(draw) -> gpd.GeoDataFrame:
    entries = draw(st.lists(st.tuples(columns, days, boxes | triangles), min_size=1, max_size=8))
    return claims(
        *((f"C{i}", column, day, shape) for i, (column, day, shape) in enumerate(entries))
    )


@settings(max_examples=60, deadline=None)
@given(registers())
def test_every_square_metre_is_credited_once(register):
    partition = Partition.of(register)
    credited_m2 = float(partition.shares() @ register.area.to_numpy())
    noise_m2 = SMALLEST_OVERLAP_M2 * len(register) ** 2
    assert credited_m2 == pytest.approx(register.union_all().area, rel=1e-6, abs=noise_m2)
    assert ((partition.shares() >= 0) & (partition.shares() <= 1)).all()
    beaten = {overlap.other_code for overlap in partition.overlaps()}
    assert (partition.shares()[~register["claim_code"].isin(beaten)] == 1.0).all()


@settings(max_examples=60, deadline=None)
@given(registers(), st.randoms(use_true_random=False))
def test_the_pieces_share_no_land_and_are_as_large_as_the_shares(register, random):
    counts = np.array([random.random() < 0.8 for _ in range(len(register))])
    shares, pieces = Partition.of(register).credited(counts)
    noise_m2 = SMALLEST_OVERLAP_M2 * len(register) ** 2
    assert np.nansum(shapely.area(pieces)) == pytest.approx(
        register[counts].union_all().area, rel=1e-6, abs=noise_m2
    )
    for share, piece, claim in zip(shares, pieces, register.geometry, strict=True):
        assert (piece is None) == (share == 0)
        if piece is not None:
            assert piece.area == pytest.approx(share * claim.area, abs=SMALLEST_OVERLAP_M2)
            assert piece.difference(claim).area == pytest.approx(0, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(registers(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_never_matters(register, random):
    order = list(range(len(register)))
    random.shuffle(order)
    once, shuffled = Partition.of(register), Partition.of(register.iloc[order])
    np.testing.assert_array_equal(shuffled.shares(), once.shares()[order])
    assert shuffled.overlaps() == once.overlaps()


def test_layers_without_claims_columns_are_not_taken_for_claims():
    with pytest.raises(KeyError):
        Partition.of(layer(PLOT))
