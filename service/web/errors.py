"""One table from error class to HTTP status, and the page that says what happened."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from geodata import errors
from service.i18n import error_sentences
from service.web.measuring import request_id
from service.web.problems import is_interface, problem
from service.web.question import question_or_today
from service.web.readings import current_site

STATUS: Final[dict[type[errors.LandError], HTTPStatus]] = {
    errors.UsageError: HTTPStatus.BAD_REQUEST,
    errors.StillAnsweringError: HTTPStatus.CONFLICT,
    errors.OutdatedError: HTTPStatus.PRECONDITION_FAILED,
    errors.RepeatedKeyError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NeededHeaderError: HTTPStatus.PRECONDITION_REQUIRED,
    errors.TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.NotSignedInError: HTTPStatus.UNAUTHORIZED,
    errors.NotAllowedError: HTTPStatus.FORBIDDEN,
    errors.NothingFoundError: HTTPStatus.NOT_FOUND,
    errors.DatabaseUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.OutcomeUnknownError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DatabaseStateError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ClusterError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.WorkersError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.MissingProgramError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Errors of classes that are not listed are the site's own fault (500)."""

Answer = Response


def status_of(error: errors.LandError) -> HTTPStatus:
    """HTTP status of an error."""
    return STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)


def handle_errors(app: Flask) -> None:
    """Answer every error with a page that says what happened and what to do."""

    @app.errorhandler(errors.LandError)
    def land_error(error: errors.LandError) -> Answer:
        status = status_of(error)
        if status is HTTPStatus.INTERNAL_SERVER_ERROR:
            app.logger.error("%s\n%s", error.template, errors.trace(error))
        return _answer(status, *error_sentences(error, question_or_today().language), error=error)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Answer:
        response = _told(error)
        if isinstance(error, MethodNotAllowed):
            response.allow.update(error.valid_methods or ())
        return response

    def _told(error: HTTPException) -> Answer:
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        _ = question_or_today().translate
        if status is HTTPStatus.NOT_FOUND:
            return _answer(status, _("There is no page at this address."), _("Check the address."))
        if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            most = f"{(request.max_content_length or 0) >> 20:,}"
            said = _("What was sent is larger than the {most} MiB taken at once.").format(most=most)
            return _answer(status, said, _("Nothing was kept. Pack it, or give it in parts."))
        return _answer(status, f"{status.value} {status.phrase}", _("Go back and try again."))

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Answer:
        app.logger.error("unforeseen error in request %s\n%s", request_id(), errors.trace(error))
        _ = question_or_today().translate
        return _answer(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            _("Something went wrong that this page cannot explain."),
            _("Nothing was changed. The log of the service holds the details."),
        )


def _answer(status: HTTPStatus, *sentences: str, error: errors.LandError | None = None) -> Answer:
    """A page that asks the database nothing, for it may be what failed; programs get a problem."""
    if is_interface():
        return problem(status, sentences, type(error) if error else None)
    page = render_template(
        "error.html",
        status=status,
        sentences=sentences,
        district=lambda: current_site().title(question_or_today().language),
    )
    return make_response(page, status)
