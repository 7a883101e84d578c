"""`parcelwatch breach`: the breach report of a contract, or those of a park or of all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from geodata.errors import UsageError
from geodata.model.columns import Whole
from geodata.model.roles import Actor, Role
from geodata.store.engine import Engine
from service.cli.options import FILE, as_of_option, book_option
from service.cli.session import Session
from service.cli.words import Command, option
from service.operations.breach_facts import Asked
from service.operations.breach_reports import (
    LEDGER_NAME,
    breach_document,
    contracts_in_breach,
    write_reports,
)
from service.operations.evidence import key_of_number
from service.reports.files import whole_file
from service.reports.papers.document import Document
from service.reports.papers.forms import FORMS


@click.command("breach", cls=Command)
@option("--contract", "contract_no", help="Number of one contract.")
@option("--phase", default="", help="Phase, where the contract has several.")
@option("--parcel", default="", help="Parcel code, where the contract has several.")
@option("--park", help="Every contract in breach in a park.")
@option("--all", "is_all", is_flag=True, help="Every contract in breach.")
@as_of_option
@option("--format", "form", type=click.Choice(list(FORMS)), default="pdf", help="Form of a report.")
@option("-o", "--output", type=FILE, required=True, help="File of one report, else directory.")
@option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    help="Processes that make the reports of a directory.",
)
@book_option
@click.pass_obj
def breach_command(
    session: Session, /, contract_no: str | None, park: str | None, *, is_all: bool, **options: Any
) -> None:
    """Write breach reports: what is suspected, how it is calculated, and what comes next."""
    if [bool(contract_no), bool(park), is_all].count(True) != 1:
        raise UsageError(
            "Which contracts are wanted is not clear.", "Name one of --contract, --park and --all."
        )
    law = session.law(options["book"])
    asked = Asked(law, session.day(options["as_of"]), session.language)
    actor = Actor.of_role(session.actor, Role.AUDITOR)
    with session.database() as engine:
        if contract_no:
            named = (contract_no, options["phase"], options["parcel"])
            key = key_of_number(engine, actor, *named)
            _write_one(session, breach_document(engine, actor, asked, key), options)
        else:
            wanted = contracts_in_breach(engine, actor, asked, park)
            _write_many(session, engine, asked, wanted, options)


def _write_one(session: Session, report: Document, options: Mapping[str, Any]) -> None:
    content = FORMS[options["form"]].write(report)
    with whole_file(options["output"]) as draft:
        draft.write_bytes(content)
    session.say("Written: {path}", path=options["output"])


def _write_many(
    session: Session, engine: Engine, asked: Asked, wanted: Whole, options: Mapping[str, Any]
) -> None:
    folder = options["output"]

    with session.working("Writing breach reports") as bar:

        def tell(_step: str, done: int = 0, total: int = 0, /, **_values: object) -> None:
            bar(done, total)

        batch = write_reports(
            engine,
            asked,
            wanted,
            folder,
            form=options["form"],
            clock=session.clock,
            workers=options["workers"],
            tell=tell,
        )
    session.say(
        "{made} reports were written, {kept} stood there already; the ledger: {path}",
        made=batch.made_count,
        kept=len(batch.lines) - batch.made_count,
        path=folder / LEDGER_NAME,
    )
