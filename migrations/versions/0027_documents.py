"""Documents of cases: drafted, issued for good, served; steps rest on them."""
# ruff: noqa: E501 - frozen: one column, rule, policy or trigger to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

SCHEMA = "parcelwatch"
SITE = "parcelwatch_site"

INSTANT = sa.DateTime(timezone=True)

KINDS = "'investigation_notice', 'determination', 'hearing_offer', 'fee_decision', 'recovery_decision', 'demand_letter', 'start_reminder', 'completion_reminder', 'rescission_notice', 'announcement', 'service_receipt', 'breach_report'"
STATES = "'draft', 'issued', 'withdrawn'"
WAYS = "'hand', 'mail', 'returned', 'announcement'"
OF_ISSUE = "number, recipient, issued_by, issued_on, issued_at, content_digest, pdf_digest, facts_digest, log_hash"

# A draft is changed by one at a time, and agreed to as it stands. What was issued or withdrawn
# stays as it is for good, whoever writes the SQL.
GUARDS = f"""
CREATE FUNCTION {SCHEMA}.guard_document() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept {SCHEMA}.case_document := NEW;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (NEW.state, NEW.version) <> ('draft', 0) OR NEW.content <> NEW.drafted THEN
            RAISE EXCEPTION 'a document begins as a draft' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'draft' THEN
        RAISE EXCEPTION 'the document % is % and never changed', OLD.document_id, OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    kept.document_id := OLD.document_id;
    kept.case_id := OLD.case_id;
    kept.kind := OLD.kind;
    kept.drafted_by := OLD.drafted_by;
    kept.drafted_at := OLD.drafted_at;
    kept.drafted := OLD.drafted;
    IF NEW *<> kept OR NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'of the draft % only its text is changed', OLD.document_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'draft' AND NEW.content <> OLD.content AND NEW.approved_by IS NOT NULL THEN
        RAISE EXCEPTION 'the draft % is agreed to as it stands', OLD.document_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'issued' AND (NEW.edited_by IS DISTINCT FROM OLD.edited_by OR NEW.approved_by IS DISTINCT FROM OLD.approved_by) THEN
        RAISE EXCEPTION 'the draft % is agreed to before it is issued', OLD.document_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'issued' AND NEW.approved_by IS NULL AND EXISTS (
        SELECT FROM {SCHEMA}.transition AS t JOIN {SCHEMA}.case AS c ON c.path = t.path
        WHERE c.case_id = NEW.case_id AND t.is_of_two AND NEW.kind = ANY (t.documents)
    ) THEN
        RAISE EXCEPTION 'a second person agrees to the document % before it is issued', NEW.document_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.content_digest <> sha256(convert_to(NEW.content, 'UTF8')) THEN
        RAISE EXCEPTION 'the digest is not that of the content' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION {SCHEMA}.guard_service() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM {SCHEMA}.case_document AS d
        WHERE d.document_id = NEW.document_id AND d.state = 'issued' AND d.issued_on <= NEW.served_on
    ) THEN
        RAISE EXCEPTION 'only what is issued is served' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION {SCHEMA}.guard_step_documents() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    needed text[];
    lacking text;
BEGIN
    SELECT t.documents INTO needed FROM {SCHEMA}.transition AS t JOIN {SCHEMA}.case AS c ON c.path = t.path
        WHERE c.case_id = NEW.case_id AND t.from_state = NEW.from_state AND t.action = NEW.action;
    SELECT wanted INTO lacking FROM unnest(needed) AS wanted
        WHERE wanted <> 'service_receipt' AND NOT EXISTS (
            SELECT FROM {SCHEMA}.case_document AS d
            WHERE d.case_id = NEW.case_id AND d.kind = wanted AND d.state = 'issued'
                AND d.number = NEW.documents ->> wanted AND d.issued_on <= NEW.acted_on
                AND NOT EXISTS (
                    SELECT FROM {SCHEMA}.case_step AS s WHERE s.case_id = NEW.case_id AND s.documents ->> wanted = d.number
                )
                AND ('service_receipt' <> ALL (needed) OR NEW.acted_on = (
                    SELECT min(s.counts_on) FROM {SCHEMA}.document_service AS s WHERE s.document_id = d.document_id
                ))
        ) LIMIT 1;
    IF lacking IS NOT NULL THEN
        RAISE EXCEPTION 'the step % of case % rests on no issued and served document: %', NEW.action, NEW.case_id, lacking
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_document BEFORE INSERT OR UPDATE ON {SCHEMA}.case_document FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.guard_document();
CREATE TRIGGER guard_service BEFORE INSERT ON {SCHEMA}.document_service FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.guard_service();
CREATE TRIGGER guard_step_documents BEFORE INSERT ON {SCHEMA}.case_step FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.guard_step_documents();
CREATE TRIGGER refuse_change BEFORE DELETE OR TRUNCATE ON {SCHEMA}.case_document FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.document_service FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change();
"""  # noqa: S608 - nothing of it comes from outside

