"""Everything one map shows, from files or from the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from geodata.errors import NothingFoundError
from geodata.importers.ledger import read_ledger
from geodata.model.columns import LedgerColumns
from geodata.model.contract_key import ContractKey
from geodata.store.engine import Engine
from geodata.store.queries.claims import read_claims
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.queries.parcels import read_features, read_outlines, read_parks
from geodata.store.session import unit_of_work
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.maps.view import MapView
from service.operations.land import (
    District,
    Shapes,
    backdrop,
    district_name,
    ground_of,
    read_district,
    shapes_of,
    tally_claims,
)
from service.operations.views import judged_parcels, placed_claims
from service.wording import Wording


@dataclass(frozen=True, slots=True, eq=False)
class JudgedDistrict:
    """The database judged as of a day: what is shown, and the facts behind it."""

    view: MapView
    stored: StoredContracts

    def row_of(self, key: ContractKey) -> int:
        """Position of a contract among those judged.

        Raises
        ------
        NothingFoundError
            When there is no such contract.
        """
        for row, parcel in enumerate(self.view.parcels):
            if parcel.key == key:
                return row
        raise NothingFoundError(
            "There is no contract {contract_no} {phase} on parcel {parcel_code}.",
            "Look for it in the list of contracts.",
            contract_no=key.contract_no,
            phase=key.phase,
            parcel_code=key.parcel_code,
        )


def map_of_file(
    ledger: Path,
    district: Path | None,
    law: LawBook,
    as_of: date,
    language: str,
    *,
    crs: str | None = None,
) -> MapView:
    """Judge a ledger file and lay it on the land of a GeoPackage; needs no database.

    Raises
    ------
    CoordinateError
        When the place of the ledger's shapes is not certain and `crs` does not name their system.
    """
    land = read_district(district) if district else District()
    file = read_ledger(ledger, crs=crs, ground=ground_of(land), shapes_needed=True)
    return _map(file.columns, shapes_of(file, land), land, law, as_of, language)


def map_of_database(engine: Engine, law: LawBook, as_of: date, language: str) -> MapView:
    """Everything the map of the database shows."""
    return judged_district(engine, law, as_of, language).view


def judged_district(engine: Engine, law: LawBook, as_of: date, language: str) -> JudgedDistrict:
    """Judge the contracts of the database as of a date and lay them on their land."""
    with unit_of_work(engine) as connection:
        stored = read_contracts(connection, as_of=as_of)
        shapes = read_outlines(connection, stored.contract_id, stored.known_at)
        claims, claim_shapes = read_claims(connection)
        layers = read_features(connection) | {"parks": read_parks(connection)}
    land = District(layers=layers, claims=tuple(claims), claim_shapes=claim_shapes)
    return JudgedDistrict(_map(stored.columns, shapes, land, law, as_of, language), stored)


def _map(
    columns: LedgerColumns,
    shapes: Shapes | None,
    land: District,
    law: LawBook,
    as_of: date,
    language: str,
) -> MapView:
    judged = evaluate(columns, law, as_of)
    tally = tally_claims(land.claims, land.claim_shapes, law, as_of)
    return MapView(
        as_of=as_of,
        language=language,
        district=district_name(land.layers, law, language),
        tally=tally,
        parcels=tuple(judged_parcels(columns, judged, Wording(law, language), shapes)),
        claims=placed_claims(land.claims, land.claim_shapes.to_numpy(), tally.overlaps, as_of),
        backdrop=backdrop(land.layers, language),
    )
