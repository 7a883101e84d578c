"""`parcelwatch demo`: the whole job on a fictitious district."""

from __future__ import annotations

from pathlib import Path

import click

from geodata.store.engine import open_database
from service.cli.accounts import tell_accounts
from service.cli.audit import tell_audit
from service.cli.importing import tell_import
from service.cli.map import basemaps_of, write_map
from service.cli.options import FILE
from service.cli.serve import serve
from service.cli.session import Session
from service.cli.words import Command, option
from service.cli.worker import worker_beside
from service.operations.database import prepare
from service.operations.demonstration import (
    DEMO_AS_OF,
    audit_demo,
    demo_accounts,
    demo_files,
    import_demo,
)
from service.operations.mapping import map_of_database


@click.command("demo", cls=Command)
@option("--out", type=FILE, default=Path("out"), help="Directory of the results.")
@option("--serve/--no-serve", "serving", default=True, help="Serve the site afterwards.")
@option("--port", type=click.IntRange(0, 65_535), help="TCP port; default from the settings.")
@click.pass_obj
def demo_command(session: Session, /, out: Path, *, serving: bool, port: int | None) -> None:
    """Build, import, audit, map and serve a fictitious district."""
    law = session.law()
    with open_database(session.config.database) as engine:
        with session.working("Preparing the database"):
            prepare(engine)
        with session.working("Building the fictitious district"):
            files = demo_files(out / "demo")
        with session.working("Importing"):
            report = import_demo(engine, files, session.clock)
        tell_import(session, report.content(session.language))
        with session.working("Auditing"):
            result = audit_demo(engine, law, session.language, session.clock)
        tell_audit(session, result, out / "audit.xlsx")
        with session.working("Drawing the map"):
            view = map_of_database(engine, law, DEMO_AS_OF, session.language, through_time=True)
            write_map(session, view, out / "map.html", basemaps_of(session))
        tell_accounts(session, demo_accounts(session.accounts(engine)))
        if serving:
            engine.dispose()  # no process of the site inherits a connection of the owner
            chosen = session.config.web.port if port is None else port
            with session.site_database() as site, worker_beside(session):
                serve(session, site, chosen, f"/?as_of={DEMO_AS_OF}")