# Of a park one sees what was issued, and no drafts.
SEEN = {
    "case_document": f"state = 'issued' AND EXISTS (SELECT FROM {SCHEMA}.case AS other WHERE other.case_id = case_document.case_id)",
    "document_service": f"EXISTS (SELECT FROM {SCHEMA}.case_document AS other WHERE other.document_id = document_service.document_id)",
}
WRITTEN = {
    "case_document": f"SELECT, INSERT, UPDATE (state, version, content, edited_by, approved_by, {OF_ISSUE})",
    "document_service": "SELECT, INSERT",
}


def upgrade() -> None:
    _create_documents()
    _create_services()
    op.execute(GUARDS)
    for table, condition in SEEN.items():
        op.execute(
            f"ALTER TABLE {SCHEMA}.{table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        )
        op.execute(f"CREATE POLICY whole ON {SCHEMA}.{table} USING ((SELECT {SCHEMA}.sees_all()))")
        op.execute(
            f"CREATE POLICY parks ON {SCHEMA}.{table} FOR SELECT TO {SITE} USING ({condition})"
        )
        op.execute(f"GRANT {WRITTEN[table]} ON {SCHEMA}.{table} TO {SITE}")


def downgrade() -> None:
    op.execute(f"DROP TRIGGER guard_step_documents ON {SCHEMA}.case_step")
    for table in reversed(SEEN):
        op.drop_table(table, schema=SCHEMA)
    for guard in ("document", "service", "step_documents"):
        op.execute(f"DROP FUNCTION {SCHEMA}.guard_{guard}()")


def _create_documents() -> None:
    op.create_table(
        "case_document",
        sa.Column("document_id", sa.Uuid(), nullable=False, comment="names it in addresses"),
        sa.Column("case_id", sa.Uuid(), nullable=False, comment="案件 · the case"),
        sa.Column("kind", sa.Text(), nullable=False, comment="文书种类 · which document it is"),
        sa.Column("state", sa.Text(), nullable=False, comment="状态 · where it stands"),
        sa.Column("version", sa.Integer(), nullable=False, comment="修改次数 · number of changes"),
        sa.Column("drafted_by", sa.Text(), nullable=False, comment="起草人 · name of the account"),
        sa.Column("drafted_at", INSTANT, nullable=False, comment="起草时间 · when"),
        sa.Column("drafted", sa.Text(), nullable=False, comment="起草内容 · the content as drafted from the facts, canonical JSON"),
        sa.Column("content", sa.Text(), nullable=False, comment="内容 · the content as it stands, canonical JSON"),
        sa.Column("edited_by", sa.Text(), nullable=True, comment="修改人 · who changed the text last"),
        sa.Column("approved_by", sa.Text(), nullable=True, comment="复核人 · who agreed to the content"),
        sa.Column("number", sa.Text(), nullable=True, comment="文号 · number given by the office"),
        sa.Column("recipient", sa.Text(), nullable=True, comment="受送达人 · to whom it goes"),
        sa.Column("issued_by", sa.Text(), nullable=True, comment="签发人 · name of the account"),
        sa.Column("issued_on", sa.Date(), nullable=True, comment="成文日期 · its day in law"),
        sa.Column("issued_at", INSTANT, nullable=True, comment="签发时间 · when it was issued"),
        sa.Column("content_digest", sa.LargeBinary(), nullable=True, comment="SHA-256 of the content issued"),
        sa.Column("pdf_digest", sa.LargeBinary(), nullable=True, comment="SHA-256 of the PDF made of it then"),
        sa.Column("facts_digest", sa.LargeBinary(), nullable=True, comment="SHA-256 of the facts of the contract at issue"),
        sa.Column("log_hash", sa.LargeBinary(), nullable=True, comment="head of the event log, printed on every page"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_case_document_kind")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_case_document_state")),
        sa.CheckConstraint("version >= 0", name=op.f("ck_case_document_version")),
        sa.CheckConstraint("number <> '' AND recipient <> ''", name=op.f("ck_case_document_issue")),
        sa.CheckConstraint("approved_by <> drafted_by AND approved_by <> edited_by AND approved_by <> issued_by", name=op.f("ck_case_document_four_eyes")),
        sa.CheckConstraint(f"num_nonnulls({OF_ISSUE}) = CASE WHEN state = 'issued' THEN 9 ELSE 0 END", name=op.f("ck_case_document_issued")),
        sa.ForeignKeyConstraint(["case_id"], [f"{SCHEMA}.case.case_id"], name=op.f("fk_case_document_case_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_case_document")),
        schema=SCHEMA,
        comment="案件文书 · documents of cases; what is issued is never changed",
    )  # fmt: skip
    op.create_index("ix_case_document_case_id", "case_document", ["case_id"], schema=SCHEMA)
    op.create_index(
        "uq_case_document_number", "case_document", ["number"], schema=SCHEMA, unique=True
    )


