"""No bare array leaves the room of imagery: pixels say where they lie and when, figures are named.

What other rooms call takes scenes and parcels, and gives values of its own, or pictures as bytes.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pytest

import geodata.imagery
import service
from geodata.imagery.grid import Patch, Pixels

_SERVICE = "\n".join(
    text
    for path in Path(service.__path__[0]).rglob("*.py")
    if "geodata.imagery" in (text := path.read_text(encoding="utf-8"))
)


def _modules() -> Iterator[ModuleType]:
    for one in iter_modules(geodata.imagery.__path__, "geodata.imagery."):
        yield import_module(one.name)


def _own(module: ModuleType, is_wanted: Callable[[object], bool]) -> Iterator[Any]:
    for name, found in inspect.getmembers(module, is_wanted):
        if not name.startswith("_") and found.__module__ == module.__name__:
            yield found


def _parts(hint: Any) -> Iterator[Any]:
    yield get_origin(hint) or hint
    for part in get_args(hint):
        yield from _parts(part)


CALLED = [
    one
    for module in _modules()
    for one in _own(module, inspect.isfunction)
    if re.search(rf"\b{one.__name__}\(", _SERVICE)
]


def test_other_rooms_call_some_of_it() -> None:
    assert {one.__name__ for one in CALLED} >= {"open_scene", "measure", "compare", "chip"}


@pytest.mark.parametrize("function", CALLED, ids=lambda one: one.__name__)
def test_what_other_rooms_call_takes_and_gives_no_array(function: Callable[..., object]) -> None:
    hints = get_type_hints(function).values()
    assert np.ndarray not in {part for hint in hints for part in _parts(hint)}


def test_pixels_of_a_window_say_where_and_when_and_which_are_seen() -> None:
    assert {one.name for one in fields(Patch)} >= {"grid", "taken_on", "bands", "is_valid"}
    assert {one.name for one in fields(Pixels)} >= {"bands", "is_valid", "is_cloud"}


def test_whatever_reads_a_raster_gives_patches() -> None:
    """Nothing within the room hands layers of rows and columns to another module either."""
    layered = [
        (one.__qualname__, hint)
        for module in _modules()
        for kind in _own(module, inspect.isclass)
        for one in (*vars(kind).values(),)
        if inspect.isfunction(one) and not one.__name__.startswith("_")
        for hint in get_type_hints(one, vars(module)).values()
        if any(get_origin(part) is np.ndarray or part is np.generic for part in _parts(hint))
    ]
    assert {name.split(".")[0] for name, _ in layered} <= {"ChangeModel", "Pixels", "Patch"}
