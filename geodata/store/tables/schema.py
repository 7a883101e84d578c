"""What every table shares: the schema, constraint names, versions, and geometry with its copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import sqlalchemy as sa
from geoalchemy2 import Geometry

from geodata.geometry.crs import STORAGE_EPSG, TILE_EPSG

SCHEMA: Final = "parcelwatch"

PERSONAL: Final = "personal"
"""Where a column says that it may tell of a person: in which way, or by which keys of its JSON."""

METADATA: Final = sa.MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
)


def key(name: str, comment: str) -> sa.Column[int]:
    """A numbered primary key."""
    # BY DEFAULT, because facts and their parts are copied in with numbers drawn beforehand.
    return sa.Column(name, sa.BigInteger, sa.Identity(), primary_key=True, comment=comment)


def reference(name: str, target: str, comment: str, **options: Any) -> sa.Column[int]:
    """A column that refers to the key of `target`."""
    options.setdefault("nullable", False)
    on_delete = options.pop("ondelete", None)
    link = sa.ForeignKey(f"{SCHEMA}.{target}", ondelete=on_delete)
    return sa.Column(name, sa.BigInteger, link, comment=comment, **options)


def owner(name: str, comment: str, *, primary_key: bool = False) -> sa.Column[int]:
    """A column with the key of another table's column of that name.

    The trigger ``refuse_stray`` asks for it once per statement: foreign keys of many facts cost as
    much as the facts.
    """
    return sa.Column(
        name,
        sa.BigInteger,
        primary_key=primary_key,
        autoincrement=False,
        nullable=False,
        comment=comment,
    )


def one_of(column: str, words: Iterable[str]) -> str:
    """Condition that a column holds one of the words."""
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


def versions(identity: str) -> Iterator[sa.Column[Any]]:
    """The columns that make a row a version of a fact about `identity`."""
    yield key("fact_id", "number of this version")
    yield owner(f"{identity}_id", f"the {identity} the facts are about")
    yield sa.Column(
        "true_from",
        sa.Date,
        server_default=sa.text("'-infinity'"),
        nullable=False,
        comment="first day on which the facts held",
    )
    yield sa.Column(
        "true_to",
        sa.Date,
        server_default=sa.text("'infinity'"),
        nullable=False,
        comment="first day on which they held no longer",
    )
    yield sa.Column(
        "known_from",
        sa.DateTime(timezone=True),
        nullable=False,
        comment="instant from which they were known",
    )
    yield sa.Column(
        "known_to",
        sa.DateTime(timezone=True),
        server_default=sa.text("'infinity'"),
        nullable=False,
        comment="instant from which a correction replaced them; infinity = still known",
    )
    yield owner("import_id", "import that brought the facts")
    yield sa.Column(
        "content_digest", sa.LargeBinary, nullable=False, comment="SHA-256 of what the facts say"
    )


def version_rules(table: str, identity: str) -> Iterator[sa.schema.SchemaItem]:
    """Never two versions true and known at once.

    Two that end together are refused here, which keeps apart those that hold until further notice;
    whatever else overlaps, by the trigger ``no_overlap``. An exclusion constraint would do both at
    several times the cost of writing the facts.
    """
    yield sa.CheckConstraint("true_from < true_to", name="true")
    yield sa.CheckConstraint("known_from < known_to", name="known")
    yield sa.CheckConstraint("octet_length(content_digest) = 32", name="content_digest")
    yield sa.UniqueConstraint(f"{identity}_id", "known_to", "true_to", name=f"uq_{table}_ends")


def geometry(shape: str, comment: str, *, nullable: bool = False) -> Iterator[sa.Column[Any]]:
    """A geometry in EPSG:4490."""
    yield sa.Column(
        "geom",
        Geometry(shape, srid=STORAGE_EPSG, spatial_index=False),
        nullable=nullable,
        comment=f"{comment} (EPSG:{STORAGE_EPSG})",
    )


def tile_geometry(shape: str, comment: str) -> Iterator[sa.Column[Any]]:
    """The copy of a geometry in EPSG:3857."""
    yield sa.Column(
        "geom_3857",
        Geometry(shape, srid=TILE_EPSG, spatial_index=False),
        sa.Computed(f"st_transform(geom, {TILE_EPSG})", persisted=True),
        comment=f"{comment} (EPSG:{TILE_EPSG}, for tiles)",
    )


def geometry_rules(table: str) -> Iterator[sa.schema.SchemaItem]:
    """Only sound geometry, indexed."""
    yield sa.CheckConstraint("st_isvalid(geom) AND NOT st_isempty(geom)", name="geom")
    yield sa.Index(f"ix_{table}_geom", "geom", postgresql_using="gist")


def tile_rules(table: str) -> Iterator[sa.schema.SchemaItem]:
    """The copy is indexed too."""
    yield sa.Index(f"ix_{table}_geom_3857", "geom_3857", postgresql_using="gist")
