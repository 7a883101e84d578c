"""Resources about what is done: cases, evidence, and entries of facts; and what changes them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any, Final

from geodata.errors import UsageError
from geodata.model.case_lists import (
    CaseAction,
    CaseOutcome,
    CasePath,
    CaseState,
    DisposalOption,
    DocumentKind,
)
from geodata.model.cases import CaseStep, Proposal, Taken
from geodata.model.codelists import FindingCode
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Permission
from geodata.store.queries.cases import CaseFilter, CaseRow
from service.api.facts import CONTRACT, items_schema
from service.api.parameters import (
    DECIDED,
    EVERYWHERE,
    IN_BODY,
    PAGED_BY_ID,
    REASON,
    VERSION,
    Asked,
    Parameter,
    choice,
    code,
    day,
    plain,
    read_texts,
    uuid,
)
from service.api.routes import MADE, Answered, Route, change
from service.api.schemas import (
    COUNT,
    DAY,
    INSTANT,
    NUMBER_ID,
    TEXT,
    YUAN,
    code_schema,
    nullable,
    record,
    texts,
)
from service.operations import case_files, cases
from service.operations.cases import Cases
from service.web.readings import current_site
from service.web.sessions import current_actor

_CASE_ID: Final = uuid("case", "案件的编号", "the number of a case")
_PROPOSAL_ID: Final = uuid("proposal", "待复核步骤的编号", "the number of a step that waits")

_CASE: Final = record(
    {
        "id": NUMBER_ID,
        "contract": TEXT,
        "ground": code_schema(FindingCode),
        "path": code_schema(CasePath),
        "state": code_schema(CaseState),
        "version": COUNT,
        "opened_by": TEXT,
        "opened_at": INSTANT,
        "opened_on": DAY,
        "reason": TEXT,
        "closed_on": nullable(DAY),
        "outcome": nullable(code_schema(CaseOutcome)),
    }
)
_TAKEN: Final = record(
    {
        "case": NUMBER_ID,
        "version": COUNT,
        "action": code_schema(CaseAction),
        "acted_on": DAY,
        "state": code_schema(CaseState),
        "proposal": nullable(NUMBER_ID),
    }
)


def _cases() -> Cases:
    accounts = current_site().access.accounts
    return Cases(accounts.engine, current_site().readings.law, accounts.clock)


def _list(asked: Asked) -> Answered:
    wanted = CaseFilter(path=asked["path"], ground=asked["ground"], park=asked["park"])
    found = case_files.cases_known(_cases(), current_actor(), wanted, asked.as_of, asked.known_at)
    rest = sorted(found, key=lambda row: row.case.case_id)
    after, limit = asked["after"], asked["limit"]
    shown = [row for row in rest if after is None or row.case.case_id > after]
    shown = [row for row in shown if not asked["state"] or row.case.state in asked["state"]]
    last = shown[limit - 1].case.case_id if len(shown) > limit else None
    return Answered(
        {"items": [_case_document(row) for row in shown[:limit]]},
        after=str(last) if last else None,
    )


def _one(asked: Asked) -> Answered:
    row = case_files.case_known(
        _cases(), current_actor(), asked["case"], asked.as_of, asked.known_at
    )
    return Answered(_case_document(row), version=row.case.version)


def _case_document(row: CaseRow) -> dict[str, Any]:
    case = row.case
    return {
        "id": str(case.case_id),
        "contract": row.key.slug,
        "ground": case.ground.value,
        "path": case.path.value,
        "state": case.state.value,
        "version": case.version,
        "opened_by": case.opened_by,
        "opened_at": case.opened_at.isoformat(),
        "opened_on": case.opened_on.isoformat(),
        "reason": case.reason,
        "closed_on": case.closed_on.isoformat() if case.closed_on else None,
        "outcome": case.outcome.value if case.outcome else None,
    }


def _open(asked: Asked) -> Answered:
    key = ContractKey.from_slug(asked["contract"])
    said = (asked["ground"], asked["path"], asked["opened_on"], asked["reason"])
    case = cases.open_case(_cases(), current_actor(), key, *said)
    row = CaseRow(case, key, "", "")
    return Answered(_case_document(row), HTTPStatus.CREATED, location=f"/cases/{case.case_id}")


def _act(asked: Asked) -> Answered:
    taken = Taken(
        action=asked["action"],
        acted_on=asked["acted_on"],
        reason=asked["reason"],
        documents=asked["documents"],
        amount_yuan=asked["amount_yuan"],
        option=asked["option"],
    )
    done = cases.act(_cases(), current_actor(), asked["case"], asked[VERSION.name], taken)
    return _moved(done)


def _moved(done: CaseStep | Proposal) -> Answered:
    """What was done, or what waits for a second person."""
    is_asked = isinstance(done, Proposal)
    case = case_files.case_known(_cases(), current_actor(), done.case_id).case
    document = {
        "case": str(done.case_id),
        "version": case.version,
        "action": done.taken.action.value,
        "acted_on": done.taken.acted_on.isoformat(),
        "state": case.state.value,
        "proposal": str(done.proposal_id) if isinstance(done, Proposal) else None,
    }
    status = HTTPStatus.ACCEPTED if is_asked else HTTPStatus.CREATED
    return Answered(document, status, location=f"/cases/{done.case_id}")


def _decide(asked: Asked) -> Answered:
    agrees = asked["decision"] == "agree"
    said = asked["reason"]
    cases.decide(_cases(), current_actor(), asked["proposal"], agrees=agrees, decision=said)
    row = case_files.case_known(_cases(), current_actor(), asked["case"])
    return Answered(_case_document(row), version=row.case.version)


def _comment(asked: Asked) -> Answered:
    said = cases.comment(_cases(), current_actor(), asked["case"], asked["text"])
    document = {"account": said.account, "at": said.at.isoformat(), "text": said.text}
    return Answered(document, HTTPStatus.CREATED, location=f"/cases/{asked['case']}")


def _read_documents(said: Any) -> dict[DocumentKind, str]:
    found = read_texts("documents", frozenset(DocumentKind.positions()), said)
    return {DocumentKind.of(kind): number for kind, number in found.items() if number.strip()}


def _read_amount(said: Any) -> Decimal:
    try:
        amount = Decimal(said) if isinstance(said, str) and len(said) <= _DIGITS else Decimal(-1)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0 or amount != amount.quantize(Decimal("0.01")):
        raise UsageError(
            "{value} is no amount in yuan.",
            "Write figures with at most two decimals.",
            value=str(said)[:80],
        )
    return amount


_DIGITS: Final = 20
_ABOUT: Final = replace(CONTRACT, place="body")
_STEP: Final = (
    code("action", CaseAction, "办理步骤", "the step", **IN_BODY),
    day("acted_on", "步骤在法律上的日期", "the day of the step in law", **IN_BODY),
    REASON,
    Parameter(
        "documents",
        _read_documents,
        texts(DocumentKind.positions()),
        "所附文书的文号",
        "numbers of the documents on file",
        place="body",
        default={},
    ),
    Parameter(
        "amount_yuan",
        _read_amount,
        {**YUAN, "maxLength": _DIGITS},
        "金额（元）",
        "amount in yuan",
        place="body",
    ),
    code("option", DisposalOption, "处置方式", "the way of disposal", place="body"),
)
_CASE_FILTERS: Final = (
    code("path", CasePath, "办理程序", "the procedure"),
    code("state", CaseState, "案件状态", "states of cases", is_many=True),
    code("ground", FindingCode, "立案事由", "the finding it was opened on"),
    plain("park", "所属园区", "park"),
)
_COMMENT: Final = record({"account": TEXT, "at": INSTANT, "text": TEXT})


ROUTES: Final = (
    Route(
        *("cases", "/cases", Permission.VIEW, _list),
        (*EVERYWHERE, *PAGED_BY_ID, *_CASE_FILTERS),
        *(items_schema(_CASE), "案件", "cases"),
    ),
    Route(
        *("case", "/cases/{case}", Permission.VIEW, _one, (*EVERYWHERE, _CASE_ID)),
        *(_CASE, "一个案件；ETag 以版本开头", "one case; its ETag begins with its version"),
    ),
    change(
        *("open_case", "/cases", Permission.CASES, _open, _ABOUT),
        code("ground", FindingCode, "立案事由", "the finding it is opened on", **IN_BODY),
        code("path", CasePath, "办理程序", "the procedure", **IN_BODY),
        day("opened_on", "立案日期", "the day in law", **IN_BODY),
        plain("reason", "理由", "why", **IN_BODY),
        schema=_CASE,
        zh="立案",
        en="open a case",
        statuses=MADE,
    ),
    change(
        *("take_step", "/cases/{case}/steps", Permission.CASES, _act, _CASE_ID, VERSION, *_STEP),
        schema=_TAKEN,
        zh="办理一个步骤；须两人者待复核 (202)",
        en="take a step of a case; one of two people waits for the second (202)",
        statuses=(HTTPStatus.CREATED, HTTPStatus.ACCEPTED),
    ),
    change(
        *("decide_step", "/cases/{case}/proposals/{proposal}", Permission.AGREE, _decide),
        *(_CASE_ID, _PROPOSAL_ID, REASON),
        choice("decision", ("agree", "refuse"), **DECIDED, **IN_BODY),
        schema=_CASE,
        zh="复核一个步骤",
        en="agree to a step, or refuse it",
    ),
    change(
        *("comment", "/cases/{case}/comments", Permission.COMMENT, _comment, _CASE_ID),
        plain("text", "留言", "what is said", **IN_BODY),
        schema=_COMMENT,
        zh="案件留言",
        en="say something about a case",
        statuses=MADE,
    ),
)
