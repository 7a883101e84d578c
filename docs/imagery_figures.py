"""The figures of imagery.md: run ``python docs/imagery_figures.py DIRECTORY`` to make them anew.

DIRECTORY holds the public samples `raster_nanjing` and `raster_sentinel2` that the page names.
"""
# ruff: noqa: INP001 - a script beside the pages, not a package

from __future__ import annotations

import sys
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.imagery import built
from tests.imagery.accuracy import blocked_auc
from tests.imagery.rates import Told, made_up, under_cloud
from tests.imagery.scenes import SIX

SEEDS = range(10)


def main(data: Path) -> None:
    """Print the tables."""
    found = blocked_auc(data / "raster_nanjing")
    _say("| labelled pixels | area under the curve |", "| --- | --- |")
    for number, part in enumerate(found.folds, start=1):
        _say(f"| part {number} of the land | {part:.3f} |")
    _say(f"| all parts | {found.pooled:.3f} |")
    _say(f"| difference of the vegetation index alone | {found.vegetation:.3f} |", "")
    _say("| made-up land | precision | recall | told of |", "| --- | --- | --- | --- |")
    for title, options in (
        ("clear, in place", {}),
        ("30 % cloud, masked", {"cloud": 0.3}),
        ("30 % cloud, no mask", {"cloud": 0.3, "is_masked": False}),
        ("a quarter of a pixel beside", {"shift": 0.25}),
        ("one pixel beside", {"shift": 1}),
    ):
        with TemporaryDirectory() as directory:
            _say(_rates(title, made_up(Path(directory), SEEDS, **options)))
    _say("", "| real dates, at most 20 days apart | parcels | false changes | told of |")
    _say("| --- | --- | --- | --- |")
    for is_masked in (True, False):
        with TemporaryDirectory() as directory:
            series = data / "raster_sentinel2" / "ndvi_series"
            pairs = under_cloud(Path(directory), series, is_masked=is_masked)
        for title, told in zip(("both clear", "cloud on one"), pairs, strict=True):
            _say(_false_changes(f"{title}, {'mask' if is_masked else 'no mask'}", told))
    _built(data / "raster_nanjing")


def _built(pair: Path) -> None:
    """The tables of the built share."""
    _say("", "| made-up parcels | truth in the interval | width | error | side of a third |")
    _say("| --- | --- | --- | --- | --- |")
    for title, options in (
        ("clear, in place", {}),
        ("30 % cloud, masked", {"cloud": 0.3}),
        ("30 % cloud, no mask", {"cloud": 0.3, "is_masked": False}),
        ("one pixel beside", {"shift": 1}),
        ("haze of 0.05", {"haze": 500}),
        ("no short-wave infrared", {"bands": SIX[:4]}),
    ):
        with TemporaryDirectory() as directory:
            found = built.made_up(Path(directory), SEEDS, **options)
        figures = f"{found.held_share:.0%} | {found.width:.2f}"
        _say(f"| {title} | {figures} | {_known(found.error)} | {_known(found.third_share)} |")
    _say("", "| labelled land | day | built at least | estimate | at most |")
    _say("| --- | --- | --- | --- | --- |")
    for label, day, shares in built.of_labelled(pair):
        _say(f"| {label} | {day} | {' | '.join(format(share, '.2f') for share in shares)} |")


def _known(figure: float) -> str:
    return "–" if isnan(figure) else f"{figure:.2f}"


def _rates(title: str, told: Told) -> str:
    if not told.told_share:
        return f"| {title} | – | – | 0% |"
    return f"| {title} | {told.precision:.2f} | {told.recall:.2f} | {told.told_share:.0%} |"


def _false_changes(title: str, told: Told) -> str:
    parcels = told.false_changes + told.right_unchanged + told.not_told
    rate = told.false_changes / max(parcels, 1)
    return f"| {title} | {parcels} | {told.false_changes} ({rate:.1%}) | {told.told_share:.0%} |"


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
