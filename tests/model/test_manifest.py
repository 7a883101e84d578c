"""A manifest names every file of a bundle; a file that is another one is named."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from geodata.errors import InputFileError
from geodata.model.chain import Head
from geodata.model.manifest import Manifest, Member, MemberFlaw, read_manifest

FILES = {"卷宗.pdf": b"%PDF-1.7", "evidence/1.jpg": bytes(range(256)), "empty": b""}
MEMBERS = {path: Member.of(content) for path, content in FILES.items()}
MANIFEST = Manifest(datetime(2026, 6, 30, 4, tzinfo=UTC), Head(7, bytes(range(32))), MEMBERS)


def test_a_manifest_is_read_as_it_was_written():
    assert read_manifest(MANIFEST.to_bytes()) == MANIFEST
    assert MANIFEST.flaws(MEMBERS) == {}


def test_what_is_missing_changed_or_foreign_is_named():
    found = {"卷宗.pdf": Member.of(b"%PDF-1.8"), "empty": MEMBERS["empty"], "new": Member.of(b"")}
    assert MANIFEST.flaws(found) == {
        "evidence/1.jpg": MemberFlaw.MISSING,
        "new": MemberFlaw.FOREIGN,
        "卷宗.pdf": MemberFlaw.CHANGED,
    }


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{}", b"[]", b"null", b"\xff", b"[" * 9999, MANIFEST.to_bytes() + b"\n"),
        MANIFEST.to_bytes().replace(b"bundle-1", b"bundle-2"),
    ],
)
def test_what_is_no_manifest_is_refused(content):
    with pytest.raises(InputFileError, match="not one that was written here"):
        read_manifest(content)


def flips_found(count: int) -> int:
    """How many of so many bundles are refused after one byte of a member was changed."""
    chance, found = Random(3), 0
    for _ in range(count):
        path = chance.choice(["卷宗.pdf", "evidence/1.jpg"])
        content = bytearray(FILES[path])
        content[chance.randrange(len(content))] ^= chance.randint(1, 255)
        flaws = MANIFEST.flaws({**MEMBERS, path: Member.of(bytes(content))})
        found += flaws == {path: MemberFlaw.CHANGED}
    return found


def test_every_changed_byte_of_a_member_is_found():
    assert flips_found(100) == 100


@pytest.mark.faults
def test_a_thousand_changed_bytes_of_members_are_found():
    assert flips_found(1_000) == 1_000
