"""`parcelwatch evidence`: files kept as proof of facts."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path

import click

from geodata.errors import UsageError, unopened
from geodata.model.codelists import MilestoneKind
from geodata.model.content_lists import EvidenceKind
from geodata.model.roles import Actor, Role
from geodata.model.scalars import read_day
from service.cli.options import FILE
from service.cli.session import Session
from service.cli.words import Command, Group, option
from service.operations.evidence import (
    EvidenceRoom,
    add_to_claim,
    add_to_contract,
    key_of_number,
)
from service.operations.upload_files import Given


@click.group("evidence", cls=Group)
def evidence_group() -> None:
    """Keep documents and photos as proof of facts."""


@evidence_group.command("add", cls=Command)
@click.argument("files", type=FILE, nargs=-1, required=True)
@option("--contract", help="Number of the contract they are about.")
@option("--phase", default="", help="Phase of the contract.")
@option("--parcel", default="", help="Parcel of the contract.")
@option("--claim", help="Number of the entry of inefficient land they are about.")
@option("--fact", default="", help="Milestone they prove, or day of the patrol they are from.")
@option(
    "--kind",
    type=click.Choice([kind.value for kind in EvidenceKind]),
    default=EvidenceKind.OTHER.value,
    help="What they are.",
)
@option("--note", default="", help="What is to be said of them.")
@click.pass_obj
def add_command(
    session: Session,
    /,
    files: tuple[Path, ...],
    contract: str | None,
    phase: str,
    parcel: str,
    claim: str | None,
    fact: str,
    kind: str,
    note: str,
) -> None:
    """Keep files unchanged, each under the digest of its bytes."""
    if (contract is None) == (claim is None):
        raise UsageError(
            "Evidence is about a contract or an entry of inefficient land.",
            "Name one of them, with --contract or --claim.",
        )
    milestone, observed_on = _fact(fact)
    actor, what = Actor.of_role(f"cli:{session.actor}", Role.AUDITOR), EvidenceKind.of(kind)
    with session.database() as engine, ExitStack() as opened:
        most_bytes = session.config.uploads.most_bytes
        room = EvidenceRoom(engine, session.blobs, most_bytes, session.clock)
        given = [_opened(path, opened) for path in files]
        if contract is None:
            assert claim is not None
            added = add_to_claim(room, actor, claim, given, kind=what, note=note)
        else:
            key = key_of_number(room.engine, actor, contract, phase, parcel)
            added = add_to_contract(
                room,
                actor,
                key,
                given,
                kind=what,
                milestone=milestone,
                observed_on=observed_on,
                note=note,
            )
    for evidence in added:
        session.say(
            "Kept: {name}, SHA-256 {digest}", name=evidence.file_name, digest=evidence.sha256
        )
    if len(added) < len(files):
        session.say("Kept before: {count} files.", count=len(files) - len(added))


def _fact(text: str) -> tuple[MilestoneKind | None, date | None]:
    """A milestone or a day of a patrol; nothing for the contract as a whole."""
    if not text:
        return None, None
    if milestone := MilestoneKind.from_word(text):
        return milestone, None
    try:
        return None, read_day(text)
    except ValueError:
        raise UsageError(
            "{fact} is neither a milestone nor a day.",
            "Write one of {milestones}, or the day of a patrol as 2024-02-29.",
            fact=text,
            milestones=", ".join(MilestoneKind),
        ) from None


def _opened(path: Path, stack: ExitStack) -> Given:
    try:
        return path.name, stack.enter_context(path.open("rb"))
    except OSError as error:
        raise unopened(path, error) from error
