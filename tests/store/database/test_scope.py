"""A park manager's rows and no others, whoever writes the SQL: PostgreSQL keeps to the scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from parks import fill
from psycopg import errors

from geodata.errors import DatabaseStateError, NothingFoundError
from geodata.store.cluster import Cluster
from geodata.store.engine import make_engine
from geodata.store.scope import EVERYTHING, NOTHING, Scope
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from service.compliance.law import LawBook

OF_CONTRACT = """
    SELECT left(contract_no, 1) FROM parcelwatch.contract AS c WHERE c.contract_id = t.contract_id
"""
OF_FACT = """
    SELECT left(contract_no, 1) FROM parcelwatch.contract AS c
    JOIN parcelwatch.contract_fact AS f USING (contract_id) WHERE f.fact_id = t.fact_id
"""
OF_PARCEL = """
    SELECT left(parcel_code, 1) FROM parcelwatch.parcel AS p WHERE p.parcel_id = t.parcel_id
"""
OF_OUTLINE = """
    SELECT left(parcel_code, 1) FROM parcelwatch.parcel AS p
    JOIN parcelwatch.parcel_fact AS f USING (parcel_id) WHERE f.fact_id = t.fact_id
"""
OF_BOTH_ENDS = """
    SELECT CASE WHEN count(DISTINCT left(parcel_code, 1)) = 1 THEN max(left(parcel_code, 1)) END
    FROM parcelwatch.parcel AS p JOIN parcelwatch.parcel_fact AS f USING (parcel_id)
    WHERE f.fact_id IN (t.from_fact_id, t.to_fact_id)
"""
OF_CASE = """
    SELECT left(contract_no, 1) FROM parcelwatch.contract AS c
    JOIN parcelwatch.case AS k USING (contract_id) WHERE k.case_id = t.case_id
"""
OF_DOCUMENT = """
    SELECT left(contract_no, 1) FROM parcelwatch.contract AS c
    JOIN parcelwatch.case AS k USING (contract_id)
    JOIN parcelwatch.case_document AS d USING (case_id)
    WHERE d.document_id = t.document_id
