"""Words in Chinese and English for terminal, pages and documents alike.

English wording is the key; the Chinese wording stands in ``translations/zh.po``. Plain Babel: the
catalogue is read as text, nothing is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Final

from babel.messages.pofile import read_po

from geodata.errors import LandError
from geodata.model.codelist import Codelist
from geodata.model.tasks import Sentence

Translate = Callable[[str], str]
_SPACED_STOP: Final = re.compile(" *。 *")


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    source = resources.files("service") / "translations" / f"{language}.po"
    if not source.is_file():
        return {}
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string}


def translator(language: str) -> Translate:
    """A function from English wording to the wording of a language."""
    words = _catalogue(language)
    return lambda text: words.get(text, text)


def error_sentences(error: LandError, language: str) -> tuple[str, ...]:
    """What an error says, in a language: what is wrong, then what to do."""
    parts = filter(None, (error.template, error.next_step))
    return tuple(error_text(LandError(part, "", **error.values), language) for part in parts)


def error_text(error: LandError, language: str) -> str:
    """What an error says, in a language."""
    translate = translator(language)
    values = {
        name: value.label(language) if isinstance(value, Codelist) else value
        for name, value in error.values.items()
    }
    text = str(LandError(translate(error.template), translate(error.next_step), **values))
    return _SPACED_STOP.sub("。", text) if language == "zh" else text


def sentence_text(sentence: Sentence, language: str, next_step: str = "") -> str:
    """What a sentence that was kept says, in a language."""
    values = {
        name: value[language] if isinstance(value, dict) else value
        for name, value in sentence.values.items()
    }
    return error_text(LandError(sentence.template, next_step, **values), language)
