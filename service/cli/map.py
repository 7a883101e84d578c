"""`parcelwatch map`: one self-contained HTML file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from geodata.errors import NothingFoundError, UsageError
from service.cli.options import FILE, as_of_option, book_option, crs_option, district_option
from service.cli.session import Session
from service.cli.words import Command, option
from service.maps.assets import InlinedAssets
from service.maps.basemaps import NONE, Basemaps
from service.maps.parcel_map import parcel_map
from service.maps.view import MapView
from service.operations.mapping import map_of_database, map_of_file
from service.reports.files import whole_file


@click.command("map", cls=Command)
@click.argument("ledger", type=FILE, required=False)
@district_option
@option("--offline", is_flag=True, help="Ask nothing of the network, no basemap either.")
@as_of_option
@option("--park", "parks", multiple=True, help="Only this park; may be given several times.")
@option("-o", "--output", type=FILE, default=Path("map.html"), help="File to write.")
@book_option
@crs_option
@click.pass_obj
def map_command(  # the options of a command are its arguments
    session: Session,
    ledger: Path | None,
    district: Path | None,
    *,
    offline: bool,
    as_of: date | None,
    parks: tuple[str, ...],
    output: Path,
    book: str | None,
    crs: str | None,
) -> None:
    """Draw the judged parcels of the database, or of the file LEDGER, as one page with its land."""
    if district and ledger is None:
        raise UsageError(
            "--district names the land of a ledger file.",
            "Name the ledger, or import both: parcelwatch import LEDGER --district FILE.gpkg",
        )
    law, day = session.law(book), session.day(as_of)
    with session.working("Drawing the map"):
        if ledger:
            view = map_of_file(ledger, district, law, day, session.language, crs=crs)
        else:
            with session.database() as engine:
                view = map_of_database(engine, law, day, session.language, through_time=True)
        chosen = _in_parks(view, parks) if parks else view
        write_map(session, chosen, output, NONE if offline else basemaps_of(session))


def _in_parks(view: MapView, parks: tuple[str, ...]) -> MapView:
    known = {parcel.park for parcel in view.parcels if parcel.park}
    for park in parks:
        if park not in known:
            raise NothingFoundError(
                "No parcel lies in the park {park}.",
                "Choose from: {known}.",
                park=park,
                known=", ".join(sorted(known)) or "–",
            )
    return view.of_parks(parks)


def basemaps_of(session: Session) -> Basemaps:
    """What the settings offer below a map."""
    return Basemaps(session.config.tianditu_key, session.config.maps.gcj02_url)


def write_map(session: Session, view: MapView, output: Path, basemaps: Basemaps = NONE) -> None:
    """Write a map as one file that needs no network, but for the basemaps given."""
    assets = InlinedAssets(session.config.assets_dir, basemaps)
    page = parcel_map(view, assets, session.translate, basemaps=basemaps)
    with whole_file(output) as draft:
        draft.write_text(page, encoding="utf-8")
    session.say("Written: {path}", path=output)
