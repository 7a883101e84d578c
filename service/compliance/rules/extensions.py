"""Extensions of a milestone: chained, late, capped (GF-2008-2601 Art. 16, R2.8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.model.codelists import Anchor, FindingCode, MilestoneKind
from geodata.model.columns import NO_DAY, Days, Flags, Ragged, Whole
from service.compliance.calendar import add_years, entries_of
from service.compliance.rules.dates import AgreedDate
from service.compliance.rules.extension_steps import (
    Tried,
    tell_cap,
    tell_extended,
    tell_extension,
    tell_following,
    tell_odd_extensions,
)
from service.compliance.rules.facts import Facts, Rows
from service.compliance.rules.findings import FindingList
from service.compliance.rules.parameters import Parameters
from service.compliance.rules.pauses import Pauses
from service.compliance.rules.trace import Trace


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


@dataclass(frozen=True, slots=True)
class _Chain:
    """The rows that have extensions, and the term as it stands after each of them.

    Attributes
    ----------
    rows
        Positions of these rows; the other columns have one value for each.
    cap
        Latest date an extension may reach (Art. 16).
    """

    rows: Rows
    cap: Days
    pauses: Pauses
    day: Days
    pauses_after: Days
    extended: Flags
    accrued: Whole


def extended_term(
    facts: Facts,
    law: Parameters,
    pauses: Pauses,
    kind: MilestoneKind,
    agreed: AgreedDate,
    findings: FindingList,
    trace: Trace,
) -> Term:
    """The date in force of a milestone, and the findings about its extensions."""
    extensions = facts.columns.ragged[f"{kind.value}_extensions"]
    rows = np.flatnonzero(np.diff(extensions.offsets))
    term = Term(
        agreed.day.copy(),
        agreed.pauses_after.copy(),
        np.zeros(len(facts), dtype=np.bool_),
        np.zeros(len(facts), dtype=np.int32),
    )
    if not len(rows):
        return term
    agreed_on = term.day[rows]
    chain = _Chain(
        rows=rows,
        cap=add_years(agreed_on, law.count("extension.cap_years", rows=rows)),
        pauses=pauses.take(rows),
        day=agreed_on,
        pauses_after=term.pauses_after[rows],
        extended=np.zeros(len(rows), dtype=np.bool_),
        accrued=np.zeros(len(rows), dtype=np.int64),
    )
    if trace.on:
        tell_cap(trace, kind, chain.cap, rows)
    _apply(facts, kind, extensions, chain, findings, trace)
    if trace.on:
        tell_extended(trace, kind, chain.extended, chain.day, chain.pauses_after, rows)
    term.day[rows], term.pauses_after[rows] = chain.day, chain.pauses_after
    term.extended[rows] = chain.extended
    term.accrued_days[rows] = np.where(facts.undelivered[rows], 0, chain.accrued)
    findings.add(
        FindingCode.LATE_EXTENSION,
        (term.accrued_days > 0) & ~facts.gap[kind],
        days=term.accrued_days,
        milestone=kind,
    )
    return term


def _apply(
    facts: Facts,
    kind: MilestoneKind,
    extensions: Ragged,
    chain: _Chain,
    findings: FindingList,
    trace: Trace,
) -> None:
    row = extensions.owner
    place, _ = entries_of(row, chain.rows)
    approved, extended_to = extensions.days("approved_on"), extensions.days("extended_to")
    cap = chain.cap[place]
    usable = (approved != NO_DAY) & (cap != NO_DAY)
    # Without approval or agreed date it is ignored, however late; it must only exist by then.
    without_effect = ~usable & (approved <= facts.day[row])
    in_time = usable & (approved <= facts.end(kind)[row])
    over_cap = in_time & (extended_to > cap)
    candidates = np.flatnonzero(in_time)
    ordered = candidates[np.lexsort((candidates, approved[candidates], place[candidates]))]
    turn = np.arange(len(ordered)) - np.searchsorted(place[ordered], place[ordered])
    for step in range(int(turn.max(initial=-1)) + 1):
        entry = ordered[turn == step]
        tried = _take(chain, place[entry], approved[entry], extended_to[entry])
        without_effect[entry] = ~tried.effective & ~over_cap[entry]
        if trace.on:
            tell_extension(trace, kind, entry, tried)
    beyond = (extended_to.astype(np.int64) - cap)[over_cap]
    findings.add_entries(
        FindingCode.EXT_OVER_CAP,
        row[over_cap],
        since_on=approved[over_cap],
        days=beyond,
        milestone=kind,
    )
    findings.add_entries(
        FindingCode.EXTENSION_IGNORED,
        row[without_effect],
        since_on=approved[without_effect],
        milestone=kind,
    )
    if trace.on:
        ignored = np.flatnonzero(without_effect)
        tell_odd_extensions(trace, kind, beyond, np.flatnonzero(over_cap), ignored)


def _take(chain: _Chain, place: Rows, approved_on: Days, extended_to: Days) -> Tried:
    """Apply one extension of each row of the chain named, where it takes effect."""
    pauses = chain.pauses.take(place)
    new = np.minimum(extended_to, chain.cap[place])
    due_before = pauses.full.moved(chain.day[place], chain.pauses_after[place])
    due_after = pauses.full.moved(new, approved_on)
    effective = (new >= approved_on) & (due_after > due_before)
    late = effective & (approved_on > due_before)
    excused = pauses.excusing(due_before).count(due_before, approved_on)
    overrun = approved_on.astype(np.int64) - due_before - excused
    taken = place[effective]
    chain.accrued[place] += np.where(late, overrun, 0)
    chain.day[taken], chain.pauses_after[taken] = new[effective], approved_on[effective]
    chain.extended[taken] = True
    return Tried(new, due_before, due_after, effective, late, excused, overrun)


def follow_start(
    start: Term,
    start_agreed: AgreedDate,
    completion: Term,
    completion_agreed: AgreedDate,
    trace: Trace,
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
    moved = completion.day + (start.day - start_agreed.day)
    if trace.on:
        tell_following(trace, follows)
    return Term(
        day=np.where(follows, moved, completion.day),
        pauses_after=np.where(follows, start.pauses_after, completion.pauses_after),
        extended=completion.extended,
        accrued_days=completion.accrued_days,
    )
