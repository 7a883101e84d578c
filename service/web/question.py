"""The day and the language a request asks about; both are carried by every link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from flask import Flask, g, request

from geodata.errors import UsageError
from geodata.model.scalars import CellError, read_day
from service.clock import SHANGHAI
from service.i18n import Translate
from service.settings import LANGUAGES
from service.web.readings import current_site

_READING: Final = (
    "home",
    "targets",
    "prospects",
    "district_reports",
    "map",
    "contracts",
    "entries",
    "evidence",
    "imagery",
    "patrols",
    "reminders",
    "runs",
    "reviews",
    "cases",
    "case_documents",
    "case_ledger",
    "breach",
    "rules",
)
_PROGRAMME: Final = "lists", "registers", "ratings", "parks"
_PAGES: Final = *_READING, *_PROGRAMME, "login", "account", "accounts", "tasks", "imports"
_CARRIED_BY: Final = tuple(f"{page}." for page in _PAGES)
NOT_CARRIED: Final = {"as_of": None, "known_on": None, "lang": None}
"""What a link says that shall not repeat the day and the language."""


@dataclass(frozen=True, slots=True)
class Question:
    """What day is asked about, and in which words the answer is wanted."""

    as_of: date
    today: date
    language: str
    translate: Translate
    known_on: date | None = None

    @property
    def known_at(self) -> datetime | None:
        """End of the day whose knowledge is asked for; None for what is known by now."""
        if self.known_on is None or self.known_on >= self.today:
            return None
        return datetime.combine(self.known_on, time.max, SHANGHAI)

    @property
    def is_past(self) -> bool:
        """True where another day is asked about than today, or what was known before."""
        return self.as_of != self.today or self.known_at is not None


def current_question() -> Question:
    """The question of this request.

    Raises
    ------
    UsageError
        When the day cannot be read.
    """
    if "question" not in g:
        g.question = _asked(request.args.get("as_of", ""), request.args.get("known_on", ""))
    question = g.question
    assert isinstance(question, Question)
    return question


def question_or_today() -> Question:
    """The question of this request, or today's where it cannot be read: for pages about errors."""
    try:
        return current_question()
    except UsageError:
        g.question = _asked()
        return current_question()


def carry(app: Flask) -> None:
    """Let every link to a page repeat the day and the language of the page it stands on."""

    @app.url_defaults
    def repeat(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint.startswith(_CARRIED_BY) and "question" in g:
            question: Question = g.question
            is_other = question.as_of != question.today
            values.setdefault("as_of", question.as_of.isoformat() if is_other else None)
            known_on = question.known_on if question.known_at else None
            values.setdefault("known_on", known_on.isoformat() if known_on else None)
            foreign = question.language != current_site().language
            values.setdefault("lang", question.language if foreign else None)


def _asked(as_of: str = "", known_on: str = "") -> Question:
    site = current_site()
    asked = request.args.get("lang", site.language)
    language = asked if asked in LANGUAGES else site.language
    today = site.today()
    day = _day(as_of) if as_of else today
    known = _day(known_on) if known_on else None
    return Question(day, today, language, site.translator(language), known)


def _day(written: str) -> date:
    try:
        day = read_day(written)
    except CellError as error:
        raise UsageError(error.template, "Write it as 2024-02-29.", **error.values) from error
    if day is None:
        raise UsageError(
            "The day {value} cannot be used.", "Write it as 2024-02-29.", value=written
        )
    return day
