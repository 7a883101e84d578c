"""Who checks the files of a directory: this process, or workers on many machines."""

from __future__ import annotations

from importlib.util import find_spec

from geodata.errors import MissingProgramError
from service.operations.bulk import Engine, in_process


def engine_of(scheduler: str | None) -> Engine:
    """The engine of this process, or that of the Dask workers of a scheduler.

    Raises
    ------
    MissingProgramError
        When Dask is needed and not installed.
    """
    if not scheduler:
        return in_process
    if not find_spec("distributed"):
        raise MissingProgramError(
            "The engine dask needs the Python packages dask and distributed.",
            "Install them with: pip install 'parcelwatch[dask]'",
        )
    from service.operations.workers import dask_engine  # noqa: PLC0415 - Dask may be missing

    return dask_engine(scheduler)
