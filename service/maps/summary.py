"""One contract in a few words: what it is, why, how much, what next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geodata.model.codelists import FindingCode, MilestoneState, Verdict
from service.compliance.rules.results import MilestoneResult
from service.i18n import Translate
from service.maps.figures import Figures
from service.maps.view import JudgedParcel
from service.wording import FindingWords


@dataclass(frozen=True, slots=True)
class Summary:
    """The head of a pop-up and of a parcel page.

    Attributes
    ----------
    sentence
        Why the verdict is what it is.
    amounts
        Label and amount of each finding that costs money.
    lead
        The finding the verdict rests on, as it is told.
    """

    sentence: str
    amounts: tuple[tuple[str, str], ...]
    lead: FindingWords | None

    @property
    def next_step(self) -> str:
        """What to do; empty when there is nothing to do."""
        return self.lead.next_step if self.lead else ""

    @property
    def to_be_confirmed(self) -> bool:
        """True where an article the verdict rests on still has to be re-read."""
        return self.lead is not None and self.lead.to_be_confirmed


def summarise(parcel: JudgedParcel, as_of: date, language: str, translate: Translate) -> Summary:
    """The words for one contract on one day."""
    figures = Figures(translate)
    lead = parcel.result.lead
    words = parcel.words(lead) if lead else None
    return Summary(
        sentence=_sentence(parcel, words, as_of, language, figures),
        amounts=tuple(
            (finding.code.label(language), figures.yuan(finding.amount_yuan))
            for finding in parcel.result.findings
            if finding.amount_yuan is not None and finding.code is not FindingCode.DAMAGES_HIGH
        ),
        lead=words,
    )


def _sentence(
    parcel: JudgedParcel,
    lead: FindingWords | None,
    as_of: date,
    language: str,
    figures: Figures,
) -> str:
    _ = figures.translate
    if parcel.verdict is Verdict.NOT_IN_FORCE:
        return _("The contract is signed after this day.")
    if parcel.verdict is Verdict.CLOSED:
        return _("The contract has ended; its obligations are no longer judged.")
    if parcel.verdict is Verdict.DUE_SOON:
        return "".join(_due_sentences(parcel, as_of, language, figures))
    if lead is not None:
        return lead.reason
    if parcel.verdict is Verdict.COMPLIANT:
        return _("No milestone is overdue and no indicator falls short.")
    return parcel.verdict.label(language)


def _due_sentences(parcel: JudgedParcel, as_of: date, language: str, figures: Figures) -> list[str]:
    _ = figures.translate
    return [
        _("{milestone} is due on {day}, {left}.").format(
            milestone=stone.kind.label(language).capitalize(),
            day=figures.day(stone.due_on),
            left=figures.days_left(as_of, stone.due_on),
        )
        for stone in parcel.result.milestones
        if stone.state is MilestoneState.DUE_SOON and stone.due_on is not None
    ]


def milestone_words(stone: MilestoneResult, language: str, figures: Figures) -> str:
    """State of a milestone with its days: "overdue, 366 days late"."""
    late = figures.late(stone.late_days)
    if not late:
        return stone.state.label(language)
    if stone.state in (MilestoneState.OVERDUE, MilestoneState.MET_LATE):
        return late
    return f"{stone.state.label(language)} · {late}"
