"""What a file is recognised to be, told as a document: for a person who confirms or corrects it.

The words are English templates with the values of their fields, to be told in any language.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from geodata.errors import CoordinateError, LandError
from geodata.importers.content import known_headers_of
from geodata.importers.detective import Declaration, Ground, Hypothesis, detect
from geodata.importers.encodings import CHINESE
from geodata.importers.headings import UNIT_FACTORS, Heading
from geodata.importers.issues import Issue
from geodata.importers.kinds import KindVerdict, detect_kind
from geodata.importers.matching import match_headers
from geodata.importers.readers import read_table
from geodata.importers.shapes import stored_polygons
from geodata.importers.signatures import UTF_16, Format, format_of
from geodata.importers.suppliers import choose_profile, profiles_of
from geodata.importers.tables import RawTable
from geodata.model.attributes import Attribute
from geodata.model.cells import cell_text
from geodata.model.coded import coded
from geodata.model.codelist import Codelist
from geodata.model.content import catalogue_of
from geodata.model.content_lists import ContentKind
from geodata.model.tasks import Sentence
from geodata.model.uploads import Choice, SupplierMapping

Recognised: TypeAlias = dict[str, Any]
"""What `recognise` tells, as JSON has it."""

UNITS_OF: Final = {"yuan": ("wan",), "m2": ("ha", "mu")}
"""Units a file may have beside that of an attribute."""

_SAMPLES: Final = 4
_LONGEST: Final = 60
_HEAD_BYTES: Final = 1 << 20
_MOST_ANSWERS: Final = 8


def recognise(
    path: Path, choice: Choice, ground: Ground, told: Sequence[SupplierMapping]
) -> Recognised:
    """What a file holds, as far as it is certain, and what a person has to say.

    Parameters
    ----------
    path
        The file.
    choice
        What a person has said of it already.
    ground, told
        What is known of the place of shapes, and of suppliers.

    Raises
    ------
    LandError
        When it cannot be read at all.
    """
    kinds = ContentKind if choice.kind is None else (choice.kind,)
    knows = known_headers_of(kinds, told)
    table = read_table(path, knows, choice.layer, encoding=choice.encoding)
    verdict = detect_kind(table.headers, told)
    kind = choice.kind or (None if verdict.error else verdict.answers[0])
    return {
        "format": _title(format_of(path)),
        "row_count": len(table),
        "layer": table.name,
        "layers": list(table.layers),
        "encoding": _encoding(path, choice),
        **_kinds(verdict, kind),
        **(_columns(table, kind, choice.profile, told) if kind else _unknown_columns(table)),
        "crs": _place(table, choice.crs, ground),
    }


def sentence(words: LandError | Issue) -> dict[str, Any]:
    """An error or a remark as a document."""
    values = {name: _plain(value) for name, value in words.values.items()}
    return {
        "template": words.template,
        "next_step": getattr(words, "next_step", ""),
        "values": values,
    }


def _plain(value: object) -> object:
    if isinstance(value, Codelist):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Path):
        return value.name
    return value if isinstance(value, bool | int | float | None) else readable(str(value))


def readable(text: str) -> str:
    """A text without what no page can show."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _title(format_: Format | None) -> str:
    return format_.title if format_ else ""


def _kinds(verdict: KindVerdict, kind: ContentKind | None) -> Recognised:
    return {
        "kind": kind and kind.value,
        "kinds": {each.value: count for each, count in verdict.known.items()},
        "kind_problem": sentence(verdict.error) if verdict.error and kind is None else None,
    }


def _unknown_columns(table: RawTable) -> Recognised:
    columns = [_column(table, place, None) for place in range(len(table.headers))]
    return {"profile": None, "profiles": [], "columns": columns, "missing": []}


def _columns(
    table: RawTable, kind: ContentKind, profile: str | None, told: Sequence[SupplierMapping]
) -> Recognised:
    profiles = profiles_of(kind, told)
    known = profile if profile in {each.name for each in profiles} else None
    chosen = choose_profile(profiles, table.headers, known)
    matched, _ = match_headers(table, chosen.headings)
    meant = {column.place: column.heading for column in matched}
    found = {heading.attribute.key for heading in meant.values()}
    if chosen.numbers_in(table.headers):
        found.add("contract_no")
    return {
        "profile": chosen.name,
        "profiles": [each.name for each in profiles],
        "columns": [_column(table, place, meant.get(place)) for place in range(len(table.headers))],
        "missing": [each.key for each in catalogue_of(kind).required if each.key not in found],
    }


def _column(table: RawTable, place: int, heading: Heading | None) -> Recognised:
    values = coded(table.columns[place]).different
    texts = filter(None, (cell_text(value) for value in values))
    return {
        "header": readable(table.headers[place]),
        "samples": [readable(text)[:_LONGEST] for text in islice(texts, _SAMPLES)],
        "key": heading.attribute.key if heading else "",
        "unit": _unit(heading.attribute, heading) if heading else "",
    }


def _unit(attribute: Attribute, heading: Heading) -> str:
    units = UNITS_OF.get(attribute.unit, ())
    return next((unit for unit in units if UNIT_FACTORS[unit] == heading.factor), "")


def _encoding(path: Path, choice: Choice) -> Recognised | None:
    """The encoding of a text and what tells it; None where the format tells it."""
    if format_of(path) not in (Format.TEXT, Format.BOUNDARY_POINTS):
        return None
    if choice.encoding:
        return {"name": choice.encoding, "evidence": []}
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    name, words = _encoding_of(head)
    return {"name": name, "evidence": [asdict(words)]}


def _encoding_of(head: bytes) -> tuple[str, Sentence]:
    for mark, name in ((codecs.BOM_UTF8, "UTF-8"), *((mark, "UTF-16") for mark in UTF_16)):
        if head.startswith(mark):
            return name, Sentence("The file begins with the mark of this encoding.")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        words = Sentence("The bytes are no UTF-8, and they are sound in this encoding.")
        return CHINESE.upper(), words
    return "UTF-8", Sentence("All bytes are sound in this encoding.")


def _place(table: RawTable, crs: str | None, ground: Ground) -> Recognised | None:
    """The reference system of the shapes; None without any shape."""
    if table.geometry is None or table.geometry.isna().all():
        return None
    declared = table.declared
    if table.geometry.crs is not None:
        declared = Declaration(crs=table.geometry.crs)
    told = {"declared": readable(str(declared)), "shape_count": int(table.geometry.notna().sum())}
    try:
        stored = stored_polygons(table.geometry, crs=crs, ground=ground, declared=table.declared)
    except CoordinateError as error:
        shapes = np.asarray(table.geometry.to_numpy(), dtype=np.object_)
        answers = detect(shapes, declared=declared, ground=ground).answers
        return told | {
            "name": "",
            "evidence": [],
            "problem": sentence(error),
            "answers": list(map(_answer, answers[:_MOST_ANSWERS])),
        }
    name, evidence = stored.settled.source_name, map(sentence, stored.settled.notes)
    return told | {"name": name, "evidence": list(evidence), "problem": None, "answers": []}


def _answer(answer: Hypothesis) -> Recognised:
    evidence = list(map(sentence, answer.evidence))
    return {"name": answer.name, "confidence": answer.confidence.value, "evidence": evidence}
