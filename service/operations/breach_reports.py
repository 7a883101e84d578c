"""Breach reports: one contract as a document, or many of them as files in a directory.

What was made stands in ``reports.jsonl`` beside the files, a line per report: its file, the digest
of what it says, and the digest of its bytes. A report whose digest stands there is not set again,
so that a batch that was broken off goes on where it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

import numpy as np
from shapely.geometry.base import BaseGeometry

from geodata.errors import NothingFoundError
from geodata.model.codelists import Verdict
from geodata.model.columns import Whole
from geodata.model.contract_key import ContractKey
from geodata.model.manifest import MANIFEST_NAME, Manifest, Member
from geodata.model.roles import Actor, Permission
from geodata.store.engine import Engine, make_engine
from geodata.store.log import head
from geodata.store.queries.contracts import read_contracts
from geodata.store.scope import EVERYTHING, Scope
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.compliance.rules.evaluate import evaluate
from service.operations.breach_facts import Asked, breach_facts
from service.operations.breach_land import district_outline
from service.operations.dossier import stored_contract
from service.operations.telling import Tell, tell_nobody
from service.reports.breach.ledger import LedgerLine, ledger_line, ledger_table
from service.reports.breach.report import breach_report
from service.reports.files import UNFINISHED, whole_file
from service.reports.papers.document import Document
from service.reports.papers.forms import FORMS
from service.reports.papers.pdf import sources
from service.reports.table_files import write_sheets

JOURNAL_NAME: Final = "reports.jsonl"
LEDGER_NAME: Final = "ledger.xlsx"

_BLOCK: Final = 20
"""Contracts read and judged at once, and as many reports are made between two signs of life."""
_NOT_IN_NAMES: Final = re.compile(r'[\s\\/:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class Made:
    """A report that stands in the directory.

    Attributes
    ----------
    said
        Digest of what it says.
    is_new
        False when it stood there already.
    """

    line: LedgerLine
    said: str
    member: Member
    is_new: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of a batch.

    Attributes
    ----------
    made_count
        Reports set anew; the others stood there.
    """

    lines: tuple[LedgerLine, ...]
    made_count: int


def breach_document(engine: Engine, actor: Actor, asked: Asked, key: ContractKey) -> Document:
    """The breach report of one contract.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor may not take anything out, or sees no such contract.
    """
    actor.require(Permission.EXPORT)
    with unit_of_work(engine, Scope.of(actor)) as connection:
        contract_id = stored_contract(connection, key, asked.known_at).contract_id
        district = district_outline(connection)
        (facts,) = breach_facts(connection, asked, contract_id, district)
    return breach_report(facts)


def contracts_in_breach(
    engine: Engine, actor: Actor, asked: Asked, park: str | None = None
) -> Whole:
    """The contracts of a park, or all that are seen, of which something adverse is found.

    Raises
    ------
    NotAllowedError
        When the actor may not take anything out.
    NothingFoundError
        When there is none.
    """
    actor.require(Permission.EXPORT)
    parks = (
        actor.parks
        if park is None
        else {park} & (frozenset({park}) if actor.parks is None else actor.parks)
    )
    with unit_of_work(engine, Scope.of(actor)) as connection:
        stored = read_contracts(
            connection,
            known_at=asked.known_at,
            parks=None if parks is None else sorted(parks),  # an owner's engine knows no scope
            with_texts=False,
        )
    judged = evaluate(stored.columns, asked.law, asked.as_of)
    adverse = [verdict.position for verdict in Verdict if verdict.is_adverse]
    found = stored.contract_id[np.isin(judged.verdict, adverse)]
    if not len(found):
        raise NothingFoundError(
            "No contract is in breach on {day}.", "Choose another park or day.", day=asked.as_of
        )
    return found


