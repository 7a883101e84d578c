"""Land: parcels with their outlines, parks and towns, and what else a map shows."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from geodata.model.import_lists import LineageKind
from geodata.model.quality_lists import RepairPolicy
from geodata.store.tables import schema

PARK_KINDS = ("park", "town")
FEATURE_LAYERS = ("outline", "roads", "water")

PARCEL = sa.Table(
    "parcel",
    schema.METADATA,
    schema.key("parcel_id", "number of the parcel"),
    sa.Column(
        "parcel_code",
        sa.Text,
        nullable=False,
        unique=True,
        comment="宗地代码 · parcel code; 'contract:<number>[/<phase>]' where none is known",
    ),
    comment="宗地 · parcels, by code",
)

PARCEL_FACT = sa.Table(
    "parcel_fact",
    schema.METADATA,
    *schema.versions("parcel"),
    *schema.geometry("MULTIPOLYGON", "宗地界线 · outline of the parcel"),
    *schema.version_rules("parcel_fact", "parcel"),
    *schema.geometry_rules("parcel_fact"),
    comment="宗地界线 · outlines of parcels, every version known",
)

PARCEL_LINEAGE = sa.Table(
    "parcel_lineage",
    schema.METADATA,
    schema.key("lineage_id", "number of the part"),
    schema.reference(
        "from_fact_id",
        "parcel_fact.fact_id",
        "outline the land was part of; null = of none known",
        nullable=True,
        index=True,
    ),
    schema.reference(
        "to_fact_id",
        "parcel_fact.fact_id",
        "outline the land is part of since; null = of none known",
        nullable=True,
        index=True,
    ),
    sa.Column("kind", sa.Text, nullable=False, comment="沿革类型 · how the land passed"),
    sa.Column("area_m2", sa.Float, nullable=False, comment="面积 · land that passed (m2)"),
    schema.reference("import_id", "import_batch.import_id", "import that showed it"),
    sa.UniqueConstraint("from_fact_id", "to_fact_id"),
    sa.CheckConstraint(schema.one_of("kind", LineageKind), name="kind"),
    sa.CheckConstraint("area_m2 > 0", name="area_m2"),
    sa.CheckConstraint("num_nulls(from_fact_id, to_fact_id) < 2", name="ends"),
    comment="宗地沿革 · which land passed from one outline to another",
)

ORIGINAL_SHAPE = sa.Table(
    "original_shape",
    schema.METADATA,
    schema.reference("fact_id", "parcel_fact.fact_id", "outline made of it", primary_key=True),
    sa.Column(
        "row_no",
        sa.Integer,
        primary_key=True,
        autoincrement=False,
        comment="row of the file, from 1",
    ),
    schema.reference("import_id", "import_batch.import_id", "import it came with"),
    sa.Column(
        "policies",
        ARRAY(sa.Text),
        nullable=False,
        comment="修复方式 · what was done to it, in order",
    ),
    sa.Column(
        "change_share",
        sa.Float,
        nullable=False,
        comment="面积变化 · difference of the areas before and after, as a share of the first",
    ),
    sa.Column(
        "shape",
        sa.LargeBinary,
        nullable=False,
        comment="原始图形 · the shape as the file has it, well-known binary",
    ),
    sa.Column(
        "crs", sa.Text, nullable=False, comment="坐标系 · its system: EPSG code or well-known text"
    ),
    sa.CheckConstraint("row_no > 0", name="row_no"),
    sa.CheckConstraint(
        f"policies <@ ARRAY[{', '.join(repr(str(one)) for one in RepairPolicy)}]"
        " AND cardinality(policies) > 0",
        name="policies",
    ),
    sa.CheckConstraint("change_share >= 0", name="change_share"),
    sa.CheckConstraint("octet_length(shape) > 0", name="shape"),
    sa.CheckConstraint("crs <> ''", name="crs"),
    comment="原始图形 · shapes of outlines that were repaired, as they came",
)
"""PostGIS holds no open ring: bytes keep what it would refuse."""

PARK = sa.Table(
    "park",
    schema.METADATA,
    sa.Column("park_code", sa.Text, primary_key=True, comment="code of the park or town"),
    sa.Column("name_zh", sa.Text, nullable=False, comment="中文名称 · Chinese name"),
    sa.Column("name_en", sa.Text, nullable=False, comment="英文名称 · English name"),
    sa.Column("kind", sa.Text, nullable=False, comment="park or town"),
    *schema.geometry("MULTIPOLYGON", "范围 · outline of the park or town"),
    *schema.tile_geometry("MULTIPOLYGON", "范围 · outline of the park or town"),
    *schema.geometry_rules("park"),
    *schema.tile_rules("park"),
    sa.CheckConstraint(schema.one_of("kind", PARK_KINDS), name="kind"),
    comment="园区和镇 · parks and towns",
)

MAP_FEATURE = sa.Table(
    "map_feature",
    schema.METADATA,
    schema.key("feature_id", "number of the feature"),
    sa.Column("layer", sa.Text, nullable=False, comment="layer of the map"),
    sa.Column("kind", sa.Text, comment="what the layer says of the feature; null = nothing"),
    sa.Column("name", sa.Text, comment="name on the map"),
    sa.Column("width_m", sa.Float, comment="width of a road or river in metres"),
    *schema.geometry("GEOMETRY", "形状 · line or area"),
    *schema.tile_geometry("GEOMETRY", "形状 · line or area"),
    *schema.geometry_rules("map_feature"),
    *schema.tile_rules("map_feature"),
    sa.CheckConstraint(schema.one_of("layer", FEATURE_LAYERS), name="layer"),
    sa.CheckConstraint("kind <> ''", name="kind"),
    sa.CheckConstraint("width_m >= 0", name="width_m"),
    comment="底图要素 · roads, water and outlines for orientation; no facts",
)
