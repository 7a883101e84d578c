"""Digests say whether two rows say the same."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import shapely
from judged import Drawn
from samples import extras, ledger

from geodata.model.codelist import Codelist
from geodata.model.codelists import Verdict
from geodata.model.columns import UNDELIVERED
from geodata.model.judgements import Amounts, Judgements
from geodata.store import digest as digest_module
from geodata.store.convert import extra_cells
from geodata.store.digest import content_digests, judgements_digest, outline_digests

FULL = {
    "parcel_code": "P1",
    "note": "备注",
    "reserve_land": 0,
    "damages_scheme": 2,
    "signed_on": date(2024, 1, 1),
    "delivered_on": date(2024, 2, 1),
    "area_m2": Fraction(20_000, 3),
    "bond_split": (Fraction(60), Fraction(20), Fraction(20)),
    "start_agreed_after": (6, 2, 2),
    "start_extensions": [],
    "instalments": [(date(2024, 1, 1), Fraction(5), None, None)],
    "government_periods": [(date(2024, 1, 1), None, 1, 0)],
}


def digest(others: dict[str, str | None] | None = None, /, **changes: object) -> bytes:
    columns = extras(**{header: [text] for header, text in (others or {}).items()})
    return content_digests(ledger(FULL | changes), extra_cells(columns, 1))[0]


@pytest.mark.parametrize(
    "change",
    [
        {"parcel_code": None},
        {"note": ""},
        {"note": None},
        {"note": "备注 "},
        {"reserve_land": 1},
        {"reserve_land": None},
        {"damages_scheme": 1},
        {"signed_on": date(2024, 1, 2)},
        {"delivered_on": UNDELIVERED},
        {"delivered_on": None},
        {"area_m2": Fraction(20_001, 3)},
        {"bond_split": (Fraction(60), Fraction(40), Fraction(0))},
        {"start_agreed_after": (6, 3, 2)},
        {"start_extensions": None},
        {"start_extensions": [(None, None, date(2024, 1, 1))]},
        {"instalments": [(date(2024, 1, 1), Fraction(5), None, date(2024, 1, 1))]},
        {"government_periods": [(date(2024, 1, 1), None, 1, 1)]},
        {"project_name": "备注", "note": None},
    ],
    ids=str,
)
def test_whatever_changes_the_row_changes_its_digest(change):
    assert digest(**change) != digest()


def test_cells_cannot_be_shifted_into_each_other():
    pair = [{"location": "a\nnote=1:b"}, {"location": "a", "note": "b"}]
    columns = ledger(*[{"contract_no": "C"} | row for row in pair])
    one, other = content_digests(columns, extra_cells({}, 2))
    assert one != other


def test_columns_that_are_not_of_the_ledger_belong_to_the_digest():
    said = (
        None,
        {"网格员": "甲"},
        {"网格员": "乙"},
        {"巡查员": "甲"},
        {"网格员": "甲", "巡查员": "乙"},
        {"网格员": '甲", "巡查员": "乙'},
        {"note": "备注"},
    )
    assert len({digest(others) for others in said}) == len(said)
    assert digest({"note": "x"}, note=None) != digest(note="x")


def test_neither_blanks_nor_the_order_of_other_columns_change_a_digest():
    assert digest({"网格员": None, "巡查员": ""}) == digest()
    assert digest({"a": "1", "b": "2", "c": None}) == digest({"b": "2", "a": "1"})


def test_a_digest_is_the_same_in_every_release():
    """A changed digest makes every row of every store look corrected: never update a value."""
    assert digest().hex() == "0d2910e5c9ae1424b91e22be34483e5fcd4aa3f712ce75e14aac63eb9f599c1b"
    assert (
        digest({"网格员": "甲"}).hex()
        == "f7fa26d82e38af824bda41fc5dea4489852563b1f3115aac4c4c25800a6b9b2f"
    )


def test_an_outline_is_the_same_wherever_its_ring_starts():
    square = shapely.box(0, 0, 1, 1)
    turned = shapely.Polygon([(1, 1), (1, 0), (0, 0), (0, 1)])
    raised = shapely.force_3d(square, 4.0)
    moved = shapely.box(0, 0, 1, 2)
    digests = outline_digests(np.array([square, turned, raised, moved], dtype=np.object_))
    assert len(set(digests)) == 2
    assert digests[0] == digests[1] == digests[2]


def found(judged: Judgements) -> list[tuple[Any, str]]:
    """Every array of a result with the value that owns it and its name there."""
    owners = [judged, judged.idle, judged.findings, *judged.milestones.values()]
    amounts = [judged.idle.fee, judged.findings.amount]
    amounts += [milestone.damages for milestone in judged.milestones.values()]
    return [
        (owner, field.name)
        for owner in (*owners, *amounts)
        for field in fields(owner)
        if isinstance(getattr(owner, field.name), np.ndarray)
    ]


def test_whatever_changes_a_result_changes_its_digest():
    size = len(found(Drawn(1, 30).judgements()))
    digests = {judgements_digest(Drawn(1, 30).judgements())}
    for place in range(size):
        judged = Drawn(1, 30).judgements()
        owner, name = found(judged)[place]
        values = getattr(owner, name)
        known = np.flatnonzero(getattr(owner, "known", np.ones(len(values))))[0]
        before = values[known]
        values[known] = not before if values.dtype == np.bool_ else (0 if before == -1 else -1)
        digests.add(judgements_digest(judged))
    assert size > 40
    assert len(digests) == size + 1


def test_the_type_of_an_array_and_what_stands_under_unknown_change_no_digest():
    judged = Drawn(2, 30).judgements()
    fee, findings = judged.idle.fee, judged.findings
    hidden = np.where(fee.known, fee.fen, 99).astype(np.object_)
    same = replace(
        judged,
        verdict=judged.verdict.astype(np.int64),
        next_change_on=judged.next_change_on.astype(">i4"),
        idle=replace(judged.idle, fee=Amounts(hidden, fee.known)),
        findings=replace(findings, row=findings.row.astype(np.int32)),
        milestones=dict(reversed(judged.milestones.items())),
    )
    assert judgements_digest(same) == judgements_digest(judged)


def test_the_order_of_a_codelist_changes_no_digest(monkeypatch):
    class Turned(Codelist):
        COMPLIANT = ("compliant", "", "")
        CLOSED = ("closed", "", "")

    plain = Drawn(1, 2).judgements()
    ours = np.array([Verdict.CLOSED.position, Verdict.COMPLIANT.position], dtype=np.int8)
    digest_of_ours = judgements_digest(replace(plain, verdict=ours))
    monkeypatch.setitem(digest_module._CODELISTS, "verdict", Turned)
    turned = np.array([1, 0], dtype=np.int8)
    assert judgements_digest(replace(plain, verdict=turned)) == digest_of_ours
