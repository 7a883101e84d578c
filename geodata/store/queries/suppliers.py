"""What people said of the columns of a supplier."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geodata.model.content_lists import ContentKind
from geodata.model.uploads import Meaning, SupplierMapping
from geodata.store.tables import SUPPLIER_PROFILE

_ROW = SUPPLIER_PROFILE.c


def read_mappings(connection: sa.Connection) -> list[SupplierMapping]:
    """All of them, the one told last first."""
    rows = connection.execute(sa.select(SUPPLIER_PROFILE).order_by(_ROW.made_at.desc(), _ROW.name))
    return [
        SupplierMapping(
            **{
                **row,
                "kind": ContentKind.of(row["kind"]),
                "headers": tuple(row["headers"]),
                "meanings": {header: Meaning(**each) for header, each in row["meanings"].items()},
            }
        )
        for row in rows.mappings()
    ]


def keep_mapping(connection: sa.Connection, mapping: SupplierMapping) -> None:
    """Keep what was told; what was told under the same name is replaced."""
    values = {**asdict(mapping), "kind": mapping.kind.value, "headers": list(mapping.headers)}
    entry = insert(SUPPLIER_PROFILE).values(values)
    told_anew = {name: entry.excluded[name] for name in values if name != "name"}
    connection.execute(entry.on_conflict_do_update(index_elements=["name"], set_=told_anew))
