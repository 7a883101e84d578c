"""Invented holders, projects and codes, each marked so that nobody takes one for real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geodata.demo.chance import Chance
from geodata.model.identifiers import organisation_check_character, uscc_check_character

FICTITIOUS: Final = "（虚构）"

_FIRST: Final = "云泖虹禾沐澜峻铭弘璟序衡启朗辰穗"
_SECOND: Final = "湾枫岑衍拓源锐泽恒屿曜翎棠隽"
_LINES: Final = (
    ("新材料科技", "高性能纤维"), ("复合材料", "碳纤维预浸料"), ("智能装备", "工业机器人整机"),
    ("生物医药", "单抗制剂"), ("医疗器械", "植介入器械"), ("新型显示", "显示驱动模组"),
    ("电子化学品", "光刻配套试剂"), ("半导体材料", "化合物衬底片"), ("无人机", "工业级无人机"),
    ("食品", "中央厨房预制食品"), ("精密机械", "精密减速器"), ("包装机械", "食品包装线"),
    ("环保科技", "膜分离组件"), ("传感技术", "智能传感器"), ("汽车零部件", "轻量化结构件"),
    ("日化用品", "功能护肤品"), ("仓储物流", "智能仓储"), ("新能源设备", "风电传动部件"),
)  # fmt: skip
_WORKS: Final = ("生产基地", "生产线建设", "扩建", "研发及产业化", "智能工厂", "技术升级")

# Organisation codes issued so far begin with a digit or with MA; these begin with X.
_CODE_PREFIX: Final = "91310116"


@dataclass(frozen=True, slots=True)
class Holder:
    """An invented enterprise: name, unified social credit code and line of business."""

    name: str
    uscc: str
    product: str


def draw_holder(number: int, chance: Chance) -> Holder:
    """Invent an enterprise; the number makes its credit code unique."""
    business, product = chance.pick(_LINES)
    name = f"上海{chance.pick(_FIRST)}{chance.pick(_SECOND)}{business}有限公司{FICTITIOUS}"
    organisation = f"X{number:07d}"
    body = _CODE_PREFIX + organisation + organisation_check_character(organisation)
    return Holder(name, body + uscc_check_character(body), product)


def draw_project(holder: Holder, chance: Chance) -> str:
    """Invent a project in the holder's line."""
    return f"{holder.product}{chance.pick(_WORKS)}项目{FICTITIOUS}"
