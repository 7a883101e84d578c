"""`parcelwatch check` of a directory of Parquet files, here or by the workers of a scheduler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Final

import click

from geodata.errors import UsageError
from service.cli.delivery import TABLE
from service.cli.session import Session, console
from service.cli.tables import group_table, verdict_table
from service.cli.words import option
from service.i18n import translator
from service.operations.bulk import check_directory, part_files
from service.operations.check import rejection
from service.operations.engines import engine_of
from service.reports.bulk import BulkContent, write_bulk_json
from service.reports.files import whole_file

_DASK: Final = "dask"
_TOTALS: Final = "check.json"
_OF_ONE_FILE: Final = ("explain", "layer", "crs", "other", "map_file", "district")

Decorated = Callable[..., Any]


def engine_options(command: Decorated) -> Decorated:
    """The options that say who judges a directory or a database."""
    engine = option(
        "--engine",
        type=click.Choice(["local", _DASK]),
        default="local",
        help="Who judges a directory of Parquet files or a database: this process, or Dask.",
    )
    scheduler = option("--scheduler", help="Address of the Dask scheduler: tcp://HOST:8786.")
    return engine(scheduler(command))


def is_bulk(path: Path, options: Mapping[str, Any]) -> bool:
    """Whether a directory is meant, and not a ledger; refuses engines that do not fit.

    Raises
    ------
    UsageError
        When a single file is to be judged by workers, or half of the options is missing.
    """
    is_many = path.is_dir() and bool(part_files(path))
    require_both(options)
    if options["scheduler"] and not is_many:
        raise UsageError(
            "{path} is no directory with Parquet files, and workers judge nothing else.",
            "Leave out --engine and --scheduler, or name such a directory.",
            path=path,
        )
    return is_many


def require_both(options: Mapping[str, Any]) -> None:
    """Raise `UsageError` when only one of the options of `engine_options` is given."""
    if (options["engine"] == _DASK) != bool(options["scheduler"]):
        raise UsageError(
            "Workers of Dask are asked for by two options.",
            "Say both --engine dask and --scheduler tcp://HOST:8786, or neither.",
        )


def check_bulk(session: Session, directory: Path, kind: str, options: Mapping[str, Any]) -> int:
    """Judge a directory, tell its totals, and write its parts where asked for; the exit status.

    Raises
    ------
    UsageError
        When something is asked for that only the check of one file gives.
    """
    if kind not in (TABLE, "json") or any(options[name] for name in _OF_ONE_FILE):
        raise UsageError(
            "The check of a directory gives totals as table or JSON, and its rows with -o.",
            "Leave out the other options, or check one of its files alone.",
        )
    output: Path | None = options["output"]
    with session.working("Judging the ledger") as progress:
        content = check_directory(
            directory,
            session.law(options["book"]),
            session.day(options["as_of"]),
            engine_of(options["scheduler"]),
            output=output,
            profile=options["profile"],
            progress=progress,
        )
    _tell(session, content, kind)
    if output:
        with whole_file(output / _TOTALS) as draft, draft.open("w", encoding="utf-8") as stream:
            write_bulk_json(content, stream)
        session.say("Written: {path}", path=output)
    return _tell_rows(session, content)


def _tell(session: Session, content: BulkContent, kind: str) -> None:
    stream: IO[str] = session.out.file
    if kind != TABLE:
        write_bulk_json(content, stream)
        return
    _, out = translator(session.language), console(stream)
    for table in (verdict_table, group_table):
        out.print(table(content.summary, session.language, _))
        out.print()
    out.print(
        _("{count} files, result {digest}").format(count=len(content.parts), digest=content.digest),
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


def _tell_rows(session: Session, content: BulkContent) -> int:
    """Name the first rows that were sent back of each file; the exit status."""
    for name, part in content.parts.items():
        if part.rejected:
            session.say("In {file}: {count} rows sent back.", file=name, count=part.rejected_count)
            session.tell_rows([rejection(issue, session.language) for issue in part.rejected])
    if not content.rejected_count:
        return 0
    session.say(
        "{count} of {rows} rows could not be read; the others were judged.",
        count=content.rejected_count,
        rows=content.summary.contract_count + content.rejected_count,
    )
    return 1
