"""Which contracts there are, by what they are told apart, and which of them are known by now."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from geodata.model.columns import Flags, LedgerColumns, Texts, Whole
from geodata.store import convert
from geodata.store.bulk import copy_out, in_order
from geodata.store.queries import versions
from geodata.store.queries.versions import NOT_KNOWN, Known
from geodata.store.tables import CONTRACT, CONTRACT_FACT, FORMER_KEY, ledger

Key = tuple[str, str, str]
"""The parts of `ContractKey`."""


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """Every contract ever imported, in order of its first import.

    Attributes
    ----------
    contract_id
        int64, ascending.
    facts
        What is known of each by now.
    columns
        The identity, ``supervision_no`` and ``signed_on`` of each, as known by now.
    former_id, former
        Keys that contracts had before, the latest first: whose they were, and their columns.
    """

    contract_id: Whole
    facts: Known
    columns: LedgerColumns
    former_id: Whole
    former: LedgerColumns

    @property
    def is_current(self) -> Flags:
        """True where facts are known by now."""
        return np.asarray(self.facts.fact_id != NOT_KNOWN)

    def places(self, contract_id: Whole) -> Whole:
        """Rows of contracts that are in it."""
        return np.searchsorted(self.contract_id, contract_id)

    def known(self, contract_id: Whole) -> Known:
        """What is known by now of contracts; of `NOT_KNOWN`, nothing."""
        is_new = contract_id == NOT_KNOWN
        return self.facts.take(np.where(is_new, NOT_KNOWN, self.places(contract_id)))

    def find(self, columns: LedgerColumns) -> Whole:
        """The contract with the key of each row; `NOT_KNOWN` where there is none."""
        known = dict(zip(keys_of(self.columns), self.contract_id.tolist(), strict=True))
        found = [known.get(key, NOT_KNOWN) for key in keys_of(columns)]
        return np.array(found, dtype=np.int64)


def keys_of(columns: LedgerColumns) -> list[Key]:
    """The key of each row, an absent part as empty text."""
    parts = ([text or "" for text in columns.texts[key].tolist()] for key in ledger.IDENTITY)
    return list(zip(*parts, strict=True))


def parcel_key(contract_no: str, phase: str, parcel_code: str) -> str:
    """Code under which a parcel is kept; made from the contract where the ledger gives none."""
    return parcel_code or "contract:" + "/".join(filter(None, (contract_no, phase)))


def read_roster(connection: sa.Connection) -> Roster:
    """All contracts, with what is known of them by now."""
    fact = CONTRACT_FACT.c
    known = sa.and_(fact.contract_id == CONTRACT.c.contract_id, versions.seen(CONTRACT_FACT, None))
    said = (fact.fact_id, fact.content_digest, fact.supervision_no, fact.signed_on)
    query = sa.select(CONTRACT.c.contract_id, *_identity(CONTRACT), *said)
    table = in_order(
        copy_out(connection, query.outerjoin_from(CONTRACT, CONTRACT_FACT, known)), "contract_id"
    )
    contract_id = convert.numbers(table, "contract_id")
    columns = LedgerColumns(
        row_no=np.arange(1, len(table) + 1, dtype=np.int32),
        undelivered=np.zeros(len(table), dtype=np.bool_),
        texts=_texts(table) | {"supervision_no": convert.texts(table, "supervision_no")},
        days={"signed_on": convert.days(table, "signed_on")},
    )
    latest = sa.select(FORMER_KEY.c.contract_id, *_identity(FORMER_KEY))
    former = copy_out(connection, latest.order_by(FORMER_KEY.c.replaced_at.desc()))
    former_id = convert.numbers(former, "contract_id")
    owners = columns.take(np.searchsorted(contract_id, former_id))
    return Roster(
        contract_id=contract_id,
        facts=Known(
            convert.numbers_or(table, "fact_id", NOT_KNOWN),
            convert.texts(table, "content_digest"),
        ),
        columns=columns,
        former_id=former_id,
        former=replace(owners, texts={**owners.texts, **_texts(former)}),
    )


def _identity(table: sa.Table) -> list[sa.ColumnElement[str]]:
    return [sa.func.nullif(table.c[key], "", type_=sa.Text).label(key) for key in ledger.IDENTITY]


def _texts(table: pa.Table) -> dict[str, Texts]:
    return {key: convert.texts(table, key) for key in ledger.IDENTITY}
