"""Everything one map shows, from files or from the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from geodata.importers.ledger import read_ledger
from geodata.model.columns import LedgerColumns
from geodata.model.standings import FIRST_ON
from geodata.store.engine import Engine
from geodata.store.queries.claims import read_claims
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.parcels import read_features, read_outlines, read_parks
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.indicators.registers import Watched
from service.compliance.law import LawBook
from service.compliance.rules.spans import standing_spans
from service.maps.view import MapView
from service.operations.cards import LOOK_AHEAD
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
from service.operations.rolls import watched
from service.operations.views import judged_parcels, placed_claims
from service.wording import Wording


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
    view = _map(file.columns, shapes_of(file, land), land, law, as_of, language)
    return _through_time(view, file.columns, law)


def map_of_database(
    engine: Engine,
    law: LawBook,
    as_of: date,
    language: str,
    *,
    scope: Scope | None = None,
    known_at: datetime | None = None,
    through_time: bool = False,
) -> MapView:
    """Judge the contracts of the database as of a date and lay them on their land.

    Parameters
    ----------
    scope
        Whose land is seen, as in `unit_of_work`.
    known_at
        Instant whose knowledge is wanted; None for what is known by now.
    through_time
        Tell also how they stand on all other days, up to a year ahead.
    """
    with unit_of_work(engine, scope) as connection:
        stored = read_contracts(connection, as_of=as_of, known_at=known_at)
        shapes = read_outlines(connection, stored.contract_id, stored.known_at)
        claims, claim_shapes = read_claims(connection, known_at)
        layers = read_features(connection) | {"parks": read_parks(connection)}
        held = watched(connection, law, as_of, known_at)
    land = District(layers=layers, claims=tuple(claims), claim_shapes=claim_shapes)
    view = _map(stored.columns, shapes, land, law, as_of, language, held)
    return _through_time(view, stored.columns, law) if through_time else view


def _map(
    columns: LedgerColumns,
    shapes: Shapes | None,
    land: District,
    law: LawBook,
    as_of: date,
    language: str,
    held: Watched | None = None,
) -> MapView:
    tally = tally_claims(land.claims, land.claim_shapes, law, as_of)
    return MapView(
        as_of=as_of,
        language=language,
        district=district_name(land.layers, law, language),
        tally=tally,
        parcels=tuple(judged_parcels(columns, Wording(law, language), as_of, shapes, held)),
        claims=placed_claims(land.claims, land.claim_shapes.to_numpy(), tally.overlaps, as_of),
        backdrop=backdrop(land.layers, language),
    )


def _through_time(view: MapView, columns: LedgerColumns, law: LawBook) -> MapView:
    last_on = view.as_of + LOOK_AHEAD
    spans = standing_spans(columns, law, FIRST_ON, last_on)
    return replace(view, spans=spans, last_on=last_on)