"""
OWNERS = {
    "contract_park": OF_CONTRACT,
    "contract": "left(contract_no, 1)",
    "contract_fact": OF_CONTRACT,
    "former_key": "left(contract_no, 1)",
    "instalment_fact": OF_FACT,
    "extension_fact": OF_FACT,
    "period_fact": OF_FACT,
    "parcel": "left(parcel_code, 1)",
    "parcel_fact": OF_PARCEL,
    "original_shape": OF_OUTLINE,
    "parcel_lineage": OF_BOTH_ENDS,
    "parcel_record": "left(natural_key, 1)",
    "parcel_record_fact": "left(parcel_code, 1)",
    "approval": "left(natural_key, 1)",
    "approval_fact": "left(approval_no, 1)",
    "occupancy": "left(natural_key, 1)",
    "occupancy_fact": "left(parcel_code, 1)",
    "agreement": "left(natural_key, 1)",
    "agreement_fact": "left(agreement_no, 1)",
    "government_period": "left(natural_key, 1)",
    "government_period_fact": "left(contract_no, 1)",
    "observation": "left(natural_key, 1)",
    "observation_fact": "left(parcel_code, 1)",
    "supervision_record": "left(natural_key, 1)",
    "supervision_record_fact": "left(parcel_code, 1)",
    "evidence_file": "left(natural_key, 1)",
    "evidence_file_fact": "left(path, 1)",
    "claim": "left(claim_code, 1)",
    "claim_fact": "park",
    "standing": OF_CONTRACT,
    "contract_card": "left(contract_no, 1)",
    "card_span": OF_CONTRACT,
    "card_cell": "park",
    "task": "parks[1]",
    "judgement": OF_CONTRACT,
    "finding": OF_CONTRACT,
    "entry": OF_CONTRACT,
    "roll_entry": "left(name, 1)",
    "site_statement": OF_CONTRACT,
    "project": "park",
    "case": OF_CONTRACT,
    "case_step": OF_CASE,
    "case_proposal": OF_CASE,
    "case_comment": OF_CASE,
    "case_document": OF_CASE,
    "document_service": OF_DOCUMENT,
    "finding_review": OF_CONTRACT,
    "evidence": OF_CONTRACT,
    "scene_measure": OF_OUTLINE,
    "scene_change": OF_OUTLINE,
}  # fmt: skip
"""Whose a row of a table t is, found without a policy."""

WHOLE = {
    "enterprise_year": "names enterprises, which may be in several parks",
    "enterprise_year_fact": "figures of an enterprise, all its parks together",
    "audit_run": "counts the contracts of all parks judged",
    "run_signoff": "of runs, which judge all parks",
    "import_issue": "quotes cells of any row of a file",
    "event": "tells what was done to any land, by whom",
}
"""Tables of which only who sees everything sees a row."""

UNREAD = {
    "artefact": "digests of whole inputs",
    "artefact_part": "whole inputs",
}
"""Tables the site has no right to."""

PERSONAL = {"upload": "files an account gave"}
"""Tables of which an account sees its own rows, whatever land it sees."""

FREE = {
    "transition": "how cases may move; no facts",
    "schema_version": "the revision of the schema",
    "import_batch": "which file came when, by whom; every reader needs the instant",
    "daily_audit": "which day was judged when, by which rules",
    "card_state": "which day and rules the cards are of",
    "park": "names and outlines of parks, on every map",
    "map_feature": "roads and waters, on every map",
    "scene": "pictures of the ground, on every map",
    "account": "accounts, read before it is known who asks; no facts",
    "account_park": "names of parks given to accounts",
    "session": "who is signed in",
    "api_token": "digests of tokens",
    "sign_in_failure": "digests of what was typed",
    "account_event": "what was done to accounts",
    "saved_view": "filters an account typed",
    "idempotency_key": "keys and answers of requests, asked for with the account alone",
    "figure_choice": "which of two published figures is shown first",
    "supplier_profile": "headers of tables and what they mean",
    "procrastinate_jobs": "numbers of tasks that wait for the worker",
    "procrastinate_events": "when jobs began and ended",
    "procrastinate_workers": "when workers last gave a sign of life",
    "procrastinate_periodic_defers": "nothing: no job is periodic",
}
"""Tables without a policy, and why none is needed."""

HOSTILE = (
    *("", "{}", '{""}', "{NULL}", "{", "ALL", "all ", " all", "{all}", "*", "{*}", "%", "{%}"),
    *("true", "on", "A", "'A'", "[A]", "{A", "{{A}", "{a}", '{"A "}', "{A} OR true"),
    "all'; SET ROLE parcelwatch; --",
)


class Raw:
    """SQL as the site's account, without a line of ours in between."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    @contextmanager
    def seeing(self, scope: str | None) -> Iterator[psycopg.Cursor]:
        with self.connection.transaction(force_rollback=True), self.connection.cursor() as cursor:
            if scope is not None:
                cursor.execute("SELECT set_config('parcelwatch.scope', %s, true)", [scope])
            yield cursor

    def rows(self, table: str, scope: str | None) -> set[str]:
        with self.seeing(scope) as cursor:
            return {row for (row,) in cursor.execute(f"SELECT ctid::text FROM parcelwatch.{table}")}


@pytest.fixture(scope="module")
def two_parks(server: Cluster, template: str, law: LawBook) -> Iterator[sa.Engine]:
    """The owner's engine on a database of two parks."""
    name = f"t{uuid4().hex}"
    server.create_database(name, template=template)
    engine = make_engine(server.url_for(name))
    fill(engine, law)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def site_url(two_parks: sa.Engine) -> str:
    return two_parks.url.set(username=SITE_ROLE).render_as_string(hide_password=False)


