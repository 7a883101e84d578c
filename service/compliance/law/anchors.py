"""Anchors: what each number and duty of a policy paper became in the product, or why nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from geodata.errors import LawBookError
from geodata.model.land_lists import LandList, Register
from geodata.model.law_lists import AnchorKind
from service.compliance.law.book import LawBook
from service.compliance.law.entries import Entry
from service.compliance.law.papers import Sentence
from service.compliance.law.shelf import Shelf

QUOTE_CHARACTERS: Final = 30
"""Longest quotation of a paper."""

_LISTS: Final = frozenset(str(member.value) for lists in (LandList, Register) for member in lists)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A few words of a paper and where they went.

    Attributes
    ----------
    document
        Key of the paper among the instruments.
    section, sentence
        Where the words stand, and the digest of their sentence (`papers.Sentence`).
    quote
        The words, without blanks.
    kind
        What became of them.
    names
        The targets, rules or lists; none where nothing is modelled.
    because
        Why nothing is; empty otherwise.
    """

    document: str
    section: str
    sentence: str
    quote: str
    kind: AnchorKind
    names: tuple[str, ...]
    because: str

    @property
    def place(self) -> tuple[str, str]:
        """Section and digest: identical sentences of a section are one place."""
        return self.section, self.sentence


def load_anchors(law: LawBook, shelf: Traversable | None = None) -> tuple[Anchor, ...]:
    """The anchors of a district's papers (``anchors.yaml`` of its pack).

    Raises
    ------
    LawBookError
        When an anchor names nothing there is, quotes too much, or stands there twice.
    """
    sheet = Shelf.at(shelf).sheet(law.code, "anchors")
    anchors = tuple(
        _anchor(document, Entry(f"{law.code} anchors, {document}", raw, law.instruments), law)
        for document, listed in sheet.items()
        for raw in Entry(document, {"anchors": listed}, {}).listed("anchors")
    )
    times = Counter((each.document, *each.place, each.quote) for each in anchors)
    for (document, section, sentence, quote), count in times.items():
        if count > 1:
            raise LawBookError(
                "The words {quote} of {document} {section} ({sentence}) are anchored twice.",
                "Name everything they became in one anchor.",
                quote=quote,
                document=document,
                section=section,
                sentence=sentence,
            )
    return anchors


def _anchor(document: str, entry: Entry, law: LawBook) -> Anchor:
    if document not in law.instruments:
        raise LawBookError(
            "The paper {document} has anchors and is not in instruments.yaml.",
            "Register the paper, or correct the key.",
            document=document,
        )
    quote = entry.text("quote")
    if len(quote) > QUOTE_CHARACTERS:
        raise LawBookError(
            "The anchor of {document} quotes {count} characters: {quote}",
            "Quote at most {most}, only the words that are anchored.",
            document=document,
            count=len(quote),
            quote=quote,
            most=QUOTE_CHARACTERS,
        )
    kinds = [kind for kind in AnchorKind if entry.has(kind.value)]
    if len(kinds) != 1:
        raise LawBookError(
            "The anchor {quote} of {document} has {count} of target, rule, list, not_modelled.",
            "Give one of them.",
            quote=quote,
            document=document,
            count=len(kinds),
        )
    kind = kinds[0]
    given = entry.given(kind.value)
    modelled = kind is not AnchorKind.NOT_MODELLED
    anchor = Anchor(
        document=document,
        section=entry.text("in"),
        sentence=entry.text("of"),
        quote=quote,
        kind=kind,
        names=tuple(map(str, given if isinstance(given, list) else [given])) if modelled else (),
        because="" if modelled else str(given),
    )
    _check_names(anchor, law)
    return anchor


def _check_names(anchor: Anchor, law: LawBook) -> None:
    for name in anchor.names:
        if not _is_known(anchor.kind, name, law):
            raise LawBookError(
                "The anchor {quote} of {document} names the {kind} {name}, which there is not.",
                "Correct the name, or say why it is not modelled.",
                quote=anchor.quote,
                document=anchor.document,
                kind=anchor.kind.value,
                name=name,
            )


def _is_known(kind: AnchorKind, name: str, law: LawBook) -> bool:
    if kind is AnchorKind.TARGET:
        return any(target.target_id == name for target in law.targets)
    if kind is AnchorKind.LIST:
        return name in _LISTS
    findings = {str(code.value) for code in law.findings}
    return name in {*law.numbers, *law.procedure, *findings} or _is_module(name)


def _is_module(name: str) -> bool:
    """Whether the checker has a module of that name, such as ``rules.milestones``."""
    *rooms, module = name.split(".")
    return resources.files("service.compliance").joinpath(*rooms, f"{module}.py").is_file()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something a paper says that no anchor accounts for.

    Attributes
    ----------
    sentence
        Where it stands.
    number
        The number left over; empty where the whole sentence has no anchor.
    """

    sentence: Sentence
    number: str


def gaps(paper: Sequence[Sentence], anchors: Sequence[Anchor]) -> Iterator[Gap]:
    """What in a paper is not anchored.

    A number must stand inside a quotation; a sentence with a duty needs one anchor at least.

    Parameters
    ----------
    paper
        Its sentences.
    anchors
        The anchors of that paper.
    """
    quotes: dict[tuple[str, str], list[str]] = {}
    for anchor in anchors:
        quotes.setdefault(anchor.place, []).append(anchor.quote)
    for sentence in paper:
        quoted = quotes.get((sentence.section, sentence.digest), [])
        if sentence.asks and not quoted:
            yield Gap(sentence, "")
        spans = [span for quote in quoted for span in sentence.spans(quote)]
        for start, end in sentence.numbers:
            if not any(first <= start and end <= last for first, last in spans):
                yield Gap(sentence, sentence.text[start:end])


def stale(paper: Sequence[Sentence], anchors: Sequence[Anchor]) -> Iterator[Anchor]:
    """The anchors of a paper whose words it does not hold at that place."""
    texts = {(sentence.section, sentence.digest): sentence.text for sentence in paper}
    return (anchor for anchor in anchors if anchor.quote not in texts.get(anchor.place, ""))
