"""A second file: shown first, taken over as far as it is accepted, and all of it or nothing."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
import sqlalchemy as sa

from geodata.errors import NothingFoundError, UsageError
from geodata.model.changes import GEOMETRY, Decision, FieldChange
from geodata.model.contract_key import ContractKey
from geodata.model.import_lists import ChangeKind, LineageKind, MatchRule
from geodata.model.roles import Actor, Role
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.queries.lineage import parcel_history
from geodata.store.session import unit_of_work
from geodata.store.tables import IMPORT_ISSUE, METADATA
from service.operations.import_sources import Source
from service.operations.importing import (
    ImportPlan,
    ImportReport,
    apply_plan,
    import_now,
    plan_import,
)
from service.operations.reading import DatabaseReadings
from tests.conftest import NOON, PROJECT

Row = Mapping[str, object]


def contract(number: str, sup: str, town: str, area: object, warden: str = "") -> Row:
    return {
        "contract_no": number,
        "supervision_no": sup,
        "town": town,
        "area_m2": area,
        "网格员": warden,
    }


FIRST = (
    contract("G-1", "S1", "亭林镇", 100, "甲"),
    contract("G-2", "S2", "朱泾镇", 200, "乙"),
    contract("G-3", "S3", "枫泾镇", 300),
)
SECOND = (
    contract("G-1", "S1", "亭林镇", 100, "甲"),
    contract("G-2X", "S2", "朱泾镇", 250, "丙"),
    contract("G-4", "S4", "金山卫镇", ""),
    contract("", "S5", "", ""),
)


class Bureau:
    """A database and the files that come in, one an hour."""

    def __init__(self, engine: sa.Engine, folder: Path) -> None:
        self.engine, self.folder, self.hours = engine, folder, 0

    def write(self, rows: Sequence[Row], name: str = "ledger.csv") -> Path:
        path = self.folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    def draw(self, rows: Sequence[Row], *shapes: shapely.Geometry | None) -> Path:
        path = self.folder / f"{self.hours}.gpkg"
        columns = {key: [row[key] for row in rows] for key in rows[0]}
        frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4490)
        frame.to_file(path, engine="pyogrio")
        return path

    def clock(self) -> Any:
        self.hours += 1
        return NOON + timedelta(hours=self.hours)

    def take(self, *rows: Row, name: str = "ledger.csv") -> ImportReport:
        return self.take_file(self.write(rows, name))

    def take_file(self, path: Path) -> ImportReport:
        return import_now(self.engine, [Source(path)], actor="clerk", clock=self.clock)

    def plan(self, *rows: Row, apart: frozenset[int] = frozenset()) -> ImportPlan:
        return plan_import(self.engine, [Source(self.write(rows), apart=apart)])

    def apply(self, plan: ImportPlan, decision: Decision) -> ImportReport:
        return apply_plan(self.engine, plan, {0: decision}, actor="head", clock=self.clock)

    def known(self, hours: int | None = None) -> StoredContracts:
        known_at = None if hours is None else NOON + timedelta(hours=hours)
        with unit_of_work(self.engine) as connection:
            return read_contracts(connection, known_at=known_at)

    def numbers(self, hours: int | None = None) -> list[str]:
        return self.known(hours).columns.texts["contract_no"].tolist()

    def sizes(self) -> list[int]:
        with unit_of_work(self.engine) as connection:
            query = (sa.select(sa.func.count()).select_from(t) for t in METADATA.tables.values())
            return [connection.scalar(one) for one in query]


@pytest.fixture
def bureau(own_engine: sa.Engine, tmp_path: Path) -> Bureau:
    return Bureau(own_engine, tmp_path)


def counts(report: ImportReport) -> tuple[int, ...]:
    rows_in, *parts, retired = astuple(report.tables[0].counts)
    assert rows_in == sum(parts)
    return (*parts, retired)


# --- What is shown -------------------------------------------------------------------------------


def test_the_second_file_is_shown_against_the_first(bureau):
    bureau.take(*FIRST)
    before = bureau.sizes()
    plan = bureau.plan(*SECOND)
    assert bureau.sizes() == before
    unchanged, changed, added, vanished = plan.tables[0].diff.changes()
    assert (unchanged.kind, unchanged.match) == (ChangeKind.UNCHANGED, MatchRule.KEY)
    assert (changed.key, changed.match) == (ContractKey("G-2X"), MatchRule.SUPERVISION_NO)
    assert changed.fields == (
        FieldChange("contract_no", "G-2", "G-2X"),
        FieldChange("area_m2", 200, 250),
        FieldChange("extra:网格员", "乙", "丙"),
    )
    assert (added.kind, added.row_no, added.match) == (ChangeKind.ADDED, 3, None)
    assert (vanished.kind, vanished.key) == (ChangeKind.VANISHED, ContractKey("G-3"))
    assert {issue.row for issue in plan.tables[0].file.rejected} == {4}


def test_the_same_file_twice_changes_nothing(bureau):
    bureau.take(*FIRST)
    before, digest = bureau.sizes(), bureau.known().facts_digest
    report = bureau.take(*FIRST)
    assert counts(report) == (0, 0, 3, 0, 0, 0)
    tables = [table.name for table in METADATA.tables.values()]
    grown = {t for t, old, new in zip(tables, before, bureau.sizes(), strict=True) if old != new}
    assert grown == {"event", "import_batch"}
    assert bureau.known().facts_digest == digest


def test_all_of_it_is_taken_over_by_default(bureau):
    bureau.take(*FIRST)
    report = bureau.take(*SECOND)
    assert counts(report) == (1, 1, 1, 0, 1, 0)
    assert report.tables[0].diff.count(ChangeKind.VANISHED) == 1
    assert bureau.numbers() == ["G-1", "G-2X", "G-3", "G-4"]
    assert bureau.numbers(1) == ["G-1", "G-2", "G-3"]
    assert bureau.known(1).extras[1] == {"网格员": "乙"}


def test_a_narrower_table_leaves_what_it_does_not_say(bureau):
    bureau.take(*FIRST)
    assert counts(bureau.take({"contract_no": "G-2"}, {"contract_no": "G-1"})) == (0, 0, 2, 0, 0, 0)
    narrow = bureau.take({"contract_no": "G-2", "town": "吕巷镇", "note": "核"})
    assert counts(narrow) == (0, 1, 0, 0, 0, 0)
    (changed,) = narrow.tables[0].diff.changes([ChangeKind.CHANGED])
    assert {field.key for field in changed.fields} == {"town", "note"}
    stored = bureau.known()
    assert stored.columns.texts["supervision_no"].tolist() == ["S1", "S2", "S3"]
    assert stored.extras[1] == {"网格员": "乙"}


def test_a_blank_cell_in_a_column_that_is_there_is_a_change(bureau):
    bureau.take(*FIRST)
    (changed,) = bureau.plan(FIRST[0] | {"town": ""}).tables[0].diff.changes([ChangeKind.CHANGED])
    assert changed.fields == (FieldChange("town", "亭林镇", None),)


def test_a_former_number_still_finds_its_contract(bureau):
    bureau.take(*FIRST)
    bureau.take(*SECOND)
    (again, *_) = bureau.plan({"contract_no": "G-2", "town": "吕巷镇"}).tables[0].diff.changes()
    assert again.match is MatchRule.FORMER_KEY
    assert again.fields[0] == FieldChange("contract_no", "G-2X", "G-2")


def test_what_cannot_be_told_apart_is_told_and_logged(bureau):
    alike = {"supervision_no": "S", "town": "亭林镇"}
    bureau.take({"contract_no": "A"} | alike, {"contract_no": "B"} | alike)
    report = bureau.take({"contract_no": "C"} | alike)
    assert counts(report) == (1, 0, 0, 0, 0, 0)
    (issue,) = report.tables[0].issues
    for named in ("Rows 1 ", "A~~, B~~", "supervision_no"):
        assert named in issue.text()
    with unit_of_work(bureau.engine) as connection:
        assert connection.scalars(sa.select(IMPORT_ISSUE.c.message)).all() == [issue.text()]


def test_a_row_set_apart_is_a_contract_of_its_own(bureau):
    bureau.take(*FIRST)
    plan = bureau.plan(*SECOND, apart=frozenset({2}))
    assert plan.tables[0].diff.count(ChangeKind.ADDED) == 2
    bureau.apply(plan, Decision())
    assert bureau.numbers() == ["G-1", "G-2", "G-3", "G-2X", "G-4"]


def test_a_contract_that_ended_comes_back_by_its_key(bureau):
    bureau.take(*FIRST)
    bureau.apply(bureau.plan(FIRST[0]), Decision(retires=True))
    assert bureau.numbers() == ["G-1"]
    plan = bureau.plan(FIRST[0] | {"contract_no": "G-9"}, FIRST[1])
    assert [change.match for change in plan.tables[0].diff.changes()] == [
        MatchRule.SUPERVISION_NO, MatchRule.KEY,
    ]  # fmt: skip
    assert counts(bureau.apply(plan, Decision())) == (1, 1, 0, 0, 0, 0)
    assert bureau.numbers() == ["G-9", "G-2"]


def test_the_page_of_a_former_number_is_that_of_the_contract(bureau, law):
    bureau.take(*FIRST)
    bureau.take(*SECOND)
    readings = DatabaseReadings(bureau.engine, law)
    auditor = Actor.of_role("auditor", Role.AUDITOR)
    shown = readings.dossier(auditor, ContractKey("G-2"), NOON.date(), "en")
    assert shown.parcel.key == ContractKey("G-2X")
    with pytest.raises(NothingFoundError):
        readings.dossier(auditor, ContractKey("G-5"), NOON.date(), "en")


# --- What is decided -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "wanted", "numbers", "areas"),
    [
        (Decision(accepts=False), (0, 0, 1, 2, 1, 0), ["G-1", "G-2", "G-3"], [100, 200, 300]),
        (Decision(rows={3: False}), (0, 1, 1, 1, 1, 0), ["G-1", "G-2X", "G-3"], [100, 250, 300]),
        (
            Decision(cells={(2, "contract_no"): False}),
            (1, 1, 1, 0, 1, 0),
            ["G-1", "G-2", "G-3", "G-4"],
            [100, 250, 300, None],
        ),
        (
            Decision(accepts=False, cells={(2, "contract_no"): True}),
            (0, 1, 1, 1, 1, 0),
            ["G-1", "G-2X", "G-3"],
            [100, 200, 300],
        ),
        (
            Decision(vanished={ContractKey("G-3"): True}),
            (1, 1, 1, 0, 1, 1),
            ["G-1", "G-2X", "G-4"],
            [100, 250, None],
        ),
        (
            Decision(accepts=False, retires=True),
            (0, 0, 1, 2, 1, 1),
            ["G-1", "G-2"],
            [100, 200],
        ),
    ],
    ids=["nothing", "not row 3", "not the number", "only the number", "G-3 ends", "only G-3 ends"],
)
def test_only_what_is_accepted_is_taken_over(bureau, decision, wanted, numbers, areas):
    bureau.take(*FIRST)
    report = bureau.apply(bureau.plan(*SECOND), decision)
    assert counts(report) == wanted
    stored = bureau.known()
    area = stored.columns.exact["area_m2"]
    assert stored.columns.texts["contract_no"].tolist() == numbers
    assert [area.fraction(row) for row in range(len(areas))] == areas
    assert bureau.numbers(1) == ["G-1", "G-2", "G-3"]


def test_a_plan_is_refused_when_contracts_have_changed_since(bureau):
    bureau.take(*FIRST)
    plan = bureau.plan(*SECOND)
    bureau.take(*FIRST)  # changes nothing, and so does not matter
    bureau.take(FIRST[0] | {"town": "吕巷镇"}, name="other.csv")
    before = bureau.sizes()
    with pytest.raises(UsageError) as refused:
        bureau.apply(plan, Decision())
    for named in ("ledger.csv", "clerk", "other.csv", "1 entries"):
        assert named in str(refused.value)
    assert bureau.sizes() == before
    again = bureau.plan(*SECOND)
    bureau.apply(again, Decision())
    with pytest.raises(UsageError, match=r"head imported ledger\.csv"):
        bureau.apply(again, Decision())


# --- Land ----------------------------------------------------------------------------------------

WHOLE = shapely.box(121.3, 30.7, 121.301, 30.701)
WEST, EAST = (
    shapely.box(121.3, 30.7, 121.3004, 30.701),
    shapely.box(121.3004, 30.7, 121.301, 30.701),
)


def on(code: str, number: str = "G", phase: str = "") -> Row:
    return {"contract_no": number, "phase": phase, "parcel_code": code}


def test_a_row_about_known_land_is_the_contract_on_it(bureau):
    bureau.take_file(bureau.draw([on("P", "G-1")], WHOLE))
    report = bureau.take_file(bureau.draw([on("Q", "H-1")], WHOLE))
    (changed,) = report.tables[0].diff.changes()
    assert (changed.match, counts(report)) == (MatchRule.GEOMETRY, (0, 1, 0, 0, 0, 0))
    with unit_of_work(bureau.engine) as connection:
        (part,) = parcel_history(connection, "Q").lineage
    assert (part.from_parcel, part.kind.value) == ("P", "recoded")


def test_a_split_is_kept_when_the_parent_ends(bureau):
    bureau.take_file(bureau.draw([on("P", "G-1")], WHOLE))
    path = bureau.draw([on("P-1", "G-2"), on("P-2", "G-3")], WEST, EAST)
    plan = plan_import(bureau.engine, [Source(path)])
    report = bureau.apply(plan, Decision(retires=True))
    assert counts(report) == (2, 0, 0, 0, 0, 1)
    with unit_of_work(bureau.engine) as connection:
        history = parcel_history(connection, "P")
    assert {(part.to_parcel, part.kind.value) for part in history.lineage} == {
        ("P-1", "split"), ("P-2", "split"),
    }  # fmt: skip
    handed_on = sum(part.area_m2 for part in history.lineage)
    assert handed_on == pytest.approx(history.outlines[0].area_m2, abs=0.1)


def test_a_phase_alone_is_told_to_leave_the_rest_of_its_parcel(bureau):
    bureau.take_file(bureau.draw([on("P", phase="1"), on("P", phase="2")], WEST, EAST))
    report = bureau.take_file(bureau.draw([on("P", phase="1")], WEST))
    assert counts(report) == (0, 0, 1, 0, 0, 0)
    (issue,) = report.tables[0].issues
    assert "parcel P " in issue.text()


def test_a_shape_can_be_declined(bureau):
    bureau.take_file(bureau.draw([on("P", "G-1")], WHOLE))
    plan = plan_import(bureau.engine, [Source(bureau.draw([on("P", "G-1")], WEST))])
    (changed,) = plan.tables[0].diff.changes()
    (field,) = changed.fields
    assert (field.key, field.new / field.old) == (GEOMETRY, pytest.approx(0.4, abs=1e-4))
    report = bureau.apply(plan, Decision(cells={(1, GEOMETRY): False}))
    assert counts(report) == (0, 0, 0, 1, 0, 0)


# --- Many rows ----------------------------------------------------------------------------------


def many(count: int) -> list[Row]:
    return [{"contract_no": f"G-{n}", "town": "亭林镇", "area_m2": n} for n in range(1, count + 1)]


def test_a_listing_of_many_changes_is_cut_where_wanted(bureau):
    report = bureau.take(*many(5_000))
    first = list(islice(report.tables[0].diff.changes(), 3))
    assert [change.row_no for change in first] == [1, 2, 3]


@pytest.mark.parametrize("page", ["docs/import.md", "docs/zh/import.md"])
def test_every_code_is_explained(page):
    text = (PROJECT / page).read_text(encoding="utf-8")
    for codelist in (MatchRule, ChangeKind, LineageKind):
        assert [member for member in codelist if f"| `{member.value}` |" not in text] == []
