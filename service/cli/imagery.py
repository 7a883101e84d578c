"""`parcelwatch imagery`: its commands are loaded when they are asked for, as GDAL takes long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import click

from service.cli.words import LazyGroup

COMMANDS: Final[Mapping[str, str]] = {
    "add": "service.cli.scenes:add_command",
    "list": "service.cli.scenes:list_command",
    "measure": "service.cli.scenes:measure_command",
    "compare": "service.cli.scenes:compare_command",
}


@click.group("imagery", cls=LazyGroup, modules=COMMANDS)
def imagery_group() -> None:
    """Register scenes of the land, measure parcels on them and compare dates: evidence only."""
