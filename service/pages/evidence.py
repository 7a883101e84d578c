"""Evidence and patrols: files are added to a contract, shown and handed out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from geodata.errors import UsageError
from geodata.model.codelists import MilestoneKind
from geodata.model.content_lists import EvidenceKind
from geodata.model.contract_key import ContractKey
from geodata.model.entries import LAST_SEEN, EntryKind
from geodata.model.roles import Permission
from service.operations import evidence as operations
from service.operations.entries import known_texts, open_contract
from service.operations.entry_forms import EntryForm, read_form
from service.operations.patrols import record_patrol
from service.web.entry_pages import entries, entry_page
from service.web.evidence_pages import attachment, evidence_room, shown_picture
from service.web.import_forms import given_files
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

Answer = str | AnyResponse | tuple[str, HTTPStatus]

_TAKING: Final = ("evidence.add", "evidence.record")
_FORM_BYTES: Final = 1 << 20

blueprint = Blueprint("evidence", __name__)


@blueprint.url_value_preprocessor
def take_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Take no more with a form than the settings say."""
    if endpoint in _TAKING and (uploads := current_site().uploads):
        request.max_content_length = uploads.most_bytes + _FORM_BYTES


@blueprint.get("/contracts/<slug>/evidence")
@requires(Permission.ENTER)
def form(slug: str) -> str:
    """The form to keep files as evidence of a contract."""
    return _evidence_page(slug)


@blueprint.post("/contracts/<slug>/evidence")
@requires(Permission.ENTER)
def add(slug: str) -> Answer:
    """Keep files as evidence of a contract, or of one milestone of it."""
    milestone = request.form.get("milestone", "")
    try:
        operations.add_to_contract(
            evidence_room(),
            current_actor(),
            ContractKey.from_slug(slug),
            given_files(),
            kind=_kind(request.form.get("kind", "")),
            milestone=MilestoneKind.from_word(milestone),
            note=request.form.get("note", ""),
        )
    except UsageError as error:
        return _evidence_page(slug, error), HTTPStatus.BAD_REQUEST
    return redirect(f"{url_for('contracts.contract', slug=slug)}#evidence", HTTPStatus.SEE_OTHER)


@blueprint.get("/evidence/<uuid:evidence_id>/file")
@requires(Permission.VIEW)
def original(evidence_id: UUID) -> Response:
    """A file as it was given."""
    return attachment(operations.original(evidence_room(), current_actor(), evidence_id))


@blueprint.get("/evidence/<uuid:evidence_id>/picture")
@requires(Permission.VIEW)
def picture(evidence_id: UUID) -> Response:
    """The small picture of a photo, without what the camera wrote into it."""
    return shown_picture(operations.picture(evidence_room(), current_actor(), evidence_id))


@blueprint.get("/contracts/<slug>/patrol")
@requires(Permission.ENTER)
def patrol(slug: str) -> str:
    """The form for a patrol, for a phone on the site."""
    return _patrol_page(slug)


@blueprint.post("/contracts/<slug>/patrol")
@requires(Permission.ENTER)
def record(slug: str) -> Answer:
    """Enter a patrol, with its photos."""
    read = read_form(EntryKind.OBSERVATION, request.form, current_question().today)
    if read.problems:
        return _patrol_page(slug, read), HTTPStatus.BAD_REQUEST
    try:
        key = ContractKey.from_slug(slug)
        entry = record_patrol(entries(), evidence_room(), current_actor(), key, read, given_files())
    except UsageError as error:
        return _patrol_page(slug, read, error), HTTPStatus.BAD_REQUEST
    return redirect(url_for("entries.entry", entry_id=entry.entry_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/contracts/<slug>/patrol/sheet")
@requires(Permission.ENTER)
def sheet(slug: str) -> str:
    """The same form on one page of paper, to be filled in by hand."""
    target = open_contract(entries(), current_actor(), ContractKey.from_slug(slug))
    return entry_page("patrol_sheet.html", target=target, kind=EntryKind.OBSERVATION)


def _kind(code: str) -> EvidenceKind:
    if code not in EvidenceKind.positions():
        raise UsageError("It is not said what the files are.", "Choose a kind from the list.")
    return EvidenceKind.of(code)


def _evidence_page(slug: str, error: UsageError | None = None) -> str:
    target = open_contract(entries(), current_actor(), ContractKey.from_slug(slug))
    lists = {"kinds": EvidenceKind, "milestones": MilestoneKind}
    return entry_page("evidence_form.html", error, target=target, **lists)


def _patrol_page(slug: str, read: EntryForm | None = None, error: UsageError | None = None) -> str:
    target = open_contract(entries(), current_actor(), ContractKey.from_slug(slug))
    kind = EntryKind.OBSERVATION
    return entry_page(
        "patrol.html",
        error,
        target=target,
        kind=kind,
        known=known_texts(target, kind),
        problems=read.problems if read else {},
        last_seen=LAST_SEEN,
    )
