"""Judging a country block by block: what is needed in between never grows with its size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from geodata.model.judgements import Judgements

_Arrays = dict[str, npt.NDArray[Any]]


def gathered(blocks: Iterable[Judgements], row_count: int) -> Judgements:
    """The judgements of consecutive blocks of rows as one.

    Each block is written once into its place, and findings are appended without a second copy.

    Parameters
    ----------
    blocks
        In order of their rows, at least one.
    row_count
        Rows of all blocks.
    """
    whole: _Arrays = {}
    shape: Judgements | None = None
    start = 0
    for block in blocks:
        shape = shape or block
        findings = replace(block.findings, row=block.findings.row + start)
        for name, part in _arrays(replace(block, findings=findings)):
            if name.startswith("findings."):
                _append(whole, name, part)
            else:
                _write(whole, name, part, start, row_count)
        start += len(block)
    assert shape is not None
    return cast("Judgements", _rebuilt(shape, whole))


def _write(whole: _Arrays, name: str, part: npt.NDArray[Any], start: int, row_count: int) -> None:
    if name not in whole:
        whole[name] = np.empty(row_count, dtype=part.dtype)
    _widen(whole, name, part)
    whole[name][start : start + len(part)] = part


def _append(whole: _Arrays, name: str, part: npt.NDArray[Any]) -> None:
    if name not in whole:
        whole[name] = np.empty(0, dtype=part.dtype)
    _widen(whole, name, part)
    column = whole[name]
    filled = len(column)
    column.resize(filled + len(part), refcheck=False)  # nobody else has seen it yet
    column[filled:] = part


def _widen(whole: _Arrays, name: str, part: npt.NDArray[Any]) -> None:
    """Amounts beyond int64 come as Python integers; then the whole column holds such."""
    if part.dtype == np.object_ != whole[name].dtype:
        whole[name] = whole[name].astype(np.object_)


def _arrays(value: object, name: str = "") -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """Every array of nested columns with its dotted name."""
    if isinstance(value, np.ndarray):
        yield name, value
        return
    for key, part in _parts(value):
        yield from _arrays(part, f"{name}.{key}" if name else key)


def _rebuilt(shape: Any, arrays: Mapping[str, npt.NDArray[Any]], name: str = "") -> Any:
    """Columns nested like those of `shape`, holding the arrays given."""
    if isinstance(shape, np.ndarray):
        return arrays[name]
    parts = {
        key: _rebuilt(part, arrays, f"{name}.{key}" if name else key) for key, part in _parts(shape)
    }
    if isinstance(shape, Mapping):
        return {key: parts[str(key)] for key in shape}
    return replace(shape, **parts)


def _parts(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from ((str(key), part) for key, part in value.items())
    else:
        assert is_dataclass(value)
        yield from ((field.name, getattr(value, field.name)) for field in fields(value))
