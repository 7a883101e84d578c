"""Rows of a second file find their contracts, and what differs is shown cell by cell."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import UsageError
from geodata.importers.diff import Diff, completed, differing_fields
from geodata.importers.ledger_rows import LedgerRows
from geodata.importers.pairing import NOBODY, FormerKeys, Land, Pairing, pair_rows
from geodata.model.attributes import BY_KEY
from geodata.model.changes import GEOMETRY, Decision, FieldChange
from geodata.model.columns import NO_CODE, UNDELIVERED, from_rows
from geodata.model.contract_key import ContractKey
from geodata.model.import_lists import ChangeKind, MatchRule
from geodata.model.rows import row_cells

SIGNED = date(2020, 5, 1)


def row(contract_no: str = "C", *, on: date | None = None, **cells: Any) -> dict[str, Any]:
    short = {"phase": "phase", "parcel": "parcel_code", "sup": "supervision_no"}
    return {"contract_no": contract_no, "signed_on": on} | {
        short.get(name, name): cell for name, cell in cells.items()
    }


def paired(known: list[dict[str, Any]], found: list[dict[str, Any]], **options: Any) -> Pairing:
    return pair_rows(from_rows(known), from_rows(found), **options)


def rules(pairing: Pairing) -> list[str | None]:
    return [None if code == NO_CODE else MatchRule.at(code).value for code in pairing.rule.tolist()]


# --- Which contract a row is about ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "found", "rule"),
    [
        (row("C", phase="1", parcel="P"), row("C", phase="1", parcel="P"), "key"),
        (row("C", sup="S"), row("C", sup="T"), "key"),
        (row("C"), row("C", parcel="P"), "contract_no"),
        (row("C", parcel="P"), row("C", parcel="Q"), "contract_no"),
        (row("C", phase="1"), row("C", phase="2"), None),
        (row("C", parcel="P", sup="S"), row("C", parcel="Q", sup="T"), None),
        (row("C", sup="S"), row("D", sup="S"), "supervision_no"),
        (row("C", sup="S", phase="1"), row("D", sup="S", phase="2"), "supervision_no"),
        (row("C", parcel="P", on=SIGNED), row("D", parcel="P", on=SIGNED), "parcel_code"),
        (row("C", parcel="P"), row("D", parcel="P"), None),
        (row("C", parcel="P", on=SIGNED), row("D", parcel="P", on=date(2021, 5, 1)), None),
        (row("C", parcel="P", on=SIGNED, phase="1"), row("D", parcel="P", on=SIGNED), None),
        (row("C", parcel="P", on=SIGNED, sup="S"), row("D", parcel="P", on=SIGNED, sup="T"), None),
        (row("C"), row("D"), None),
    ],
)
def test_a_row_meets_its_contract_by_the_first_sign_that_decides(known, found, rule):
    pairing = paired([known], [found])
    assert rules(pairing) == [rule]
    assert pairing.partner.tolist() == [NOBODY if rule is None else 0]


def test_a_stronger_sign_takes_a_contract_away_from_a_weaker_one():
    pairing = paired([row("A", sup="S")], [row("B", sup="S"), row("A")])
    assert pairing.partner.tolist() == [NOBODY, 0]


def test_phases_of_a_contract_whose_number_was_corrected_are_told_apart():
    known = [row("A", phase=str(n), sup="S") for n in range(3)]
    found = [row("B", phase=str(n), sup="S") for n in (2, 0, 1)]
    assert paired(known, found).partner.tolist() == [2, 0, 1]


def test_what_cannot_be_told_apart_is_left_and_told_once():
    known = [row("A", sup="S"), row("B", sup="S"), row("C", sup="T")]
    found = [row("X", sup="S"), row("Y", sup="T")]
    pairing = paired(known, found)
    assert pairing.partner.tolist() == [NOBODY, 2]
    (doubt,) = pairing.doubts
    assert (doubt.rule, doubt.found, doubt.known) == (MatchRule.SUPERVISION_NO, (0,), (0, 1))


def test_a_doubt_that_a_weaker_sign_clears_is_not_told():
    known = [row("A", sup="S", parcel="P", on=SIGNED), row("B", sup="S", parcel="Q", on=SIGNED)]
    found = [row("X", sup="S", parcel="P", on=SIGNED), row("Y", sup="S", parcel="Q", on=SIGNED)]
    pairing = paired(known, found)
    assert (pairing.partner.tolist(), pairing.doubts) == ([0, 1], ())


def test_a_key_the_contract_had_before_still_finds_it():
    former = FormerKeys(np.array([0, 0]), from_rows([row("OLD", on=SIGNED), row("OLDER")]))
    known = [row("NEW", on=SIGNED)]
    assert rules(paired(known, [row("OLD")], former=former)) == ["former_key"]
    assert rules(paired(known, [row("OLD", on=date(2021, 1, 1))], former=former)) == [None]
    assert rules(paired(known, [row("OLD"), row("OLDER")], former=former)) == ["former_key", None]


def test_a_row_set_apart_is_matched_by_its_key_alone():
    apart = np.array([True, True])
    pairing = paired([row("A", sup="S"), row("B")], [row("X", sup="S"), row("B")], apart=apart)
    assert rules(pairing) == [None, "key"]


def boxes(*corners: float) -> np.ndarray:
    return np.array([shapely.box(x, 0, x + 1, 1) for x in corners], dtype=np.object_)


def land(known: np.ndarray, found: np.ndarray, least_share: float = 0.9) -> Land:
    return Land(found, lambda rows: known[rows], least_share)


@pytest.mark.parametrize(
    ("corner", "rule"), [(0.0, "geometry"), (0.05, "geometry"), (0.06, None), (5.0, None)]
)
def test_land_decides_last_from_the_share_given(corner, rule):
    """Squares moved by 0.05 share 0.95 of 1.05: more than nine tenths."""
    pairing = paired([row("A")], [row("B")], land=land(boxes(0), boxes(corner)))
    assert rules(pairing) == [rule]


def test_land_is_asked_for_what_no_other_sign_has_matched():
    asked: list[list[int]] = []

    def outlines(rows: np.ndarray) -> np.ndarray:
        asked.append(rows.tolist())
        return boxes(0, 2, 4)[rows]

    known, found = [row("A"), row("B"), row("C")], [row("B"), row("X"), row("Y")]
    shapes = np.array([None, *boxes(4), None], dtype=np.object_)
    pairing = paired(known, found, land=Land(shapes, outlines, 0.9))
    assert pairing.partner.tolist() == [1, 2, NOBODY]
    assert asked == [[0, 2]]
    paired(known, known, land=Land(shapes, outlines, 0.9))
    assert asked == [[0, 2]]


def test_land_that_two_contracts_share_decides_nothing():
    pairing = paired([row("A"), row("B")], [row("X")], land=land(boxes(0, 0), boxes(0)))
    (doubt,) = pairing.doubts
    assert (doubt.rule, doubt.found, doubt.known) == (MatchRule.GEOMETRY, (0,), (0, 1))


def test_land_signed_for_on_another_day_is_another_contract():
    known, found = [row("A", on=SIGNED)], [row("B", on=date(2021, 1, 1))]
    assert rules(paired(known, found, land=land(boxes(0), boxes(0)))) == [None]


_words = st.sampled_from([None, "1", "2"])
_rows = st.lists(
    st.builds(row, st.sampled_from("AB"), phase=_words, parcel=_words, sup=_words), max_size=6
).map(
    lambda rows: list({(r["contract_no"], r["phase"], r["parcel_code"]): r for r in rows}.values())
)


@settings(max_examples=100, deadline=None)
@given(_rows, _rows, st.randoms())
def test_a_contract_is_met_once_whatever_the_order(known, found, random):
    pairing = paired(known, found)
    met = [partner for partner in pairing.partner.tolist() if partner != NOBODY]
    assert len(set(met)) == len(met)
    for place, partner in enumerate(pairing.partner.tolist()):
        same = [
            k
            for k in known
            if all(k[p] == found[place][p] for p in ("contract_no", "phase", "parcel_code"))
        ]
        assert not same or known[partner] == same[0]
    order = random.sample(range(len(found)), len(found))
    turned = paired(known, [found[place] for place in order])
    assert turned.partner.tolist() == [pairing.partner[place] for place in order]


# --- What differs --------------------------------------------------------------------------------

OLD = row(
    "C",
    on=SIGNED,
    note="a",
    area_m2=Fraction(1, 3),
    delivered_on=date(2020, 6, 1),
    bond_split=(Fraction(60), Fraction(20), Fraction(20)),
    start_agreed_after=(6, 2, 2),
    reserve_land=0,
    instalments=[(SIGNED, Fraction(5), None, None), (None, Fraction(1), None, None)],
    start_extensions=[],
)


def rows_of(
    *cells: dict[str, Any], shapes: np.ndarray | None = None, **extras: list[str | None]
) -> LedgerRows:
    others = {header: np.array(texts, dtype=np.object_) for header, texts in extras.items()}
    return LedgerRows(from_rows(cells), others, shapes)


@pytest.mark.parametrize(
    "change",
    [
        {"contract_no": "D"},
        {"note": None},
        {"note": ""},
        {"signed_on": date(2020, 5, 2)},
        {"area_m2": Fraction(1, 4)},
        {"area_m2": None},
        {"delivered_on": UNDELIVERED},
        {"delivered_on": None},
        {"bond_split": (Fraction(60), Fraction(40), Fraction(0))},
        {"start_agreed_after": (6, 3, 2)},
        {"reserve_land": None},
        {"instalments": [(SIGNED, Fraction(5), None, None)]},
        {"instalments": [(SIGNED, Fraction(5), None, None), (None, Fraction(2), None, None)]},
        {"start_extensions": None},
        {"premium_yuan": Fraction(0)},
    ],
    ids=str,
)
def test_a_cell_that_differs_is_shown_with_both_values(change):
    (key,) = change
    known, found = rows_of(OLD, OLD), rows_of(OLD, OLD | change)
    differing = differing_fields(found, known, np.array([True, True]))
    assert {name: flags.tolist() for name, flags in differing.items()} == {key: [False, True]}
    diff = Diff(found, known, np.zeros(2, np.int8), np.zeros(2, np.bool_), differing)
    (shown,) = diff.changes([ChangeKind.CHANGED])
    assert (shown.kind, shown.row_no, shown.match) == (ChangeKind.CHANGED, 2, MatchRule.KEY)
    assert shown.fields == (FieldChange(key, OLD.get(key), change[key]),)


def test_columns_that_are_not_of_the_ledger_are_compared_by_header():
    known = rows_of(row("A"), row("B"), 网格员=["甲", None])
    found = rows_of(row("A"), row("B"), 网格员=["乙", ""])
    differing = differing_fields(found, known, np.array([True, True]))
    assert {name: flags.tolist() for name, flags in differing.items()} == {
        "extra:网格员": [True, False]
    }


def test_columns_the_file_does_not_have_say_what_is_known():
    known = rows_of(row("A", note="x", parcel="P"), row("Z"), 网格员=["甲", "?"])
    found = rows_of(row("A", note=None), row("B"))
    told = completed(found, known, np.array([True, False]), frozenset({"contract_no", "note"}))
    assert row_cells(told.columns, 0) == {"contract_no": "A", "parcel_code": "P"}
    assert row_cells(told.columns, 1) == {"contract_no": "B"}
    assert told.extras["网格员"].tolist() == ["甲", None]


# --- What is decided -----------------------------------------------------------------------------


@pytest.fixture
def diff() -> Diff:
    """Row 1 is as known, row 2 differs in cells and shape, row 3 is new, and V has vanished."""
    known = rows_of(
        row("A"),
        row("B", note="old", town="old"),
        row("?"),
        网格员=["x", "x", "?"],
        shapes=boxes(121, 121.3, 123),
    )
    found = rows_of(
        row("A"),
        row("B", note="new", town="new"),
        row("N"),
        网格员=["x", "y", None],
        shapes=boxes(121, 122, 123),
    )
    differing = differing_fields(found, known, np.array([True, True, False]))
    differing[GEOMETRY] = np.array([False, True, False])
    rule = np.array([0, 0, NO_CODE], dtype=np.int8)
    added = np.array([False, False, True])
    return Diff(found, known, rule, added, differing, (ContractKey("V"),))


def test_the_counts_are_those_of_the_listing(diff):
    kinds = [change.kind for change in diff.changes()]
    assert kinds == [
        ChangeKind.UNCHANGED, ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.VANISHED,
    ]  # fmt: skip
    assert all(diff.count(kind) == kinds.count(kind) == 1 for kind in ChangeKind)


def test_a_listing_is_made_as_far_as_it_is_asked_for(diff, monkeypatch):
    monkeypatch.setattr(Diff, "_stated", lambda *_: pytest.fail("nobody asked for row 3"))
    first = list(islice(diff.changes(), 2))
    assert [change.row_no for change in first] == [1, 2]


def test_a_shape_is_shown_by_its_area(diff):
    (changed,) = diff.changes([ChangeKind.CHANGED])
    areas = {field.key: (field.old, field.new) for field in changed.fields}[GEOMETRY]
    assert all(isinstance(area, Fraction) and area > 10**9 for area in areas)
    (added,) = diff.changes([ChangeKind.ADDED])
    assert {field.key for field in added.fields} == {"contract_no", GEOMETRY}


@pytest.mark.parametrize(
    ("decision", "rows", "note", "grid", "drawn", "declined"),
    [
        (Decision(), [1, 2, 3], "new", "y", True, 0),
        (Decision(accepts=False), [1], None, None, None, 2),
        (Decision(rows={3: False}), [1, 2], "new", "y", True, 1),
        (Decision(rows={2: False}), [1, 3], None, None, None, 1),
        (Decision(accepts=False, rows={2: True}), [1, 2], "new", "y", True, 1),
        (Decision(cells={(2, "note"): False}), [1, 2, 3], "old", "y", True, 0),
        (Decision(cells={(2, "extra:网格员"): False}), [1, 2, 3], "new", "x", True, 0),
        (Decision(cells={(2, GEOMETRY): False}), [1, 2, 3], "new", "y", False, 0),
        (Decision(rows={2: False}, cells={(2, "note"): True}), [1, 2, 3], "new", "x", False, 0),
        (Decision(accepts=False, cells={(2, GEOMETRY): True}), [1, 2], "old", "x", True, 1),
    ],
)  # fmt: skip
def test_the_more_particular_word_counts(diff, decision, rows, note, grid, drawn, declined):
    decided = diff.decide(decision)
    assert decided.rows.columns.row_no.tolist() == rows == (decided.place + 1).tolist()
    assert decided.declined_count == declined
    assert len(decided.place) + declined == 3
    if note:
        place = rows.index(2)
        assert decided.rows.columns.texts["note"][place] == note
        assert decided.rows.extras["网格员"][place] == grid
        assert (decided.rows.shapes[place] is not None) is drawn


@pytest.mark.parametrize(
    "decision",
    [
        Decision(rows={1: False}),
        Decision(rows={9: True}),
        Decision(cells={(2, "park"): False}),
        Decision(cells={(1, "note"): False}),
        Decision(cells={(3, "contract_no"): False}),
        Decision(vanished={ContractKey("A"): True}),
    ],
    ids=str,
)
def test_a_decision_about_what_is_not_shown_is_refused(diff, decision):
    with pytest.raises(UsageError, match="decision"):
        diff.decide(decision)


def test_contracts_end_as_a_whole_or_one_by_one():
    keys = [ContractKey("A"), ContractKey("B")]
    assert list(Decision().retired(keys)) == [False, False]
    assert list(Decision(retires=True, vanished={keys[0]: False}).retired(keys)) == [False, True]


def test_every_attribute_can_be_kept_alone():
    """Whatever kind of cell is declined, the others are those of the file."""
    new = {key: None for key in BY_KEY if key != "contract_no"} | row("C")
    known, found = rows_of(OLD), rows_of(new)
    differing = differing_fields(found, known, np.array([True]))
    diff = Diff(found, known, np.zeros(1, np.int8), np.zeros(1, np.bool_), differing)
    for key in differing:
        decided = diff.decide(Decision(cells={(1, key): False}))
        assert row_cells(decided.rows.columns, 0) == {"contract_no": "C", key: OLD[key]}
