"""Every kind of content is shown first and taken over as far as it is accepted; nothing is lost."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
import sqlalchemy as sa

from geodata.errors import InputFileError, UsageError
from geodata.geometry.quality.issue import QualityIssue
from geodata.model.changes import GEOMETRY, Decision, FieldChange
from geodata.model.codelists import FindingCode
from geodata.model.content import CATALOGUES, NaturalKey, catalogue_of
from geodata.model.content_lists import ContentKind
from geodata.model.contract_key import ContractKey
from geodata.model.import_lists import ChangeKind
from geodata.model.quality_lists import ShapeFault
from geodata.store.queries.claims import read_claims
from geodata.store.queries.content import read_content
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.parcels import outlines_near, read_features, read_parks
from geodata.store.session import unit_of_work
from geodata.store.tables import METADATA
from service.compliance.law import LawBook
from service.operations.auditing import audit
from service.operations.daily import audit_daily
from service.operations.dossier import dossier, dossier_document
from service.operations.import_sources import Source
from service.operations.importing import (
    ImportPlan,
    ImportReport,
    apply_plan,
    import_now,
    plan_import,
    require_token,
)
from tests.conftest import NOON

Row = Mapping[str, object]

WEST, EAST = shapely.box(121.3, 30.7, 121.301, 30.701), shapely.box(121.301, 30.7, 121.302, 30.701)
FAR = shapely.box(121.31, 30.7, 121.311, 30.701)
YEARS, PARCELS, CLAIMS, PARKS = (
    ContentKind.ENTERPRISE_YEARS,
    ContentKind.PARCELS,
    ContentKind.CLAIMS,
    ContentKind.PARKS,
)


class Bureau:
    """A database and the files that come in, one an hour."""

    def __init__(self, engine: sa.Engine, folder: Path) -> None:
        self.engine, self.folder, self.hours = engine, folder, 0

    def table(self, *rows: Row, name: str = "table.csv") -> Path:
        path = self.folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
            writer.writeheader()
            writer.writerows(rows)
        return path

    def layer(self, rows: Sequence[Row], *shapes: shapely.Geometry | None) -> Path:
        path = self.folder / f"{len(list(self.folder.iterdir()))}.gpkg"
        columns = {key: [row[key] for row in rows] for key in rows[0]}
        gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4490).to_file(path, engine="pyogrio")
        return path

    def clock(self) -> Any:
        self.hours += 1
        return NOON + timedelta(hours=self.hours)

    def take(self, *paths: Path, kind: ContentKind | None = None) -> ImportReport:
        sources = [Source(path, kind) for path in paths]
        return import_now(self.engine, sources, actor="clerk", clock=self.clock)

    def plan(self, *paths: Path, kind: ContentKind | None = None) -> ImportPlan:
        return plan_import(self.engine, [Source(path, kind) for path in paths])

    def apply(self, plan: ImportPlan, decision: Decision) -> ImportReport:
        return apply_plan(self.engine, plan, {0: decision}, actor="head", clock=self.clock)

    def sizes(self) -> list[int]:
        with unit_of_work(self.engine) as connection:
            query = (sa.select(sa.func.count()).select_from(t) for t in METADATA.tables.values())
            return [connection.scalar(one) for one in query]

    def rows(self, kind: ContentKind, hours: int | None = None) -> list[dict[str, Any]]:
        known_at = None if hours is None else NOON + timedelta(hours=hours)
        with unit_of_work(self.engine) as connection:
            stored = read_content(connection, kind, known_at)
        return [{k: cell for k, cell in row.items() if cell is not None} for row in stored.rows]


@pytest.fixture
def bureau(own_engine: sa.Engine, tmp_path: Path) -> Bureau:
    return Bureau(own_engine, tmp_path)


def counts(report: ImportReport, place: int = 0) -> tuple[int, ...]:
    rows_in, *parts, retired = astuple(report.tables[place].counts)
    assert rows_in == sum(parts)
    return (*parts, retired)


def year(number: int, staff: object = 4, **more: object) -> Row:
    return {"uscc": "91310116MA1J00006H", "year": number, "staff_count": staff, **more}


# --- What is shown -------------------------------------------------------------------------------


def test_a_second_table_is_shown_against_the_first(bureau):
    bureau.take(bureau.table(year(2023), year(2024), year(2025)))
    before = bureau.sizes()
    path = bureau.table(year(2026), year(2024, 9), year(2023), {"year": "?"} | year("x"))
    plan = bureau.plan(path, kind=YEARS)
    assert bureau.sizes() == before
    added, changed, unchanged, vanished = plan.tables[0].diff.changes()
    assert (added.kind, added.row_no, added.match) == (ChangeKind.ADDED, 1, None)
    assert added.key == NaturalKey(("91310116MA1J00006H", "2026"))
    assert changed.fields == (FieldChange("staff_count", 4, 9),)
    assert unchanged.kind is ChangeKind.UNCHANGED
    assert (vanished.kind, vanished.key.parts[1]) == (ChangeKind.VANISHED, "2025")
    assert astuple(plan.tables[0].shown().counts) == (4, 1, 1, 1, 0, 1, 0)


@pytest.mark.parametrize("catalogue", CATALOGUES.values(), ids=lambda c: c.kind.value)
def test_the_same_file_twice_changes_nothing(bureau, catalogue):
    example = dict(catalogue.example)
    path = (
        bureau.layer([example], WEST)
        if catalogue.kind in (PARCELS, CLAIMS, PARKS)
        else bureau.table(example)
    )
    assert counts(bureau.take(path, kind=catalogue.kind)) == (1, 0, 0, 0, 0, 0)
    before = bureau.sizes()
    again = bureau.take(path, kind=catalogue.kind)
    assert counts(again) == (0, 0, 1, 0, 0, 0)
    tables = [table.name for table in METADATA.tables.values()]
    grown = {t for t, old, new in zip(tables, before, bureau.sizes(), strict=True) if old != new}
    assert grown == {"event", "import_batch"} | grown & {"import_issue"}


# --- What must not be lost -----------------------------------------------------------------------


def test_a_narrower_table_leaves_what_it_does_not_say(bureau):
    bureau.take(bureau.table(year(2024, tax_yuan="100", 网格="甲"), year(2025, 7)))
    report = bureau.take(bureau.table({"uscc": "91310116MA1J00006H", "year": 2024, "note": "核"}))
    assert counts(report) == (0, 1, 0, 0, 0, 0)
    first, second = bureau.rows(YEARS)
    assert (first["tax_yuan"], first["staff_count"], first["note"]) == (Fraction(100), 4, "核")
    assert second["staff_count"] == 7
    with unit_of_work(bureau.engine) as connection:
        assert read_content(connection, YEARS).extras[0] == {"网格": "甲"}


def test_a_register_without_shapes_keeps_the_outlines(bureau):
    entry = {"claim_code": "K", "kind": "vacated", "status": "planned", "area_m2": "100"}
    bureau.take(bureau.layer([entry | {"town": "亭林镇"}], WEST), kind=CLAIMS)
    assert counts(bureau.take(bureau.table(entry), kind=CLAIMS)) == (0, 0, 1, 0, 0, 0)
    changed = bureau.take(bureau.table(entry | {"area_m2": "200"}), kind=CLAIMS)
    assert counts(changed) == (0, 1, 0, 0, 0, 0)
    with unit_of_work(bureau.engine) as connection:
        (claim,), shapes = read_claims(connection)
    assert (claim.area_m2, claim.town) == (200, "亭林镇")
    assert shapes.iloc[0].equals(WEST)


def test_an_entry_that_is_done_needs_its_day(bureau):
    entry = {"claim_code": "K", "kind": "vacated", "status": "done", "area_m2": "100"}
    report = bureau.take(bureau.table(entry, entry | {"claim_code": "L", "status": "planned"}))
    assert counts(report) == (1, 0, 0, 0, 1, 0)
    assert report.tables[0].file.rejected[0].column == "done_on"


def test_parks_and_parcels_that_are_not_in_the_file_stay(bureau):
    park = {"park_code": "A", "name_zh": "甲园", "kind": "park"}
    bureau.take(bureau.layer([park, park | {"park_code": "B"}], WEST, EAST), kind=PARKS)
    renamed = bureau.take(bureau.table(park | {"name_zh": "新甲园"}), kind=PARKS)
    assert counts(renamed) == (0, 1, 0, 0, 0, 0)
    with unit_of_work(bureau.engine) as connection:
        parks = read_parks(connection)
    assert parks[["park_code", "name_zh"]].values.tolist() == [["A", "新甲园"], ["B", "甲园"]]
    assert parks.geometry[0].equals(WEST)


def test_a_new_park_needs_an_outline(bureau):
    park = {"park_code": "A", "name_zh": "甲园", "kind": "park"}
    with pytest.raises(InputFileError, match="1 new parks without an outline"):
        bureau.take(bureau.table(park), kind=PARKS)


def test_a_row_that_was_sent_back_has_not_vanished(bureau):
    bureau.take(bureau.table(year(2024), year(2025)))
    plan = bureau.plan(bureau.table(year(2024), year(2025, "?")))
    assert plan.tables[0].diff.vanished == ()
    first = {"contract_no": "G", "parcel_code": "P", "area_m2": "100"}
    bureau.take(bureau.table(first, {"contract_no": "H"}))
    plan = bureau.plan(bureau.table(first | {"parcel_code": "Q", "area_m2": "?"}))
    bureau.apply(plan, Decision(retires=True))
    with unit_of_work(bureau.engine) as connection:
        assert read_contracts(connection).columns.texts["contract_no"].tolist() == ["G"]


# --- What is decided -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "wanted", "staff"),
    [
        (Decision(), (1, 1, 1, 0, 0, 0), {2023: 4, 2024: 9, 2025: 4, 2026: 4}),
        (Decision(accepts=False), (0, 0, 1, 2, 0, 0), {2023: 4, 2024: 4, 2025: 4}),
        (Decision(rows={1: False}), (0, 1, 1, 1, 0, 0), {2023: 4, 2024: 9, 2025: 4}),
        (
            Decision(cells={(2, "staff_count"): False}),
            (1, 1, 1, 0, 0, 0),
            {2023: 4, 2024: 4, 2025: 4, 2026: 4},
        ),
        (Decision(retires=True), (1, 1, 1, 0, 0, 1), {2023: 4, 2024: 9, 2026: 4}),
    ],
    ids=["all", "nothing", "not row 1", "not the staff", "2025 ends"],
)
def test_only_what_is_accepted_is_taken_over(bureau, decision, wanted, staff):
    bureau.take(bureau.table(year(2023), year(2024, note="a"), year(2025)))
    plan = bureau.plan(bureau.table(year(2026), year(2024, 9, note="b"), year(2023, note="")))
    report = bureau.apply(plan, decision)
    assert counts(report) == wanted
    assert {row["year"]: row["staff_count"] for row in bureau.rows(YEARS)} == staff
    assert [row["year"] for row in bureau.rows(YEARS, 1)] == [2023, 2024, 2025]
    assert astuple(plan.tables[0].shown(decision).counts) == astuple(report.tables[0].counts)


def test_what_ended_comes_back(bureau):
    bureau.take(bureau.table(year(2024), year(2025)))
    bureau.apply(bureau.plan(bureau.table(year(2024))), Decision(retires=True))
    assert [row["year"] for row in bureau.rows(YEARS)] == [2024]
    assert counts(bureau.take(bureau.table(year(2025)))) == (1, 0, 0, 0, 0, 0)


def test_a_plan_is_refused_when_what_is_known_has_changed(bureau):
    bureau.take(bureau.table(year(2024)))
    plan = bureau.plan(bureau.table(year(2024, 9)))
    bureau.take(bureau.table(year(2024, 5), name="other.csv"))
    with pytest.raises(UsageError, match=r"clerk imported other\.csv"):
        bureau.apply(plan, Decision())


def test_a_plan_made_again_has_the_same_token_until_something_changes(bureau):
    bureau.take(bureau.table(year(2024)))
    path = bureau.table(year(2024, 9), name="new.csv")
    plan, again = bureau.plan(path), bureau.plan(path)
    require_token(again, plan.token)
    assert bureau.plan(path, kind=YEARS).token != plan.token
    bureau.apply(again, Decision())
    with pytest.raises(UsageError, match="have changed"):
        require_token(bureau.plan(path), plan.token)


# --- Several tables ------------------------------------------------------------------------------


def test_tables_of_one_kind_are_compared_one_after_the_other(bureau):
    one = bureau.table(year(2024), year(2025), name="one.csv")
    other = bureau.table(year(2025, 8), year(2026), name="other.csv")
    before = bureau.sizes()
    plan = bureau.plan(one, other)
    assert bureau.sizes() == before
    assert [table.diff.count(ChangeKind.ADDED) for table in plan.tables] == [2, 1]
    (changed,) = plan.tables[1].diff.changes([ChangeKind.CHANGED])
    assert changed.fields == (FieldChange("staff_count", 4, 8),)
    report = bureau.apply(plan, Decision())
    assert (counts(report), counts(report, 1)) == ((2, 0, 0, 0, 0, 0), (1, 1, 0, 0, 0, 0))
    assert {row["year"]: row["staff_count"] for row in bureau.rows(YEARS)} == {
        2024: 4, 2025: 8, 2026: 4,
    }  # fmt: skip


def test_a_ledger_and_its_parcels_come_together_or_not_at_all(bureau):
    ledger = bureau.table({"contract_no": "G", "parcel_code": "P"}, name="ledger.csv")
    parcels = bureau.layer([{"parcel_code": "P"}], WEST)
    plan = bureau.plan(ledger, parcels)
    with unit_of_work(bureau.engine) as connection:
        assert len(read_contracts(connection).columns) == 0
    report = apply_plan(bureau.engine, plan, actor="head", clock=bureau.clock)
    assert [table.counts.added for table in report.tables] == [1, 1]
    broken = bureau.table({"contract_no": "H"}, name="broken.csv")
    park = bureau.table({"park_code": "A", "name_zh": "甲", "kind": "park"}, name="park.csv")
    before = bureau.sizes()
    with pytest.raises(InputFileError):
        bureau.take(broken, park)
    assert bureau.sizes() == before


def test_a_layer_of_the_map_that_came_again_is_counted_as_the_same(bureau, tmp_path):
    path = tmp_path / "district.gpkg"
    for layer, name in (("roads", "大道"), ("water", "河")):
        frame = gpd.GeoDataFrame({"name": [name]}, geometry=[WEST], crs=4490)
        frame.to_file(path, layer=layer, engine="pyogrio")

    def take() -> ImportReport:
        district = Source(path)
        return import_now(bureau.engine, [], district=district, actor="a", clock=bureau.clock)

    assert counts(take()) == (2, 0, 0, 0, 0, 0)
    assert counts(take()) == (0, 0, 2, 0, 0, 0)
    gpd.GeoDataFrame({"name": ["新路"]}, geometry=[EAST], crs=4490).to_file(
        path, layer="roads", engine="pyogrio"
    )
    assert counts(take()) == (1, 0, 1, 0, 0, 1)
    with unit_of_work(bureau.engine) as connection:
        assert read_features(connection)["roads"]["name"].tolist() == ["新路"]


# --- Land ----------------------------------------------------------------------------------------


def test_a_moved_outline_is_shown_and_can_be_declined(bureau):
    rows = [{"parcel_code": "P", "note": "a"}]
    bureau.take(bureau.layer(rows, WEST))
    plan = bureau.plan(bureau.layer([{"parcel_code": "P", "note": "b"}], FAR))
    (changed,) = plan.tables[0].diff.changes()
    assert [field.key for field in changed.fields] == ["note", GEOMETRY]
    bureau.apply(plan, Decision(cells={(1, GEOMETRY): False}))
    with unit_of_work(bureau.engine) as connection:
        codes, shapes = outlines_near(connection, [WEST])
    assert (codes.tolist(), shapes[0].equals(WEST)) == (["P"], True)
    assert bureau.rows(PARCELS)[0]["note"] == "b"


def of_shapes(plan: ImportPlan) -> list[QualityIssue]:
    return [issue for issue in plan.tables[0].quality if isinstance(issue.fault, ShapeFault)]


def test_new_parcels_on_known_ones_are_told_with_the_land_they_share(bureau):
    bureau.take(bureau.layer([{"parcel_code": "P"}, {"parcel_code": "Q"}], WEST, EAST))
    half = shapely.box(121.3005, 30.7, 121.301, 30.701)
    plan = bureau.plan(bureau.layer([{"parcel_code": "Q"}, {"parcel_code": "R"}], EAST, half))
    (issue,) = of_shapes(plan)
    assert (issue.fault, set(issue.parcels), issue.rows) == (ShapeFault.OVERLAP, {"P", "R"}, (2,))
    assert shapely.hausdorff_distance(issue.where, half) < 1e-6
    ledger = [{"contract_no": "G", "parcel_code": "S"}]
    (issue,) = of_shapes(bureau.plan(bureau.layer(ledger, WEST)))
    assert (issue.fault, set(issue.parcels)) == (ShapeFault.DUPLICATE_PARCEL, {"P", "S"})


def test_a_parcel_that_ends_takes_its_outline_along_unless_a_contract_is_on_it(bureau):
    bureau.take(bureau.layer([{"parcel_code": "P"}, {"parcel_code": "Q"}], WEST, FAR))
    bureau.take(bureau.table({"contract_no": "G", "parcel_code": "Q"}))
    bureau.apply(bureau.plan(bureau.layer([{"parcel_code": "R"}], EAST)), Decision(retires=True))
    with unit_of_work(bureau.engine) as connection:
        codes, _ = outlines_near(connection, [WEST, EAST, FAR])
    assert codes.tolist() == ["Q", "R"]


# --- Facts beside the ledger ---------------------------------------------------------------------

IDLE = {
    "contract_no": "G-1",
    "signed_on": "2022-01-10",
    "start_agreed_on": "2022-03-31",
    "premium_yuan": "12000000",
    "observed_on": "2023-03-01",
}
PAUSE = {
    "contract_no": "G-1",
    "begins_on": "2022-04-01",
    "ends_on": "2022-12-31",
    "cause": "G2",
    "status": "verified",
}
AS_OF = date(2023, 4, 1)


def found(bureau: Bureau, law: LawBook) -> set[FindingCode]:
    result = audit(bureau.engine, law, AS_OF, "en", actor="auditor", clock=bureau.clock)
    return {FindingCode.at(code) for code in result.judged.findings.code.tolist()}


def test_an_imported_government_period_pauses_the_contract_in_the_next_audit(bureau, law):
    bureau.take(bureau.table(IDLE))
    before = found(bureau, law)
    assert FindingCode.SUSPECT_IDLE_1Y in before
    bureau.take(bureau.table(PAUSE), kind=ContentKind.GOVERNMENT_PERIODS)
    assert FindingCode.SUSPECT_IDLE_1Y not in found(bureau, law)
    with unit_of_work(bureau.engine) as connection:
        then = read_contracts(connection, known_at=NOON + timedelta(hours=2))
        now = read_contracts(connection)
    assert then.facts_digest != now.facts_digest
    assert then.columns.ragged["government_periods"].offsets.tolist() == [0, 0]


def test_a_period_follows_a_contract_whose_number_is_corrected(bureau, law):
    bureau.take(bureau.table(IDLE | {"supervision_no": "S"}))
    bureau.take(bureau.table(PAUSE), kind=ContentKind.GOVERNMENT_PERIODS)
    bureau.take(bureau.table(IDLE | {"supervision_no": "S", "contract_no": "G-1X"}))
    assert FindingCode.SUSPECT_IDLE_1Y not in found(bureau, law)


def test_a_period_of_no_contract_is_told_and_counts_once_there_is_one(bureau, law):
    (table,) = bureau.take(bureau.table(PAUSE), kind=ContentKind.GOVERNMENT_PERIODS).tables
    (issue,) = table.issues
    assert "G-1" in issue.text()
    bureau.take(bureau.table(IDLE))
    assert FindingCode.SUSPECT_IDLE_1Y not in found(bureau, law)


def test_a_ledger_is_compared_with_what_ledgers_said(bureau):
    bureau.take(bureau.table(IDLE))
    bureau.take(bureau.table(PAUSE), kind=ContentKind.GOVERNMENT_PERIODS)
    ledger = bureau.table(IDLE | {"government_periods": ""})
    assert counts(bureau.take(ledger)) == (0, 0, 1, 0, 0, 0)


def test_the_daily_audit_looks_at_a_contract_whose_periods_changed(bureau, law):
    def due(as_of: date) -> int:
        done = audit_daily(bureau.engine, law, as_of, actor="daily", clock=bureau.clock)
        return done.audit.due_count

    bureau.take(bureau.table(IDLE, IDLE | {"contract_no": "G-2"}))
    assert (due(AS_OF), due(AS_OF)) == (2, 0)
    bureau.take(bureau.table(PAUSE), kind=ContentKind.GOVERNMENT_PERIODS)
    assert due(AS_OF) == 1
    again = bureau.plan(bureau.table(PAUSE | {"contract_no": "G-2"}))
    bureau.apply(again, Decision(retires=True))
    assert due(AS_OF) == 2


def test_an_investment_agreement_stands_beside_its_contract(bureau, law):
    bureau.take(bureau.table(IDLE))
    terms = {"output_agreed": "800", "damages_scheme": "bond_tier"}
    agreement = {"agreement_no": "TZ-1", "contract_no": "G-1"} | terms
    bureau.take(bureau.table(agreement), kind=ContentKind.AGREEMENTS)
    with unit_of_work(bureau.engine) as connection:
        shown = dossier(connection, law, ContractKey("G-1"), AS_OF, "en")
    assert dossier_document(shown, "en")["agreements"] == [agreement]


def test_every_kind_but_the_ledger_is_named_by_its_key():
    row = {"uscc": "a~b", "year": 2024}
    key = catalogue_of(YEARS).key_of(row)
    assert NaturalKey.from_slug(key.slug) == key
