"""How a breach report begins: what it is worth, what it comes to, and who the parties are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from geodata.model.attributes import BY_KEY
from service.compliance.casework.flags import Raised
from service.compliance.casework.what_if import late_damages
from service.reports.breach.facts import BreachFacts
from service.reports.breach.pen import Pen
from service.reports.papers.blocks import Align, Block, Facts, Paragraph, Runs, Words, runs

_PARTIES: Final = (
    *("grantor", "grantee", "uscc", "project_name", "location", "park", "contract_no", "phase"),
    *("supervision_no", "signed_on", "acquisition_mode", "land_use", "area_m2", "term_years"),
    *("premium_yuan", "premium_paid_yuan", "deposit_yuan", "bond_yuan", "damages_scheme"),
)
_MAY_LACK: Final = ("phase", "project_name", "location", "park", "bond_yuan", "deposit_yuan")


def determined_on(facts: BreachFacts) -> date | None:
    """The day on which the determination as idle land was served; None before that."""
    served = facts.cells.get("idle_determined_on")
    return served if isinstance(served, date) and served <= facts.as_of else None


def opening(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    """The contract, what the report is worth, and its sum."""
    _, parcel = pen.translate, facts.parcel
    key = parcel.key
    named = " ".join(filter(None, (key.contract_no, key.phase, parcel.project_name)))
    yield Paragraph(runs(Words(named, strong=True)), indented=False, align=Align.CENTRE)
    told = _("As of {day}").format(day=facts.as_of)
    yield Paragraph(runs(told), indented=False, align=Align.CENTRE)
    yield pen.paragraph(_worth(facts, pen))
    yield pen.heading(_("In short"))
    yield Facts(tuple(_summary(facts, pen)))


def parties(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    """Who agreed on what."""
    _, cells = pen.translate, facts.cells
    yield pen.heading(_("Parties and contract"))
    shown = [key for key in _PARTIES if key in cells or key not in _MAY_LACK]
    yield Facts(
        tuple((BY_KEY[key].title(pen.language), runs(pen.known(key, cells))) for key in shown)
    )


def _worth(facts: BreachFacts, pen: Pen) -> str:
    """That nothing is decided yet; or what is, and that the rest is not."""
    _, served_on = pen.translate, determined_on(facts)
    if served_on is None:
        return _(
            "Made by rule from the facts on record, for those who look into the matter. All that"
            " is told here is suspected; until a determination or decision is served, nothing of"
            " it is established."
        )
    return _(
        "Made by rule from the facts on record, for those who look into the matter. The"
        " determination as idle land was served on {day}; everything else told here is suspected"
        " until a decision is served."
    ).format(day=served_on)


def _summary(facts: BreachFacts, pen: Pen) -> Iterator[tuple[str, Runs]]:
    _, parcel = pen.translate, facts.parcel
    result = parcel.result
    yield _("Verdict"), runs(Words(pen.charge(result.verdict), strong=True))
    if result.lead:
        words = parcel.words(result.lead)
        yield _("Reason"), runs(words.reason)
        law = parcel.wording.law.findings[result.lead.code]
        yield _("Basis"), runs(pen.law(law.citations, law.confidence))
    others = [pen.charge(one.code) for one in parcel.ranked_findings if one is not result.lead]
    if others:
        yield _("Found besides"), runs(pen.joined(dict.fromkeys(others)))
    if facts.flags:
        yield _("To be known besides"), runs(pen.joined(_flag(one, pen) for one in facts.flags))
    yield _("Damages for late milestones"), runs(_known(late_damages(result), pen))
    if result.idle:
        yield _("Idle-land fee"), runs(_known(result.idle.fee_yuan, pen))
    if result.lead:
        yield _("Next step"), runs(parcel.words(result.lead).next_step)


def _flag(raised: Raised, pen: Pen) -> str:
    return " ".join((pen.label(raised.flag), *([pen.day(raised.on)] if raised.on else ())))


def _known(amount: Decimal | None, pen: Pen) -> str:
    _ = pen.translate
    return pen.money(amount) if amount else _("none, or not known")
