"""Filters: both forms of CQL2 ask the same, each answer is right, and nothing breaks."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from geodata.errors import UsageError
from geodata.model.attributes import Kind
from geodata.model.cql2_text import DEEPEST, read_text
from geodata.model.feature_collections import Published

pytestmark = pytest.mark.writes

CONTRACTS = "/ogc/collections/contracts/items"
KEYS = [attribute.key for attribute in Published.CONTRACTS.attributes]


def prop(key):
    return {"property": key}


@pytest.mark.parametrize(
    ("written", "tree"),
    [
        ("a = 1", {"op": "=", "args": [prop("a"), 1]}),
        ("a <> 'it''s'", {"op": "<>", "args": [prop("a"), "it's"]}),
        ('"a b" >= -1.5e2', {"op": ">=", "args": [prop("a b"), -150.0]}),
        (
            "a OR b AND NOT c",
            {
                "op": "or",
                "args": [
                    prop("a"),
                    {"op": "and", "args": [prop("b"), {"op": "not", "args": [prop("c")]}]},
                ],
            },
        ),
        (
            "NOT (a and b)",
            {"op": "not", "args": [{"op": "and", "args": [prop("a"), prop("b")]}]},
        ),
        ("a is NULL", {"op": "isNull", "args": [prop("a")]}),
        ("a IS NOT NULL", {"op": "not", "args": [{"op": "isNull", "args": [prop("a")]}]}),
        ("a IN ('x', 'y')", {"op": "in", "args": [prop("a"), ["x", "y"]]}),
        ("a BETWEEN 1 AND 2", {"op": "between", "args": [prop("a"), 1, 2]}),
        ("a NOT LIKE 'x%'", {"op": "not", "args": [{"op": "like", "args": [prop("a"), "x%"]}]}),
        (
            "T_AFTER(d, DATE('2024-02-29'))",
            {"op": "t_after", "args": [prop("d"), {"date": "2024-02-29"}]},
        ),
        (
            "S_WITHIN(geometry, POLYGON((0 0, 1 0, 1 -1.5, 0 0)))",
            {
                "op": "s_within",
                "args": [prop("geometry"), {"wkt": "POLYGON((0 0, 1 0, 1 -1.5, 0 0))"}],
            },
        ),
        (
            "S_INTERSECTS(geometry, BBOX(1, 2, 3, 4))",
            {"op": "s_intersects", "args": [prop("geometry"), {"bbox": [1, 2, 3, 4]}]},
        ),
        ("宗地 = '金山'", {"op": "=", "args": [prop("宗地"), "金山"]}),
    ],
)
def test_text_is_read_as_the_standard_binds_it(written, tree):
    assert read_text(written) == tree


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "a =", "= 1", "a == 1", "a = 1 AND", "(a = 1", "a = 1)", "a 1", "'x", "a = #"),
        *("a IN ()", "a BETWEEN 1", "a NOT 1", "NOT", "POINT(1 2", "a = DATE(", "a; DROP TABLE x"),
        "(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1),
        "NOT " * 4000 + "a",
        "f(" * 2000,
    ],
)
def test_what_is_no_filter_is_refused(written):
    with pytest.raises(UsageError):
        read_text(written)


def ask(client, **asked):
    return client.get(CONTRACTS, query_string={"limit": "10000", **asked})


@pytest.fixture(scope="module")
def contracts(district_client):
    return {one["id"]: one["properties"] for one in ask(district_client).json["features"]}


QUESTIONS = {
    "in_overdue OR in_idle AND area_m2 > 20000": lambda one: (
        one["in_overdue"] or (one["in_idle"] and one["area_m2"] > 20000)
    ),
    "NOT (in_overdue OR in_idle)": lambda one: not (one["in_overdue"] or one["in_idle"]),
    "in_idle = false": lambda one: not one["in_idle"],
    "20000 < area_m2": lambda one: one["area_m2"] is not None and one["area_m2"] > 20000,
    "area_m2 BETWEEN 10000 AND 20000": lambda one: 10000 <= (one["area_m2"] or 0) <= 20000,
    "park IN ('枫泾镇', '亭林镇')": lambda one: one["park"] in ("枫泾镇", "亭林镇"),
    "park LIKE '%镇'": lambda one: (one["park"] or "").endswith("镇"),
    "park LIKE '枫_镇'": lambda one: len(one["park"] or "") == 3 and one["park"][0] == "枫",
    "CASEI(uscc) LIKE CASEI('91310116x%')": lambda one: (
        (one["uscc"] or "").lower().startswith("91310116x")
    ),
    "due_on IS NULL": lambda one: one["due_on"] is None,
    "due_on < DATE('2026-09-01')": lambda one: (one["due_on"] or "9") < "2026-09-01",
    "T_AFTER(due_on, DATE('2026-12-31'))": lambda one: (one["due_on"] or "0") > "2026-12-31",
    "T_DURING(due_on, INTERVAL('2026-07-31', '2026-12-31'))": lambda one: (
        "2026-07-31" < (one["due_on"] or "0") < "2026-12-31"
    ),
    "T_INTERSECTS(due_on, INTERVAL('..', '2026-07-31'))": lambda one: (
        (one["due_on"] or "9") <= "2026-07-31"
    ),
    "true": lambda _one: True,
}


@pytest.mark.parametrize("written", QUESTIONS)
def test_the_answer_is_what_was_asked(district_client, contracts, written):
    expected = {number for number, one in contracts.items() if QUESTIONS[written](one)}
    assert expected, "a question that finds nothing proves nothing"
    answer = ask(district_client, filter=written)
    assert {one["id"] for one in answer.json["features"]} == expected
    as_json = json.dumps(read_text(written))
    again = ask(district_client, filter=as_json, **{"filter-lang": "cql2-json"})
    assert again.json["features"] == answer.json["features"]


SQUARE = "POLYGON((121.28 30.75, 121.36 30.75, 121.36 30.82, 121.28 30.82, 121.28 30.75))"


def test_shapes_are_asked_for_by_what_they_have_in_common(district_client):
    def found(written, **asked):
        answer = ask(district_client, filter=written, **asked)
        assert answer.status_code == 200, answer.text
        return {one["id"] for one in answer.json["features"]}

    met, apart = (
        found(f"S_INTERSECTS(geometry, {SQUARE})"),
        found(f"S_DISJOINT({SQUARE}, geometry)"),
    )
    within = found(f"S_WITHIN(geometry, {SQUARE})")
    placed = found("NOT geometry IS NULL")
    assert met | apart == placed
    assert not met & apart
    assert within < met
    assert found("S_INTERSECTS(geometry, BBOX(121.28, 30.75, 121.36, 30.82))") == met
    geojson = {
        "type": "Polygon",
        "coordinates": [list(box(121.28, 30.75, 121.36, 30.82).exterior.coords)],
    }
    tree = json.dumps({"op": "s_intersects", "args": [prop("geometry"), geojson]})
    assert found(tree, **{"filter-lang": "cql2-json"}) == met
    turned = "S_INTERSECTS(geometry, BBOX(30.75, 121.28, 30.82, 121.36))"
    crs = "http://www.opengis.net/def/crs/EPSG/0/4490"
    assert found(turned, **{"filter-crs": crs}) == met


@pytest.mark.parametrize(
    "written",
    [
        "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))",
        "S_INTERSECTS(geometry, POINT(500 500))",
        "S_INTERSECTS(geometry, 1)",
        "S_INTERSECTS(park, POINT(1 2))",
        "T_AFTER(park, DATE('2024-01-01'))",
        "T_AFTER(due_on, INTERVAL('2024-01-01'))",
        "park > 3",
        "area_m2 = 'wide'",
        "area_m2",
        "due_on = DATE('2026-02-30')",
        "park LIKE 'x\\'",
        "area_m2 LIKE '1%'",
        "1 = 1",
        "pg_sleep(10)",
        "park = (SELECT 1)",
        " OR ".join(["in_idle"] * 300),
    ],
)
def test_what_the_collection_cannot_answer_is_refused(district_client, written):
    answer = ask(district_client, filter=written)
    assert answer.status_code == 400, answer.text


def test_values_are_never_spelled_in_the_statement(district_client, contracts):
    for hostile in ("x'; DROP TABLE parcelwatch.claim; --", "%", "\\", "$1", ":p", "%(a)s"):
        doubled = hostile.replace("'", "''")
        answer = ask(district_client, filter=f"park = '{doubled}' OR grantee LIKE '{doubled}%'")
        assert answer.status_code in (200, 400)
        assert len(ask(district_client).json["features"]) == len(contracts)


_WORDS = st.sampled_from(
    [
        *KEYS,
        *("AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "IS", "NULL", "=", "<", ">=", "(", ")"),
        *(",", "'x'", "1", "-2.5", "1e400", "TRUE", "DATE('2024-01-01')", "BBOX(121,30,122,31)"),
        *("S_INTERSECTS(geometry,", "T_AFTER(due_on,", "CASEI(", "geometry", "POINT(121 30)", "'"),
        *("INTERVAL('..','2024-01-01')", "'\\'", '"', "99999999999999999999"),
    ]
)
_LITERALS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from([prop(key) for key in (*KEYS, "geometry", "x")]),
    st.sampled_from(
        [{"date": "2024-01-01"}, {"date": 1}, {"interval": ["..", ".."]}, {"interval": 1}]
    ),
    st.sampled_from(
        [
            {"bbox": [1, 2, 3, 4]},
            {"bbox": ["a"]},
            {"wkt": "POINT(1"},
            {"type": "Point", "coordinates": [1]},
        ]
    ),
)
_OPERATORS = st.sampled_from(
    [
        *("and", "or", "not", "=", "<>", "<", "between", "in", "like", "isNull", "casei"),
        *("s_intersects", "s_within", "s_disjoint", "t_after", "t_meets", "x", 1),
    ]
)
_TREES = st.recursive(
    _LITERALS,
    lambda inner: st.builds(
        lambda name, given: {"op": name, "args": given},
        _OPERATORS,
        st.lists(inner | st.lists(inner, max_size=3), max_size=3),
    ),
    max_leaves=12,
)
_FEW = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@_FEW
@given(st.lists(_WORDS, max_size=10).map(" ".join) | st.text(max_size=40))
def test_any_text_is_answered_or_refused(district_client, written):
    answer = ask(district_client, filter=written, limit="1")
    assert answer.status_code in (200, 400), (written, answer.text)


@_FEW
@given(_TREES)
def test_any_tree_is_answered_or_refused(district_client, tree):
    answer = ask(
        district_client, filter=json.dumps(tree), limit="1", **{"filter-lang": "cql2-json"}
    )
    assert answer.status_code in (200, 400), (tree, answer.text)


@_FEW
@given(
    st.dictionaries(
        st.sampled_from([*KEYS, "limit", "bbox", "datetime", "after", "crs", "x"]),
        st.text(max_size=12)
        | st.sampled_from(["1", "1,2,3,4", "2024-01-01", "-1", "1e400", "nan"]),
        max_size=3,
    )
)
def test_any_address_is_answered_or_refused(district_client, asked):
    answer = district_client.get(CONTRACTS, query_string={"f": "json", **asked})
    assert answer.status_code in (200, 400), (asked, answer.text)


def test_every_kind_of_attribute_is_met():
    kinds = {one.kind for collection in Published for one in collection.attributes}
    assert {Kind.TEXT, Kind.CODE, Kind.DATE, Kind.BOOLEAN, Kind.EXACT, Kind.COUNT} <= kinds
