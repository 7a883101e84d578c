"""What has to be known about a case besides its state, and the refunds that may follow from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from geodata.model.case_lists import CaseFlag, CasePath, CaseState
from geodata.model.cases import Case
from geodata.model.columns import Cell
from service.compliance.casework.limitation import daily_claim, rescission_right
from service.compliance.casework.progress import GROUND_KNOWN
from service.compliance.casework.refunds import (
    GiveUpRefund,
    RescissionRefund,
    forfeit,
    give_up_refund,
    rescission_refund,
)
from service.compliance.law import LawBook

_COMMITTEES: Final = ("管委会", "管理委员会")
_MODEL: Final = "model-contract-2008"
_BEFORE_DETERMINED: Final = (CaseState.OPENED, CaseState.INVESTIGATING, CaseState.EXPLAINED)


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag of a case.

    Attributes
    ----------
    on
        The day that matters: last day of a right, day of signing; None where there is none.
    days
        Days barred of a claim.
    """

    flag: CaseFlag
    on: date | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What would be paid back.

    Attributes
    ----------
    rescission
        If the notice of the grantor arrives on the day asked about.
    give_up
        If the holder gives the land up, applying on that day.

    Each is None where a fact it needs is not known.
    """

    rescission: RescissionRefund | None
    give_up: GiveUpRefund | None


def flags(
    case: Case,
    cells: Mapping[str, Cell],
    days: Mapping[str, date],
    law: LawBook,
    as_of: date,
    *,
    facts_digest: bytes | None = None,
    issued_digests: Collection[bytes] = (),
    late_since_on: date | None = None,
) -> list[Raised]:
    """The flags of a case, in the order of their codelist.

    Parameters
    ----------
    cells
        Typed facts of the contract by attribute, unknown ones left out.
    days
        Days of acts and events (`service.compliance.casework.progress.days_of`).
    facts_digest
        Digest of the facts by now; None where they are not compared.
    issued_digests
        Those of the facts when documents of the case were issued.
    late_since_on
        First day for which damages by the day are claimed.
    """
    found = [*_of_facts(case, cells, law, facts_digest)]
    if facts_digest is not None and any(digest != facts_digest for digest in issued_digests):
        found.append(Raised(CaseFlag.ISSUED_FACTS_CHANGED))
    if case.is_open:
        if case.path is CasePath.IDLE_LAND and case.state not in _BEFORE_DETERMINED:
            found.append(Raised(CaseFlag.TRANSFER_RESTRICTED))
        if case.path is CasePath.RESCISSION and "rescission_notice" not in days:
            found.extend(_right(days[GROUND_KNOWN], law, as_of))
        if case.path is CasePath.DAMAGES and late_since_on and late_since_on <= as_of:
            found.extend(_barred(late_since_on, law, as_of))
    return sorted(found, key=lambda raised: raised.flag.position)


def settlement(
    cells: Mapping[str, Cell], start_due_on: date | None, law: LawBook, on: date
) -> Settlement:
    """What would be paid back on a day (R2.6, R4.4)."""
    premium, deposit = cells.get("premium_yuan"), cells.get("deposit_yuan")
    signed_on = cells.get("signed_on")
    if not isinstance(premium, Fraction) or not isinstance(deposit, Fraction):
        return Settlement(None, None)
    if not isinstance(signed_on, date):
        return Settlement(None, None)
    lost = forfeit(premium, deposit, law, signed_on).lost_yuan
    paid, give_up = cells.get("premium_paid_yuan"), None
    if isinstance(paid, Fraction) and start_due_on is not None:
        give_up = give_up_refund(premium, paid, lost, start_due_on, on, law, signed_on)
    return Settlement(_rescission(cells, premium, lost, on), give_up)


def _of_facts(
    case: Case, cells: Mapping[str, Cell], law: LawBook, facts_digest: bytes | None
) -> Iterator[Raised]:
    if facts_digest is not None and facts_digest != case.facts_digest:
        yield Raised(CaseFlag.FACTS_CHANGED)
    grantor = cells.get("grantor")
    if isinstance(grantor, str) and any(word in grantor for word in _COMMITTEES):
        yield Raised(CaseFlag.GRANTOR_WITHOUT_POWER)
    signed_on = cells.get("signed_on")
    if isinstance(signed_on, date) and signed_on < law.instruments[_MODEL].in_force_on:
        yield Raised(CaseFlag.OLDER_MODEL_TEXT, signed_on)


def _right(known_on: date, law: LawBook, as_of: date) -> Iterator[Raised]:
    right = rescission_right(known_on, law)
    if as_of > right.lapses_on:
        yield Raised(CaseFlag.RESCISSION_LAPSED, right.lapses_on)
    elif as_of >= right.alert_on:
        yield Raised(CaseFlag.RESCISSION_EXPIRING, right.lapses_on)


def _barred(late_since_on: date, law: LawBook, as_of: date) -> Iterator[Raised]:
    claim = daily_claim(late_since_on, as_of, as_of, law)
    if claim.barred_days:
        yield Raised(CaseFlag.CLAIM_BARRED, late_since_on, claim.barred_days)


def _rescission(
    cells: Mapping[str, Cell], premium: Fraction, lost: Fraction, on: date
) -> RescissionRefund | None:
    delivered_on, term = cells.get("delivered_on"), cells.get("term_years")
    if not isinstance(delivered_on, date) or not isinstance(term, Fraction):
        return None
    if term.denominator != 1 or on < delivered_on:
        return None
    return rescission_refund(premium, lost, delivered_on, int(term), on)
