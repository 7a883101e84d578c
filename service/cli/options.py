"""Options that several commands share."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from geodata.model.content_lists import ContentKind
from geodata.model.scalars import read_day
from service.cli.words import option
from service.clock import SHANGHAI


class Day(click.ParamType):  # type: ignore[type-arg]  # generic in stubs only
    """A calendar day in any of the forms a ledger may use."""

    name = "date"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The day; refused when it does not exist."""
        if isinstance(value, date):
            return value
        try:
            day = read_day(value)
        except ValueError:
            day = None
        if day is None:
            self.fail(f"{value!r} is not a date: write it as 2024-02-29.", param, ctx)
        return day


class Instant(click.ParamType):  # type: ignore[type-arg]  # generic in stubs only
    """An instant with its time zone; without one it is in Asia/Shanghai."""

    name = "instant"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The instant; refused when it cannot be read."""
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not an instant: write it as 2024-02-29T17:30.", param, ctx)
        return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)


FILE = click.Path(path_type=Path)

as_of_option = option("--as-of", type=Day(), help="Day of the judgement; default today.")
book_option = option(
    "--book",
    help="Code of the law book, or directory of a district pack; default from the settings.",
)
profile_option = option("--profile", help="Supplier profile; default found from the headers.")
kind_option = option(
    "--kind",
    type=click.Choice([kind.value for kind in ContentKind]),
    help="Kind of content; default found from the headers.",
)
layer_option = option("--layer", help="Sheet or layer of the file.")
crs_option = option(
    "--crs",
    help="Reference system of the shapes, for instance EPSG:4528, EPSG:4549+swap or GCJ-02;"
    " default what the file names, or what is found to be certain.",
)
district_option = option(
    "--district",
    type=FILE,
    help="GeoPackage with layers parcels, parks, roads, water, outline, claims.",
)
output_option = option("-o", "--output", type=FILE, help="File to write.")
