"""The chained log of events, and evidence."""
# ruff: noqa: E501 - frozen: one column, rule or policy to a line

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

SCHEMA = "parcelwatch"
SITE = "parcelwatch_site"

INSTANT = sa.DateTime(timezone=True)
DEGREES = sa.Numeric(10, 7)
EVIDENCE_KINDS = "'decision', 'receipt', 'notice', 'reply', 'determination', 'hearing', 'contract', 'payment', 'delivery', 'title', 'boundary', 'photo', 'permit', 'investment', 'patrol', 'inquiry', 'other'"
PERMISSIONS = "'totals', 'view', 'export', 'runs', 'audit', 'import', 'enter', 'approve', 'choose', 'list', 'administer'"
WITH_EVIDENCE = PERMISSIONS.replace("'administer'", "'evidence', 'administer'")
MILESTONES = "'start', 'completion', 'production', 'target_output'"

# Whoever may do something adds the event that tells of it. The functions look at the end of the
# log for them, and show no more of it than number and hash.
LOG = f"""
CREATE FUNCTION {SCHEMA}.log_head() RETURNS TABLE (seq bigint, hash bytea) LANGUAGE plpgsql AS $$
DECLARE
    scope text := current_setting('parcelwatch.scope', true);
BEGIN
    PERFORM set_config('parcelwatch.scope', 'all', true);
    RETURN QUERY SELECT event.seq, event.hash FROM {SCHEMA}.event ORDER BY event.seq DESC LIMIT 1;
    PERFORM set_config('parcelwatch.scope', coalesce(scope, ''), true);
END $$;

CREATE FUNCTION {SCHEMA}.continue_log() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_seq bigint;
    last_hash bytea;
    fault text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('{SCHEMA}.event'));
    SELECT seq, hash INTO last_seq, last_hash FROM {SCHEMA}.log_head();
    fault := CASE
        WHEN (NEW.said::jsonb ->> 'seq')::bigint IS DISTINCT FROM coalesce(last_seq, 0) + 1 THEN 'number'
        WHEN NEW.previous IS DISTINCT FROM coalesce(last_hash, decode(repeat('00', 32), 'hex')) THEN 'previous hash'
        WHEN NEW.hash IS DISTINCT FROM sha256('\\x01'::bytea || NEW.previous || convert_to(NEW.said, 'UTF8')) THEN 'hash'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'the event does not continue the log: wrong %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER continue_log BEFORE INSERT ON {SCHEMA}.event
    FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.continue_log();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.event
    FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON {SCHEMA}.event FROM PUBLIC, CURRENT_USER;

ALTER TABLE {SCHEMA}.event ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY whole ON {SCHEMA}.event USING ((SELECT {SCHEMA}.sees_all()));
CREATE POLICY added ON {SCHEMA}.event FOR INSERT TO {SITE} WITH CHECK (true);
GRANT SELECT, INSERT ON {SCHEMA}.event TO {SITE};
"""  # noqa: S608 - nothing of it comes from outside

SEEN = f"""
ALTER TABLE {SCHEMA}.evidence ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY whole ON {SCHEMA}.evidence USING ((SELECT {SCHEMA}.sees_all()));
CREATE POLICY parks ON {SCHEMA}.evidence TO {SITE} USING (
    EXISTS (SELECT FROM {SCHEMA}.contract_park AS other WHERE other.contract_id = evidence.contract_id)
    OR EXISTS (SELECT FROM {SCHEMA}.claim AS other WHERE other.claim_id = evidence.claim_id));
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.evidence
    FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change();
GRANT SELECT, INSERT ON {SCHEMA}.evidence TO {SITE};
"""  # noqa: S608 - nothing of it comes from outside


def upgrade() -> None:
    op.add_column(
        "import_batch",
        sa.Column("content_digest", sa.LargeBinary(), nullable=True, comment="SHA-256 over the digests of the facts it brought; null = it brought none"),
        schema=SCHEMA,
    )  # fmt: skip
    _create_event()
    _create_evidence()
    _permit(WITH_EVIDENCE)


def downgrade() -> None:
    op.execute(
        f"UPDATE {SCHEMA}.api_token SET permissions = array_remove(permissions, 'evidence')"  # noqa: S608 - nothing of it comes from outside
    )
    _permit(PERMISSIONS)
    op.drop_table("evidence", schema=SCHEMA)
    op.drop_table("event", schema=SCHEMA)
    op.execute(f"DROP FUNCTION {SCHEMA}.continue_log(), {SCHEMA}.log_head()")
    op.drop_column("import_batch", "content_digest", schema=SCHEMA)


def _permit(permissions: str) -> None:
    """What tokens may allow at most."""
    name = op.f("ck_api_token_permissions")
    op.drop_constraint(name, "api_token", schema=SCHEMA)
    op.create_check_constraint(
        name, "api_token", f"permissions <@ ARRAY[{permissions}]", schema=SCHEMA
    )


