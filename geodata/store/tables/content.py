"""Kinds of content without older tables: what names their rows, and every version of facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from geodata.model.content import Catalogue, catalogue_of
from geodata.model.content_lists import ContentKind
from geodata.model.personal import Personal
from geodata.store.tables import ledger, schema

_NAMES: Final[Mapping[ContentKind, str]] = {
    ContentKind.PARCELS: "parcel_record",
    ContentKind.APPROVALS: "approval",
    ContentKind.ENTERPRISE_YEARS: "enterprise_year",
    ContentKind.OCCUPANCIES: "occupancy",
    ContentKind.AGREEMENTS: "agreement",
    ContentKind.GOVERNMENT_PERIODS: "government_period",
    ContentKind.OBSERVATIONS: "observation",
    ContentKind.SUPERVISION: "supervision_record",
    ContentKind.EVIDENCE: "evidence_file",
}
"""Contracts, claims and parks have tables that are older; outlines of parcels lie in theirs."""


@dataclass(frozen=True, slots=True)
class ContentTables:
    """What rows of a kind are about, and every version of what was said of it."""

    identity: sa.Table
    fact: sa.Table


def _tables(catalogue: Catalogue, name: str) -> ContentTables:
    kind = catalogue.kind
    keys = ", ".join(catalogue.key)
    identity = sa.Table(
        name,
        schema.METADATA,
        schema.key(f"{name}_id", f"number of the {name}"),
        sa.Column(
            "natural_key",
            sa.Text,
            nullable=False,
            unique=True,
            comment=f"{keys}, joined by ~, where % and ~ are written %25 and %7E",
        ),
        comment=f"{kind.zh}条目 · what names the rows: {kind.en}",
    )
    fact = sa.Table(
        f"{name}_fact",
        schema.METADATA,
        *schema.versions(name),
        sa.Column("row_no", sa.Integer, nullable=False, comment="data row of the imported file"),
        *ledger.fact_columns(catalogue.attributes),
        sa.Column(
            "extras",
            JSONB,
            server_default=sa.text("'{}'"),
            nullable=False,
            info={schema.PERSONAL: Personal.WORDS},
            comment="其他列 · other columns of the file, text by header",
        ),
        sa.CheckConstraint("jsonb_typeof(extras) = 'object'", name="extras"),
        *schema.version_rules(f"{name}_fact", name),
        *ledger.fact_rules(catalogue.attributes),
        *_order(catalogue),
        comment=f"{kind.zh} · {kind.en}, every version known",
    )
    return ContentTables(identity, fact)


def _order(catalogue: Catalogue) -> Iterator[sa.CheckConstraint]:
    for begin, end in catalogue.spans:
        yield sa.CheckConstraint(f"{begin} <= {end}", name=f"{begin}_order")


CONTENT: Final[Mapping[ContentKind, ContentTables]] = {
    kind: _tables(catalogue_of(kind), name) for kind, name in _NAMES.items()
}
"""The tables of each kind."""
