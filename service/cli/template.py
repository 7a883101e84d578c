"""`parcelwatch template`: an empty workbook of any kind of content."""

from __future__ import annotations

from pathlib import Path

import click

from geodata.errors import UsageError
from geodata.model.content import catalogue_of
from geodata.model.content_lists import ContentKind
from service.cli.options import output_option
from service.cli.session import Session
from service.cli.words import Command
from service.reports.files import whole_file
from service.reports.template import write_template


@click.command("template", cls=Command)
@click.argument("kind", type=click.Choice([kind.value for kind in ContentKind]))
@output_option
@click.pass_obj
def template_command(session: Session, /, kind: str, output: Path | None) -> None:
    """Write an empty workbook of a kind of content, with lists, notes and an example."""
    if output is None:
        raise UsageError(
            "A workbook cannot be written to the terminal.", "Name a file with -o FILE.xlsx."
        )
    with whole_file(output) as draft:
        write_template(catalogue_of(ContentKind.of(kind)), session.language, draft)
    session.say("Written: {path}", path=output)
