"""`parcelwatch publish`: the contracts without persons, for the public."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from service.cli.options import FILE, as_of_option, book_option
from service.cli.session import Session
from service.cli.words import Command, option
from service.operations.publishing import publication
from service.reports.files import whole_file
from service.reports.listing_files import FORMATS
from service.reports.publication import public_listing, write_totals


@click.command("publish", cls=Command)
@as_of_option
@option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="csv",
    help="Form of the list of contracts.",
)
@option("-o", "--output", "folder", type=FILE, required=True, help="Directory to write to.")
@book_option
@click.pass_obj
def publish_command(
    session: Session, /, as_of: date | None, form: str, folder: Path, book: str | None
) -> None:
    """Write the judged contracts without personal data, and sums equal to the bureau's own."""
    law, day = session.law(book), session.day(as_of)
    with session.database() as engine, session.working("Judging"):
        found = publication(engine, law, day, session.language, session.clock())
    folder.mkdir(parents=True, exist_ok=True)
    listing, sums = folder / f"contracts.{form}", folder / "totals.csv"
    with whole_file(listing) as draft, draft.open("wb") as stream:
        stream.writelines(FORMATS[form].write(public_listing(found.view)))
    with whole_file(sums) as draft, draft.open("w", encoding="utf-8", newline="") as stream:
        write_totals(found.totals, stream)
    for path in (listing, sums):
        session.say("Written: {path}", path=path)
