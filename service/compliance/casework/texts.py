"""Which model text a contract follows; the law book has no clauses of the older ones."""

from __future__ import annotations

from datetime import date
from typing import Final, TypeGuard

from geodata.model.columns import Cell
from service.compliance.law import LawBook

_MODEL: Final = "model-contract-2008"


def by_model_text(signed_on: Cell | None, law: LawBook) -> TypeGuard[date]:
    """Whether a contract is known to be signed under the model text of 2008 (GF-2008-2601)."""
    return isinstance(signed_on, date) and signed_on >= law.instruments[_MODEL].in_force_on
