"""What a check found as a Parquet file that any reader of Parquet understands.

One row for each contract in the order judged: its number and names, its judgement in the columns
of an audit run, and its findings as a list of records. Null is unknown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.model.columns import LedgerColumns
from geodata.model.judgements import Judgements
from geodata.store import convert
from geodata.store.judged_cells import finding_cells, judgement_cells

_NAMES: Final = ("parcel_code", "contract_no", "phase")


def write_judged(path: Path, columns: LedgerColumns, judged: Judgements) -> None:
    """Write the file.

    Parameters
    ----------
    path
        Where it is written; what stands there is overwritten.
    columns, judged
        The contracts and their judgements, row for row.
    """
    table = pa.table(
        {
            "row": pa.array(columns.row_no),
            **{key: convert.text_cells(columns.texts[key]) for key in _NAMES},
            **judgement_cells(judged),
            "findings": _findings(judged),
        }
    )
    pq.write_table(table, path, compression="zstd", compression_level=1)


def _findings(judged: Judgements) -> pa.ListArray:
    cells = finding_cells(judged.findings)
    del cells["ordinal"]  # the place in the list says it
    starts = np.searchsorted(judged.findings.row, np.arange(len(judged) + 1))
    records = pa.StructArray.from_arrays(list(cells.values()), list(cells))
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), records)
