"""Results to a file or to standard output, in the form asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Generic, TypeVar

import click

from geodata.errors import UsageError
from service.cli.session import Session
from service.cli.words import option
from service.reports.files import whole_file

Content = TypeVar("Content")

TABLE: Final = "table"
_WORKBOOK: Final = "xlsx"

format_option = option(
    "--format",
    "kind",
    type=click.Choice(["json", "csv", TABLE, _WORKBOOK]),
    default=TABLE,
    help="Form of the result.",
)


document_option = option(
    "--format",
    "kind",
    type=click.Choice(["json", TABLE, _WORKBOOK]),
    default=TABLE,
    help="Form of the result.",
)
"""Of results that are more than one table of rows."""


@dataclass(frozen=True, slots=True)
class Forms(Generic[Content]):
    """The writers of one kind of result.

    Attributes
    ----------
    texts
        Writers to a text stream by form: ``json``, ``csv`` and ``table``.
    workbook
        Writer of an XLSX file.
    """

    texts: Mapping[str, Callable[[Content, IO[str]], None]]
    workbook: Callable[[Content, Path], None]


def deliver(
    session: Session, forms: Forms[Content], content: Content, kind: str, output: Path | None
) -> None:
    """Write a result to its file, else to standard output.

    Raises
    ------
    UsageError
        When a workbook is asked for without a file.
    """
    if not output:
        if kind == _WORKBOOK:
            raise UsageError(
                "A workbook cannot be written to the terminal.", "Name a file with -o FILE.xlsx."
            )
        forms.texts[kind](content, sys.stdout)
        return
    with whole_file(output) as draft:
        if kind == _WORKBOOK:
            forms.workbook(content, draft)
        else:
            with draft.open("w", encoding="utf-8", newline="") as stream:
                forms.texts[kind](content, stream)
    session.say("Written: {path}", path=output)
