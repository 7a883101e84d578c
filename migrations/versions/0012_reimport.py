"""Repeated imports: former keys of contracts, lineage of parcels, and a faster guard of versions."""
# ruff: noqa: E501 - frozen: one column or rule to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

SCHEMA = "parcelwatch"

VERSIONED = ("contract", "parcel", "claim", "parcel_record", "approval", "enterprise_year", "occupancy", "agreement", "government_period", "observation", "supervision_record", "evidence_file")  # fmt: skip
PARTS = ("instalment_fact", "extension_fact", "period_fact")
UNCHANGING = ("former_key", "parcel_lineage", *(name for name in VERSIONED if name != "contract"))
LINEAGE_KINDS = "'boundary', 'split', 'merge', 'replotted', 'recoded', 'released', 'enclosed'"

# Versions are only ever closed, which makes no overlap: what is written is all there is to check.
NO_OVERLAP = """
CREATE FUNCTION parcelwatch.no_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who text := replace(TG_TABLE_NAME, '_fact', '_id');
    twice bigint;
BEGIN
    EXECUTE format(
        'SELECT fresh.%1$I FROM fresh JOIN %2$I.%3$I AS other'
        ' ON other.%1$I = fresh.%1$I AND other.fact_id <> fresh.fact_id'
        ' AND other.known_from < fresh.known_to AND fresh.known_from < other.known_to'
        ' AND other.true_from < fresh.true_to AND fresh.true_from < other.true_to LIMIT 1',
        who, TG_TABLE_SCHEMA, TG_TABLE_NAME
    ) INTO twice;
    IF twice IS NOT NULL THEN
        RAISE EXCEPTION 'two versions of % % are true and known at once', who, twice
            USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END $$
"""

REFUSE_STRAY = """
CREATE FUNCTION parcelwatch.refuse_stray() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stray bigint;
BEGIN
    FOR place IN 0 .. TG_NARGS / 2 - 1 LOOP
        EXECUTE format(
            'SELECT fresh.%1$I FROM fresh LEFT JOIN %2$I.%3$I AS owner'
            ' ON owner.%1$I = fresh.%1$I WHERE owner.%1$I IS NULL LIMIT 1',
            TG_ARGV[2 * place], TG_TABLE_SCHEMA, TG_ARGV[2 * place + 1]
        ) INTO stray;
        IF stray IS NOT NULL THEN
            RAISE EXCEPTION 'rows of % need their %: there is no %',
                TG_TABLE_NAME, TG_ARGV[2 * place + 1], stray
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""

KEEP_FORMER_KEY = """
CREATE FUNCTION parcelwatch.keep_former_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM parcelwatch.former_key AS former
        WHERE former.contract_id = OLD.contract_id AND NEW.contract_id = OLD.contract_id
            AND former.contract_no = OLD.contract_no AND former.phase = OLD.phase
            AND former.parcel_code = OLD.parcel_code AND former.parcel_id = OLD.parcel_id
    ) THEN
        RAISE EXCEPTION 'the key of contract % was not kept', OLD.contract_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.add_column(
        "import_batch",
        sa.Column("retired", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="contracts that were not in the file and are known no longer"),
        schema=SCHEMA,
    )  # fmt: skip
    _count_all("least(added, changed, unchanged, declined, rejected, retired) >= 0")
    _create_former_key()
    _create_lineage()
    for table in UNCHANGING:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.{table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change()"
        )
    op.execute(
        f"CREATE TRIGGER refuse_change BEFORE DELETE OR TRUNCATE ON {SCHEMA}.contract"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change()"
    )
    op.execute(NO_OVERLAP)
    op.execute(REFUSE_STRAY)
    for part in PARTS:
        _guard_owners(part, fact_id="contract_fact")
    for name in VERSIONED:
        fact = f"{name}_fact"
        _guard_owners(fact, **{f"{name}_id": name, "import_id": "import_batch"})
        op.create_unique_constraint(
            op.f(f"uq_{fact}_ends"), fact, [f"{name}_id", "known_to", "true_to"], schema=SCHEMA
        )
        op.drop_constraint(f"ex_{fact}_versions", fact, schema=SCHEMA)
        op.drop_index(f"ix_{fact}_current", fact, schema=SCHEMA)
        op.execute(
            f"CREATE TRIGGER no_overlap AFTER INSERT ON {SCHEMA}.{fact}"
            " REFERENCING NEW TABLE AS fresh"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.no_overlap()"
        )
    _index_known_from("brin")


