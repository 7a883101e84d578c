"""My account: its password, sessions and tokens; and what the role is for."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from geodata.errors import SignInError, UsageError
from service.operations.accounts import account_file
from service.operations.mailing import set_mailing
from service.operations.signing_in import change_password
from service.operations.tokens import end_other_sessions, make_token, revoke_token
from service.web.account_pages import (
    account_page,
    act_asked,
    mailing_asked,
    secret_page,
    token_asked,
)
from service.web.permissions import signed_in
from service.web.readings import current_site
from service.web.sessions import begin_session, current_actor, signed_in_identity

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
@signed_in
def account() -> str:
    """What the site knows of the one who is signed in."""
    return _page()


@blueprint.post("/account")
@signed_in
def change() -> Response | str | tuple[str, HTTPStatus]:
    """Make or revoke a token, end the other sessions, or say where mail goes."""
    access, identity = current_site().access, signed_in_identity()
    name = identity.actor.name
    try:
        match act_asked("token", "revoke", "mail", "end_sessions"):
            case "token":
                token = make_token(access.accounts, identity.actor, name, *token_asked())
                return secret_page(token, name, url_for("account.account"), is_token=True)
            case "revoke":
                number = request.form.get("token", default=0, type=int)
                revoke_token(access.accounts, identity.actor, name, number)
            case "mail":
                set_mailing(access.accounts, identity.actor, name, *mailing_asked())
            case _:
                end_other_sessions(access.accounts, identity)
                access.identities.forget(identity)
    except UsageError as error:
        return _page(error), HTTPStatus.BAD_REQUEST
    return redirect(url_for("account.account"), HTTPStatus.SEE_OTHER)


@blueprint.get("/account/password")
@signed_in
def password() -> str:
    """The form for another password."""
    return _password_page()


@blueprint.post("/account/password")
@signed_in
def change_own_password() -> Response | tuple[str, HTTPStatus]:
    """Replace the password; every other session ends."""
    accounts, identity = current_site().access.accounts, signed_in_identity()
    try:
        old, new = request.form.get("old", ""), _typed_twice("new", "again")
        token = change_password(accounts, identity, old, new, request.remote_addr or "")
    except (UsageError, SignInError) as error:
        return _password_page(error), HTTPStatus.BAD_REQUEST
    return begin_session(redirect(url_for("account.account"), HTTPStatus.SEE_OTHER), token)


@blueprint.get("/help")
@signed_in
def help_page() -> str:
    """What the role is for, and how its work is done here."""
    return account_page("help.html")


def _page(error: UsageError | None = None) -> str:
    accounts, actor = current_site().access.accounts, current_actor()
    return account_page(
        "account.html",
        error,
        file=account_file(accounts, actor, actor.name),
        settings=accounts.settings,
        here_is=signed_in_identity().session,
    )


def _typed_twice(field: str, again: str) -> str:
    """A value of the form that cannot be read while it is typed."""
    typed = request.form.get(field, "")
    if typed != request.form.get(again, ""):
        raise UsageError("The new password was typed in two ways.", "Type it twice alike.")
    return typed


def _password_page(error: UsageError | SignInError | None = None) -> str:
    return account_page(
        "password.html",
        error,
        shortest=current_site().access.accounts.settings.password_length,
        is_first=signed_in_identity().must_change,
    )
