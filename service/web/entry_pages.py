"""What the pages about entries share: how facts, changes and problems are worded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from flask import render_template

from geodata.errors import LandError, UsageError
from geodata.model.attributes import Attribute, Kind
from geodata.model.changes import FieldChange
from geodata.model.columns import RAGGED_FIELDS, Cell
from geodata.model.content import catalogue_of
from geodata.model.content_lists import ContentKind, Unit
from geodata.model.entries import Entry, EntryKind
from service.clock import minute_text
from service.i18n import error_text
from service.operations.entries import Entries
from service.operations.entry_effects import said_of
from service.web.question import current_question
from service.web.readings import current_site
from service.wording import Wording, cell_text

_INPUTS: Final = {Kind.DATE: "date"}
_PARTS: Final[Mapping[Kind, Mapping[str, Attribute]]] = {
    Kind.EXTENSIONS: {field.key: field for field in EntryKind.EXTENSION.fields},
    Kind.PERIODS: catalogue_of(ContentKind.GOVERNMENT_PERIODS).by_key,
}
"""What the parts of a repeating cell are called."""


def entries() -> Entries:
    """Where this site keeps entries."""
    site = current_site()
    accounts = site.access.accounts
    return Entries(accounts.engine, site.readings.law, accounts.clock)


def entry_page(template: str, error: LandError | None = None, **values: Any) -> str:
    """A page about entries, with what was refused at its head."""
    return render_template(
        template,
        message=error_text(error, current_question().language) if error else "",
        **entry_words(),
        **values,
    )


def entry_words() -> dict[str, Any]:
    """What a template needs to tell entries in the language asked for."""
    language = current_question().language
    return {
        "minute": minute_text,
        "told": lambda error: error_text(error, language),
        "titled": titled(language),
        "stated": lambda entry: list(_stated(entry, language)),
        "changed": lambda changes, by_key: list(_changed(changes, by_key, language)),
        "words": lambda: Wording(current_site().readings.law, language),
        "input_of": lambda attribute: _INPUTS.get(attribute.kind, "text"),
        "problem_of": _problem,
    }


def titled(language: str) -> Callable[[Attribute], str]:
    """Gives the title of a field, with its unit."""

    def title(attribute: Attribute) -> str:
        name = attribute.title(language)
        return f"{name} ({Unit.of(attribute.unit).label(language)})" if attribute.unit else name

    return title


def _stated(entry: Entry, language: str) -> Iterator[tuple[str, str]]:
    """Title and text of what an entry states."""
    said, title = said_of(entry), titled(language)
    for attribute in entry.kind.fields:
        if attribute.key in said:
            yield title(attribute), cell_text(attribute, said[attribute.key], language)


def _changed(
    changes: tuple[FieldChange, ...], by_key: Mapping[str, Attribute], language: str
) -> Iterator[tuple[str, str, str]]:
    """Title of each cell, and its text before and after; blank where it is unknown."""

    def text(attribute: Attribute, cell: Cell) -> str:
        if cell is None:
            return ""
        if attribute.kind in _PARTS and isinstance(cell, list):
            return "; ".join(_parts(attribute, entry, language) for entry in cell)
        return cell_text(attribute, cell, language)

    for change in changes:
        attribute = by_key[change.key]
        yield attribute.title(language), text(attribute, change.old), text(attribute, change.new)


def _parts(attribute: Attribute, entry: tuple[Any, ...], language: str) -> str:
    """An extension or a period as people read it."""
    named = zip(RAGGED_FIELDS[attribute.kind], entry, strict=True)
    told = ((_PARTS[attribute.kind][name], cell) for name, cell in named if cell is not None)
    joint = "，" if language == "zh" else ", "
    return joint.join(
        f"{part.title(language)} {cell_text(part, cell, language)}" for part, cell in told
    )


def _problem(entry: Entry) -> UsageError:
    """Why an entry could not take effect."""
    assert entry.problem is not None
    told = entry.problem
    return UsageError(told["template"], told["next_step"], **told["values"])
