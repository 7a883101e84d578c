"""Importing files in five steps: given, recognised, columns, preview, accepted."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from geodata.errors import LandError, NothingFoundError, UsageError
from geodata.model.content import catalogue_of
from geodata.model.content_lists import ContentKind, Unit
from geodata.model.import_lists import ChangeKind
from geodata.model.roles import Permission
from geodata.model.tasks import Sentence, TaskKind
from geodata.model.uploads import Upload, UploadState
from service.clock import minute_text
from service.i18n import error_text, sentence_text
from service.operations import uploads as operations
from service.operations.upload_columns import proposed_supplier
from service.operations.upload_decisions import counts_of, decision_of, is_taken
from service.operations.uploads import Standing, Uploads
from service.web.account_pages import act_asked
from service.web.import_forms import (
    choices_told,
    decisions_of,
    decisions_told,
    given_files,
    meanings_told,
)
from service.web.paging import asked_page
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

PAGE_SIZE: Final = 50
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("imports", __name__)

Answer = str | AnyResponse


@blueprint.url_value_preprocessor
def take_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Take no more with the form for files than the settings say."""
    if endpoint == "imports.receive" and current_site().uploads:
        request.max_content_length = _uploads().most_bytes + (1 << 20)


@blueprint.get("/imports")
@requires(Permission.IMPORT)
def imports() -> str:
    """What was given so far, and the form for more."""
    return _start()


@blueprint.post("/imports")
@requires(Permission.IMPORT)
def receive() -> Answer:
    """Take files, and have them recognised."""
    try:
        upload = operations.receive(_uploads(), current_actor(), given_files())
    except UsageError as error:
        return _refused(_start(error))
    return _to(upload.upload_id)


@blueprint.get("/imports/<uuid:upload_id>")
@requires(Permission.IMPORT)
def upload(upload_id: UUID) -> Answer:
    """The step an upload is at; a page that waits is told to look again when it is over."""
    standing = _standing(upload_id)
    if standing.is_working:
        return _shown("import_working.html", standing, 0)
    if request.headers.get("HX-Request"):
        return current_app.response_class(headers={"HX-Refresh": "true"})
    match standing.upload.state:
        case UploadState.PLANNED if not _has_failed(standing, TaskKind.PLAN_UPLOAD):
            return redirect(url_for("imports.preview", upload_id=upload_id))
        case UploadState.RECOGNISED | UploadState.PLANNED:
            return redirect(url_for("imports.files", upload_id=upload_id))
        case _:
            return _shown("import_result.html", standing, 5)


@blueprint.get("/imports/<uuid:upload_id>/files")
@requires(Permission.IMPORT)
def files(upload_id: UUID) -> Answer:
    """What each file was recognised to be."""
    return _files(_standing(upload_id))


@blueprint.post("/imports/<uuid:upload_id>/files")
@requires(Permission.IMPORT)
def choose(upload_id: UUID) -> Answer:
    """Say how each file is to be read."""
    standing = _standing(upload_id)
    try:
        told = choices_told(standing.upload)
        waits = operations.choose(_uploads(), current_actor(), upload_id, told)
    except UsageError as error:
        return _refused(_files(standing, error))
    return _to(upload_id) if waits else _to(upload_id, "imports.columns")


@blueprint.get("/imports/<uuid:upload_id>/columns")
@requires(Permission.IMPORT)
def columns(upload_id: UUID) -> Answer:
    """What each column holds."""
    return _columns(_standing(upload_id))


@blueprint.post("/imports/<uuid:upload_id>/columns")
@requires(Permission.IMPORT)
def tell_columns(upload_id: UUID) -> Answer:
    """Say what the columns hold, and have the files compared."""
    standing = _standing(upload_id)
    try:
        told = meanings_told(standing.upload)
        operations.tell_columns(_uploads(), current_actor(), upload_id, told)
    except UsageError as error:
        return _refused(_columns(standing, error))
    return _to(upload_id)


@blueprint.get("/imports/<uuid:upload_id>/preview")
@requires(Permission.IMPORT)
def preview(upload_id: UUID) -> Answer:
    """What the import would change."""
    return _preview(_standing(upload_id))


@blueprint.post("/imports/<uuid:upload_id>/preview")
@requires(Permission.IMPORT)
def decide(upload_id: UUID) -> Answer:
    """Keep what is decided, and import it where that is asked; twice is once."""
    standing = _standing(upload_id)
    if standing.is_working or standing.upload.state is UploadState.ACCEPTED:
        return _to(upload_id)
    token, page = request.form.get("token", ""), _previewed(standing.upload)
    try:
        act = act_asked("save", "all", "none", "accept")
        told = decisions_told(standing.upload, page, act)
        operations.decide(_uploads(), current_actor(), upload_id, token, told)
        if act == "accept":
            operations.accept(_uploads(), current_actor(), upload_id, token)
            return _to(upload_id)
    except UsageError as error:
        return _refused(_preview(_standing(upload_id), error), HTTPStatus.CONFLICT)
    asked = {name: request.form[name] for name in ("show", "page") if name in request.form}
    return _to(upload_id, "imports.preview", **asked)