def _create_event() -> None:
    op.create_table(
        "event",
        _said("seq", sa.BigInteger(), "编号 · number of the event, from 1, without gaps", "::bigint"),
        sa.Column("said", sa.Text(), nullable=False, comment="内容 · the event in canonical form"),
        _said("at", sa.Text(), "时间 · when, in UTC"),
        _said("actor", sa.Text(), "操作人 · who did it"),
        _said("kind", sa.Text(), "事件 · what was done"),
        _said("subject", sa.Text(), "对象类别 · what it is about"),
        _said("subject_id", sa.Text(), "对象 · its name among its kind"),
        sa.Column("previous", sa.LargeBinary(), nullable=False, comment="前一哈希 · hash of the event before"),
        sa.Column("hash", sa.LargeBinary(), nullable=False, comment="哈希 · SHA-256 of 0x01, previous and said"),
        sa.CheckConstraint("octet_length(previous) = 32 AND octet_length(hash) = 32", name=op.f("ck_event_hashes")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        schema=SCHEMA,
        comment="事件日志 · what was done, each event bound to the one before by its hash",
    )  # fmt: skip
    op.create_index("ix_event_subject", "event", ["subject", "subject_id"], schema=SCHEMA)
    op.execute(LOG)


def _said(
    name: str, kind: sa.types.TypeEngine[Any], comment: str, cast: str = ""
) -> sa.Column[Any]:
    read = sa.Computed(f"((said)::jsonb ->> '{name}'){cast}", persisted=True)
    return sa.Column(name, kind, read, nullable=False, comment=comment)


def _create_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("evidence_id", sa.Uuid(), nullable=False, comment="names it in addresses"),
        sa.Column("contract_id", sa.BigInteger(), nullable=True, comment="the contract it is about"),
        sa.Column("claim_id", sa.BigInteger(), nullable=True, comment="the entry of inefficient land it is about"),
        sa.Column("milestone", sa.Text(), nullable=True, comment="履约节点 · the milestone it proves"),
        sa.Column("observed_on", sa.Date(), nullable=True, comment="巡查日期 · day of the patrol it was taken on"),
        sa.Column("kind", sa.Text(), nullable=False, comment="材料类别 · what it is"),
        sa.Column("sha256", sa.Text(), nullable=False, comment="文件摘要 · SHA-256 of the file"),
        sa.Column("byte_count", sa.BigInteger(), nullable=False, comment="size in bytes"),
        sa.Column("media_type", sa.Text(), nullable=False, comment="what its bytes are"),
        sa.Column("file_name", sa.Text(), nullable=False, comment="name it was given with"),
        sa.Column("note", sa.Text(), nullable=False, comment="说明 · what was said of it"),
        sa.Column("added_by", sa.Text(), nullable=False, comment="收存人 · name of the account"),
        sa.Column("added_at", INSTANT, nullable=False, comment="收存时间 · when"),
        sa.Column("taken_at", INSTANT, nullable=True, comment="拍摄时间 · by the clock of the camera"),
        sa.Column("located_at", INSTANT, nullable=True, comment="定位时间 · by the satellites"),
        sa.Column("longitude_deg", DEGREES, nullable=True, comment="经度 · longitude (WGS 84)"),
        sa.Column("latitude_deg", DEGREES, nullable=True, comment="纬度 · latitude (WGS 84)"),
        sa.Column("bearing_deg", sa.Numeric(6, 2), nullable=True, comment="方位角 · where the camera looked"),
        sa.Column("preview", sa.Text(), nullable=True, comment="SHA-256 of a small picture; null = none"),
        sa.CheckConstraint("(contract_id IS NULL) <> (claim_id IS NULL)", name=op.f("ck_evidence_fact")),
        sa.CheckConstraint("contract_id IS NOT NULL OR (milestone IS NULL AND observed_on IS NULL)", name=op.f("ck_evidence_of_contract")),
        sa.CheckConstraint(f"kind IN ({EVIDENCE_KINDS})", name=op.f("ck_evidence_kind")),
        sa.CheckConstraint(f"milestone IN ({MILESTONES})", name=op.f("ck_evidence_milestone")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_evidence_sha256")),
        sa.CheckConstraint("preview ~ '^[0-9a-f]{64}$'", name=op.f("ck_evidence_preview")),
        sa.CheckConstraint("byte_count > 0", name=op.f("ck_evidence_byte_count")),
        sa.CheckConstraint("file_name <> '' AND file_name !~ '[/\\\\]'", name=op.f("ck_evidence_file_name")),
        sa.ForeignKeyConstraint(["contract_id"], [f"{SCHEMA}.contract.contract_id"], name=op.f("fk_evidence_contract_id")),
        sa.ForeignKeyConstraint(["claim_id"], [f"{SCHEMA}.claim.claim_id"], name=op.f("fk_evidence_claim_id")),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("sha256", "contract_id", "claim_id", "milestone", "observed_on", name=op.f("uq_evidence_fact"), postgresql_nulls_not_distinct=True),
        schema=SCHEMA,
        comment="证据材料 · files kept under the digest of their bytes, and what they prove",
    )  # fmt: skip
    for column in ("contract_id", "claim_id"):
        op.create_index(f"ix_evidence_{column}", "evidence", [column], schema=SCHEMA)
    op.execute(SEEN)
