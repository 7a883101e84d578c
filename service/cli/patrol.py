"""`parcelwatch patrol`: which parcels to visit first, and on which way."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from service.cli.options import as_of_option, book_option, output_option
from service.cli.session import Session
from service.cli.tables import drawn
from service.cli.words import Command, Group, option
from service.operations.patrol_plans import MOST_VISITS, patrol_plan
from service.reports.files import whole_file
from service.reports.patrol_routes import plan_file, plan_table

_VISITS = click.IntRange(1, MOST_VISITS)


@click.group("patrol", cls=Group)
def patrol_group() -> None:
    """Plan patrols."""


@patrol_group.command("plan", cls=Command)
@as_of_option
@option("--park", default="", help="Park to stay in; default all.")
@option("--per-day", type=_VISITS, default=8, help="Visits a day has time for.")
@option("--days", "day_count", type=_VISITS, default=5, help="Days there are.")
@output_option
@book_option
@click.pass_obj
def plan_command(
    session: Session,
    /,
    as_of: date | None,
    park: str,
    per_day: int,
    day_count: int,
    output: Path | None,
    book: str | None,
) -> None:
    """Choose the parcels to visit first, with a route for each day (.gpx, .xlsx or .json)."""
    with session.database() as engine:
        plan = patrol_plan(
            engine,
            session.law(book),
            session.day(as_of),
            per_day=per_day,
            day_count=day_count,
            park=park,
        )
    if output:
        with whole_file(output) as draft:
            form = output.suffix[1:].lower()
            draft.write_bytes(plan_file(plan, form, session.language))
        session.say("Written: {path}", path=output)
    else:
        session.out.print(drawn(plan_table(plan, session.language), session.language))
    session.say(
        "{planned} of {wanting} parcels are visited on {days} days; {unplaced} contracts have no"
        " outline.",
        planned=plan.visit_count,
        wanting=plan.wanting_count,
        days=len(plan.days),
        unplaced=plan.unplaced_count,
    )