@pytest.fixture
def raw(site_url: str) -> Iterator[Raw]:
    url = site_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url) as connection:
        yield Raw(connection)


@pytest.fixture
def site(site_url: str) -> Iterator[sa.Engine]:
    engine = site_engine(site_url)
    yield engine
    engine.dispose()


@pytest.fixture
def count_of(site: sa.Engine) -> Callable[[Scope | None], int]:
    def count(scope: Scope | None) -> int:
        with unit_of_work(site, scope) as connection:
            return connection.scalar(sa.text("SELECT count(*) FROM parcelwatch.contract"))

    return count


def of(engine: sa.Engine, table: str, owner: str | None = None) -> set[str]:
    """The rows of a table that are of a park, or all, as the superuser sees them."""
    whose = f" WHERE ({OWNERS[table]}) = '{owner}'" if owner else ""
    with engine.connect() as connection:
        query = f"SELECT t.ctid::text FROM parcelwatch.{table} AS t{whose}"
        return set(connection.exec_driver_sql(query).scalars())


def relations(engine: sa.Engine, *kinds: str) -> dict[str, tuple[bool, bool]]:
    """Name of each relation of the schema, and whether policies are there and forced."""
    query = sa.text(
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
        " WHERE relnamespace = 'parcelwatch'::regnamespace AND relkind::text = ANY(:kinds)"
    )
    with engine.connect() as connection:
        found = connection.execute(query, {"kinds": list(kinds)})
        return {name: (is_guarded, is_forced) for name, is_guarded, is_forced in found}


def test_every_table_is_protected_or_named_as_free_of_facts(shared_engine):
    tables = relations(shared_engine, "r", "p", "f", "m")
    assert set(tables) == {*OWNERS, *WHOLE, *UNREAD, *PERSONAL, *FREE}
    guarded = {name for name, guards in tables.items() if guards == (True, True)}
    assert guarded == {*OWNERS, *WHOLE, *UNREAD, *PERSONAL}


def test_no_function_lends_the_rights_of_its_owner(connection):
    lent = sa.text(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'parcelwatch'::regnamespace AND prosecdef"
    )
    assert connection.scalars(lent).all() == []


@pytest.mark.parametrize("table", [*OWNERS, *WHOLE])
@pytest.mark.parametrize("scope", [None, "", "{}"])
def test_without_a_scope_there_is_no_row(raw, table, scope):
    assert raw.rows(table, scope) == set()


@pytest.mark.parametrize("table", OWNERS)
def test_who_sees_a_park_sees_its_rows_and_no_other(raw, two_parks, table):
    for park in ("A", "B"):
        own = of(two_parks, table, park)
        assert own
        assert raw.rows(table, f"{{{park}}}") == own
    both = of(two_parks, table, "A") | of(two_parks, table, "B")
    assert raw.rows(table, "{A,B}") >= both
    assert raw.rows(table, "{C}") == set()


@pytest.mark.parametrize("table", [*OWNERS, *WHOLE])
def test_who_sees_everything_sees_every_row(raw, two_parks, table):
    assert raw.rows(table, "all") == of(two_parks, table) != set()


@pytest.mark.parametrize("table", WHOLE)
def test_rows_of_all_parks_are_for_who_sees_everything(raw, table):
    assert raw.rows(table, "{A,B}") == set()


@pytest.mark.parametrize("table", UNREAD)
def test_inputs_of_audits_cannot_be_read_at_all(raw, table):
    with raw.seeing("all"), pytest.raises(errors.InsufficientPrivilege):
        raw.connection.execute(f"SELECT FROM parcelwatch.{table}")


