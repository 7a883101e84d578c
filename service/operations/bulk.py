"""Check a directory of Parquet files, a file at a time, on this machine or on many.

Each file is read, judged and written where it lies; what comes back are totals and a digest, so
that a country needs no more memory than its largest file on every core.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa

from geodata.errors import InputFileError, UsageError, WorkersError, damaged
from geodata.importers.issues import Issue
from geodata.importers.ledger import read_ledger
from geodata.importers.reading import Progress
from geodata.model.columns import LedgerColumns
from geodata.model.judgements import Judgements
from geodata.store.columns_file import columns_from_parquet, is_columns_file
from geodata.store.digest import judgements_digest, whole_digest
from geodata.store.judged_file import write_judged
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.version import rule_set_digest
from service.reports.bulk import BulkContent, PartResult
from service.reports.content import summarise
from service.reports.files import whole_file

_TOLD_AT_MOST: Final = 20
"""Rows sent back that are named for each file; all of them are counted."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the directory.

    Attributes
    ----------
    source
        The file, by a path that is the same on every machine.
    output
        Where its judgements are written; None when only the totals are asked for.
    """

    source: Path
    output: Path | None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every file.

    Attributes
    ----------
    as_of, profile
        Day of the judgement; name of a supplier profile, or None to find it.
    rule_digest
        Digest of book and rules: a worker with others must not answer.
    """

    as_of: date
    profile: str | None
    rule_digest: str


Engine = Callable[[Sequence[Part], LawBook, Question], Iterator[PartResult]]
"""What has every part checked, and gives the results in the order of the parts."""

Judge = Callable[[LedgerColumns, LawBook, date], Judgements]
"""What judges the rows of a database as of a day; the result is the same with any."""


def check_directory(
    directory: Path,
    law: LawBook,
    as_of: date,
    engine: Engine,
    *,
    output: Path | None = None,
    profile: str | None = None,
    progress: Progress | None = None,
) -> BulkContent:
    """Judge every row of every Parquet file below a directory as of a date.

    Parameters
    ----------
    engine
        What `service.operations.engines` gives; the result is the same with any.
    output
        Directory for one Parquet file of judgements for each file, under the same name; each is
        there whole or not at all.
    profile
        As in `geodata.importers.ledger.read_ledger`.
    progress
        Told how many of how many files are done.

    Raises
    ------
    InputFileError
        When there is no such file, or one of them cannot be used at all.
    UsageError
        When the output directory holds something already.
    OutputFileError
        When a result cannot be written.
    """
    sources = part_files(directory)
    if not sources:
        raise InputFileError(
            "The directory {path} holds no Parquet file.",
            "Name a directory with files that end in .parquet, in it or in its folders.",
            path=directory,
        )
    if output:
        _require_empty(output)
    names = [source.relative_to(directory).as_posix() for source in sources]
    parts = [
        Part(source.absolute(), output and output.absolute() / name)
        for source, name in zip(sources, names, strict=True)
    ]
    question = Question(as_of, profile, rule_set_digest(law.digest))
    results = {}
    for name, result in zip(names, engine(parts, law, question), strict=True):
        results[name] = result
        if progress:
            progress(len(results), len(parts))
    digest = whole_digest(result.digest for result in results.values())
    return BulkContent(law, as_of, results, digest)


def part_files(directory: Path) -> list[Path]:
    """The Parquet files below a directory, in order of their names; hidden ones are left out."""
    found = (path for path in directory.rglob("*.parquet") if path.is_file())
    return sorted(path for path in found if not _is_hidden(path.relative_to(directory)))


def in_process(parts: Sequence[Part], law: LawBook, question: Question) -> Iterator[PartResult]:
    """The engine of this process: as many files at a time as there are cores."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(lambda part: check_part(part, law, question), parts)


def check_part(part: Part, law: LawBook, question: Question) -> PartResult:
    """Check one file; doing it twice writes the same file again.

    Raises
    ------
    WorkersError
        When this process has other rules than the one that asks.
    InputFileError, OutputFileError
        As in `check_directory`.
    """
    _require_rules(law, question.rule_digest)
    columns, rejected = _read(part.source, question.profile)
    judged = evaluate(columns, law, question.as_of)
    if part.output:
        with whole_file(part.output) as draft:
            write_judged(draft, columns, judged)
    return PartResult(
        summary=summarise(columns, judged),
        digest=judgements_digest(judged),
        rejected_count=len({issue.row for issue in rejected}),
        rejected=rejected[:_TOLD_AT_MOST],
    )


def judge_block(columns: LedgerColumns, law: LawBook, as_of: date, rule_digest: str) -> Judgements:
    """Judge some rows for a process that has the same rules.

    Raises
    ------
    WorkersError
        When this process has others.
    """
    _require_rules(law, rule_digest)
    return evaluate(columns, law, as_of)


def _require_rules(law: LawBook, rule_digest: str) -> None:
    if rule_set_digest(law.digest) != rule_digest:
        raise WorkersError(
            "A worker has other rules than this command.",
            "Install the same version of parcelwatch on every machine, and restart the workers.",
        )


def _read(path: Path, profile: str | None) -> tuple[LedgerColumns, tuple[Issue, ...]]:
    if not is_columns_file(path):
        ledger = read_ledger(path, profile=profile)
        return ledger.columns, ledger.rejected
    try:
        return columns_from_parquet(path.read_bytes())[1], ()
    except (OSError, pa.ArrowException) as error:
        raise damaged(path, error) from error


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def _require_empty(output: Path) -> None:
    """Old parts among new ones would be taken for results of the same check."""
    if output.is_dir() and any(output.iterdir()):
        raise UsageError(
            "The directory {path} holds something already.",
            "Name a new one with -o.",
            path=output,
        )
    if output.exists() and not output.is_dir():
        raise UsageError(
            "{path} is a file, and the results of a directory are a directory.",
            "Name a directory with -o.",
            path=output,
        )
