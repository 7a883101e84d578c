"""Everything one map shows, from files or from the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from geodata.store.engine import Engine
from geodata.store.queries.claims import read_claims
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.queries.parcels import read_features, read_outlines, read_parks
from geodata.store.session import unit_of_work
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.maps.view import MapView
from service.operations.check import CheckResult, check_file, content_of
from service.operations.land import (
    District,
    backdrop,
    district_name,
    read_district,
    shapes_of,
    tally_claims,
)
from service.operations.views import claim_views, judged_parcels, tally_view


def map_of_file(
    ledger: Path, district: Path | None, law: LawBook, as_of: date, language: str
) -> MapView:
    """Check a ledger file and lay it on the land of a GeoPackage; needs no database."""
    land = read_district(district) if district else District()
    result: CheckResult = check_file(ledger, law, as_of, language)
    shapes = shapes_of(result.ledger, land)
    tally = tally_claims(land.claims, land.claim_shapes, law, as_of)
    parcels = judged_parcels(result.ledger.columns, result.judged, result.content.contracts, shapes)
    return MapView(
        as_of=as_of,
        language=language,
        district=district_name(land.layers, law, language),
        parcels=tuple(parcels),
        claims=claim_views(land.claims, land.claim_shapes.to_numpy(), tally.overlaps, as_of),
        tally=tally_view(tally),
        backdrop=backdrop(land.layers, language),
    )


@dataclass(frozen=True, slots=True, eq=False)
class JudgedDistrict:
    """The database judged as of a day: what is shown, and the facts behind it."""

    view: MapView
    stored: StoredContracts


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
    judged = evaluate(stored.columns, law, as_of)
    content = content_of(stored.columns, judged, law, as_of, language)
    tally = tally_claims(claims, claim_shapes, law, as_of)
    view = MapView(
        as_of=as_of,
        language=language,
        district=district_name(layers, law, language),
        parcels=tuple(judged_parcels(stored.columns, judged, content.contracts, shapes)),
        claims=claim_views(claims, claim_shapes.to_numpy(), tally.overlaps, as_of),
        tally=tally_view(tally),
        backdrop=backdrop(layers, language),
    )
    return JudgedDistrict(view, stored)
