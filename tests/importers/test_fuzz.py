"""Random cells and damaged files: an import, or an error that says what to do; nothing else.

`make test` tries the same few of each every time; `make fuzz` goes on for FUZZ_SECONDS.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from geodata.errors import LandError
from geodata.importers.content import read_content
from geodata.importers.issues import Issue
from geodata.importers.layers import read_layer
from geodata.importers.readers import sha256_of
from tests.importers import cells
from tests.importers.damage import Sample, damaged
from tests.importers.drawn import KML, drawing
from tests.importers.samples import WRITERS, frame
from tests.importers.test_boundary_points import SAMPLE

pytestmark = pytest.mark.fuzz

# Far beyond what a busy machine needs for such small files: it ends what would never end.
PATIENCE = timedelta(minutes=2)
ROUND = settings(
    deadline=PATIENCE,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)

Try = Callable[[st.SearchStrategy[Any], Callable[[Any], None], int], None]


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> Try:
    """Check so many examples; all there are within this test's share of FUZZ_SECONDS, if set."""
    total = float(os.environ.get("FUZZ_SECONDS") or 0)
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    tests = [item for item in request.session.items if item.get_closest_marker("fuzz")]
    end = time.monotonic() + total * workers / len(tests)

    def check(strategy: st.SearchStrategy[Any], sound: Callable[[Any], None], few: int) -> None:
        if not total:
            settings(ROUND, max_examples=few, derandomize=True)(given(strategy)(sound))()
            return
        for start in count(int.from_bytes(os.urandom(4), "big")):
            seed(start)(settings(ROUND, max_examples=100)(given(strategy)(sound)))()
            if time.monotonic() > end:
                return

    return check


@contextmanager
def empty_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pw-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def require_sound(path: Path) -> None:
    """Read a file by every door; what it says of it has to be words."""
    for read in (read_content, read_layer, sha256_of):
        told: list[Issue] | list[LandError]
        try:
            found = read(path)
        except LandError as error:
            told = [error]
        else:
            told = [*getattr(found, "issues", ()), *getattr(found, "rejected", ())]
        assert all(each.text() for each in told)


def packed(path: Path, write: Callable[[Path], Path]) -> Path:
    """The files of a dataset in one archive."""
    folder = path.parent / "inside"
    folder.mkdir()
    write(folder / "a.shp")
    with zipfile.ZipFile(path, "w") as archive:
        for part in folder.iterdir():
            archive.write(part, part.name)
    return path


def kmz(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("doc.kml", KML)
    return path


def geodatabase(path: Path) -> Path:
    frame().to_file(path, driver="OpenFileGDB")
    return path


def written(text: str, encoding: str) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_text(text, encoding)
        return path

    return write


DATASETS: dict[str, Callable[[Path], Path]] = {
    **{name: WRITERS[name] for name in ("utf8.csv", "gbk.csv", "utf16.txt", "tabs.tsv")},
    **{name: WRITERS[name] for name in ("plain.xlsx", "sheet.xlsb", "sheet.ods")},
    **{name: WRITERS[name] for name in ("layer.gpkg", "layer.geojson", "gbk_unstated.shp")},
    **{name: WRITERS[name] for name in ("plain.parquet", "shapes.parquet")},
    "base.gdb": geodatabase,
    "packed.zip": lambda path: packed(path, WRITERS["gbk.shp"]),
    "drawing.dxf": drawing,
    "map.kml": written(KML, "utf-8"),
    "map.kmz": kmz,
    "points.txt": written(SAMPLE, "gb18030"),
}
WORKBOOKS = (".xlsx", ".xlsb", ".ods", ".xls")


def few(name: str) -> int:
    """A process is started for every workbook."""
    return 12 if name.endswith(WORKBOOKS) else 40


def check_damaged(sample: Sample, tried: Try) -> None:
    def sound(broken: Sample) -> None:
        with empty_folder() as folder:
            require_sound(broken.write(folder))

    tried(damaged(sample), sound, few(sample.name))


@pytest.mark.parametrize("name", DATASETS)
def test_a_damaged_file_is_read_or_refused(name: str, tmp_path: Path, tried: Try):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = DATASETS[name](tmp_path / name)
    check_damaged(Sample.of(path), tried)


def test_a_damaged_old_workbook_is_read_or_refused(office, tmp_path: Path, tried: Try):
    source = WRITERS["plain.xlsx"](tmp_path / "plain.xlsx")
    (path,) = office([source], "xls", tmp_path / "old")
    check_damaged(Sample.of(path), tried)


@pytest.mark.parametrize("name", cells.TABLE_WRITERS)
def test_a_table_of_any_cells_is_read_or_refused(name: str, tried: Try):
    def sound(table: cells.Table) -> None:
        with empty_folder() as folder:
            require_sound(cells.TABLE_WRITERS[name](folder / name, table))

    tried(cells.tables(), sound, few(name))


@pytest.mark.parametrize("name", cells.LAYER_WRITERS)
def test_a_layer_of_any_shapes_is_read_or_refused(name: str, tried: Try):
    def sound(layer: tuple[cells.Layer, int | None]) -> None:
        with empty_folder() as folder:
            if path := cells.LAYER_WRITERS[name](folder / name, *layer):
                require_sound(path)

    tried(st.tuples(cells.layers, cells.systems), sound, few(name))


@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.xlsx", "a.txt", "a.json", "a.zip"]))
@settings(ROUND, max_examples=60, derandomize=True)
def test_any_bytes_are_read_or_refused(raw: bytes, name: str):
    with empty_folder() as folder:
        (folder / name).write_bytes(raw)
        with suppress(LandError):
            read_content(folder / name)
