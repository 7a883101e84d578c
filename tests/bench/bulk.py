"""What a country costs with Dask on two local workers, against the same in one process."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import numpy as np
from distributed import Client

from geodata.store.columns_file import columns_to_parquet
from service.compliance.law import LawBook
from service.operations.bulk import Engine, check_directory, in_process
from service.operations.workers import dask_engine

from .contracts import AS_OF, many_contracts
from .figures import Figure

_FILES: Final = 40
_WORKERS: Final = 2
_ROUNDS: Final = 3
_PORT: Final = 18_786
_PROJECT: Final = Path(__file__).parents[2]


def bulk_figures(law: LawBook, count: int = 10_000_000) -> Iterator[Figure]:
    """The figures of checking contracts that lie in files, one for each district."""
    with TemporaryDirectory() as name, _scheduler(Path(name)) as address:
        source = Path(name) / "contracts"
        _write(source, count)
        here, there = [], []
        for _ in range(_ROUNDS):  # in turn, so that both meet the same neighbours on the machine
            here.append(_checked(source, law, in_process))
            there.append(_checked(source, law, dask_engine(address)))
    (taken, found), (peer, expected) = min(there), min(here)
    rate = peer / taken
    yield Figure(
        f"{count:,} contracts in {_FILES} files: read, judge, write",
        f"{taken:.1f} s with Dask on {_WORKERS} local workers",
        f"{peer:.1f} s in one process; results {'equal' if found == expected else 'differ'}",
        f"{rate:.2f} × as fast",
        "at least 0.8 ×, equal",
        rate >= 0.8 and found == expected,
    )


def _write(folder: Path, count: int) -> None:
    for number in range(_FILES):
        contracts = many_contracts(count // _FILES, seed=number)
        path = folder / f"district={number:06d}" / "part-0.parquet"
        path.parent.mkdir(parents=True)
        path.write_bytes(columns_to_parquet(np.arange(len(contracts)), contracts))


def _checked(source: Path, law: LawBook, engine: Engine) -> tuple[float, str]:
    """Seconds, and the digest of what was found."""
    output = source.with_name("found")
    shutil.rmtree(output, ignore_errors=True)
    begin = perf_counter()
    content = check_directory(source, law, AS_OF, engine, output=output)
    return perf_counter() - begin, content.digest


@contextmanager
def _scheduler(home: Path) -> Iterator[str]:
    """Address of a scheduler whose workers are ready."""
    address = f"tcp://127.0.0.1:{_PORT}"
    scheduler = ("scheduler", "--host", "127.0.0.1", "--port", str(_PORT), "--no-dashboard")
    alone = ("--no-nanny", "--no-dashboard", "--nthreads", "1", "--local-directory", str(home))
    with ExitStack() as stack:
        for arguments in (scheduler, *[("worker", address, *alone)] * _WORKERS):
            command = [sys.executable, "-m", "dask", *arguments]
            process = stack.enter_context(
                subprocess.Popen(command, cwd=_PROJECT, stderr=subprocess.DEVNULL)
            )
            stack.callback(process.kill)
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(_WORKERS, timeout=60)
        yield address
