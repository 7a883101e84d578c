"""Who checks a directory or judges a database: this process, or workers on many machines."""

from __future__ import annotations

from importlib.util import find_spec

from geodata.errors import MissingProgramError
from service.compliance.rules.evaluate import evaluate
from service.operations.bulk import Engine, Judge, in_process


def engine_of(scheduler: str | None) -> Engine:
    """The engine of this process, or that of the Dask workers of a scheduler.

    Raises
    ------
    MissingProgramError
        When Dask is needed and not installed.
    """
    if not scheduler:
        return in_process
    _require_dask()
    from service.operations.workers import dask_engine  # noqa: PLC0415 - Dask may be missing

    return dask_engine(scheduler)


def judge_of(scheduler: str | None) -> Judge:
    """Who judges a database: as `engine_of` says of a directory."""
    if not scheduler:
        return evaluate
    _require_dask()
    from service.operations.workers import dask_judge  # noqa: PLC0415 - Dask may be missing

    return dask_judge(scheduler)


def _require_dask() -> None:
    if not find_spec("distributed"):
        raise MissingProgramError(
            "The engine dask needs the Python packages dask and distributed.",
            "Install them with: pip install 'parcelwatch[dask]'",
        )
