"""What has to be known about a case besides its state, and the refunds that may follow from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import islice
from typing import Final

from geodata.model.case_lists import CaseFlag, CasePath, CaseState
from geodata.model.cases import Case
from geodata.model.codelists import FindingCode
from geodata.model.columns import Cell
from geodata.model.land_lists import NET_LAND, SiteStatement
from geodata.model.supervised import StatedSite
from service.compliance.casework.limitation import accrues_daily, daily_claim, rescission_right
from service.compliance.casework.progress import ARRIVED, GROUND_KNOWN
from service.compliance.casework.refunds import (
    GiveUpRefund,
    RescissionRefund,
    bonds_returned,
    forfeit,
    give_up_refund,
    rescission_refund,
)
from service.compliance.casework.texts import by_model_text
from service.compliance.law import LawBook

Said = Mapping[SiteStatement, StatedSite]

_COMMITTEES: Final = ("管委会", "管理委员会")
_BEFORE_DETERMINED: Final = (CaseState.OPENED, CaseState.INVESTIGATING, CaseState.EXPLAINED)
_LATE: Final = (
    FindingCode.OVERDUE_START,
    FindingCode.OVERDUE_COMPLETION,
    FindingCode.OVERDUE_PRODUCTION,
    FindingCode.OVERDUE_TARGET_OUTPUT,
)


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag of a case, or of its contract.

    Attributes
    ----------
    on
        The day that matters: last day of a right, day of signing or delivery, first day of a
        ban; None where there is none.
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
        If the grantor rescinds for a late start: by the day on which the notice arrived, else as
        if it arrived on the day asked about.
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
    said: Said | None = None,
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
    said
        The last word of offices on each matter of the land.
    """
    said = said or {}
    found = [*contract_flags(cells, law, said), *_of_digests(case, facts_digest, issued_digests)]
    if case.is_open:
        if restricts(case, said, as_of):
            found.append(_ban(said))
        if case.path is CasePath.RESCISSION and ARRIVED not in days:
            found.extend(_right(days[GROUND_KNOWN], law, as_of))
        if case.path is CasePath.DAMAGES and late_since_on and _is_daily(case.ground, cells):
            found.extend(_barred(late_since_on, law, as_of))
    return sorted(found, key=lambda raised: raised.flag.position)


def contract_flags(cells: Mapping[str, Cell], law: LawBook, said: Said) -> Iterator[Raised]:
    """What has to be known about a contract whether or not there is a case (R1.43, R2.14)."""
    if failed_conditions(said):
        delivered_on = cells.get("delivered_on")
        yield Raised(
            CaseFlag.NOT_NET_LAND, delivered_on if isinstance(delivered_on, date) else None
        )
    grantor = cells.get("grantor")
    if isinstance(grantor, str) and any(word in grantor for word in _COMMITTEES):
        yield Raised(CaseFlag.GRANTOR_WITHOUT_POWER)
    signed_on = cells.get("signed_on")
    if isinstance(signed_on, date) and not by_model_text(signed_on, law):
        yield Raised(CaseFlag.OLDER_MODEL_TEXT, signed_on)


def standing_flags(
    cells: Mapping[str, Cell], cases: Iterable[Case], law: LawBook, said: Said, as_of: date
) -> list[Raised]:
    """What has to be known about a contract on a day, with the ban of any case about it."""
    bans = (_ban(said) for case in cases if restricts(case, said, as_of))
    found = [*contract_flags(cells, law, said), *islice(bans, 1)]
    return sorted(found, key=lambda raised: raised.flag.position)


def _ban(said: Said) -> Raised:
    return Raised(CaseFlag.TRANSFER_RESTRICTED, said[SiteStatement.HOARDING].since_on)


def failed_conditions(said: Said) -> tuple[SiteStatement, ...]:
    """The conditions of clean land that were not met at delivery, which is evidence for G1."""
    return tuple(one for one in NET_LAND if one in said and not said[one].holds)


def restricts(case: Case, said: Said, as_of: date) -> bool:
    """Whether the holder is barred while a case lasts (R1.42).

    The idle land has been determined, the case is open, and malicious hoarding is stated.
    """
    if not case.is_open or case.path is not CasePath.IDLE_LAND or case.state in _BEFORE_DETERMINED:
        return False
    hoarding = said.get(SiteStatement.HOARDING)
    return bool(hoarding and hoarding.holds and (hoarding.since_on or as_of) <= as_of)


def settlement(
    cells: Mapping[str, Cell],
    start_due_on: date | None,
    law: LawBook,
    on: date,
    *,
    arrived_on: date | None = None,
    ground: FindingCode = FindingCode.OVERDUE_START,
) -> Settlement:
    """What would be paid back on a day (R2.6, R4.4).

    Parameters
    ----------
    arrived_on
        Day on which the notice of rescission arrived; with it the contract has ended.
    ground
        Of the case: what a rescission on another ground than the late start gives back is told
        by the contract only.
    """
    premium, deposit = cells.get("premium_yuan"), cells.get("deposit_yuan")
    signed_on = cells.get("signed_on")
    if not isinstance(premium, Fraction) or not isinstance(deposit, Fraction):
        return Settlement(None, None)
    if not isinstance(signed_on, date):
        return Settlement(None, None)
    lost = forfeit(premium, deposit, law, signed_on).lost_yuan
    paid, give_up = cells.get("premium_paid_yuan"), None
    may_give_up = arrived_on is None and by_model_text(signed_on, law)
    if isinstance(paid, Fraction) and start_due_on is not None and may_give_up:
        give_up = give_up_refund(premium, paid, lost, start_due_on, on, law, signed_on)
    is_late_start = ground is FindingCode.OVERDUE_START
    rescission = _rescission(cells, premium, lost, arrived_on or on) if is_late_start else None
    return Settlement(rescission, give_up)


def _of_digests(
    case: Case, facts_digest: bytes | None, issued_digests: Collection[bytes]
) -> Iterator[Raised]:
    if facts_digest is None:
        return
    if facts_digest != case.facts_digest:
        yield Raised(CaseFlag.FACTS_CHANGED)
    if any(digest != facts_digest for digest in issued_digests):
        yield Raised(CaseFlag.ISSUED_FACTS_CHANGED)


def _is_daily(ground: FindingCode, cells: Mapping[str, Cell]) -> bool:
    """Whether what a case claims falls due by the day (R2.13)."""
    if ground in _LATE:
        return accrues_daily(cells)
    return ground is FindingCode.PAYMENT_OVERDUE


def _right(known_on: date, law: LawBook, as_of: date) -> Iterator[Raised]:
    right = rescission_right(known_on, law)
    if as_of > right.lapses_on:
        yield Raised(CaseFlag.RESCISSION_LAPSED, right.lapses_on)
    elif as_of >= right.alert_on:
        yield Raised(CaseFlag.RESCISSION_EXPIRING, right.lapses_on)


def _barred(late_since_on: date, law: LawBook, as_of: date) -> Iterator[Raised]:
    if late_since_on > as_of:
        return
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
    return rescission_refund(premium, lost, delivered_on, int(term), on, bonds_returned(cells))
