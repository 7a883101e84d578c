"""`parcelwatch brief` and `parcelwatch evaluate`: reports on where the district stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from geodata.model.indicator_lists import EvaluationKind
from geodata.model.roles import Actor, Role
from service.cli.options import FILE, as_of_option, book_option
from service.cli.session import Session
from service.cli.words import Command, option
from service.reports.evaluation import evaluation
from service.reports.files import whole_file
from service.reports.leaders_brief import leaders_brief
from service.reports.papers.forms import FORMS, form_of
from service.reports.standing import DistrictStanding

document_file = option(
    "-o", "--output", type=FILE, required=True, help="File to write, .pdf or .docx."
)


@click.command("brief", cls=Command)
@as_of_option
@document_file
@book_option
@click.pass_obj
def brief_command(session: Session, /, as_of: date | None, output: Path, book: str | None) -> None:
    """Write the two-page brief for leaders."""
    form = form_of(output, FORMS)
    content = form.write(leaders_brief(_standing(session, as_of, book)))
    _write(session, content, output)


@click.command("evaluate", cls=Command)
@as_of_option
@option(
    "--kind",
    type=click.Choice([kind.value for kind in EvaluationKind]),
    default=EvaluationKind.YEARLY.value,
    help="What is looked back on: the year of the day, or the term of the targets so far.",
)
@document_file
@book_option
@click.pass_obj
def evaluate_command(
    session: Session, /, as_of: date | None, kind: str, output: Path, book: str | None
) -> None:
    """Write a report on how the targets were carried out."""
    form = form_of(output, FORMS)
    standing, targets = _standing(session, as_of, book), session.law(book).targets
    content = form.write(evaluation(standing, targets, EvaluationKind.of(kind)))
    _write(session, content, output)


def _standing(session: Session, as_of: date | None, book: str | None) -> DistrictStanding:
    from service.operations.district_standing import district_standing  # noqa: PLC0415 - scipy
    from service.operations.prospects import Prospects  # noqa: PLC0415 - takes long
    from service.operations.reading import DatabaseReadings  # noqa: PLC0415 - as well

    law, actor = session.law(book), Actor.of_role(session.actor, Role.LEADER)
    with session.database() as engine:
        return district_standing(
            DatabaseReadings(engine, law),
            Prospects(engine, law, session.clock),
            actor,
            session.day(as_of),
            session.language,
        )


def _write(session: Session, content: bytes, output: Path) -> None:
    with whole_file(output) as draft:
        draft.write_bytes(content)
    session.say("Written: {path}", path=output)
