"""The manifest of a bundle: what belongs to it, byte for byte, and where the event log stood.

A bundle is a folder or a ZIP file with ``manifest.json`` at its root. The manifest is an object in
the canonical form of `chain`, of four keys: ``format`` (``"parcelwatch-bundle-1"``), ``head``
(``seq`` and ``hash`` of the last event of the log), ``made_at`` and ``members`` (by path with
slashes: ``sha256`` and ``size``). What the manifest does not name does not belong to the bundle.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from geodata.errors import InputFileError
from geodata.model.chain import Head, canonical
from geodata.model.codelist import Codelist, Tone

MANIFEST_NAME: Final = "manifest.json"
_FORMAT: Final = "parcelwatch-bundle-1"


class MemberFlaw(Codelist):
    """What is wrong with a member of a bundle."""

    MISSING = ("missing", "缺失", "missing", Tone.IDLE)
    CHANGED = ("changed", "内容已改动", "changed", Tone.IDLE)
    FOREIGN = ("foreign", "清单中没有", "not named in the manifest", Tone.IDLE)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a bundle: digest in hexadecimal, and number of its bytes."""

    sha256: str
    size: int

    @classmethod
    def of(cls, content: bytes) -> Member:
        """The member that has these bytes."""
        return cls(sha256(content).hexdigest(), len(content))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle consists of.

    Attributes
    ----------
    made_at
        When the bundle was made.
    head
        Where the event log stood then.
    members
        By path within the bundle, with slashes; the manifest itself is left out.
    """

    made_at: datetime
    head: Head
    members: Mapping[str, Member]

    def to_bytes(self) -> bytes:
        """The manifest as it is written."""
        return canonical(
            {
                "format": _FORMAT,
                "head": {"seq": self.head.seq, "hash": self.head.text},
                "made_at": self.made_at,
                "members": {
                    path: {"sha256": member.sha256, "size": member.size}
                    for path, member in self.members.items()
                },
            }
        )

    def flaws(self, found: Mapping[str, Member]) -> dict[str, MemberFlaw]:
        """What is wrong with the files of a bundle, by path; nothing where all are as they were."""
        flaws = dict.fromkeys(found.keys() - self.members.keys(), MemberFlaw.FOREIGN)
        for path, member in self.members.items():
            if path not in found:
                flaws[path] = MemberFlaw.MISSING
            elif found[path] != member:
                flaws[path] = MemberFlaw.CHANGED
        return dict(sorted(flaws.items()))


def read_manifest(content: bytes) -> Manifest:
    """A manifest as it was written.

    Raises
    ------
    InputFileError
        When it is none, or was changed in a way that is seen by its form.
    """
    try:
        told = json.loads(content)
        manifest = _manifest(told)
        is_sound = told["format"] == _FORMAT and manifest.to_bytes() == content
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        is_sound = False
    if not is_sound:
        raise InputFileError(
            "The manifest is not one that was written here: it was changed, or is of another kind.",
            "Take the bundle from where it was filed.",
        )
    return manifest


def _manifest(told: Any) -> Manifest:
    head = Head(told["head"]["seq"], bytes.fromhex(told["head"]["hash"]))
    members = {path: Member(one["sha256"], one["size"]) for path, one in told["members"].items()}
    return Manifest(datetime.fromisoformat(told["made_at"]), head, members)
