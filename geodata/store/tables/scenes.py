"""Scenes of imagery, and what they say of outlines of parcels: evidence, no facts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from geodata.model.imagery_lists import Band, ChangeClass, Doubt, SpectralIndex
from geodata.store.tables import schema

_INSTANT = sa.DateTime(timezone=True)


def _words(column: str, words: Any) -> str:
    """Condition that a column holds only some words."""
    return f"{column} <@ ARRAY[{', '.join(repr(str(word)) for word in words)}]"


def _scene(name: str, comment: str) -> sa.Column[int]:
    return schema.reference(name, "scene.scene_id", comment, primary_key=True, ondelete="CASCADE")


def _outline() -> sa.Column[int]:
    return schema.reference(
        "fact_id", "parcel_fact.fact_id", "the outline", primary_key=True, index=True
    )


def _share(name: str, comment: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Float, nullable=nullable, comment=comment)


SCENE = sa.Table(
    "scene",
    schema.METADATA,
    schema.key("scene_id", "number of the scene"),
    sa.Column("name", sa.Text, nullable=False, comment="文件名 · name of the file it came as"),
    sa.Column("path", sa.Text, nullable=False, comment="where the picture is read"),
    sa.Column(
        "sha256",
        sa.Text,
        nullable=False,
        unique=True,
        comment="文件摘要 · SHA-256 of the file it came as",
    ),
    sa.Column("taken_on", sa.Date, nullable=False, comment="拍摄日期 · day it was taken"),
    sa.Column("bands", ARRAY(sa.Text), nullable=False, comment="波段 · its bands, in order"),
    sa.Column("scale", sa.Float, nullable=False, comment="what values are multiplied by"),
    sa.Column("nodata", sa.Float, comment="value that stands for none; null = none does"),
    sa.Column("cloud_path", sa.Text, comment="where its cloud mask is read; null = none"),
    sa.Column("crs", sa.Text, nullable=False, comment="坐标系 · reference system, well-known text"),
    sa.Column(
        "transform",
        ARRAY(sa.Float),
        nullable=False,
        comment="from column and row to coordinates, six numbers",
    ),
    sa.Column("height", sa.Integer, nullable=False, comment="rows"),
    sa.Column("width", sa.Integer, nullable=False, comment="columns"),
    sa.Column(
        "resolution_m", sa.Float, nullable=False, comment="分辨率 · side of a pixel in metres"
    ),
    *schema.geometry("POLYGON", "覆盖范围 · land it covers"),
    sa.Column("added_by", sa.Text, nullable=False, comment="登记人 · who registered it"),
    sa.Column("added_at", _INSTANT, nullable=False, comment="登记时间 · when"),
    *schema.geometry_rules("scene"),
    sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
    sa.CheckConstraint(f"{_words('bands', Band)} AND cardinality(bands) > 0", name="bands"),
    sa.CheckConstraint("scale > 0 AND resolution_m > 0", name="scale"),
    sa.CheckConstraint("cardinality(transform) = 6", name="transform"),
    sa.CheckConstraint("height > 0 AND width > 0", name="size"),
    sa.Index("ix_scene_taken_on", "taken_on"),
    comment="影像 · scenes registered",
)

SCENE_MEASURE = sa.Table(
    "scene_measure",
    schema.METADATA,
    _scene("scene_id", "the scene"),
    _outline(),
    _share("pixel_count", "像元数 · pixels of the parcel within the scene"),
    _share("covered_share", "覆盖比例 · how much of the parcel lies within it"),
    _share("cloud_share", "云量 · how much of it is under cloud"),
    _share("clear_share", "有效比例 · how much of it is seen"),
    *(
        _share(index.value, f"{index.zh} · mean {index.en}", nullable=True)
        for index in SpectralIndex
    ),
    _share("built_low", "已建比例下限 · built share, at least"),
    _share("built_share", "已建比例估计 · built share, estimate; null = not known", nullable=True),
    _share("built_high", "已建比例上限 · built share, at most"),
    sa.CheckConstraint("built_low <= built_high", name="built"),
    comment="宗地影像测度 · what scenes show of outlines of parcels; estimates, no facts",
)

SCENE_CHANGE = sa.Table(
    "scene_change",
    schema.METADATA,
    _scene("from_scene_id", "the earlier scene"),
    _scene("to_scene_id", "the later scene"),
    _outline(),
    sa.Column("told", sa.Text, nullable=False, comment="影像结论 · what they say of the parcel"),
    sa.Column(
        "doubts", ARRAY(sa.Text), nullable=False, comment="无法判断的原因 · why they cannot tell"
    ),
    sa.Column(
        "season_days",
        sa.Integer,
        nullable=False,
        comment="季节差 · how far the days of the year lie apart",
    ),
    _share("shift_pixels", "配准偏差 · how far they lie beside each other", nullable=True),
    _share("pixel_count", "像元数 · pixels seen on both"),
    _share("covered_share", "覆盖比例 · how much of the parcel lies within both"),
    _share("clear_share", "有效比例 · how much of it is seen on both"),
    _share("changed_share", "变化比例 · how much of what is seen has changed", nullable=True),
    sa.CheckConstraint(schema.one_of("told", ChangeClass), name="told"),
    sa.CheckConstraint(_words("doubts", Doubt), name="doubts"),
    sa.CheckConstraint(
        f"(told = '{ChangeClass.CANNOT_TELL}') = (cardinality(doubts) > 0)", name="cannot_tell"
    ),
    sa.Index("ix_scene_change_to_scene_id", "to_scene_id"),
    comment="宗地影像变化 · what two scenes say of outlines of parcels; evidence, no facts",
)
