"""What is done with scenes: registered, measured on every parcel, held against each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from math import isnan
from pathlib import Path

import click

from geodata.errors import UsageError
from geodata.model.imagery_lists import Band, ChangeClass
from service.cli.options import FILE, Day
from service.cli.session import Session
from service.cli.tables import badge, new_table
from service.cli.words import Command, option
from service.operations.imagery import Imagery, add_scene, measure_scenes, registered_scenes
from service.operations.imagery_comparing import Compared, compare_scenes


@click.command("add", cls=Command)
@click.argument("path", type=FILE)
@option("--taken-on", type=Day(), required=True, help="Day it was taken.")
@option("--bands", required=True, help="What its bands show, in order: blue,green,red,nir,…")
@option("--scale", type=float, default=1.0, help="What its values are multiplied by.")
@option("--cloud-mask", type=FILE, help="Raster that is not 0 where clouds are.")
@click.pass_obj
def add_command(
    session: Session,
    /,
    path: Path,
    taken_on: date,
    bands: str,
    scale: float,
    cloud_mask: Path | None,
) -> None:
    """Register a scene: a GeoTIFF with the bands named."""
    shown = _bands(bands)
    with _imagery(session) as imagery, session.working("Reading"):
        scene = add_scene(
            imagery, session.actor, path, taken_on, shown, scale=scale, cloud_mask=cloud_mask
        )
    session.say(
        "Scene {number} is registered: {width} × {height} pixels of {resolution} m.",
        number=scene.scene_id,
        width=scene.width,
        height=scene.height,
        resolution=f"{scene.resolution_m:.4g}",
    )


@click.command("list", cls=Command)
@click.pass_obj
def list_command(session: Session, /) -> None:
    """List the scenes registered."""
    _ = session.translate
    with _imagery(session) as imagery:
        scenes = registered_scenes(imagery)
    heads = (_("Taken on"), _("File"), _("Bands"), _("Clouds"), _("Scene"), _("Pixel in m"))
    table = new_table(_("Scenes"), heads, text_columns=4)
    for scene in scenes:
        table.add_row(
            scene.taken_on.isoformat(),
            scene.name,
            ", ".join(band.label(session.language) for band in scene.bands),
            _("known") if scene.cloud_path else _("not known"),
            str(scene.scene_id),
            f"{scene.resolution_m:.4g}",
        )
    session.out.print(table)


@click.command("measure", cls=Command)
@option("--scene", "scene_id", type=int, help="Number of the scene; default all.")
@click.pass_obj
def measure_command(session: Session, /, scene_id: int | None) -> None:
    """Measure every parcel on a scene: indices, clouds, built share."""
    with _imagery(session) as imagery, session.working("Measuring"):
        for measured in measure_scenes(imagery, scene_id):
            session.say(
                "Scene {number} of {day}: {count} parcels measured, {outside} lie outside.",
                number=measured.scene.scene_id,
                day=measured.scene.taken_on,
                count=measured.parcel_count,
                outside=measured.outside_count,
            )


@click.command("compare", cls=Command)
@option("--from", "from_on", type=Day(), required=True, help="Day of the earlier scene.")
@option("--to", "to_on", type=Day(), required=True, help="Day of the later scene.")
@click.pass_obj
def compare_command(session: Session, /, from_on: date, to_on: date) -> None:
    """Hold two scenes against each other: changed, unchanged or cannot tell, parcel by parcel."""
    with _imagery(session) as imagery, session.working("Comparing"):
        compared = compare_scenes(imagery, from_on, to_on)
    _show(session, compared)


@contextmanager
def _imagery(session: Session) -> Iterator[Imagery]:
    with session.database() as engine:
        yield Imagery(engine, session.blobs, session.clock)


def _bands(text: str) -> tuple[Band, ...]:
    """The bands named, in their order."""
    words = [word.strip().lower() for word in text.split(",")]
    for word in words:
        if word not in Band.positions():
            raise UsageError(
                "{band} is no band.",
                "Name each of them as one of: {bands}.",
                band=word or "''",
                bands=", ".join(Band),
            )
    return tuple(Band.of(word) for word in words)


def _show(session: Session, compared: Compared) -> None:
    _, language = session.translate, session.language
    shift = compared.shift_pixels
    session.say(
        "The seasons lie {days} days apart, and the scenes {shift} pixels beside each other.",
        days=compared.season_days,
        shift="?" if isnan(shift) else f"{shift:.2f}",
    )
    counts = new_table(_("Parcels by imagery"), (_("Imagery"), _("Parcels")), text_columns=1)
    for told in ChangeClass:
        counts.add_row(badge(told, language), str(compared.counts[told]))
    session.out.print(counts)
    if not compared.noted:
        return
    heads = (_("For a patrol"), _("Contract"), _("Project"), _("Changed %"))
    noted = new_table(_("Imagery shows something else than is reported"), heads, text_columns=3)
    for one in compared.noted:
        share = f"{100 * one.changed_share:.0f}"
        noted.add_row(badge(one.note, language), one.key.contract_no, one.title, share)
    session.out.print(noted)
    session.say("Imagery alone changes no fact and no verdict: have these looked at.")