def _create_services() -> None:
    op.create_table(
        "document_service",
        sa.Column("service_id", sa.Uuid(), nullable=False, comment="number of the service"),
        sa.Column("document_id", sa.Uuid(), nullable=False, comment="文书 · the document"),
        sa.Column("way", sa.Text(), nullable=False, comment="送达方式 · how it was served, or not"),
        sa.Column("served_on", sa.Date(), nullable=False, comment="送达、退回或公告日期 · its day"),
        sa.Column("counts_on", sa.Date(), nullable=True, comment="视为送达日期 · on which it counts as served"),
        sa.Column("receiver", sa.Text(), nullable=False, comment="签收人 · who took it; may be blank"),
        sa.Column("evidence", sa.Text(), nullable=False, comment="送达凭证 · receipt or record that proves it"),
        sa.Column("recorded_by", sa.Text(), nullable=False, comment="登记人 · name of the account"),
        sa.Column("recorded_at", INSTANT, nullable=False, comment="登记时间 · when"),
        sa.CheckConstraint(f"way IN ({WAYS})", name=op.f("ck_document_service_way")),
        sa.CheckConstraint("evidence <> ''", name=op.f("ck_document_service_evidence")),
        sa.CheckConstraint("(counts_on IS NULL) = (way = 'returned') AND counts_on >= served_on", name=op.f("ck_document_service_counts_on")),
        sa.ForeignKeyConstraint(["document_id"], [f"{SCHEMA}.case_document.document_id"], name=op.f("fk_document_service_document_id")),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_document_service")),
        schema=SCHEMA,
        comment="文书送达 · services of issued documents; never changed",
    )  # fmt: skip
    op.create_index(
        "ix_document_service_document_id", "document_service", ["document_id"], schema=SCHEMA
    )