@pytest.mark.parametrize("scope", [None, "{A}", "all"])
def test_an_account_sees_its_own_uploads_and_nobody_sees_any_without_a_name(raw, scope):
    def seen(name: str | None) -> set[str]:
        with raw.seeing(scope) as cursor:
            if name is not None:
                cursor.execute("SELECT set_config('parcelwatch.account', %s, true)", [name])
            return {account for (account,) in cursor.execute("SELECT account FROM upload")}

    raw.connection.execute("SET search_path TO parcelwatch")
    assert seen(None) == seen("") == seen("c") == seen("%") == set()
    assert seen("a") == {"a"}
    assert seen("*") == {"a", "b"}


@pytest.mark.parametrize("scope", HOSTILE)
def test_no_odd_scope_shows_more(raw, scope):
    try:
        seen = raw.rows("contract", scope)
    except errors.InvalidTextRepresentation:
        seen = set()
    assert seen == set()


def test_a_contract_follows_the_park_it_is_of_by_now(raw):
    """B9 was of park A at first: park A sees nothing of it any more, park B all of it."""
    query = (
        "SELECT park FROM parcelwatch.contract JOIN parcelwatch.contract_fact USING (contract_id)"
        " WHERE contract_no = 'B9' ORDER BY known_from"
    )
    with raw.seeing("{A}") as cursor:
        assert cursor.execute(query).fetchall() == []
    with raw.seeing("{B}") as cursor:
        assert cursor.execute(query).fetchall() == [("A",), ("B",)]


def test_land_that_passed_between_parks_is_no_ones_alone(raw, two_parks):
    between = of(two_parks, "parcel_lineage") - of(two_parks, "parcel_lineage", "A")
    between -= of(two_parks, "parcel_lineage", "B")
    assert between
    assert not between & (raw.rows("parcel_lineage", "{A}") | raw.rows("parcel_lineage", "{B}"))
    assert between & raw.rows("parcel_lineage", "{A,B}")


def test_a_condition_is_not_asked_about_rows_that_are_not_seen(raw):
    """However cheap it claims to be: a condition could tell, or fail for, what it is shown."""
    with raw.seeing("{A}") as cursor:
        shown: list[str] = []
        raw.connection.add_notice_handler(lambda notice: shown.append(notice.message_primary))
        cursor.execute(
            "CREATE FUNCTION pg_temp.tell(told text) RETURNS boolean LANGUAGE plpgsql COST 0.0001"
            " AS $$ BEGIN RAISE NOTICE '%', told; RETURN true; END $$"
        )
        for table in ("contract", "contract_card", "former_key"):
            cursor.execute(f"SELECT FROM parcelwatch.{table} WHERE pg_temp.tell(contract_no)")
        assert set(shown) == {"A1", "A2"}
        failing = "SELECT FROM parcelwatch.contract WHERE 1 / strpos(contract_no, 'A') > 0"
        assert len(cursor.execute(failing).fetchall()) == 1


