"""The case file (卷宗) of a case as one bundle: one PDF, the originals, and a manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Final
from uuid import UUID

from geodata.model.cases import Case, CaseStep
from geodata.model.contract_key import ContractKey
from geodata.model.evidence import Evidence
from geodata.model.file_places import OF_DOCUMENT, OF_EVIDENCE, FilePlace
from geodata.model.manifest import MANIFEST_NAME, Manifest, Member
from geodata.model.roles import Actor, Permission
from geodata.store.engine import Connection
from geodata.store.log import head
from geodata.store.queries.cases import steps_of
from geodata.store.queries.documents import documents_of
from geodata.store.queries.evidence import evidence_of
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.clock import SHANGHAI, today
from service.i18n import translator
from service.operations.breach_facts import Asked, breach_facts
from service.operations.breach_land import district_outline
from service.operations.cases import Cases, found_case
from service.operations.dossier import stored_contract
from service.operations.evidence import EvidenceRoom
from service.reports.archives import write_archive
from service.reports.breach.facts import CaseStory
from service.reports.breach.pen import Pen
from service.reports.breach.procedure import case_story
from service.reports.breach.report import breach_report
from service.reports.case_file import (
    Paper,
    bound,
    case_record,
    has_pages,
    in_order,
    photo_page,
)
from service.reports.papers.pdf import pdf
from service.reports.papers.stored import from_text

FILE_NAME: Final = "case-file.pdf"
_PDF: Final = "application/pdf"
_ORIGINALS: Final = "originals"
_NOT_IN_NAMES: Final = re.compile(r'[\s\\/:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class _Binder:
    """What binding a case file takes."""

    cases: Cases
    room: EvidenceRoom
    language: str
    on: date


def case_bundle(
    cases: Cases, room: EvidenceRoom, actor: Actor, case_id: UUID, language: str
) -> bytes:
    """The bundle as a ZIP archive; `service.operations.verifying.prove_bundle` proves it.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor sees no originals, or no such case.
    DatabaseStateError
        When the bytes of evidence are not those that were kept.
    """
    actor.require(Permission.EVIDENCE)
    now = cases.clock()
    binder = _Binder(cases, room, language, today(cases.clock))
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        row = found_case(connection, case_id)
        steps = tuple(steps_of(connection, [case_id])[case_id])
        kept = evidence_of(connection, row.case.contract_id)
        papers = [
            *_record(binder, row.case, steps),
            *_issued(binder, connection, case_id),
            *_report(binder, connection, row.key),
            *_evidence(binder, kept),
        ]
        log_head = head(connection)
    _ = translator(language)
    title = _("Case file: {contract}").format(contract=row.key.contract_no)
    members = {FILE_NAME: bound(title, list(in_order(papers)), binder.on, language)}
    for one in kept:
        members[_original(one)] = room.blobs.read(one.sha256)
    return _packed(members, Manifest(now, log_head, _named(members)))


def _record(binder: _Binder, case: Case, steps: Sequence[CaseStep]) -> Iterator[Paper]:
    """The record of the case itself."""
    _, pen = translator(binder.language), Pen(binder.language)
    title = _("Record of the case")
    blocks = [
        pen.heading(_("Ground and steps")),
        pen.paragraph(pen.joined((pen.charge(case.ground), case.reason))),
        *case_story(CaseStory(case, tuple(steps), ()), pen),
    ]
    content = case_record(title, blocks, binder.on, binder.language)
    yield Paper(place=FilePlace.FILING, title=title, dated_on=case.opened_on, content=content)


def _issued(binder: _Binder, connection: Connection, case_id: UUID) -> Iterator[Paper]:
    """The documents that were issued, as they were."""
    for document in documents_of(connection, [case_id])[case_id]:
        if document.issue is not None:
            yield Paper(
                place=OF_DOCUMENT[document.kind],
                title=f"{document.kind.label(binder.language)} {document.issue.number}",
                dated_on=document.issue.issued_on,
                content=pdf(from_text(document.content)),
            )


def _report(binder: _Binder, connection: Connection, key: ContractKey) -> Iterator[Paper]:
    """The breach report of the day the file is bound."""
    asked = Asked(binder.cases.law, binder.on, binder.language)
    wanted = stored_contract(connection, key).contract_id
    (facts,) = breach_facts(connection, asked, wanted, district_outline(connection))
    report = breach_report(facts)
    yield Paper(place=FilePlace.REPORT, title=report.title, dated_on=binder.on, content=pdf(report))


def _evidence(binder: _Binder, kept: Sequence[Evidence]) -> Iterator[Paper]:
    """The evidence: pages where it has any, and the file as it was given."""
    for one in kept:
        taken = one.photo.taken_at if one.photo else None
        yield Paper(
            place=OF_EVIDENCE[one.kind],
            title=one.title,
            dated_on=(taken or one.added_at).astimezone(SHANGHAI).date(),
            content=_pages(binder, one),
            original=_original(one),
            sha256=one.sha256,
        )


def _pages(binder: _Binder, one: Evidence) -> bytes | None:
    """The pages of a file: its own, or one with the small picture of a photo."""
    if one.media_type == _PDF:
        content = binder.room.blobs.read(one.sha256)
        return content if has_pages(content) else None
    if one.preview is None:
        return None
    caption = f"{one.title} {one.sha256}"
    picture = binder.room.blobs.read(one.preview)
    return photo_page(picture, one.title, caption, binder.on, binder.language)


def _original(one: Evidence) -> str:
    """Where the original stands in the bundle: two files of one name stay apart."""
    return f"{_ORIGINALS}/{one.sha256[:12]}-{_NOT_IN_NAMES.sub('_', one.file_name)}"


def _named(members: dict[str, bytes]) -> dict[str, Member]:
    return {name: Member.of(content) for name, content in members.items()}


def _packed(members: dict[str, bytes], manifest: Manifest) -> bytes:
    stream = BytesIO()
    write_archive([*sorted(members.items()), (MANIFEST_NAME, manifest.to_bytes())], stream)
    return stream.getvalue()
