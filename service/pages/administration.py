"""The accounts, for those who keep them."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from geodata.errors import UsageError
from geodata.model.roles import Permission
from service.operations import accounts as operations
from service.operations.mailing import set_mailing
from service.operations.tokens import make_token, revoke_token
from service.web.account_pages import (
    account_page,
    act_asked,
    mailing_asked,
    role_asked,
    secret_page,
    token_asked,
)
from service.web.permissions import requires
from service.web.readings import current_site
from service.web.sessions import current_actor

_ACTS = ("role", "parks", "external", "mail", "lock", "unlock", "reset", "token", "revoke")

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/accounts")
@requires(Permission.ADMINISTER)
def accounts() -> str:
    """Every account, and the form for another one."""
    return _list()


@blueprint.post("/accounts")
@requires(Permission.ADMINISTER)
def add() -> Response | tuple[str, HTTPStatus]:
    """Make an account and show its first password once."""
    form = request.form
    try:
        role, name = role_asked(), form.get("name", "").strip().lower()
        password = operations.add_account(
            current_site().access.accounts,
            current_actor(),
            name,
            role,
            form.getlist("park"),
            external_name=form.get("external_name", ""),
        )
    except UsageError as error:
        return _list(error), HTTPStatus.BAD_REQUEST
    back = url_for("accounts.account", name=name)
    if not role.signs_in:
        return redirect(back, HTTPStatus.SEE_OTHER)
    return secret_page(password, name, back, is_token=False)


@blueprint.get("/accounts/<name>")
@requires(Permission.ADMINISTER)
def account(name: str) -> str:
    """One account: role, parks, sessions, tokens, log."""
    return _account(name)


@blueprint.post("/accounts/<name>")
@requires(Permission.ADMINISTER)
def change(name: str) -> Response | tuple[str, HTTPStatus]:
    """Change one account as the button pressed says."""
    back = url_for("accounts.account", name=name)
    try:
        act = act_asked(*_ACTS)
        secret = _act(act, name)
    except UsageError as error:
        return _account(name, error), HTTPStatus.BAD_REQUEST
    if secret is not None:
        return secret_page(secret, name, back, is_token=act == "token")
    return redirect(back, HTTPStatus.SEE_OTHER)


def _act(act: str, name: str) -> str | None:
    """Do it; returns what has to be shown once."""
    kept, actor, form = current_site().access.accounts, current_actor(), request.form
    match act:
        case "role":
            operations.set_role(kept, actor, name, role_asked())
        case "parks":
            operations.set_parks(kept, actor, name, form.getlist("park"))
        case "external":
            operations.set_external_name(kept, actor, name, form.get("external_name", ""))
        case "mail":
            set_mailing(kept, actor, name, *mailing_asked())
        case "lock":
            operations.lock(kept, actor, name)
        case "unlock":
            operations.unlock(kept, actor, name)
        case "revoke":
            revoke_token(kept, actor, name, form.get("token", default=0, type=int))
        case "token":
            return make_token(kept, actor, name, *token_asked())
        case _:
            return operations.reset_password(kept, actor, name)
    return None


def _list(error: UsageError | None = None) -> str:
    kept, actor = current_site().access.accounts, current_actor()
    return account_page(
        "accounts.html",
        error,
        accounts=operations.all_accounts(kept, actor),
        parks=operations.park_names(kept, actor),
    )


def _account(name: str, error: UsageError | None = None) -> str:
    kept, actor = current_site().access.accounts, current_actor()
    return account_page(
        "account_file.html",
        error,
        file=operations.account_file(kept, actor, name),
        parks=operations.park_names(kept, actor),
        settings=kept.settings,
    )