def test_copies_and_statistics_tell_no_more(raw, two_parks):
    with raw.seeing("{A}") as cursor:
        for source in ("parcelwatch.contract", "(SELECT * FROM parcelwatch.contract)"):
            with cursor.copy(f"COPY {source} TO STDOUT") as lines:
                assert len(list(lines)) == 1
        cursor.execute("SELECT tablename FROM pg_stats WHERE schemaname = 'parcelwatch'")
        assert not {name for (name,) in cursor} & {*OWNERS, *WHOLE, *UNREAD}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT FROM parcelwatch.ledger",
        "SELECT FROM parcelwatch.contract_contract_id_seq",
        "SELECT nextval('parcelwatch.contract_contract_id_seq')",
        "SELECT FROM pg_statistic",
        "SET row_security = off; SELECT FROM parcelwatch.contract",
        "SET ROLE parcelwatch",
        "SET SESSION AUTHORIZATION parcelwatch",
        "ALTER TABLE parcelwatch.contract NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY whole ON parcelwatch.contract",
        "CREATE POLICY mine ON parcelwatch.contract USING (true)",
        "CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LEAKPROOF LANGUAGE sql RETURN true",
        "CREATE TABLE parcelwatch.mine ()",
        "COPY parcelwatch.contract FROM STDIN",
        "TRUNCATE parcelwatch.card_cell",
        *(f"DELETE FROM parcelwatch.{table}" for table in ("contract_park", "park", "account")),
        *(f"INSERT INTO parcelwatch.{table} DEFAULT VALUES" for table in ("contract_park", "park")),
        "UPDATE parcelwatch.contract_park SET park = 'A'",
        "UPDATE parcelwatch.account_event SET actor = 'me'",
        "UPDATE parcelwatch.entry SET said = '{}'",
        "UPDATE parcelwatch.entry SET entered_by = 'nobody'",
        "UPDATE parcelwatch.entry SET import_id = 1, state = 'applied'",
        "DELETE FROM parcelwatch.entry",
        "DELETE FROM parcelwatch.roll_entry",
        "UPDATE parcelwatch.roll_entry SET reason = 'another'",
        "UPDATE parcelwatch.site_statement SET holds = false",
        "UPDATE parcelwatch.project SET state = 'holds'",
        "DELETE FROM parcelwatch.upload",
        "DELETE FROM parcelwatch.supplier_profile",
    ],
)
def test_the_site_may_not(raw, statement):
    with raw.seeing("all") as cursor, pytest.raises(errors.InsufficientPrivilege):
        cursor.execute(statement)


def test_what_is_counted_for_a_map_is_written_by_who_sees_everything(raw):
    row = (
        "INSERT INTO parcelwatch.card_cell (as_of, revision, verdict, groups, park, count, area_m2)"
        " VALUES ('2026-06-30', 1, 'compliant', 0, 'A', 1, 1)"
    )
    with raw.seeing("{A}") as cursor, pytest.raises(errors.InsufficientPrivilege):
        cursor.execute(row)
    with raw.seeing("all") as cursor:
        cursor.execute(row)


def test_a_scope_lasts_as_long_as_its_transaction(site, count_of):
    assert count_of(Scope(frozenset({"A"}))) == 1
    assert count_of(None) == 0
    assert count_of(EVERYTHING) == 4
    with pytest.raises(NothingFoundError), unit_of_work(site, EVERYTHING):
        raise NothingFoundError("nothing")
    assert site.pool.checkedin() == 1
    with site.connect() as connection:
        kept = connection.connection.driver_connection.execute(
            "SELECT current_setting('parcelwatch.scope', true)"
        )
        assert kept.fetchone() == ("",)


def test_a_statement_that_was_prepared_keeps_no_scope(count_of):
    """The driver prepares on the server what it has run some times."""
    of_a, of_both = Scope(frozenset({"A"})), Scope(frozenset({"A", "B"}))
    scopes = {of_a: 1, of_both: 3, NOTHING: 0, EVERYTHING: 4}
    for _ in range(8):
        assert {scope: count_of(scope) for scope in scopes} == scopes


@pytest.mark.parametrize("park", ["A", "{A}", '"A"', "A,B", "all", "", "\\", "'", "园区", "NULL"])
def test_a_name_of_a_park_is_a_name(site, park):
    with unit_of_work(site, Scope(frozenset({park}))) as connection:
        seen = connection.scalar(sa.text("SELECT parcelwatch.seen_parks()"))
    assert seen == ([park] if park else [])


def test_an_owner_sees_everything_unless_told_otherwise(two_parks):
    query = sa.text("SELECT current_setting('parcelwatch.scope', true)")
    with unit_of_work(two_parks) as connection:
        assert connection.scalar(query) == "all"
    with unit_of_work(two_parks, Scope(frozenset({"B", "A"}))) as connection:
        assert connection.scalar(query) == "{A,B}"


def test_the_site_is_told_which_right_it_lacks(site):
    expected = pytest.raises(DatabaseStateError, match="permission denied for view ledger")
    with expected, unit_of_work(site, EVERYTHING) as connection:
        connection.execute(sa.text("SELECT FROM parcelwatch.ledger"))
