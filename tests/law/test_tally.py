"""Golden case 35: vacated land is counted once, and what is under way stands beside."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.entities import Claim
from geodata.model.units import MU_PER_M2
from service.compliance.indicators.tally import tally

AS_OF = date(2025, 12, 31)
DONE = ClaimStatus.DONE
VACATED, UPGRADED = ClaimKind.VACATED, ClaimKind.UPGRADED


def entry(code, kind, area_mu, done_on=None, reversed_on=None):
    status = DONE if done_on else ClaimStatus.IN_PROGRESS
    area_m2 = Fraction(area_mu) / MU_PER_M2
    return Claim(code, kind, status, done_on, reversed_on, area_m2, "", "", "")


REGISTER = (
    entry("A", VACATED, "352.00", date(2024, 3, 1)),
    entry("B", VACATED, "128.50", date(2024, 9, 1)),
    entry("C", VACATED, "60.25", date(2025, 2, 1)),
    entry("C again", UPGRADED, "60.25", date(2025, 8, 1)),
    entry("D", VACATED, "200"),
)
CREDITED = {"C": Fraction(1), "C again": Fraction(0)}


def lines(law, as_of=AS_OF, register=REGISTER):
    counted = tally(register, CREDITED, (), law, as_of)
    return {line.kind: line for line in counted.lines}


def test_golden_case_35(law):
    vacated = lines(law)[VACATED]
    assert vacated.done_mu == Fraction("540.75")
    assert vacated.share == Fraction("0.3605")
    assert vacated.gap_mu == Fraction("959.25")
    assert vacated.in_progress_mu == 200
    assert lines(law)[UPGRADED].done_mu == 0


def test_evidence_counts_from_its_day_on(law):
    assert lines(law, date(2024, 12, 31))[VACATED].done_mu == Fraction("480.50")


def test_a_reversal_subtracts_from_its_day_on_and_rewrites_nothing(law):
    reversed_one = entry("B", VACATED, "128.50", date(2024, 9, 1), date(2025, 6, 1))
    register = tuple(reversed_one if claim.claim_code == "B" else claim for claim in REGISTER)
    assert lines(law, register=register)[VACATED].done_mu == Fraction("412.25")
    assert lines(law, date(2025, 5, 31), register)[VACATED].done_mu == Fraction("540.75")
