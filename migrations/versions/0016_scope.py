"""Who may see which rows: the account of the site, and policies by park on every row of a contract."""
# ruff: noqa: E501 - frozen: one policy to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from geodata.store.migrate import administer

revision = "0016"
down_revision = "0015"

SCHEMA = "parcelwatch"
SITE = "parcelwatch_site"

# Below a policy only a leakproof condition may choose an index. These tell whether boxes meet or
# texts are alike, and nothing else. Where the account may not say so, pages are right but slow.
INDEXED = (
    "public.geometry_overlaps(public.geometry, public.geometry)",
    "pg_catalog.textlike(text, text)",
    "public.word_similarity_op(text, text)",
)
HASTEN = """
DO $$
BEGIN
    IF NOT (SELECT proleakproof FROM pg_proc WHERE oid = '{function}'::regprocedure) THEN
        ALTER FUNCTION {function} LEAKPROOF;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END $$
"""

SCOPE = f"""
CREATE FUNCTION {SCHEMA}.sees_all() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(current_setting('parcelwatch.scope', true) = 'all', false);

CREATE FUNCTION {SCHEMA}.seen_parks() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN starts_with(current_setting('parcelwatch.scope', true), '{{')
        THEN array_remove(current_setting('parcelwatch.scope', true)::text[], '') END;
"""

# What a contract is of by now; one that is known no longer stays with the park it was of.
KEEP_PARK = """
CREATE FUNCTION parcelwatch.keep_park() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO parcelwatch.contract_park (contract_id, park)
    SELECT contract_id, park FROM fresh WHERE known_to = 'infinity' AND true_to = 'infinity'
    ON CONFLICT (contract_id) DO UPDATE SET park = excluded.park
        WHERE contract_park.park IS DISTINCT FROM excluded.park;
    RETURN NULL;
END $$
"""

FILL = """
INSERT INTO parcelwatch.contract_park (contract_id, park)
SELECT DISTINCT ON (contract_id) contract_id, park
FROM parcelwatch.contract_fact
ORDER BY contract_id, known_to DESC, true_to DESC
"""


def seen(other: str, condition: str) -> str:
    """Who sees a row of another table sees what belongs to it."""
    return f"EXISTS (SELECT FROM {SCHEMA}.{other} AS other WHERE {condition})"


def same(other: str, column: str) -> str:
    """The same, where both have a column of that name."""
    return seen(other, f"other.{column} = {{table}}.{column}")


BY_PARK = f"park = ANY ((SELECT {SCHEMA}.seen_parks())::text[])"
BY_CONTRACT = same("contract_park", "contract_id")
BY_FACT = same("contract_fact", "fact_id")
BY_PARCEL = same("parcel", "parcel_id")
BY_PARCEL_CODE = same("parcel", "parcel_code")
BY_CONTRACT_NO = seen(
    "contract",
    "other.contract_no = {table}.contract_no"
    " AND coalesce(other.phase = {table}.phase, true)"
    " AND coalesce(other.parcel_code = {table}.parcel_code, true)",
)
BY_SITE = f"CASE WHEN contract_no IS NULL THEN {BY_PARCEL_CODE} ELSE {BY_CONTRACT_NO} END"
BY_ENDS = " AND ".join(
    f"({end} IS NULL OR {seen('parcel_fact', f'other.fact_id = {end}')})"
    for end in ("from_fact_id", "to_fact_id")
)
OF_PARCEL = " OR ".join(
    same(other, column)
    for other, column in {
        "contract": "parcel_id",
        "former_key": "parcel_id",
        "parcel_record_fact": "parcel_code",
    }.items()
)

BY_PARKS = {
    "contract_park": BY_PARK,
    "contract": BY_CONTRACT,
    "contract_fact": BY_CONTRACT,
    "former_key": BY_CONTRACT,
    "instalment_fact": BY_FACT,
    "extension_fact": BY_FACT,
    "period_fact": BY_FACT,
    "parcel": OF_PARCEL,
    "parcel_fact": BY_PARCEL,
    "original_shape": same("parcel_fact", "fact_id"),
    "parcel_lineage": BY_ENDS,
    "parcel_record": same("parcel_record_fact", "parcel_record_id"),
    "parcel_record_fact": BY_PARK,
    "approval": same("approval_fact", "approval_id"),
    "approval_fact": BY_PARK,
    "occupancy": same("occupancy_fact", "occupancy_id"),
    "occupancy_fact": BY_PARCEL_CODE,
    "agreement": same("agreement_fact", "agreement_id"),
    "agreement_fact": BY_CONTRACT_NO,
    "government_period": same("government_period_fact", "government_period_id"),
    "government_period_fact": BY_CONTRACT_NO,
    "observation": same("observation_fact", "observation_id"),
    "observation_fact": BY_SITE,
    "supervision_record": same("supervision_record_fact", "supervision_record_id"),
    "supervision_record_fact": BY_PARCEL_CODE,
    "evidence_file": same("evidence_file_fact", "evidence_file_id"),
    "evidence_file_fact": BY_SITE,
    "claim": same("claim_fact", "claim_id"),
    "claim_fact": BY_PARK,
    "standing": BY_CONTRACT,
    "contract_card": BY_PARK,
    "card_span": BY_CONTRACT,
    "judgement": BY_CONTRACT,
    "finding": BY_CONTRACT,
}  # fmt: skip
"""Which rows of a table are seen by who sees some parks."""

