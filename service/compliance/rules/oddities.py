"""What is odd in the facts but changes no judgement: contradictory dates, unusual values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from geodata.model.codelists import (
    DamagesScheme,
    FindingCode,
    Group,
    MilestoneKind,
    WarningCode,
)
from geodata.model.columns import SPLIT_PARTS, Flags, LedgerColumns, as_date, day_number
from geodata.model.judgements import Judgements
from geodata.model.plausibility import Implausible, implausible_facts
from service.compliance.law import Instrument, LawBook


@dataclass(frozen=True, slots=True)
class Oddity(Implausible):
    """Something odd in one row of the judged columns.

    Attributes
    ----------
    instrument
        The text that expires (`RULE_EXPIRING`).
    """

    instrument: Instrument | None = None


def oddities(columns: LedgerColumns, judged: Judgements, law: LawBook, as_of: date) -> list[Oddity]:
    """Everything odd, in row order."""
    unusual = law.number("facts.unusual_permille", as_of)
    found = [
        *(
            Oddity(odd.position, odd.code, odd.columns, odd.values)
            for odd in implausible_facts(columns, unusual)
        ),
        *_stale_facts(columns, judged, law, as_of),
        *_expiring_rules(columns, judged, law, as_of),
    ]
    return sorted(found, key=lambda oddity: oddity.position)


def _stale_facts(
    columns: LedgerColumns, judged: Judgements, law: LawBook, as_of: date
) -> Iterator[Oddity]:
    """An adverse finding rests on a blank done date, and nobody has looked lately."""
    adverse = judged.group(Group.OVERDUE) | judged.group(Group.IDLE)
    adverse |= judged.rows_with(judged.findings.with_code(FindingCode.IDLE_GOV))
    observed_on = columns.days["observed_on"]
    oldest = day_number(as_of) - law.count("facts.stale_days", as_of)
    for row in np.flatnonzero(adverse & (observed_on < oldest)):
        seen = as_date(int(observed_on[row]))
        yield Oddity(int(row), WarningCode.STALE_FACTS, ("observed_on",), (seen,))


def _expiring_rules(
    columns: LedgerColumns, judged: Judgements, law: LawBook, as_of: date
) -> Iterator[Oddity]:
    """A finding, or what a bond forfeits, rests on a text that has expired or is about to."""
    horizon = as_of + timedelta(days=law.count("instruments.expiring_days", as_of))
    for instrument in law.instruments.values():
        if instrument.expires_on is None or instrument.expires_on > horizon:
            continue
        resting = [
            code
            for code, told in law.findings.items()
            if any(citation.instrument is instrument for citation in told.citations)
        ]
        rows = judged.rows_with(judged.findings.with_code(*resting))
        if instrument in _texts_of_bonds(law, as_of):
            rows |= _forfeits_a_bond(columns, judged)
        for row in np.flatnonzero(rows):
            yield Oddity(int(row), WarningCode.RULE_EXPIRING, instrument=instrument)


def _texts_of_bonds(law: LawBook, as_of: date) -> list[Instrument]:
    """The instruments that the tiers of a performance bond are taken from."""
    numbers = (number for key, number in law.numbers.items() if key.startswith("bond."))
    return [citation.instrument for number in numbers for citation in number.on(as_of).citations]


def _forfeits_a_bond(columns: LedgerColumns, judged: Judgements) -> Flags:
    """Rows that are late under a scheme with a performance bond."""
    late = np.zeros(len(judged), dtype=np.bool_)
    for part in SPLIT_PARTS:
        late |= judged.milestones[MilestoneKind.of(part)].late_days > 0
    schemes = (DamagesScheme.BOND_TIER.position, DamagesScheme.BOTH.position)
    return late & np.isin(columns.codes["damages_scheme"], schemes)
