"""The disk of the database, and that of the files, is full: told in words, and nothing is torn.

The server and the files are on a small tmpfs with a file of ballast, whose removal frees room.
"""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from geodata.errors import DatabaseUnavailableError, LandError, OutputFileError
from geodata.store.blobs import BlobStore
from geodata.store.engine import Engine
from service.clock import system_clock
from service.operations.import_sources import Source
from service.operations.importing import import_now
from tests.faults.place import Place, opened_place, until
from tests.faults.proof import Proof

_DISK_MIB: Final = 320
_LEFT_MIB: Final = 3
_ROWS: Final = 60_000
_FACTS: Final = "SELECT count(*) FROM parcelwatch.contract_fact"


def full_disk() -> Proof:
    """Import into a database whose disk is full; free it, and import again."""
    with small_disk() as home, opened_place(home) as place:
        path = _ledger(home / "ledger.csv")
        _fill(home)
        file_error = _failure_of_a_file(place)
        error = _failure_of_an_import(place.owner, path)
        (home / "ballast").unlink()
        is_back_s = until(lambda: _is_back(place), "the database does not come back")
        kept = place.scalar(_FACTS)
        import_now(place.owner, [Source(path)], actor="clerk", clock=system_clock)
        after = place.scalar(_FACTS)
    told = type(error).__name__ if error else "—"
    return Proof(
        f"数据库所在磁盘写满时导入 {_ROWS:,} 行，随后腾出空间",
        f"an import of {_ROWS:,} rows on a full disk, which is then freed",
        f"以 `{told}` 说明，留下 {kept} 行；{is_back_s:.1f} 秒后可用，同一文件导入 {after:,} 行",
        f"told as `{told}`, {kept} rows left behind; usable after {is_back_s:.1f} s, and the"
        f" same file brings {after:,} rows",
        isinstance(error, DatabaseUnavailableError)
        and isinstance(file_error, OutputFileError)
        and (kept, after) == (0, _ROWS),
    )


def may_mount() -> bool:
    """Whether this account may lay out a disk of its own."""
    try:
        with small_disk():
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@contextmanager
def small_disk() -> Iterator[Path]:
    """A disk in memory."""
    home = Path(tempfile.mkdtemp(prefix="pwf-", dir="/tmp"))
    options = f"size={_DISK_MIB}m,mode=711"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(home)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
        try:
            yield home
        finally:
            subprocess.run(["umount", "--lazy", str(home)], check=True)
    finally:
        home.rmdir()


def _fill(home: Path) -> None:
    left = os.statvfs(home)
    size = left.f_bavail * left.f_frsize - (_LEFT_MIB << 20)
    with (home / "ballast").open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, size)


def _failure_of_a_file(place: Place) -> LandError | None:
    """What is said of a file that is larger than what is left."""
    blobs = BlobStore(place.folder / "files")
    try:
        blobs.keep(io.BytesIO(bytes(2 * _LEFT_MIB << 20)), 1 << 30)
    except LandError as error:
        assert not list(blobs.directory.rglob("*.*"))
        return error
    return None


def _failure_of_an_import(engine: Engine, path: Path) -> LandError | None:
    try:
        import_now(engine, [Source(path)], actor="clerk", clock=system_clock)
    except LandError as error:
        return error
    return None


def _is_back(place: Place) -> bool:
    """Whether the server, which may have ended, works again: who keeps it running starts it."""
    place.cluster.start()
    try:
        return place.scalar("SELECT 1") == 1
    except LandError:
        return False


def _ledger(path: Path) -> Path:
    rows = "".join(f"D-{number},{number + 1}\n" for number in range(_ROWS))
    path.write_text(f"contract_no,area_m2\n{rows}", encoding="utf-8")
    return path
