"""Two judgements side by side as values: what their tables, files and maps are made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from geodata.model.codelists import Verdict
from geodata.model.columns import NO_CODE, Exact, Flags, LedgerColumns, Texts, Whole
from geodata.model.contract_key import IDENTITY, ContractKey
from geodata.model.judgements import Judgements
from geodata.model.movements import Movement
from service.compliance.law.differences import Difference
from service.compliance.rules.comparison import Comparison, Moved, Rows, Side, compare
from service.maps.moved import MovedParcel
from service.maps.view import Stake
from service.reports.content import NAMES


@dataclass(frozen=True, slots=True)
class Standpoint:
    """From where one of the two judgements was made.

    Attributes
    ----------
    book, digest
        The law book, and the digest of what it holds; None where an old run did not say it.
    run_id
        The audit run that keeps the judgement; None where none does.
    """

    as_of: date
    book: str
    digest: str | None
    contract_count: int
    run_id: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One of the two judgements with the facts it rests on; `contract_id` ascends."""

    standpoint: Standpoint
    contract_id: Whole
    columns: LedgerColumns
    judged: Judgements


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonContent:
    """What moved between two judgements.

    Attributes
    ----------
    texts, area
        Keys and names, and contract area in m², of each row of the comparison.
    listed
        The rows worth listing, the gravest movement first.
    law
        What the two law books state differently.
    """

    language: str
    before: Standpoint
    after: Standpoint
    comparison: Comparison
    texts: Mapping[str, Texts]
    area: Exact
    listed: Rows
    law: tuple[Difference, ...] = ()

    def moving(self, movement: Movement) -> Moved:
        """What the contracts of one movement add up to."""
        return self.comparison.moved(self.comparison.moving(movement), self.area)

    def everything(self) -> Moved:
        """What all contracts add up to."""
        return self.comparison.moved(np.ones(len(self.comparison), dtype=np.bool_), self.area)

    def total(self, rows: Sequence[int]) -> Moved:
        """What some rows add up to."""
        chosen = np.zeros(len(self.comparison), dtype=np.bool_)
        chosen[list(rows)] = True
        return self.comparison.moved(chosen, self.area)

    def parcels(self, rows: Iterable[int] | None = None) -> Iterator[MovedParcel]:
        """The contracts listed, or those of the rows given."""
        for row in self.listed.tolist() if rows is None else rows:
            yield self._parcel(row)

    def _parcel(self, row: int) -> MovedParcel:
        texts = {key: column[row] or "" for key, column in self.texts.items()}
        before, after = self.comparison.before, self.comparison.after
        return MovedParcel(
            key=ContractKey(*(texts.pop(key) for key in IDENTITY)),
            movement=Movement.at(int(self.comparison.movement[row])),
            before=_verdict(before, row),
            after=_verdict(after, row),
            stake_before=_stake(before, row),
            stake_after=_stake(after, row),
            area_m2=self.area.fraction(row),
            **texts,
        )


def comparison_content(
    before: Judged,
    after: Judged,
    language: str,
    *,
    law: Iterable[Difference] = (),
    with_repriced: bool = False,
) -> ComparisonContent:
    """Compare two judgements.

    Parameters
    ----------
    law
        What their law books state differently.
    with_repriced
        Also list contracts of which only the money moved: on two days that is every contract
        whose damages run, under two law books it is what the law does.
    """
    comparison = compare(before.judged, after.judged, before.contract_id, after.contract_id)
    one, other = before.columns, after.columns
    earlier, later = one.exact["area_m2"], other.exact["area_m2"]
    is_listed = comparison.is_flipped
    if with_repriced:
        is_listed = is_listed | comparison.is_repriced
    return ComparisonContent(
        language=language,
        before=before.standpoint,
        after=after.standpoint,
        comparison=comparison,
        texts={
            key: comparison.latest(one.texts[key], other.texts[key]) for key in (*IDENTITY, *NAMES)
        },
        area=Exact(
            comparison.latest(earlier.num, later.num), comparison.latest(earlier.den, later.den)
        ),
        listed=_ranked(comparison, is_listed),
        law=tuple(law),
    )


def _ranked(comparison: Comparison, rows: Flags) -> Rows:
    """The rows by movement, then by verdict, the gravest first."""
    chosen = np.flatnonzero(rows)
    keys = (comparison.before.verdict, comparison.after.verdict, comparison.movement)
    return chosen[np.lexsort([key[chosen] for key in keys])]


def _verdict(side: Side, row: int) -> Verdict | None:
    code = int(side.verdict[row])
    return None if code == NO_CODE else Verdict.at(code)


def _stake(side: Side, row: int) -> Stake:
    return Stake(Decimal(int(side.stake_fen[row])).scaleb(-2), int(side.unknown_stakes[row]))
