"""How each step of a judgement is told: title, rule, authority, and the arithmetic as a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from geodata.errors import LawBookError
from geodata.model.codelists import Confidence, MilestoneKind
from service.compliance.law.entries import Entry
from service.compliance.law.sources import Citation

ANY: Final = "*"
"""The case that stands for every value without one of its own."""

_EACH: Final = "milestone"
_INPUTS: Final = re.compile(r"\{([a-z0-9_.|]+)\}")
_LEFT_OUT: Final = re.compile(r"\[(.*?)\]")


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of a formula: words around inputs.

    Attributes
    ----------
    words
        The text before, between and after the inputs: one more than these.
    inputs
        Names of inputs; more than one name in a place means the sum of what is known.
    may_be_left_out
        True where the piece says nothing when all its inputs are zero.
    """

    words: tuple[str, ...]
    inputs: tuple[tuple[str, ...], ...]
    may_be_left_out: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a value may come about.

    Attributes
    ----------
    needs
        Inputs that must be known for it.
    terms
        The arithmetic; none where there is nothing to calculate.
    """

    needs: tuple[tuple[str, ...], ...]
    terms: tuple[Term, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every input named, once."""
        return tuple(dict.fromkeys(name for place in self.needs for name in place))


@dataclass(frozen=True, slots=True)
class StepLaw:
    """What a step says and rests on.

    Attributes
    ----------
    zh, en
        Title.
    rule
        One sentence in ``zh`` and ``en``.
    by
        The input whose value picks among `ways`; empty where there is one case.
    ways
        By that value (`ANY`: any other), the ways to be tried in order.
    """

    name: str
    zh: str
    en: str
    rule: Mapping[str, str]
    citations: tuple[Citation, ...]
    confidence: Confidence
    by: str
    ways: Mapping[str, tuple[Way, ...]]

    def title(self, language: str) -> str:
        """Title in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en

    @property
    def inputs(self) -> frozenset[str]:
        """Every input a formula names."""
        named = {name for ways in self.ways.values() for way in ways for name in way.inputs}
        return frozenset(named | {self.by} - {"", self.name})


def read_steps(entries: Mapping[str, Entry]) -> dict[str, StepLaw]:
    """The steps of a book by name; those of ``milestone.`` once for each milestone.

    An entry of its own for one milestone stands instead of the general one.
    """
    steps: dict[str, StepLaw] = {}
    for key, entry in entries.items():
        subject, _, part = key.partition(".")
        if subject != _EACH:
            own = subject in MilestoneKind.positions()
            steps[key] = _step(key, entry, MilestoneKind.of(subject) if own else None)
            continue
        kinds = entry.members("only", MilestoneKind) if entry.has("only") else MilestoneKind
        for kind in kinds:
            name = f"{kind.value}.{part}"
            if name not in entries:
                steps[name] = _step(name, entry, kind)
    return steps


def _step(name: str, entry: Entry, kind: MilestoneKind | None) -> StepLaw:
    zh, en = entry.text("zh"), entry.text("en")
    formula = entry.raw.get("formula", {})
    by = str(entry.raw.get("by", ""))
    return StepLaw(
        name=name,
        zh=f"{kind.zh}：{zh}" if kind else zh,
        en=f"{kind.en}: {en}" if kind else en,
        rule=entry.words("rule"),
        citations=entry.citations,
        confidence=entry.confidence,
        by=_of(kind, f"{{{by}}}")[1:-1],
        ways={
            str(case): tuple(_way(_of(kind, str(text)), name) for text in _listed(ways))
            for case, ways in (formula if isinstance(formula, dict) else {ANY: formula}).items()
        },
    )


def _listed(ways: object) -> list[object]:
    return ways if isinstance(ways, list) else [ways]


def _of(kind: MilestoneKind | None, text: str) -> str:
    """The text with the milestone named in its inputs."""
    if kind is None:
        return text
    return _INPUTS.sub(lambda found: found[0].replace(_EACH, str(kind.value)), text)


def _way(text: str, name: str) -> Way:
    asked, _, shown = text.rpartition("? ")
    terms = tuple(_terms(shown))
    needs = [*_names(asked), *(place for term in terms for place in term.inputs)]
    if _INPUTS.sub("", asked) or "{" in _INPUTS.sub("", shown):
        raise LawBookError(
            "The formula of the step {step} in the law book cannot be read: {formula}",
            "Write its inputs in braces, as the head of steps.yaml tells.",
            step=name,
            formula=text,
        )
    return Way(tuple(dict.fromkeys(needs)), terms if _INPUTS.search(shown) else ())


def _names(text: str) -> list[tuple[str, ...]]:
    return [tuple(found.split("|")) for found in _INPUTS.findall(text)]


def _terms(text: str) -> Iterator[Term]:
    """The pieces of a formula, those in brackets marked."""
    for place, piece in enumerate(_LEFT_OUT.split(text)):
        if piece:
            words = tuple(_INPUTS.split(piece)[::2])
            yield Term(words, tuple(_names(piece)), may_be_left_out=place % 2 == 1)
