"""Extensions of a milestone: chained, late, capped (GF-2008-2601 Art. 16, R2.8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.model.codelists import Anchor, FindingCode, MilestoneKind
from geodata.model.columns import NO_DAY, Days, Flags, Ragged
from service.compliance.calendar import add_years
from service.compliance.law import LawBook
from service.compliance.rules.dates import AgreedDate, calendar_date
from service.compliance.rules.facts import Facts
from service.compliance.rules.findings import FindingList
from service.compliance.rules.pauses import Pauses


@dataclass(frozen=True, slots=True)
class Term:
    """The date in force of a milestone after its extensions.

    Attributes
    ----------
    day
        Agreed date, or what the last effective extension made of it.
    pauses_after
        From when a pause moves it: the approval of that extension, else as agreed.
    extended
        An own extension is in effect.
    accrued_days
        Late days before extensions that were approved late (int32).
    """

    day: Days
    pauses_after: Days
    extended: Flags
    accrued_days: np.ndarray[tuple[int], np.dtype[np.int32]]


@dataclass(slots=True)
class _Chain:
    """The extensions of one milestone, taken one after another."""

    day: Days
    pauses_after: Days
    extended: Flags
    accrued: np.ndarray[tuple[int], np.dtype[np.int64]]


def extended_term(
    facts: Facts,
    law: LawBook,
    pauses: Pauses,
    kind: MilestoneKind,
    agreed: AgreedDate,
    findings: FindingList,
) -> Term:
    """The date in force of a milestone, and the findings about its extensions."""
    extensions = facts.columns.ragged[f"{kind.value}_extensions"]
    chain = _Chain(
        agreed.day.copy(),
        agreed.pauses_after.copy(),
        np.zeros(len(facts), dtype=np.bool_),
        np.zeros(len(facts), dtype=np.int64),
    )
    if len(extensions.days("extended_to")):
        years = law.count("extension.cap_years", calendar_date(facts.as_of))
        _apply(facts, pauses, kind, extensions, add_years(agreed.day, years), chain, findings)
    accrued = np.where(facts.undelivered, 0, chain.accrued).astype(np.int32)
    findings.add(
        FindingCode.LATE_EXTENSION,
        (accrued > 0) & ~facts.gap[kind],
        days=accrued,
        milestone=kind,
    )
    return Term(chain.day, chain.pauses_after, chain.extended, accrued)


def _apply(
    facts: Facts,
    pauses: Pauses,
    kind: MilestoneKind,
    extensions: Ragged,
    cap: Days,
    chain: _Chain,
    findings: FindingList,
) -> None:
    row = extensions.owner
    approved, extended_to = extensions.days("approved_on"), extensions.days("extended_to")
    usable = (approved != NO_DAY) & (cap[row] != NO_DAY)
    # Without approval or agreed date it is ignored, however late; it must only exist by then.
    without_effect = ~usable & (approved <= facts.day[row])
    in_time = usable & (approved <= facts.end(kind)[row])
    over_cap = in_time & (extended_to > cap[row])
    candidates = np.flatnonzero(in_time)
    ordered = candidates[np.lexsort((candidates, approved[candidates], row[candidates]))]
    first = np.searchsorted(row[ordered], row[ordered], side="left")
    place = np.arange(len(ordered)) - first
    for step in range(int(place.max(initial=-1)) + 1):
        entry = ordered[place == step]
        effective = _take(pauses, chain, row[entry], approved[entry], extended_to[entry], cap)
        without_effect[entry] = ~effective & ~over_cap[entry]
    _report(findings, kind, extensions, over_cap, without_effect, cap)


def _take(
    pauses: Pauses, chain: _Chain, row: np.ndarray, approved: Days, extended_to: Days, cap: Days
) -> Flags:  # one entry per row at most
    """Apply one extension of each row; True where it takes effect."""
    approved_on = np.full(len(cap), NO_DAY, dtype=np.int32)
    approved_on[row] = approved
    new = np.full(len(cap), NO_DAY, dtype=np.int32)
    new[row] = np.minimum(extended_to, cap[row])
    due_before = pauses.full.moved(chain.day, chain.pauses_after)
    effective = (
        (approved_on != NO_DAY)
        & (new >= approved_on)
        & (pauses.full.moved(new, approved_on) > due_before)
    )
    late = effective & (approved_on > due_before)
    excused = pauses.excusing(due_before).count(due_before, approved_on)
    overrun = approved_on.astype(np.int64) - due_before - excused
    chain.accrued += np.where(late, overrun, 0)
    chain.day = np.where(effective, new, chain.day).astype(np.int32)
    chain.pauses_after = np.where(effective, approved_on, chain.pauses_after).astype(np.int32)
    chain.extended |= effective
    return np.asarray(effective[row])


def _report(
    findings: FindingList,
    kind: MilestoneKind,
    extensions: Ragged,
    over_cap: Flags,
    without_effect: Flags,
    cap: Days,
) -> None:
    row = extensions.owner
    approved = extensions.days("approved_on")
    beyond = extensions.days("extended_to").astype(np.int64) - cap[row]
    findings.add_entries(
        FindingCode.EXT_OVER_CAP,
        row[over_cap],
        since_on=approved[over_cap],
        days=beyond[over_cap],
        milestone=kind,
    )
    findings.add_entries(
        FindingCode.EXTENSION_IGNORED,
        row[without_effect],
        since_on=approved[without_effect],
        milestone=kind,
    )


def follow_start(
    start: Term, start_agreed: AgreedDate, completion: Term, completion_agreed: AgreedDate
) -> Term:
    """Completion moves as far as an extension moved the start (Art. 16).

    Only while no extension of completion itself is in effect and completion does not hang on
    the start anyway; its state does not become ``extended``.
    """
    follows = (
        start.extended
        & ~completion.extended
        & (completion_agreed.from_anchor != Anchor.START.position)
        & (completion_agreed.day != NO_DAY)
    )
    shift = np.where(follows, start.day.astype(np.int64) - start_agreed.day, 0)
    return Term(
        day=np.where(follows, completion.day + shift, completion.day).astype(np.int32),
        pauses_after=np.where(follows, start.pauses_after, completion.pauses_after).astype(
            np.int32
        ),
        extended=completion.extended,
        accrued_days=completion.accrued_days,
    )