def write_reports(
    engine: Engine,
    asked: Asked,
    contract_ids: Whole,
    folder: Path,
    *,
    form: str,
    clock: Clock,
    workers: int = 1,
    scope: Scope = EVERYTHING,
    tell: Tell = tell_nobody,
) -> Batch:
    """Write the reports of contracts into a directory, with their ledger and a manifest.

    Parameters
    ----------
    form
        One of `FORMS`.
    workers
        Processes that make reports; with one they are made here.
    scope
        Whose land is seen.

    Raises
    ------
    OutputFileError
        When the directory cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for unfinished in folder.glob(f"{UNFINISHED}*"):
        rmtree(unfinished)
    _mend_journal(folder)
    journal = _read_journal(folder)
    order = _Order(_address(engine), scope, asked, folder, form, journal)
    blocks = [contract_ids[first : first + _BLOCK] for first in range(0, len(contract_ids), _BLOCK)]
    made: list[Made] = []
    tell("Writing breach reports", 0, len(contract_ids))
    for block in _made_in_blocks(engine, order, blocks, workers):
        _append_journal(folder, [one for one in block if one.is_new])
        made += block
        tell("Writing breach reports", len(made), len(contract_ids))
    lines = tuple(one.line for one in made)
    _write_ledger(folder, lines, asked)
    _write_manifest(engine, folder, clock())
    return Batch(lines, sum(one.is_new for one in made))


@dataclass(frozen=True, slots=True)
class _Order:
    """What a process has to know to make reports."""

    database: str
    scope: Scope
    asked: Asked
    folder: Path
    form: str
    journal: Mapping[str, Mapping[str, Any]]


def _made_in_blocks(
    engine: Engine, order: _Order, blocks: Sequence[Whole], workers: int
) -> Iterator[list[Made]]:
    if workers == 1:
        maker = _Maker(engine, order)
        yield from map(maker.make, blocks)
        return
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (order,))
    try:
        yield from pool.map(_make, blocks)
    finally:
        pool.shutdown(cancel_futures=True)


class _Maker:
    """Makes reports; it has looked once at what is the same for all."""

    def __init__(self, engine: Engine, order: _Order) -> None:
        self.engine, self.order = engine, order
        with unit_of_work(engine, order.scope) as connection:
            self.district: BaseGeometry | None = district_outline(connection)

    def make(self, contract_ids: Whole) -> list[Made]:
        order = self.order
        with unit_of_work(self.engine, order.scope) as connection:
            found = list(breach_facts(connection, order.asked, contract_ids, self.district))
        return [
            self._made(breach_report(facts), ledger_line(facts, _name(facts.parcel.key, order)))
            for facts in found
        ]

    def _made(self, report: Document, line: LedgerLine) -> Made:
        said, place = _digest(report), self.order.folder / line.file
        known = self.order.journal.get(line.file)
        if known and known["said"] == said and place.is_file():
            member = Member(known["sha256"], known["size"])
            if Member.of(place.read_bytes()) == member:
                return Made(line, said, member, is_new=False)
        content = FORMS[self.order.form].write(report)
        with whole_file(place) as draft:
            draft.write_bytes(content)
        return Made(line, said, Member.of(content), is_new=True)


_maker: _Maker | None = None


def _begin(order: _Order) -> None:
    """What a new process begins with."""
    global _maker  # noqa: PLW0603 - one per process, there is no other place
    _maker = _Maker(make_engine(order.database), order)


def _make(contract_ids: Whole) -> list[Made]:
    assert _maker is not None, "the process has begun"
    return _maker.make(contract_ids)


def _address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def _name(key: ContractKey, order: _Order) -> str:
    """Contract, phase and parcel, without what some system allows in no name of a file."""
    named = "-".join(filter(None, key.parts))
    return f"{_NOT_IN_NAMES.sub('_', named)}-{order.asked.as_of}.{order.form}"


def _digest(report: Document) -> str:
    """Of what a report says, and how it is set; fonts of the machine left out."""
    digest = sha256()
    for name, content in sorted(sources(report, {}).items()):
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _mend_journal(folder: Path) -> None:
    """Take away a line that was not written to its end."""
    path = folder / JOURNAL_NAME
    if path.exists():
        with path.open("r+b") as stream:
            stream.truncate(stream.read().rfind(b"\n") + 1)


def _read_journal(folder: Path) -> dict[str, dict[str, Any]]:
    """What stands in the directory by file; the last line of a file counts."""
    path = folder / JOURNAL_NAME
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else ()
    return {entry["file"]: entry for entry in map(json.loads, lines)}


def _append_journal(folder: Path, made: Sequence[Made]) -> None:
    with (folder / JOURNAL_NAME).open("a", encoding="utf-8", newline="\n") as stream:
        for one in made:
            entry = {"file": one.line.file, "said": one.said, **asdict(one.member)}
            stream.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _write_ledger(folder: Path, lines: Sequence[LedgerLine], asked: Asked) -> None:
    content = BytesIO()
    write_sheets([ledger_table(lines, asked.as_of, asked.language)], content, asked.language)
    with whole_file(folder / LEDGER_NAME) as draft:
        draft.write_bytes(content.getvalue())


def _write_manifest(engine: Engine, folder: Path, made_at: datetime) -> None:
    """Name every report the directory holds, with ledger and journal, to be verified."""
    names = [name for name in _read_journal(folder) if (folder / name).is_file()]
    members = {
        name: Member.of((folder / name).read_bytes())
        for name in (*names, LEDGER_NAME, JOURNAL_NAME)
    }
    with unit_of_work(engine) as connection:
        manifest = Manifest(made_at, head(connection), members)
    with whole_file(folder / MANIFEST_NAME) as draft:
        draft.write_bytes(manifest.to_bytes())
