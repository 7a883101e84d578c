"""Money at stake: the only figure of a list that the judgements themselves are needed for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geodata.model.codelists import FindingCode, Group
from geodata.model.columns import Codes, Whole
from geodata.model.judgements import Amounts, Judgements
from service.maps.view import Stake


@dataclass(frozen=True, slots=True, eq=False)
class Stakes:
    """The findings with money at stake.

    Attributes
    ----------
    contract_id
        int64, ascending; a contract may have several.
    code
        `FindingCode` codes.
    amount
        Not known where a fact is missing or the law sets none.
    """

    contract_id: Whole
    code: Codes
    amount: Amounts

    @classmethod
    def of(cls, contract_id: Whole, judged: Judgements) -> Stakes:
        """Those of judged contracts, which ascend."""
        findings = judged.findings
        own = np.flatnonzero(findings.with_code(*_codes(*Group)))
        return cls(contract_id[findings.row[own]], findings.code[own], findings.amount.take(own))

    @classmethod
    def joined(cls, parts: Iterable[Stakes]) -> Stakes:
        """Those of parts whose contracts ascend from part to part."""
        empty = np.empty(0, dtype=np.int64)
        none = cls(empty, empty.astype(np.int8), Amounts(empty, empty.astype(np.bool_)))
        ids, codes, fen, known = zip(
            *((p.contract_id, p.code, p.amount.fen, p.amount.known) for p in (none, *parts)),
            strict=True,
        )
        amount = Amounts(np.concatenate(fen), np.concatenate(known))
        return cls(np.concatenate(ids), np.concatenate(codes), amount)

    def of_contracts(self, contract_id: Whole) -> Stakes:
        """Those of some contracts."""
        own = np.flatnonzero(np.isin(self.contract_id, contract_id))
        return Stakes(self.contract_id[own], self.code[own], self.amount.take(own))

    def total(self, *groups: Group) -> Stake:
        """What is at stake in groups (all three by default)."""
        codes = [code.position for code in _codes(*groups or Group)]
        own = np.flatnonzero(np.isin(self.code, codes))
        amount = self.amount.take(own)
        return Stake(amount.total_yuan(), len(own) - int(amount.known.sum()))

    def ranked(self) -> Whole:
        """The contracts with a known amount, those with the most first."""
        contracts, place = np.unique(self.contract_id, return_inverse=True)
        fen = np.zeros(len(contracts), dtype=self.amount.fen.dtype)
        np.add.at(fen, place[self.amount.known], self.amount.fen[self.amount.known])
        order = np.argsort(-fen, kind="stable")
        return contracts[order[fen[order] > 0]]


def _codes(*groups: Group) -> set[FindingCode]:
    return {code for group in groups for code in group.at_stake}
