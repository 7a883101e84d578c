"""What the pages about entries share: how facts, changes and problems are worded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from flask import render_template

from geodata.errors import LandError, UsageError
from geodata.model.attributes import Attribute, Kind
from geodata.model.changes import FieldChange
from geodata.model.content_lists import Unit
from geodata.model.entries import Entry
from service.clock import minute_text
from service.i18n import error_text
from service.maps.fact_words import FactWords
from service.operations.entries import Entries
from service.operations.entry_effects import said_of
from service.web.question import current_question
from service.web.readings import current_site
from service.wording import Wording

_INPUTS: Final = {Kind.DATE: "date"}


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
    words = FactWords(current_question().translate, language)
    return words.row(entry.kind.fields, said_of(entry))


def _changed(
    changes: tuple[FieldChange, ...], by_key: Mapping[str, Attribute], language: str
) -> Iterator[tuple[str, str, str]]:
    """Title of each cell, and its text before and after; blank where it is unknown."""
    words = FactWords(current_question().translate, language)
    for change in changes:
        attribute = by_key[change.key]
        before, after = (words.text(attribute, cell) for cell in (change.old, change.new))
        yield attribute.title(language), before, after


def _problem(entry: Entry) -> UsageError:
    """Why an entry could not take effect."""
    assert entry.problem is not None
    told = entry.problem
    return UsageError(told["template"], told["next_step"], **told["values"])
