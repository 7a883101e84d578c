"""What is published as collections of features: the attributes of each, and when a feature holds.

Titles, units and codelists are those of the catalogues; only what is judged is described here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from geodata.model.attributes import BY_KEY, Attribute, Kind
from geodata.model.case_lists import CaseOutcome, CasePath, CaseState
from geodata.model.codelist import Codelist
from geodata.model.codelists import FindingCode, Group, MilestoneKind, UnusedBucket, Verdict
from geodata.model.content.claims import CLAIMS
from geodata.model.content_lists import ParkKind
from geodata.model.contract_key import IDENTITY

_DUTY: Final = "LA_Responsibility"


class Published(Codelist):
    """A collection of features."""

    CONTRACTS = ("contracts", "合同", "contracts as judged as of a day")
    PARCELS = ("parcels", "宗地", "outlines of parcels")
    PARKS = ("parks", "园区和镇", "parks and towns")
    FINDINGS = ("findings", "发现", "findings of the latest audit of all land")
    CLAIMS = ("claims", "低效用地", "entries of the inefficient-land register")
    TALLY_PARTITION = ("tally_partition", "计入核算的低效用地", "inefficient land as credited")
    CASES = ("cases", "案件", "cases about contracts")

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """Properties of its features."""
        return _ATTRIBUTES[self]

    @property
    def holds(self) -> tuple[str, str | None] | None:
        """Keys of the first day on which a feature holds and of the first on which it does not.

        A feature that names no day holds always; None where no feature names one.
        """
        return _HOLDS.get(self)

    def attribute(self, key: str) -> Attribute | None:
        """The property of a key."""
        return _by_key(self).get(key)


@cache
def _by_key(collection: Published) -> Mapping[str, Attribute]:
    return {attribute.key: attribute for attribute in collection.attributes}


def _of_ledger(*keys: str) -> tuple[Attribute, ...]:
    return tuple(BY_KEY[key] for key in keys)


def _code(key: str, zh: str, en: str, words: type[Codelist]) -> Attribute:
    return Attribute(key, zh, en, Kind.CODE, codelist=words, ladm=_DUTY)


def _days(**titles: tuple[str, str]) -> Iterable[Attribute]:
    return (Attribute(key, *title, Kind.DATE, ladm=_DUTY) for key, title in titles.items())


_TRUE: Final = tuple(
    _days(
        true_from=("成立日期", "first day on which it holds"),
        true_to=("失效日期", "first day on which it holds no longer"),
    )
)
_CONTRACT: Final = _of_ledger(*IDENTITY)
_PARK: Final = BY_KEY["park"]
_MILESTONE: Final = _code("milestone", "履约节点", "milestone", MilestoneKind)
_BUCKET: Final = _code("bucket", "供而未用时长", "supplied and unused for", UnusedBucket)
_SINCE: Final = Attribute("since_on", "起始日期", "since", Kind.DATE, ladm=_DUTY)
_DAYS: Final = Attribute("days", "天数", "days", Kind.COUNT, "days", ladm=_DUTY)

_ATTRIBUTES: Final[Mapping[Published, tuple[Attribute, ...]]] = {
    Published.CONTRACTS: (
        *_CONTRACT,
        *_of_ledger("supervision_no", "project_name", "grantee", "uscc", "town", "park"),
        *_of_ledger("land_use", "area_m2"),
        _code("verdict", "结论", "verdict", Verdict),
        *(Attribute(f"in_{g}", g.zh, g.en, Kind.BOOLEAN, ladm=_DUTY) for g in Group),
        _BUCKET,
        _MILESTONE,
        *_days(due_on=("下一到期日", "next due on")),
        _SINCE,
        _DAYS,
        *_TRUE,
    ),
    Published.PARCELS: (
        Attribute("parcel_id", "宗地编号", "number of the parcel", Kind.COUNT),
        *_of_ledger("parcel_code"),
        *_TRUE,
    ),
    Published.PARKS: (
        Attribute("park_code", "园区代码", "code"),
        Attribute("name_zh", "中文名称", "Chinese name"),
        Attribute("name_en", "英文名称", "English name"),
        Attribute("kind", "类型", "kind", Kind.CODE, codelist=ParkKind),
    ),
    Published.FINDINGS: (
        *_CONTRACT,
        _PARK,
        *_days(as_of=("判定日", "judged as of")),
        _code("code", "发现", "finding", FindingCode),
        _MILESTONE,
        _SINCE,
        _DAYS,
        Attribute("amount_yuan", "金额", "amount", Kind.EXACT, "yuan", ladm=_DUTY),
        _BUCKET,
        Attribute("rescission", "可解除合同", "rescission is open", Kind.BOOLEAN, ladm=_DUTY),
    ),
    Published.CLAIMS: CLAIMS.attributes,
    Published.TALLY_PARTITION: (
        *(CLAIMS.by_key[key] for key in ("claim_code", "kind", "done_on", "town", "park")),
        CLAIMS.by_key["area_m2"],
        Attribute("credited_share", "计入比例", "credited share", Kind.SHARE),
        Attribute("credited_m2", "计入面积", "credited area", Kind.EXACT, "m2"),
    ),
    Published.CASES: (
        Attribute("case_id", "案件编号", "number of the case"),
        *_CONTRACT,
        _PARK,
        _code("ground", "立案事由", "opened on", FindingCode),
        _code("path", "案件类型", "path", CasePath),
        _code("state", "状态", "state", CaseState),
        *_days(opened_on=("立案日期", "opened on"), closed_on=("结案日期", "closed on")),
        _code("outcome", "结果", "outcome", CaseOutcome),
    ),
}
_HOLDS: Final[Mapping[Published, tuple[str, str | None]]] = {
    Published.CONTRACTS: ("true_from", "true_to"),
    Published.PARCELS: ("true_from", "true_to"),
    Published.FINDINGS: ("since_on", None),
    Published.CLAIMS: ("done_on", "reversed_on"),
    Published.CASES: ("opened_on", "closed_on"),
}
