"""Which rules judged: a digest of the checker's own source, beside the digest of the law book."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable


def rule_set_digest(book_digest: str) -> str:
    """``sha256:`` and the hash of book and rules: equal facts and digests give equal results.

    The whole checker and vocabulary are hashed: rather a run too many than a stale one.
    """
    joined = f"{book_digest} {_rules_digest()}"
    return "sha256:" + hashlib.sha256(joined.encode()).hexdigest()


@cache
def _rules_digest() -> str:
    digest = hashlib.sha256()
    for package in ("service.compliance", "geodata.model"):
        for source in _sources(resources.files(package)):
            digest.update(source.read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith(".py"):
            yield entry
