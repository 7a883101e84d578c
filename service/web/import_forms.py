"""What the forms of the import pages say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from flask import request

from geodata.errors import UsageError
from geodata.model.content_lists import ContentKind
from geodata.model.uploads import CONVERTED_UNITS, Choice, Document, Meaning, Upload
from service.operations.upload_decisions import decided, usual, whole

AS_DISTRICT, LEFT_OUT = "district", "none"
"""What a file is taken as, beside a table."""


def choices_told(upload: Upload) -> list[Choice]:
    """How each file is to be read.

    Raises
    ------
    UsageError
        When a file is to be of a kind there is not.
    """
    return [_choice(place) for place, _ in enumerate(upload.files)]


def meanings_told(upload: Upload) -> list[tuple[str, dict[int, Meaning]]]:
    """The supplier of each file, and what its columns hold, by their place."""
    return [
        (
            request.form.get(f"supplier-{place}", ""),
            {
                column: _meaning(f"{place}-{column}")
                for column, _ in enumerate(document.get("columns", ()))
                if f"key-{place}-{column}" in request.form
            },
        )
        for place, document in enumerate(upload.recognised)
    ]


def decisions_told(upload: Upload, preview: Document, act: str) -> dict[str, Any]:
    """What is accepted by now: of what the form shows as it says, of the rest as before."""
    kept = decisions_of(upload, preview)
    if act in ("all", "none"):
        return {place: whole(accepts=act == "all") for place in kept}
    shown, taken = set(request.form.getlist("shown")), request.form.getlist("take")
    for place, table in kept.items():
        prefix = f"{place}/"
        changes = (
            change
            for change in preview["changes"]
            if str(change["table"]) == place and prefix + change["id"] in shown
        )
        ticked = frozenset(t.removeprefix(prefix) for t in taken if t.startswith(prefix))
        retires = table["retires"]
        if "retiring" in request.form:
            retires = f"retires-{place}" in request.form
        kept[place] = decided({**table, "retires": retires}, changes, ticked)
    return kept


def decisions_of(upload: Upload, preview: Document) -> dict[str, Any]:
    """What is accepted of each table by now, by its place."""
    return {
        str(place): upload.decisions.get(str(place)) or usual(table)
        for place, table in enumerate(preview["tables"])
    }


def given_files() -> Iterator[tuple[str, Any]]:
    """Name and bytes of each file sent; a field left empty sends one without a name."""
    for file in request.files.getlist("file"):
        with closing(file):
            if file.filename:
                yield file.filename, file.stream


def _choice(place: int) -> Choice:
    told = {
        name: request.form.get(f"{name}-{place}", "").strip() or None
        for name in ("kind", "profile", "layer", "crs", "encoding", "as")
    }
    code = told["kind"]
    if code is not None and code not in ContentKind.positions():
        raise UsageError(
            "There is no kind of content {code}.", "Choose one from the list.", code=code
        )
    return Choice(
        kind=ContentKind.of(code) if code else None,
        profile=told["profile"],
        layer=told["layer"],
        crs=request.form.get(f"crs-other-{place}", "").strip() or told["crs"],
        encoding=told["encoding"],
        is_district=told["as"] == AS_DISTRICT,
        is_left_out=told["as"] == LEFT_OUT,
    )


def _meaning(column: str) -> Meaning:
    key, unit = (request.form.get(f"{name}-{column}", "") for name in ("key", "unit"))
    return Meaning(key, unit if unit in CONVERTED_UNITS and key else "")
