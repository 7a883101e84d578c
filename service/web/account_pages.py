"""What the pages about accounts share: how they are drawn, and what their forms ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, current_app, render_template, request

from geodata.errors import LandError, UsageError
from geodata.model.accounts import DigestChoice
from geodata.model.codelist import Codelist
from geodata.model.roles import Permission, Role
from service.clock import minute_text
from service.i18n import error_text
from service.operations.tokens import NEVER_GIVEN
from service.settings import LANGUAGES
from service.web.question import current_question
from service.web.readings import current_site


def account_page(template: str, error: LandError | None = None, **values: Any) -> str:
    """A page about accounts, with what was refused at its head."""
    language = current_question().language
    words = {word.value: word for word in (*Role, *DigestChoice)}
    return render_template(
        template,
        message=error_text(error, language) if error else "",
        minute=minute_text,
        now=current_site().access.accounts.clock(),
        roles=_members(Role, language),
        digests=_members(DigestChoice, language),
        spoken=tuple(zip(LANGUAGES, ("中文", "English"), strict=True)),
        pairs=_pairs,
        told=lambda detail: words[detail].label(language) if detail in words else detail,
        offered=lambda account: _rights(account.role, language),
        **values,
    )


def _members(codelist: type[Codelist], language: str) -> list[tuple[str, str]]:
    """The words of a list, as a form offers them."""
    return [(member.value, member.label(language)) for member in codelist]


def _pairs(*names: Iterable[str]) -> list[tuple[str, str]]:
    """Values that are their own words, as a form lists them."""
    return [(name, name) for name in sorted(set().union(*names))]


def _rights(role: Role, language: str) -> list[tuple[str, str]]:
    """What a token of a role may be given."""
    allowed = role.permissions - NEVER_GIVEN
    return [(one.value, one.label(language)) for one in Permission if one in allowed]


def secret_page(secret: str, name: str, back: str, *, is_token: bool) -> Response:
    """A page that shows a secret once; no browser keeps it."""
    page = account_page("secret.html", secret=secret, name=name, back=back, is_token=is_token)
    response = current_app.response_class(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def act_asked(*acts: str) -> str:
    """Which of several acts a form asks for.

    Raises
    ------
    UsageError
        When it is none of them.
    """
    act = request.form.get("act", "")
    if act not in acts:
        raise UsageError(
            "The form asks for {act}, which cannot be done here.", "Use its buttons.", act=act
        )
    return act


def role_asked() -> Role:
    """The role a form names.

    Raises
    ------
    UsageError
        When there is no such role.
    """
    code = request.form.get("role", "")
    if code not in Role.positions():
        raise UsageError("There is no role {code}.", "Choose one from the list.", code=code)
    return Role.of(code)


def mailing_asked() -> tuple[str, DigestChoice, str]:
    """Address, digest and language of the mail a form asks for.

    Raises
    ------
    UsageError
        When there is no such choice.
    """
    form = request.form
    code, language = form.get("digest", ""), form.get("mail_language", "")
    if code not in DigestChoice.positions() or language not in LANGUAGES:
        raise UsageError(
            "There is no mail of the kind {code} in the language {language}.",
            "Choose from the lists.",
            code=code,
            language=language,
        )
    return form.get("mail_address", ""), DigestChoice.of(code), language


def token_asked() -> tuple[str, frozenset[Permission], int]:
    """Title, permissions and days of the token a form asks for.

    Raises
    ------
    UsageError
        When there is no such permission.
    """
    codes = request.form.getlist("permission")
    unknown = next((code for code in codes if code not in Permission.positions()), None)
    if unknown is not None:
        raise UsageError("There is no right {code}.", "Choose from the list.", code=unknown)
    days = request.form.get("days", default=0, type=int)
    return request.form.get("title", ""), frozenset(map(Permission.of, codes)), days