@blueprint.post("/imports/<uuid:upload_id>/discard")
@requires(Permission.IMPORT)
def discard(upload_id: UUID) -> AnyResponse:
    """Give an upload up."""
    operations.discard(_uploads(), current_actor(), upload_id)
    return redirect(url_for("imports.imports"), HTTPStatus.SEE_OTHER)


@blueprint.get("/imports/<uuid:upload_id>.xlsx")
@requires(Permission.IMPORT)
def report(upload_id: UUID) -> Response:
    """What the import would change, whole, as a workbook."""
    held = _standing(upload_id).upload
    found = operations.kept_report(_uploads(), held, current_question().language)
    headers = {"Content-Disposition": "attachment; filename=import.xlsx"}
    return current_app.response_class(found, content_type=_XLSX, headers=headers)


def _uploads() -> Uploads:
    found = current_site().uploads
    if found is None:
        raise NothingFoundError("This site takes no files.", "Use parcelwatch import.")
    return found


def _standing(upload_id: UUID) -> Standing:
    return operations.standing_of(_uploads(), current_actor(), upload_id)


def _refused(page: Answer, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> AnyResponse:
    """The page with a status that says why it is shown again; a way elsewhere stays one."""
    response = current_app.make_response(page)
    if response.status_code == HTTPStatus.OK:
        response.status_code = status
    return response


def _to(upload_id: UUID, endpoint: str = "imports.upload", **asked: Any) -> AnyResponse:
    address = url_for(endpoint, upload_id=upload_id, **asked)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _has_failed(standing: Standing, kind: TaskKind) -> bool:
    task = standing.task
    return task is not None and task.kind is kind and task.problem is not None


def _start(error: LandError | None = None) -> str:
    language = current_question().language
    return render_template(
        "imports.html",
        uploads=operations.uploads_seen(_uploads(), current_actor()),
        most_mb=_uploads().most_bytes >> 20,
        minute=minute_text,
        message=error_text(error, language) if error else "",
        step=1,
    )


def _shown(
    template: str, standing: Standing, step: int, error: LandError | None = None, **values: Any
) -> str:
    """A page about one upload, with what went wrong at its head."""
    language, problem = current_question().language, standing.task and standing.task.problem
    message = sentence_text(problem.sentence, language, problem.next_step) if problem else ""
    return render_template(
        template,
        upload=standing.upload,
        task=standing.task,
        step=step,
        message=error_text(error, language) if error else message,
        minute=minute_text,
        told=_told,
        **values,
    )


def _told(document: dict[str, Any]) -> str:
    """A sentence that was kept, in the words of the page."""
    sentence = Sentence(document["template"], document["values"])
    return sentence_text(sentence, current_question().language, document.get("next_step", ""))


def _files(standing: Standing, error: LandError | None = None) -> Answer:
    if standing.is_working or not standing.upload.recognised:
        return _to(standing.upload.upload_id)
    return _shown("import_files.html", standing, 2, error, kinds=ContentKind)


def _columns(standing: Standing, error: LandError | None = None) -> Answer:
    if standing.is_working or not standing.upload.recognised:
        return _to(standing.upload.upload_id)
    return _shown(
        "import_columns.html",
        standing,
        3,
        error,
        catalogue=lambda code: catalogue_of(ContentKind.of(code)),
        kind_of=ContentKind.of,
        unit_of=Unit.of,
        supplier=proposed_supplier,
    )


def _previewed(held: Upload) -> dict[str, Any]:
    page: dict[str, Any] = operations.kept_preview(_uploads(), held, current_question().language)
    return page


def _preview(standing: Standing, error: LandError | None = None) -> Answer:
    held = standing.upload
    if standing.is_working or held.preview is None or not held.state.is_open:
        return _to(held.upload_id)
    page, show = _previewed(held), request.args.get("show", "")
    kept = decisions_of(held, page)
    listed = [each for each in page["changes"] if show in ("", each["kind"])]
    paged = asked_page(listed, PAGE_SIZE)
    words = {name: Markup(text) for name, text in (page["map"] or {}).items()}  # noqa: S704 - ours
    decisions = {place: decision_of({**each, "vanished": {}}) for place, each in kept.items()}
    return _shown(
        "import_preview.html",
        standing,
        4,
        error,
        page=page,
        map=words,
        lists=[{**each, "html": Markup(each["html"])} for each in page["lists"]],  # noqa: S704
        kept=kept,
        decisions=decisions,
        is_taken=is_taken,
        counts=[_counts(page, place, kept[str(place)]) for place, _ in enumerate(page["tables"])],
        changes=paged.rows,
        kinds=ChangeKind,
        show=show,
        number=paged.number,
        page_count=paged.count,
    )


def _counts(page: dict[str, Any], place: int, kept: dict[str, Any]) -> Any:
    changes = [each for each in page["changes"] if each["table"] == place]
    return counts_of(page["tables"][place], changes, kept)
