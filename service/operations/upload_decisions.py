"""What a person accepts of the tables shown: as a form tells it, as it is kept, as it is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from geodata.model.changes import Decision, ImportCounts, RowKey
from geodata.model.import_lists import ChangeKind
from geodata.model.uploads import Document
from service.reports.import_content import SHOWN

VANISHED = "v"
"""Before the number of something that is not in the file."""


def usual(table: Document) -> dict[str, Any]:
    """What is accepted of a table unless a person decides otherwise, as it is kept."""
    return whole(accepts=table["accepts"], retires=table["retires"])


def whole(*, accepts: bool, retires: bool = False) -> dict[str, Any]:
    """The same word on every row, as it is kept."""
    return {"accepts": accepts, "retires": retires, "rows": {}, "cells": {}, "vanished": {}}


def decided(kept: Document, shown: Iterable[Document], taken: frozenset[str]) -> dict[str, Any]:
    """What is kept, with what a form says of the changes it shows.

    Parameters
    ----------
    shown
        Changes of one table, as `service.reports.import_preview` tells them.
    taken
        What is ticked: the name of a change, or with a colon behind it that of a field.
    """
    told = {name: dict(kept[name]) for name in ("rows", "cells", "vanished")}
    for change in shown:
        name = change["id"]
        if name.startswith(VANISHED):
            told["vanished"][name.removeprefix(VANISHED)] = name in taken
            continue
        told["rows"][name] = name in taken
        left = [key for key, *_ in change["fields"] if f"{name}:{key}" not in taken]
        told["cells"][name] = left if name in taken else []
    return {**kept, **told}


def decision_of(kept: Document, vanished: Sequence[RowKey] = ()) -> Decision:
    """What is kept as the import takes it.

    Parameters
    ----------
    vanished
        What is not in the file, by its number.
    """
    return Decision(
        accepts=kept["accepts"],
        rows={int(row): taken for row, taken in kept["rows"].items()},
        cells={(int(row), key): False for row, keys in kept["cells"].items() for key in keys},
        retires=kept["retires"],
        vanished={vanished[int(number)]: gone for number, gone in kept["vanished"].items()}
        if vanished
        else {},
    )


def counts_of(table: Document, changes: Sequence[Document], kept: Document) -> ImportCounts:
    """What becomes of the rows of a table; those that are not listed share the word on all."""
    planned, totals = ImportCounts(**table["counts"]), table["totals"]
    taken = dict.fromkeys(SHOWN, 0)
    decision = decision_of({**kept, "vanished": {}})
    for change in changes:
        taken[ChangeKind.of(change["kind"])] += is_taken(change, decision, kept)
    for kind in SHOWN:
        listed = sum(change["kind"] == kind.value for change in changes)
        word = kept["retires"] if kind is ChangeKind.VANISHED else kept["accepts"]
        taken[kind] += word * (totals[kind.value] - listed)
    added, changed = taken[ChangeKind.ADDED], taken[ChangeKind.CHANGED]
    return replace(
        planned,
        added=added,
        changed=changed,
        declined=totals["added"] + totals["changed"] - added - changed,
        retired=taken[ChangeKind.VANISHED],
    )


def is_taken(change: Document, decision: Decision, kept: Document) -> bool:
    """Whether anything of a change that is shown is taken over."""
    name = change["id"]
    if name.startswith(VANISHED):
        return bool(kept["vanished"].get(name.removeprefix(VANISHED), kept["retires"]))
    keys = [key for key, *_ in change["fields"]]
    return any(decision.takes(int(name), key) for key in keys or [None])
