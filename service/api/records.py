"""Resources about what rests on documents: evidence, and entries of facts by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from geodata.errors import UsageError
from geodata.model.codelists import MilestoneKind
from geodata.model.content_lists import EvidenceKind
from geodata.model.contract_key import ContractKey
from geodata.model.entries import Entry, EntryKind, EntryState
from geodata.model.evidence import Evidence
from geodata.model.roles import Permission
from service.api.facts import CONTRACT, items_schema
from service.api.parameters import (
    DECIDED,
    EVERYWHERE,
    IN_BODY,
    PAGED_BY_ID,
    REASON,
    Asked,
    Parameter,
    choice,
    code,
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
    code_schema,
    nullable,
    record,
    texts,
)
from service.operations import entries, entry_forms
from service.operations import evidence as evidence_operations
from service.web.entry_pages import entries as entry_book
from service.web.evidence_pages import evidence_room
from service.web.question import question_or_today
from service.web.sessions import current_actor

_ENTRY_ID: Final = uuid("entry", "录入的编号", "the number of an entry")
_SAID_KEYS: Final = frozenset(a.key for kind in EntryKind for a in kind.fields)
_ABOUT: Final = replace(CONTRACT, place="body")
_SAID: Final = Parameter(
    "said",
    partial(read_texts, "said", _SAID_KEYS),
    texts(_SAID_KEYS),
    "录入内容，与台账写法相同",
    "what is stated, written as in a ledger, by column",
    **IN_BODY,
)
_ENTRY: Final = record(
    {
        "id": NUMBER_ID,
        "contract": TEXT,
        "kind": code_schema(EntryKind),
        "said": texts(),
        "source": TEXT,
        "reason": TEXT,
        "entered_by": TEXT,
        "entered_at": INSTANT,
        "state": code_schema(EntryState),
        "decided_by": nullable(TEXT),
        "decided_at": nullable(INSTANT),
        "decision": TEXT,
    }
)
_EVIDENCE: Final = record(
    {
        "id": NUMBER_ID,
        "contract": nullable(TEXT),
        "milestone": nullable(code_schema(MilestoneKind)),
        "observed_on": nullable(DAY),
        "kind": code_schema(EvidenceKind),
        "sha256": {**TEXT, "pattern": "^[0-9a-f]{64}$"},
        "byte_count": COUNT,
        "media_type": TEXT,
        "file_name": TEXT,
        "note": TEXT,
        "added_by": TEXT,
        "added_at": INSTANT,
    }
)


def _evidence(asked: Asked) -> Answered:
    limit = asked["limit"]
    found = evidence_operations.evidence_after(
        evidence_room(), current_actor(), asked.known_at, asked["after"], limit + 1
    )
    last = found[limit - 1][0].evidence_id if len(found) > limit else None
    return Answered(
        {"items": [_evidence_document(*one) for one in found[:limit]]},
        after=str(last) if last else None,
    )


def _evidence_document(one: Evidence, key: ContractKey | None) -> dict[str, Any]:
    fact = one.fact
    return {
        "id": str(one.evidence_id),
        "contract": key.slug if key else None,
        "milestone": fact.milestone.value if fact.milestone else None,
        "observed_on": fact.observed_on.isoformat() if fact.observed_on else None,
        "kind": one.kind.value,
        "sha256": one.sha256,
        "byte_count": one.byte_count,
        "media_type": one.media_type,
        "file_name": one.file_name,
        "note": one.note,
        "added_by": one.added_by,
        "added_at": one.added_at.isoformat(),
    }


def _enter(asked: Asked) -> Answered:
    key = ContractKey.from_slug(asked["contract"])
    told = {
        **asked["said"],
        entry_forms.SOURCE: asked[entry_forms.SOURCE],
        entry_forms.REASON: asked[entry_forms.REASON],
    }
    form = entry_forms.read_form(asked["kind"], told, question_or_today().today)
    unknown = asked["said"].keys() - {attribute.key for attribute in form.kind.fields}
    if unknown:
        raise UsageError(
            "An entry of the kind {kind} does not state {name}.",
            "Leave it out.",
            kind=form.kind,
            name=min(unknown)[:80],
        )
    entry = entries.propose(entry_book(), current_actor(), key, form)
    document = _entry_document(entry, key)
    return Answered(document, HTTPStatus.CREATED, location=f"/entries/{entry.entry_id}")


def _entry(asked: Asked) -> Answered:
    file = entries.entry_file(entry_book(), current_actor(), asked["entry"], asked.as_of)
    return Answered(_entry_document(file.entry, file.target.key))


def _approve(asked: Asked) -> Answered:
    approves, number = asked["decision"] == "approve", asked["entry"]
    said = asked["reason"]
    entries.decide(entry_book(), current_actor(), number, approves=approves, reason=said)
    today = question_or_today().today
    file = entries.entry_file(entry_book(), current_actor(), number, today)
    return Answered(_entry_document(file.entry, file.target.key))


def _entry_document(entry: Entry, key: ContractKey) -> dict[str, Any]:
    return {
        "id": str(entry.entry_id),
        "contract": key.slug,
        "kind": entry.kind.value,
        "said": dict(entry.said),
        "source": entry.source,
        "reason": entry.reason,
        "entered_by": entry.entered_by,
        "entered_at": entry.entered_at.isoformat(),
        "state": entry.state.value,
        "decided_by": entry.decided_by,
        "decided_at": entry.decided_at.isoformat() if entry.decided_at else None,
        "decision": entry.decision,
    }


ROUTES: Final = (
    Route(
        *("evidence", "/evidence", Permission.VIEW, _evidence, (*EVERYWHERE, *PAGED_BY_ID)),
        *(items_schema(_EVIDENCE), "证据", "files kept as evidence"),
    ),
    Route(
        *("entry", "/entries/{entry}", Permission.VIEW, _entry, (*EVERYWHERE, _ENTRY_ID)),
        *(_ENTRY, "一次录入", "one entry of facts"),
    ),
    change(
        *("enter", "/entries", Permission.ENTER, _enter, _ABOUT, _SAID),
        code("kind", EntryKind, "录入类别", "what is entered", **IN_BODY),
        plain(entry_forms.SOURCE, "依据", "the document it rests on", **IN_BODY),
        plain(entry_forms.REASON, "理由", "why", **IN_BODY),
        schema=_ENTRY,
        zh="录入事实",
        en="enter facts",
        statuses=MADE,
    ),
    change(
        *("decide_entry", "/entries/{entry}/decision", Permission.APPROVE, _approve, _ENTRY_ID),
        *(REASON, choice("decision", ("approve", "refuse"), **DECIDED, **IN_BODY)),
        schema=_ENTRY,
        zh="复核录入",
        en="approve an entry, or refuse it",
    ),
)
