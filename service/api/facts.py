"""Resources about land: contracts with their standing, milestones, findings, parcels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from geodata.model.attributes import ATTRIBUTES, BY_KEY
from geodata.model.codelists import (
    Confidence,
    FindingCode,
    Group,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Permission
from geodata.store.queries.contract_pages import FILTERED, ParcelRow, Wanted
from service.api.parameters import (
    EVERYWHERE,
    FILTER,
    PAGED,
    Asked,
    Parameter,
    choice,
    code,
    plain,
    segment,
)
from service.api.routes import Answered, Route
from service.api.schemas import (
    COUNT,
    DAY,
    FLAG,
    TEXT,
    YUAN,
    Schema,
    array,
    attribute_schema,
    cell_document,
    code_schema,
    nullable,
    record,
)
from service.compliance.rules.results import ContractResult
from service.operations import open_facts as operations
from service.operations.open_facts import ContractQuestion, OpenContract, OpenFacts, Standing
from service.reports.documents import contract_document
from service.web.readings import current_site
from service.web.sessions import current_actor
from service.wording import Wording

_PLACES: Final = tuple(BY_KEY[key] for key in ("park", "town", "land_use"))
_JUDGED: Final = ("verdict", "milestones", "idle", "findings", "next_change_on")

CONTRACT: Final = segment("contract", "合同的编号，见 id", "the id of a contract")
_PARCEL: Final = segment("parcel", "宗地代码", "the code of a parcel")
_VERDICTS: Final = code("verdict", Verdict, "判定", "verdict of the day", is_many=True)
_GROUPS: Final = code("group", Group, "三类之一", "one of the three groups", is_many=True)
_NAMED: Final = tuple(plain(a.key, a.zh, a.en) for a in _PLACES)
_SORT: Final = choice(
    "sort",
    [f"{sign}{attribute.key}" for attribute in FILTERED for sign in ("", "-")],
    "按台账的一列排序，前加 - 为降序；未知者在后",
    "a column of the ledger to sort by, with - before it descending; unknown values last",
)
_WHICH: Final = (*EVERYWHERE, *PAGED, FILTER, *_NAMED)
_CODES: Final = code("code", FindingCode, "发现的代码", "codes of findings", is_many=True)
_KINDS: Final = code("milestone", MilestoneKind, "履约节点", "milestones", is_many=True)
_STATES: Final = code("state", MilestoneState, "节点状态", "states of milestones", is_many=True)

_MILESTONE: Final = record(
    {
        "state": nullable(code_schema(MilestoneState)),
        **dict.fromkeys(("agreed_on", "due_on", "done_on"), nullable(DAY)),
        "days": nullable(COUNT),
        "damages_yuan": nullable(YUAN),
        "rescission_option": nullable(FLAG),
    }
)
_IDLE: Final = record(
    {
        "clock_from": nullable(DAY),
        "paused_days": nullable(COUNT),
        **dict.fromkeys(("one_year_on", "two_years_on"), nullable(DAY)),
        "fee_yuan": nullable(YUAN),
    }
)
_FINDING: Final = record(
    {
        "code": code_schema(FindingCode),
        "since_on": nullable(DAY),
        "days": nullable(COUNT),
        "amount_yuan": nullable(YUAN),
        "basis": array(TEXT),
        "confidence": code_schema(Confidence),
        "milestone": code_schema(MilestoneKind),
        "bucket": code_schema(UnusedBucket),
        "rescission": FLAG,
        "reason": TEXT,
        "next_step": TEXT,
    },
    optional=("milestone", "bucket", "rescission"),
)
_FACTS: Final = record(
    {attribute.key: attribute_schema(attribute) for attribute in ATTRIBUTES},
    optional=BY_KEY,
)
_CONTRACT: Final = record(
    {
        "id": TEXT,
        "facts": _FACTS,
        "standing": record(
            {
                "as_of": DAY,
                "verdict": code_schema(Verdict),
                "milestones": record({kind.value: _MILESTONE for kind in MilestoneKind}),
                "idle": _IDLE,
                "findings": array(_FINDING),
                "next_change_on": nullable(DAY),
            }
        ),
    }
)
_SHAPE: Final[Schema] = {"type": "object", "required": ["type", "coordinates"]}
_LAND: Final = record(
    {"id": TEXT, "parcel_code": TEXT, "contracts": array(TEXT), "geometry": _SHAPE}
)


def items_schema(item: Schema) -> Schema:
    """Schema of a page of items."""
    return record({"items": array(item)})


def _part_schema(kind: str, part: Schema) -> Schema:
    return record({"contract": TEXT, "as_of": DAY, kind: part})


def _facts() -> OpenFacts:
    site = current_site()
    return OpenFacts(site.access.accounts.engine, site.readings.law)


def _question(
    asked: Asked, after: int | None, standing: Standing | None = None
) -> ContractQuestion:
    sort = asked.values.get("sort") or ""
    wanted = Wanted(
        known_at=asked.known_at,
        equal=tuple((one.name, asked[one.name]) for one in _NAMED if asked[one.name] is not None),
        condition=asked["filter"],
        sort=sort.removeprefix("-") or None,
        descending=sort.startswith("-"),
    )
    return ContractQuestion(asked.as_of, wanted, standing or Standing(), after)


def _contracts(asked: Asked) -> Answered:
    limit, after = asked["limit"], asked["after"]
    standing = Standing(asked["verdict"], asked["group"])
    question = _question(asked, after[0] if after else None, standing)
    found = operations.open_contracts(_facts(), current_actor(), question, limit + 1)
    return Answered(
        {"items": [_document(one, asked) for one in found[:limit]]},
        after=str(found[limit - 1].contract_id) if len(found) > limit else None,
    )


def _contract(asked: Asked) -> Answered:
    key = ContractKey.from_slug(asked["contract"])
    found = operations.open_contract(_facts(), current_actor(), key, asked.as_of, asked.known_at)
    return Answered(_document(found, asked))


def _document(contract: OpenContract, asked: Asked) -> dict[str, Any]:
    judged = _judged(contract, asked)
    cells = contract.cells
    return {
        "id": contract.result.key.slug,
        "facts": {a.key: cell_document(a, cells[a.key]) for a in ATTRIBUTES if a.key in cells},
        "standing": {
            "as_of": asked.as_of.isoformat(),
            **{name: judged[name] for name in _JUDGED},
        },
    }


def _judged(contract: OpenContract, asked: Asked) -> dict[str, Any]:
    return contract_document(contract.result, Wording(current_site().readings.law, asked.language))


def _findings(asked: Asked) -> Answered:
    codes = asked["code"]

    def wanted(result: ContractResult) -> list[int]:
        found = enumerate(result.findings)
        return [place for place, one in found if not codes or one.code in codes]

    return _parts(asked, wanted, "finding", lambda judged, place: judged["findings"][place])


def _milestones(asked: Asked) -> Answered:
    kinds, states = asked["milestone"], asked["state"]

    def wanted(result: ContractResult) -> list[int]:
        return [
            one.kind.position
            for one in result.milestones
            if (not kinds or one.kind in kinds) and (not states or one.state in states)
        ]

    def told(judged: dict[str, Any], place: int) -> dict[str, Any]:
        kind = MilestoneKind.at(place).value
        return {"kind": kind, **judged["milestones"][kind]}

    return _parts(asked, wanted, "milestone", told)


def _parts(asked: Asked, wanted: operations.Parts, name: str, told: Any) -> Answered:
    """A page of parts of contracts; it goes on behind the place of the last one."""
    limit, (number, place) = asked["limit"], asked["after"] or (0, -1)
    question = _question(asked, number - 1)
    found = operations.open_parts(_facts(), current_actor(), question, wanted, place + 1, limit + 1)
    items = [
        {
            "contract": contract.result.key.slug,
            "as_of": asked.as_of.isoformat(),
            name: told(_judged(contract, asked), at),
        }
        for contract, at in found[:limit]
    ]
    last, at = found[limit - 1] if len(found) > limit else (None, 0)
    return Answered({"items": items}, after=f"{last.contract_id}.{at}" if last else None)


def _parcels(asked: Asked) -> Answered:
    limit, after = asked["limit"], asked["after"]
    start = after[0] if after else None
    found = operations.open_parcels(_facts(), current_actor(), asked.known_at, start, limit + 1)
    return Answered(
        {"items": [_land(parcel) for parcel in found[:limit]]},
        after=str(found[limit - 1].parcel_id) if len(found) > limit else None,
    )


def _parcel(asked: Asked) -> Answered:
    found = operations.open_parcel(_facts(), current_actor(), asked["parcel"], asked.known_at)
    return Answered(_land(found))


def _land(parcel: ParcelRow) -> dict[str, Any]:
    return {
        "id": parcel.parcel_code,
        "parcel_code": parcel.parcel_code,
        "contracts": [key.slug for key in parcel.contracts],
        "geometry": parcel.geometry,
    }


def _read(
    name: str,
    path: str,
    answer: Callable[[Asked], Answered],
    parameters: tuple[Parameter, ...],
    schema: Schema,
    zh: str,
    en: str,
) -> Route:
    return Route(name, path, Permission.VIEW, answer, parameters, schema, zh, en)


_OF_MILESTONES: Final = record({"kind": code_schema(MilestoneKind), **_MILESTONE["properties"]})

ROUTES: Final = (
    _read(
        *("contracts", "/contracts", _contracts, (*_WHICH, _SORT, _VERDICTS, _GROUPS)),
        *(items_schema(_CONTRACT), "合同及其当日情况", "contracts and how they stand on the day"),
    ),
    _read(
        *("contract", "/contracts/{contract}", _contract, (*EVERYWHERE, CONTRACT)),
        *(_CONTRACT, "一份合同", "one contract"),
    ),
    _read(
        *("milestones", "/milestones", _milestones, (*_WHICH, _KINDS, _STATES)),
        items_schema(_part_schema("milestone", _OF_MILESTONES)),
        *("履约节点", "milestones of contracts"),
    ),
    _read(
        *("findings", "/findings", _findings, (*_WHICH, _CODES)),
        *(items_schema(_part_schema("finding", _FINDING)), "发现", "findings about contracts"),
    ),
    _read(
        *("parcels", "/parcels", _parcels, (*EVERYWHERE, *PAGED)),
        *(items_schema(_LAND), "宗地及其界线 (EPSG:4490)", "parcels with outlines (EPSG:4490)"),
    ),
    _read(
        *("parcel", "/parcels/{parcel}", _parcel, (*EVERYWHERE, _PARCEL)),
        *(_LAND, "一宗地", "one parcel"),
    ),
)
