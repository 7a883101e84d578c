"""What falls due and what is new: as a page, and as a calendar to subscribe to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from functools import partial
from typing import Final

from flask import Blueprint, Response, current_app, render_template, request, url_for

from geodata.errors import NotSignedInError, UsageError
from geodata.model.reminder_lists import REACHES
from geodata.model.roles import Actor, Permission
from service.notices.calendar import calendar_file
from service.notices.digest import day_words
from service.notices.reminders import Reminder
from service.web.permissions import public, requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

_FEED_DAYS: Final = REACHES[-1]

blueprint = Blueprint("reminders", __name__)


@blueprint.get("/reminders")
@requires(Permission.VIEW)
def reminders() -> str:
    """The lists of the days asked for, of all parks seen or of one."""
    reach = request.args.get("within", REACHES[0], type=int)
    if reach not in REACHES:
        raise UsageError(
            "Reminders reach {reaches} days, not {value}.",
            "Choose one of these.",
            reaches=", ".join(map(str, REACHES)),
            value=reach,
        )
    return render_template(
        "reminders.html",
        reminders=_of_park(_near(current_actor(), reach)),
        reach=reach,
        reaches=REACHES,
        park=request.args.get("park", ""),
        day_words=day_words,
    )


@blueprint.get("/reminders/<token>.ics")
@public
def feed(token: str) -> Response:
    """The calendar of whoever the token belongs to; calendar programs sign in nowhere."""
    identity = current_site().access.identities.identify(None, token)
    if identity is None:
        raise NotSignedInError(
            "The address of this calendar is not valid, or no longer.",
            "Make a token on the page of your account and subscribe to the address with it.",
        )
    question, found = current_question(), _near(identity.actor, _FEED_DAYS)
    content = calendar_file(
        _of_park(found),
        name=request.args.get("park") or current_site().readings.district(question.language),
        language=question.language,
        made_at=datetime.combine(question.as_of, time(), UTC),
        page_of=lambda key: url_for("contracts.contract", slug=key.slug, _external=True),
    )
    return current_app.response_class(content, content_type="text/calendar; charset=utf-8")


def _near(actor: Actor, reach_days: int) -> Sequence[Reminder]:
    question = current_question()
    near = partial(current_site().readings.reminders, actor, question.as_of, question.language)
    return near(reach_days, question.known_at)


def _of_park(found: Sequence[Reminder]) -> list[Reminder]:
    park = request.args.get("park")
    return [reminder for reminder in found if not park or reminder.park == park]
