"""Coming in and going out."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from geodata.errors import NothingFoundError, SignInError
from service.auth.oidc import Provider
from service.auth.tokens import derived, is_derived
from service.operations.accounts import has_accounts
from service.operations.signing_in import sign_in, sign_in_external, sign_out
from service.web.account_pages import account_page
from service.web.admission import safe_target
from service.web.permissions import public, signed_in
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import (
    begin_session,
    current_identity,
    end_session,
    renew_visit,
    signed_in_identity,
    visit,
)

_SEAL = "state:"

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
@public
def login() -> str | Response:
    """The form to sign in with."""
    if current_identity():
        return redirect(safe_target(request.args.get("next")))
    return _form()


@blueprint.post("/login")
@public
def enter() -> Response | tuple[str, HTTPStatus]:
    """Sign in by name and password."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        token = sign_in(current_site().access.accounts, name, password, _address())
    except SignInError as error:
        return _form(error, name), HTTPStatus.UNAUTHORIZED
    return _entered(token, safe_target(request.args.get("next")))


@blueprint.get("/login/provider")
@public
def provider() -> Response | tuple[str, HTTPStatus]:
    """Go to the identity provider, with a secret of this attempt."""
    target = safe_target(request.args.get("next"))
    attempt = renew_visit()
    state = f"{derived(attempt, _SEAL + target)}.{target}"
    try:
        return redirect(_provider().begin(attempt, state, _return_to()))
    except SignInError as error:
        return _form(error), HTTPStatus.BAD_GATEWAY


@blueprint.get("/login/callback")
@public
def callback() -> Response | tuple[str, HTTPStatus]:
    """Come back from the identity provider with a code."""
    attempt = visit()
    try:
        target = _sealed_target(attempt)
        name = _provider().finish(attempt, request.args.get("code", ""), _return_to())
        token = sign_in_external(current_site().access.accounts, name, _address())
    except SignInError as error:
        renew_visit()
        return _form(error), HTTPStatus.UNAUTHORIZED
    return _entered(token, safe_target(target))


@blueprint.post("/logout")
@signed_in
def logout() -> Response:
    """End the session of this browser."""
    access, identity = current_site().access, signed_in_identity()
    sign_out(access.accounts, identity)
    access.identities.forget(identity)
    return end_session(redirect(url_for("login.login")))


def _form(error: SignInError | None = None, name: str = "") -> str:
    access = current_site().access
    return account_page(
        "login.html",
        error,
        district=lambda: current_site().title(current_question().language),
        name=name,
        target=safe_target(request.args.get("next")),
        provider=access.provider,
        provider_title=access.provider_title,
        has_accounts=has_accounts(access.accounts),
    )


def _entered(token: str, target: str) -> Response:
    return begin_session(redirect(target, HTTPStatus.SEE_OTHER), token)


def _provider() -> Provider:
    provider = current_site().access.provider
    if provider is None:
        raise NothingFoundError("The site has no identity provider.", "Sign in with a password.")
    return provider


def _sealed_target(attempt: str) -> str:
    """Page to go on to, as it came back with an attempt of this browser."""
    seal, _, target = request.args.get("state", "").partition(".")
    if not is_derived(seal, attempt, _SEAL + target):
        raise SignInError(
            "This sign-in was not begun in this browser, or was used already.", "Begin again."
        )
    return target


def _return_to() -> str:
    return url_for("login.callback", _external=True, lang=None, as_of=None)


def _address() -> str:
    """Network address of the browser."""
    return request.remote_addr or ""
