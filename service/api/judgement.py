"""Resources about what was judged and by what: audits, targets, rules, codelists."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from geodata.model.codelists import Confidence, FindingCode, as_json
from geodata.model.entities import AuditRun
from geodata.model.roles import Permission
from service.api.facts import items_schema
from service.api.parameters import EVERYWHERE, PAGED, Asked, whole
from service.api.routes import Answered, Route
from service.api.schemas import (
    COUNT,
    DAY,
    FLAG,
    INSTANT,
    TEXT,
    Schema,
    array,
    code_schema,
    nullable,
    record,
)
from service.reports.rulebook import Rule, rules
from service.reports.tally_document import tally_document
from service.web.readings import current_site
from service.web.sessions import current_actor

_MOST_RUNS: Final = 100_000
_AUDIT: Final = record(
    {
        "id": COUNT,
        "as_of": DAY,
        "known_at": INSTANT,
        "book": TEXT,
        "book_digest": nullable(TEXT),
        "rule_digest": TEXT,
        "code_version": nullable(TEXT),
        "facts_digest": TEXT,
        "scope": TEXT,
        "started_at": INSTANT,
        "actor": TEXT,
        "contract_count": COUNT,
        "inputs_digest": nullable(TEXT),
        "result_digest": nullable(TEXT),
    }
)
_RULE: Final = record(
    {
        "code": code_schema(FindingCode),
        "label": TEXT,
        "reason": TEXT,
        "next_step": TEXT,
        "basis": array(TEXT),
        "confidence": code_schema(Confidence),
        "numbers": array(TEXT),
    }
)
_WORD: Final = record(
    {"zh": TEXT, "en": TEXT, "fill": TEXT, "line": TEXT, "hatch": TEXT, "dashed": FLAG}
)
_CODELISTS: Final[Schema] = {
    "type": "object",
    "additionalProperties": {"type": "object", "additionalProperties": _WORD},
}
_TALLY: Final[Schema] = {
    "type": "object",
    "properties": {"as_of": DAY, "targets": array({"type": "object"})},
    "required": ["as_of", "targets"],
}


def _audits(asked: Asked) -> Answered:
    runs = current_site().readings.runs(current_actor(), _MOST_RUNS)
    start, limit = (asked["after"] or (0, 0))[0], asked["limit"]
    known = [run for run in reversed(runs) if (run.run_id or 0) > start and _is_known(run, asked)]
    last = known[limit - 1].run_id if len(known) > limit else None
    return Answered(
        {"items": [_audit_document(run) for run in known[:limit]]},
        after=None if last is None else str(last),
    )


def _audit(asked: Asked) -> Answered:
    report = current_site().readings.run(current_actor(), asked["audit"], asked.language)
    return Answered(_audit_document(report.run))


def _is_known(run: AuditRun, asked: Asked) -> bool:
    is_then = asked.known_at is None or run.started_at <= asked.known_at
    return is_then and (asked["as_of"] is None or run.as_of == asked.as_of)


def _audit_document(run: AuditRun) -> dict[str, Any]:
    told = {entry.name: getattr(run, entry.name) for entry in fields(run)}
    number = told.pop("run_id")
    told["as_of"] = run.as_of.isoformat()
    for name in ("known_at", "started_at"):
        told[name] = told[name].isoformat()
    return {"id": number, **told}


def _targets(asked: Asked) -> Answered:
    report = current_site().readings.targets(current_actor(), asked.as_of, asked.known_at)
    return Answered(tally_document(report))


def _rules(asked: Asked) -> Answered:
    law = current_site().readings.law
    return Answered({"items": [_rule_document(rule, asked.language) for rule in rules(law)]})


def _rule_document(rule: Rule, language: str) -> dict[str, Any]:
    return {
        "code": rule.code.value,
        "label": rule.code.label(language),
        "reason": rule.reason(language),
        "next_step": rule.law.next_step[language],
        "basis": [citation.text(language) for citation in rule.law.citations],
        "confidence": rule.law.confidence.value,
        "numbers": [number.number_id for number in rule.numbers],
    }


def _codelists(_asked: Asked) -> Answered:
    return Answered(as_json())


ROUTES: Final = (
    Route(
        *("audits", "/audits", Permission.RUNS, _audits, (*EVERYWHERE, *PAGED)),
        *(items_schema(_AUDIT), "判定记录", "audits that are kept"),
    ),
    Route(
        *("audit", "/audits/{audit}", Permission.RUNS, _audit),
        (*EVERYWHERE, whole("audit", "判定记录的编号", "the number of an audit")),
        *(_AUDIT, "一次判定", "one audit"),
    ),
    Route(
        *("targets", "/targets", Permission.TOTALS, _targets, EVERYWHERE),
        *(_TALLY, "指标与低效用地台账", "targets, and the tally of inefficient land"),
    ),
    Route(
        *("rules", "/rules", Permission.TOTALS, _rules, EVERYWHERE),
        *(items_schema(_RULE), "规则及其依据", "rules, and what they rest on"),
    ),
    Route(
        *("codelists", "/codelists", None, _codelists, EVERYWHERE),
        *(_CODELISTS, "代码表", "codelists with words and colours"),
    ),
)
