"""What a table is about, found by its headers: where two kinds fit, the reader is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geodata.errors import UsageError
from geodata.importers.detective import Outcome
from geodata.importers.headings import find_heading
from geodata.importers.suppliers import Profile, profiles_of
from geodata.model.content import Catalogue, catalogue_of
from geodata.model.content_lists import ContentKind
from geodata.model.uploads import SupplierMapping


@dataclass(frozen=True, slots=True)
class KindVerdict:
    """The kinds a table may be.

    Attributes
    ----------
    outcome
        One kind; kinds to choose from; or none that has the columns it needs.
    answers
        The kinds that know most headers; exactly one when certain, none when refused.
    known
        How many headers each kind that fits knows.
    error
        The question or the reason for the reader; None when certain.
    """

    outcome: Outcome
    answers: tuple[ContentKind, ...]
    known: Mapping[ContentKind, int]
    error: UsageError | None = None

    def answer(self) -> ContentKind:
        """The one kind.

        Raises
        ------
        UsageError
            When there is more or less than one.
        """
        if self.error:
            raise self.error
        return self.answers[0]


def detect_kind(headers: Sequence[str], told: Sequence[SupplierMapping] = ()) -> KindVerdict:
    """The kind that has all columns it needs among the headers and knows most of them.

    A table that may be a ledger of several suppliers is one kind all the same. One whose columns a
    person has told is what that person said.
    """
    profiles = {kind: profiles_of(kind, told) for kind in ContentKind}
    counts = {kind: _known(kind, profiles[kind], headers) for kind in ContentKind}
    known = {kind: count for kind, count in counts.items() if count}
    remembered = {
        kind for kind in known if any(profile.remembers(headers) for profile in profiles[kind])
    }
    most = max((known[kind] for kind in remembered or known), default=0)
    answers = tuple(kind for kind in known if known[kind] == most and kind in (remembered or known))
    if not answers:
        return KindVerdict(Outcome.REFUSED, (), known, _nothing(headers))
    if len(answers) > 1:
        return KindVerdict(Outcome.ASK, answers, known, _question(answers))
    return KindVerdict(Outcome.CERTAIN, answers, known)


def _known(kind: ContentKind, profiles: Sequence[Profile], headers: Sequence[str]) -> int:
    """Headers the best fitting profile of a kind knows; 0 when none fits."""
    catalogue = catalogue_of(kind)
    fitting = (profile for profile in profiles if _fits(catalogue, profile, headers))
    return max((profile.recognised(headers) for profile in fitting), default=0)


def _fits(catalogue: Catalogue, profile: Profile, headers: Sequence[str]) -> bool:
    headings = (find_heading(header, profile.headings) for header in headers)
    found = {heading.attribute.key for heading in headings if heading}
    if profile.numbers_in(headers):
        found.add("contract_no")
    is_named = not catalogue.any_of or not found.isdisjoint(catalogue.any_of)
    return is_named and found.issuperset(attribute.key for attribute in catalogue.required)


def _nothing(headers: Sequence[str]) -> UsageError:
    return UsageError(
        "The headers are those of no kind of content: {headers}.",
        "Name the kind with --kind; what it lacks is then told.",
        headers=", ".join(filter(None, headers)) or "–",
    )


def _question(kinds: Sequence[ContentKind]) -> UsageError:
    return UsageError(
        "By its headers the table may be: {kinds}.",
        "Say which with --kind.",
        kinds=", ".join(f"{kind.value} ({kind.zh})" for kind in kinds),
    )
