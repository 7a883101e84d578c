"""Facts entered by hand: their forms, and the entries that wait for a second person."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geodata.errors import NothingFoundError, UsageError
from geodata.model.contract_key import ContractKey
from geodata.model.entries import EntryKind
from geodata.model.roles import Permission
from service.operations import entries as operations
from service.operations.entry_effects import Effect
from service.operations.entry_forms import EntryForm, read_form
from service.web.account_pages import act_asked
from service.web.entry_pages import entries, entry_page, entry_words
from service.web.permissions import requires
from service.web.question import current_question
from service.web.sessions import current_actor

Answer = str | Response | tuple[str, HTTPStatus]

blueprint = Blueprint("entries", __name__)


@blueprint.get("/contracts/<slug>/enter/<kind>")
@requires(Permission.ENTER)
def form(slug: str, kind: str) -> str:
    """The form for facts of a kind about a contract."""
    return _form_page(slug, _kind(kind))


@blueprint.post("/contracts/<slug>/enter/<kind>")
@requires(Permission.ENTER)
def enter(slug: str, kind: str) -> Answer:
    """Show what the form would change; enter it where exactly that had been shown."""
    question, actor, key = current_question(), current_actor(), ContractKey.from_slug(slug)
    read = read_form(_kind(kind), request.form, question.today)
    if read.problems:
        return _refused(slug, read)
    try:
        effect = operations.effect_of_form(entries(), actor, key, read, question.as_of)
        is_entered = act_asked("check", "enter") == "enter"
        if is_entered and request.form.get("shown") == effect.token:
            operations.propose(entries(), actor, key, read)
            return redirect(f"{url_for('contracts.contract', slug=slug)}#entries", 303)
    except UsageError as error:
        return _refused(slug, read, error)
    if _is_part():
        return render_template("_entry_effect.html", effect=effect, kind=read.kind, **entry_words())
    return _form_page(slug, read.kind, read, effect=effect), (
        HTTPStatus.CONFLICT if is_entered else HTTPStatus.OK
    )


@blueprint.get("/entries")
@requires(Permission.VIEW)
def waiting() -> str:
    """The entries that are open, and those that have ended."""
    actor = current_actor()
    return entry_page(
        "entries.html",
        open=operations.entries_shown(entries(), actor, are_open=True),
        ended=operations.entries_shown(entries(), actor, are_open=False),
    )


@blueprint.get("/entries/<uuid:entry_id>")
@requires(Permission.VIEW)
def entry(entry_id: UUID) -> str:
    """One entry: what it states, what it changes, who stands behind it."""
    return _entry_page(entry_id)


@blueprint.post("/entries/<uuid:entry_id>")
@requires(Permission.APPROVE)
def decide(entry_id: UUID) -> Answer:
    """Approve or refuse an entry."""
    try:
        approves = act_asked("approve", "refuse") == "approve"
        reason = request.form.get("reason", "")
        operations.decide(entries(), current_actor(), entry_id, approves=approves, reason=reason)
    except UsageError as error:
        return _entry_page(entry_id, error), HTTPStatus.BAD_REQUEST
    return redirect(url_for("entries.entry", entry_id=entry_id), HTTPStatus.SEE_OTHER)


def _kind(code: str) -> EntryKind:
    if code not in EntryKind.positions():
        raise NothingFoundError(
            "There is no form for {kind}.", "Open one from the page of the contract.", kind=code
        )
    return EntryKind.of(code)


def _is_part() -> bool:
    return request.headers.get("HX-Request") == "true"


def _refused(slug: str, read: EntryForm, error: UsageError | None = None) -> Answer:
    """The form again with what is wrong; a script that shows effects is told nothing yet."""
    page = _form_page(slug, read.kind, read, error)
    if _is_part():
        return render_template("_entry_effect.html", effect=None, error=error, **entry_words())
    return page, HTTPStatus.BAD_REQUEST


def _form_page(
    slug: str,
    kind: EntryKind,
    read: EntryForm | None = None,
    error: UsageError | None = None,
    effect: Effect | None = None,
) -> str:
    key = ContractKey.from_slug(slug)
    target = operations.open_contract(entries(), current_actor(), key)
    return entry_page(
        "entry_form.html",
        error,
        target=target,
        kind=kind,
        known=operations.known_texts(target, kind),
        problems=read.problems if read else {},
        effect=effect,
    )


def _entry_page(entry_id: UUID, error: UsageError | None = None) -> str:
    question, actor = current_question(), current_actor()
    file = operations.entry_file(entries(), actor, entry_id, question.as_of)
    return entry_page("entry.html", error, file=file)
