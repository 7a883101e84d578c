"""The ledger of the district: which story is told of which parcel, and the rows that come of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from geodata.demo.chance import Chance
from geodata.demo.contracts import Plot, Row, write_contract
from geodata.demo.names import Holder, draw_holder
from geodata.demo.sheet import as_cell
from geodata.demo.stories import NEVER_USED, Story, cast
from geodata.demo.timeline import DAYS_PER_MONTH, Terms, Timeline, add_months, draw_timeline
from geodata.model.codelists import MilestoneKind, Verdict

_SHARED_HOLDERS: Final = 0.07
_SECOND_CONTRACTS: Final = 0.015
_SECOND_CONTRACTS_FROM: Final = 2016
_PHASED_CONTRACTS: Final = 0.01
_PHASED_FROM_M2: Final = 25_000

_DIVIDED: Final = (
    "area_m2", "developed_m2", "premium_yuan", "premium_paid_yuan", "deposit_yuan", "bond_yuan",
    "investment_agreed_yuan", "investment_actual_yuan",
)  # fmt: skip
_OF_THE_FUTURE: Final = ("permit_on", "development_on", "developed_m2", "far_actual",
                         "investment_actual_yuan", "output_actual", "tax_actual")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """A plot as the histories see it: how far out in its park it lies, from 0 to 1."""

    plot: Plot
    remoteness: float


@dataclass(frozen=True, slots=True)
class History:
    """One ledger row with the story, the dates and the land behind it.

    Attributes
    ----------
    verdict
        What the checker is expected to say about the row.
    """

    story: Story
    timeline: Timeline
    plot: Plot
    row: Row
    verdict: Verdict


def write_histories(sites: Sequence[Site], as_of: date, chance: Chance) -> list[History]:
    """The ledger by parcel and day of signing: a contract for every site, and a few more."""
    told = [(story, draw_timeline(story, as_of, chance)) for story in cast(len(sites))]
    told.sort(key=lambda pair: pair[1].signed_on)
    # Parks grow outwards: the older a contract, the nearer the centre, more or less.
    settled = sorted(sites, key=lambda site: site.remoteness + 0.3 * chance.bell())
    holders = _holders(2 * len(sites), chance)
    current = [
        _written(story, timeline, site.plot, holder, as_of, chance)
        for (story, timeline), site, holder in zip(told, settled, holders, strict=False)
    ]
    earlier = _earlier_contracts(current, holders[len(sites) :], as_of, chance)
    numbered = _numbered([*current, *earlier])
    phased = [part for history in numbered for part in _phases(history, as_of, chance)]
    return sorted(phased, key=_filing_order)


def _filing_order(history: History) -> tuple[str, str, str]:
    row = history.row
    return row["parcel_code"], row["signed_on"], row.get("phase", "")


def _holders(count: int, chance: Chance) -> list[Holder]:
    """Enterprises for so many contracts; some hold more than one."""
    holders: list[Holder] = []
    for number in range(1, count + 1):
        shared = bool(holders) and chance.happens(_SHARED_HOLDERS)
        holders.append(holders[-1] if shared else draw_holder(number, chance))
    return holders


def _written(
    story: Story, timeline: Timeline, plot: Plot, holder: Holder, as_of: date, chance: Chance
) -> History:
    row = write_contract(story, timeline, plot, holder, as_of, chance)
    return History(story, timeline, plot, row, story.verdict)


def _earlier_contracts(
    current: Sequence[History], holders: Sequence[Holder], as_of: date, chance: Chance
) -> list[History]:
    """Contracts that ended without use, months before the land was supplied again."""
    supplied_again = [
        history
        for history in chance.shuffled(current)
        if _SECOND_CONTRACTS_FROM <= history.timeline.signed_on.year <= as_of.year - 1
    ][: round(_SECOND_CONTRACTS * len(current))]
    earlier = []
    for history, holder in zip(supplied_again, holders, strict=False):
        months = (history.timeline.signed_on - as_of).days / DAYS_PER_MONTH
        story = replace(chance.pick(NEVER_USED), due_in_months=(months - 30, months - 24))
        timeline = draw_timeline(story, as_of, chance)
        earlier.append(_written(story, timeline, history.plot, holder, as_of, chance))
    return earlier


def _numbered(histories: Sequence[History]) -> list[History]:
    """Every contract with its number and supervision number, in the order of signing."""
    serials: dict[str, int] = {}
    numbered = []
    for history in sorted(histories, key=lambda h: (h.row["signed_on"], h.row["parcel_code"])):
        year = history.row["signed_on"][:4]
        serials[year] = serial = serials.get(year, 0) + 1
        numbers = {
            "contract_no": f"演示-{year}-{serial:03d}",
            "supervision_no": f"310116{year}B{serial:05d}",
        }
        numbered.append(replace(history, row=numbers | history.row))
    return numbered


def _phases(history: History, as_of: date, chance: Chance) -> tuple[History, ...]:
    """The history itself, or its two phases where a large plot was to be built in two steps."""
    divisible = (
        history.timeline.terms is Terms.FOUR_DATES
        and history.verdict is Verdict.COMPLIANT
        and not history.story.twists
        and len(history.timeline.done_on) == len(MilestoneKind)
        and history.plot.area_m2 > _PHASED_FROM_M2
    )
    # About one contract in seven is divisible.
    if not divisible or not chance.happens(7 * _PHASED_CONTRACTS):
        return (history,)
    first = replace(history, row=_share(history.row, "一期", 0.6))
    start_on = as_of + timedelta(days=chance.whole(60, 330))
    months = round((start_on - history.timeline.due_on[MilestoneKind.START]).days / DAYS_PER_MONTH)
    row = _share(history.row, "二期", 0.4) | {
        f"{milestone.value}_agreed_on": as_cell(
            add_months(history.timeline.due_on[milestone], months)
        )
        for milestone in MilestoneKind
    }
    undone = {*_OF_THE_FUTURE, *(f"{milestone.value}_on" for milestone in MilestoneKind)}
    row = {key: value for key, value in row.items() if key not in undone}
    return first, replace(history, row=row, verdict=Verdict.SUPPLIED_UNUSED)


def _share(row: Row, phase: str, share: float) -> Row:
    """A phase's part of a contract: amounts and areas divided, the rest shared."""
    parts = {key: as_cell(round(float(row[key]) * share, 2)) for key in _DIVIDED if key in row}
    kept = {key: value for key, value in row.items() if key != "instalments"}
    return kept | parts | {"phase": phase}