def downgrade() -> None:
    _index_known_from("btree")
    for name in VERSIONED:
        fact = f"{name}_fact"
        op.execute(f"DROP TRIGGER no_overlap ON {SCHEMA}.{fact}")
        op.create_index(
            f"ix_{fact}_current",
            fact,
            [f"{name}_id"],
            schema=SCHEMA,
            postgresql_where=sa.text("known_to = 'infinity'"),
        )
        op.execute(
            f"ALTER TABLE {SCHEMA}.{fact} ADD CONSTRAINT ex_{fact}_versions EXCLUDE USING gist"
            f" ({name}_id WITH =, daterange(true_from, true_to) WITH &&,"
            " tstzrange(known_from, known_to) WITH &&)"
        )
        op.drop_constraint(op.f(f"uq_{fact}_ends"), fact, schema=SCHEMA)
        _refer_to_owners(fact, **{f"{name}_id": name, "import_id": "import_batch"})
        op.execute(f"DROP TRIGGER refuse_change ON {SCHEMA}.{name}")
    for part in PARTS:
        _refer_to_owners(part, fact_id="contract_fact")
    op.execute(f"DROP FUNCTION {SCHEMA}.no_overlap()")
    op.execute(f"DROP FUNCTION {SCHEMA}.refuse_stray()")
    op.execute(f"DROP TRIGGER keep_former_key ON {SCHEMA}.contract")
    op.execute(f"DROP FUNCTION {SCHEMA}.keep_former_key()")
    for table in ("former_key", "parcel_lineage"):
        op.drop_table(table, schema=SCHEMA)
    _count_all("least(added, changed, unchanged, declined, rejected) >= 0")
    op.drop_column("import_batch", "retired", schema=SCHEMA)


def _guard_owners(table: str, **owners: str) -> None:
    """Ask once per statement whether there is what rows are about, not for every row."""
    for column in owners:
        op.drop_constraint(op.f(f"fk_{table}_{column}"), table, schema=SCHEMA)
    named = ", ".join(f"'{column}', '{owner}'" for column, owner in owners.items())
    op.execute(
        f"CREATE TRIGGER refuse_stray AFTER INSERT ON {SCHEMA}.{table}"
        " REFERENCING NEW TABLE AS fresh"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_stray({named})"
    )


def _refer_to_owners(table: str, **owners: str) -> None:
    op.execute(f"DROP TRIGGER refuse_stray ON {SCHEMA}.{table}")
    for column, owner in owners.items():
        op.create_foreign_key(
            op.f(f"fk_{table}_{column}"),
            table,
            owner,
            [column],
            [column],
            source_schema=SCHEMA,
            referent_schema=SCHEMA,
        )


def _count_all(condition: str) -> None:
    op.drop_constraint(op.f("ck_import_batch_counts"), "import_batch", schema=SCHEMA)
    op.create_check_constraint(
        op.f("ck_import_batch_counts"), "import_batch", condition, schema=SCHEMA
    )


def _index_known_from(method: str) -> None:
    name = "ix_contract_fact_known_from"
    op.drop_index(name, "contract_fact", schema=SCHEMA)
    op.create_index(name, "contract_fact", ["known_from"], schema=SCHEMA, postgresql_using=method)


