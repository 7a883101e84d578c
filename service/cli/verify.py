"""`parcelwatch verify`: prove the event log, a bundle, or a file that was kept as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from geodata.errors import UsageError
from geodata.model.chain import Proof
from service.cli.options import FILE
from service.cli.session import Session
from service.cli.words import Command, option
from service.clock import minute_text
from service.operations.document_proofs import DocumentBreak
from service.operations.verifying import (
    Proven,
    changed_documents,
    changed_files,
    issued_as,
    known_as,
    prove_bundle,
    prove_log,
    prove_log_file,
    what_is,
)

_FEWEST_DIGITS = 16


@click.command("verify", cls=Command)
@click.argument("path", type=FILE, required=False)
@option("--log", "only_log", is_flag=True, help="Of the database, prove the event log alone.")
@option("--head", "printed", default="", help="Hash of the log as printed on a document.")
@click.pass_obj
def verify_command(session: Session, /, path: Path | None, *, only_log: bool, printed: str) -> int:
    """Prove that nothing was changed: the database, an exported log, a bundle or a file."""
    if printed and (len(printed) < _FEWEST_DIGITS or not printed.isalnum()):
        raise UsageError(
            "{hash} is no hash of the log.",
            "Write its 64 digits, or the first {fewest} of them at least.",
            hash=printed,
            fewest=_FEWEST_DIGITS,
        )
    if path is None:
        return _database(session, printed, only_log=only_log)
    match what_is(path):
        case Proven.LOG:
            return _tell_log(session, prove_log_file(path, printed))
        case Proven.BUNDLE:
            return _bundle(session, path)
        case Proven.FILE:
            return _file(session, path)


def _database(session: Session, printed: str, *, only_log: bool) -> int:
    with session.database() as engine:
        status = _tell_log(session, prove_log(engine, printed))
        if only_log:
            return status
        if status == 0:
            status = _tell_documents(session, *changed_documents(engine))
        else:
            session.say("Documents are held against a whole log only: they were not looked at.")
        count, changed = changed_files(engine, session.blobs)
    for digest in changed:
        session.say("The file {digest} is missing, or was changed.", digest=digest)
    if not changed:
        session.say("Evidence: {count} files, each as it was kept.", count=count)
    return 1 if changed else status


def _tell_documents(session: Session, count: int, changed: Sequence[DocumentBreak]) -> int:
    for one in changed:
        session.say(
            "The document {number} ({document}) was changed: {flaw}.",
            number=one.number,
            document=one.kind.label(session.language),
            flaw=one.flaw.label(session.language),
        )
    if not changed:
        session.say("Documents: {count} issued, each as the log has it.", count=count)
    return 1 if changed else 0


def _tell_log(session: Session, proof: Proof) -> int:
    head, broken = proof.head, proof.broken
    if broken is None:
        session.say("The log is whole: {count} events; head {hash}", count=head.seq, hash=head.text)
        return 0
    session.say(
        "The log is broken at event {number}: {flaw}.",
        number=broken.seq,
        flaw=broken.flaw.label(session.language),
    )
    if head.seq:
        session.say("It holds up to event {number}: {hash}", number=head.seq, hash=head.text)
    return 1


def _bundle(session: Session, path: Path) -> int:
    proof = prove_bundle(path)
    for name, flaw in proof.flaws.items():
        session.say("{path}: {flaw}", path=name, flaw=flaw.label(session.language))
    manifest = proof.manifest
    if not proof.flaws:
        session.say(
            "The bundle is whole: {count} files, made at {at}.",
            count=len(manifest.members),
            at=minute_text(manifest.made_at),
        )
    session.say(
        "The log stood at event {number}: {hash}", number=manifest.head.seq, hash=manifest.head.text
    )
    return 1 if proof.flaws else 0


def _file(session: Session, path: Path) -> int:
    with session.database() as engine:
        digest, evidence = known_as(engine, path)
        document = issued_as(engine, digest)
    if document and document.issue:
        session.say(
            "{path} is the {document} {number}, issued by {account} on {day}.",
            path=path,
            document=document.kind.label(session.language),
            number=document.issue.number,
            account=document.issue.issued_by,
            day=document.issue.issued_on,
        )
    elif not evidence:
        session.say("{path} is neither kept nor was it issued here, or was changed.", path=path)
        session.say("SHA-256 {digest}", digest=digest)
        return 1
    for one in evidence:
        session.say(
            "{path} is what {account} kept as evidence at {at}: {name}",
            path=path,
            account=one.added_by,
            at=minute_text(one.added_at),
            name=one.file_name,
        )
    return 0