# The figures of an enterprise count all its parks together, and so do runs, files and remarks.
WHOLE = (
    "enterprise_year",
    "enterprise_year_fact",
    "audit_run",
    "artefact",
    "artefact_part",
    "import_issue",
)
UNREAD = ("artefact", "artefact_part")

OPEN = ("schema_version", "import_batch", "daily_audit", "card_state", "park", "map_feature")

WRITTEN = {
    "account": "SELECT, INSERT, UPDATE",
    "account_park": "SELECT, INSERT, DELETE",
    "session": "SELECT, INSERT, UPDATE, DELETE",
    "api_token": "SELECT, INSERT, UPDATE",
    "sign_in_failure": "SELECT, INSERT, UPDATE, DELETE",
    "account_event": "SELECT, INSERT",
    "saved_view": "SELECT, INSERT, UPDATE, DELETE",
}


def upgrade() -> None:
    _create_site()
    for function in INDEXED:
        op.execute(HASTEN.format(function=function))
    _create_contract_park()
    op.execute(SCOPE)
    for table in (*BY_PARKS, *WHOLE):
        op.execute(
            f"ALTER TABLE {SCHEMA}.{table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        )
        op.execute(f"CREATE POLICY whole ON {SCHEMA}.{table} USING ((SELECT {SCHEMA}.sees_all()))")
    for table, condition in BY_PARKS.items():
        op.execute(
            f"CREATE POLICY parks ON {SCHEMA}.{table} FOR SELECT TO {SITE}"
            f" USING ({condition.format(table=table)})"
        )
    op.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {SITE}")
    for table in {*BY_PARKS, *WHOLE, *OPEN}.difference(UNREAD):
        op.execute(f"GRANT SELECT ON {SCHEMA}.{table} TO {SITE}")
    for table, rights in WRITTEN.items():
        op.execute(f"GRANT {rights} ON {SCHEMA}.{table} TO {SITE}")


def downgrade() -> None:
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM {SITE}")
    op.execute(f"REVOKE ALL ON SCHEMA {SCHEMA} FROM {SITE}")
    for table in BY_PARKS:
        op.execute(f"DROP POLICY parks ON {SCHEMA}.{table}")
    for table in (*BY_PARKS, *WHOLE):
        op.execute(f"DROP POLICY whole ON {SCHEMA}.{table}")
        op.execute(
            f"ALTER TABLE {SCHEMA}.{table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY"
        )
    op.execute(f"DROP FUNCTION {SCHEMA}.sees_all(), {SCHEMA}.seen_parks()")
    op.execute(f"DROP TRIGGER keep_park ON {SCHEMA}.contract_fact")
    op.execute(f"DROP FUNCTION {SCHEMA}.keep_park()")
    op.drop_table("contract_park", schema=SCHEMA)
    # The role stays: it is the server's, and other databases may use it. So do marks of functions.


def _create_site() -> None:
    """A role is the server's: another database may have made it, or be making it now."""
    bind = op.get_bind()
    if bind.scalar(sa.text("SELECT to_regrole(:name)"), {"name": SITE}) is None:
        try:
            with bind.begin_nested():
                administer(bind, f"CREATE ROLE {SITE} LOGIN")
        except DBAPIError as error:
            if not isinstance(error.orig, errors.DuplicateObject | errors.UniqueViolation):
                raise


def _create_contract_park() -> None:
    op.create_table(
        "contract_park",
        sa.Column("contract_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the contract"),
        sa.Column("park", sa.Text(), nullable=True, comment="所属园区 · park it is of by now; null = of none"),
        sa.PrimaryKeyConstraint("contract_id", name=op.f("pk_contract_park")),
        schema=SCHEMA,
        comment="合同所属园区 · which park each contract is of",
    )  # fmt: skip
    op.execute(FILL)
    op.execute(KEEP_PARK)
    op.execute(
        f"CREATE TRIGGER keep_park AFTER INSERT ON {SCHEMA}.contract_fact"
        " REFERENCING NEW TABLE AS fresh"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.keep_park()"
    )