def _create_former_key() -> None:
    op.create_table(
        "former_key",
        sa.Column("contract_id", sa.BigInteger(), nullable=False, comment="the contract that had this key"),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False, comment="instant until which it was known under this key"),
        sa.Column("contract_no", sa.Text(), nullable=False, comment="合同编号 · contract number"),
        sa.Column("phase", sa.Text(), nullable=False, comment="分期 · phase"),
        sa.Column("parcel_code", sa.Text(), nullable=False, comment="宗地代码 · parcel code"),
        sa.Column("parcel_id", sa.BigInteger(), nullable=False, comment="the parcel it was about"),
        sa.Column("import_id", sa.BigInteger(), nullable=False, comment="import that brought another key"),
        sa.ForeignKeyConstraint(["contract_id"], [f"{SCHEMA}.contract.contract_id"], name=op.f("fk_former_key_contract_id")),
        sa.ForeignKeyConstraint(["parcel_id"], [f"{SCHEMA}.parcel.parcel_id"], name=op.f("fk_former_key_parcel_id")),
        sa.ForeignKeyConstraint(["import_id"], [f"{SCHEMA}.import_batch.import_id"], name=op.f("fk_former_key_import_id")),
        sa.PrimaryKeyConstraint("contract_id", "replaced_at", name=op.f("pk_former_key")),
        schema=SCHEMA,
        comment="曾用合同编号 · keys that contracts had before a correction",
    )  # fmt: skip
    op.create_index("ix_former_key_contract_no", "former_key", ["contract_no"], schema=SCHEMA)
    op.execute(KEEP_FORMER_KEY)
    op.execute(
        f"CREATE TRIGGER keep_former_key AFTER UPDATE ON {SCHEMA}.contract"
        f" FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.keep_former_key()"
    )


def _create_lineage() -> None:
    op.create_table(
        "parcel_lineage",
        sa.Column("lineage_id", sa.BigInteger(), sa.Identity(), nullable=False, comment="number of the part"),
        sa.Column("from_fact_id", sa.BigInteger(), nullable=True, comment="outline the land was part of; null = of none known"),
        sa.Column("to_fact_id", sa.BigInteger(), nullable=True, comment="outline the land is part of since; null = of none known"),
        sa.Column("kind", sa.Text(), nullable=False, comment="沿革类型 · how the land passed"),
        sa.Column("area_m2", sa.Float(), nullable=False, comment="面积 · land that passed (m2)"),
        sa.Column("import_id", sa.BigInteger(), nullable=False, comment="import that showed it"),
        sa.CheckConstraint(f"kind IN ({LINEAGE_KINDS})", name=op.f("ck_parcel_lineage_kind")),
        sa.CheckConstraint("area_m2 > 0", name=op.f("ck_parcel_lineage_area_m2")),
        sa.CheckConstraint("num_nulls(from_fact_id, to_fact_id) < 2", name=op.f("ck_parcel_lineage_ends")),
        sa.ForeignKeyConstraint(["from_fact_id"], [f"{SCHEMA}.parcel_fact.fact_id"], name=op.f("fk_parcel_lineage_from_fact_id")),
        sa.ForeignKeyConstraint(["to_fact_id"], [f"{SCHEMA}.parcel_fact.fact_id"], name=op.f("fk_parcel_lineage_to_fact_id")),
        sa.ForeignKeyConstraint(["import_id"], [f"{SCHEMA}.import_batch.import_id"], name=op.f("fk_parcel_lineage_import_id")),
        sa.PrimaryKeyConstraint("lineage_id", name=op.f("pk_parcel_lineage")),
        sa.UniqueConstraint("from_fact_id", "to_fact_id", name=op.f("uq_parcel_lineage_from_fact_id_to_fact_id")),
        schema=SCHEMA,
        comment="宗地沿革 · which land passed from one outline to another",
    )  # fmt: skip
    for end in ("from_fact_id", "to_fact_id"):
        op.create_index(f"ix_parcel_lineage_{end}", "parcel_lineage", [end], schema=SCHEMA)
