"""The kinds of content a bureau hands in, each with its catalogue of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geodata.model.content.agreements import AGREEMENTS
from geodata.model.content.approvals import APPROVALS
from geodata.model.content.catalogue import Catalogue, NaturalKey, Row
from geodata.model.content.claims import CLAIMS
from geodata.model.content.enterprise_years import ENTERPRISE_YEARS
from geodata.model.content.evidence import EVIDENCE
from geodata.model.content.government_periods import GOVERNMENT_PERIODS
from geodata.model.content.ledger import LEDGER
from geodata.model.content.observations import OBSERVATIONS
from geodata.model.content.occupancies import OCCUPANCIES
from geodata.model.content.parcels import PARCELS
from geodata.model.content.parks import PARKS
from geodata.model.content.supervision import SUPERVISION
from geodata.model.content_lists import ContentKind

__all__ = ["CATALOGUES", "Catalogue", "NaturalKey", "Row", "catalogue_of"]

_ALL: Final = (
    *(LEDGER, PARCELS, PARKS, CLAIMS, APPROVALS, ENTERPRISE_YEARS, OCCUPANCIES, AGREEMENTS),
    *(GOVERNMENT_PERIODS, OBSERVATIONS, SUPERVISION, EVIDENCE),
)

CATALOGUES: Final[Mapping[ContentKind, Catalogue]] = {each.kind: each for each in _ALL}
"""The catalogue of each kind, in the order of the kinds."""


def catalogue_of(kind: ContentKind) -> Catalogue:
    """The catalogue of a kind."""
    return CATALOGUES[kind]
