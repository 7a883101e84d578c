"""Imports: what came in, from which file, and what became of every row."""

from __future__ import annotations

import sqlalchemy as sa

from geodata.model.codelists import IssueSeverity
from geodata.store.tables import schema
from geodata.store.tables.content import CONTENT

IMPORT_KINDS = ("ledger", "claims", "district", *CONTENT)

COUNTS = (
    ("rows_in", "rows of the file"),
    ("added", "rows about something new"),
    ("changed", "rows that corrected what was known"),
    ("unchanged", "rows that said what was known"),
    ("declined", "rows left out by the user"),
    ("rejected", "rows that could not be read"),
)

IMPORT_BATCH = sa.Table(
    "import_batch",
    schema.METADATA,
    schema.key("import_id", "number of the import"),
    sa.Column("kind", sa.Text, nullable=False, comment="what was imported"),
    sa.Column("file_name", sa.Text, nullable=False, comment="name of the file, without folders"),
    sa.Column("sha256", sa.Text, nullable=False, comment="SHA-256 of the file, hexadecimal"),
    sa.Column(
        "imported_at",
        sa.DateTime(timezone=True),
        nullable=False,
        comment="instant from which its facts are known; later for every import of the kind",
    ),
    sa.Column("actor", sa.Text, nullable=False, comment="who imported"),
    sa.Column("profile", sa.Text, nullable=False, comment="supplier profile; empty = own headers"),
    *(sa.Column(name, sa.Integer, nullable=False, comment=text) for name, text in COUNTS),
    sa.Column(
        "retired",
        sa.Integer,
        server_default=sa.text("0"),
        nullable=False,
        comment="contracts that were not in the file and are known no longer",
    ),
    sa.Column(
        "content_digest",
        sa.LargeBinary,
        comment="SHA-256 over the digests of the facts it brought; null = it brought none",
    ),
    sa.UniqueConstraint("kind", "imported_at"),
    sa.CheckConstraint(schema.one_of("kind", IMPORT_KINDS), name="kind"),
    sa.CheckConstraint("file_name !~ '[/\\\\]'", name="file_name"),
    sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
    sa.CheckConstraint(
        "rows_in = added + changed + unchanged + declined + rejected", name="no_row_lost"
    ),
    sa.CheckConstraint(
        "least(added, changed, unchanged, declined, rejected, retired) >= 0", name="counts"
    ),
    comment="导入批次 · one file taken in, with what became of its rows",
)

IMPORT_ISSUE = sa.Table(
    "import_issue",
    schema.METADATA,
    schema.reference(
        "import_id", "import_batch.import_id", "import the issue belongs to", primary_key=True
    ),
    sa.Column("issue_no", sa.Integer, primary_key=True, comment="number within the import"),
    sa.Column("row_no", sa.Integer, comment="data row of the file, from 1; null = whole file"),
    sa.Column("column_name", sa.Text, nullable=False, comment="key of the column"),
    sa.Column("value", sa.Text, nullable=False, comment="the cell as it was met"),
    sa.Column("severity", sa.Text, nullable=False, comment="what it meant for the row"),
    sa.Column("message", sa.Text, nullable=False, comment="the reason"),
    sa.CheckConstraint(schema.one_of("severity", IssueSeverity), name="severity"),
    comment="导入问题 · what was rejected, repaired or odd in an import",
)
