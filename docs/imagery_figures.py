"""The figures of imagery.md: run ``python docs/imagery_figures.py DIRECTORY`` to make them anew.

DIRECTORY holds the public samples `raster_nanjing` and `raster_sentinel2` that the page names.
"""
# ruff: noqa: INP001 - a script beside the pages, not a package

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.imagery.accuracy import blocked_auc
from tests.imagery.rates import Told, made_up, under_cloud

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
