"""Reads the land that travels within a page, as its scripts do."""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Unpacked:
    columns: dict[str, np.ndarray]
    texts: dict[str, list[str]]
    lists: dict[str, Any]

    def rings(self, name: str) -> list[list[np.ndarray]]:
        """The corners of each ring of each shape, on the grid."""
        steps = unfolded(self.columns[f"{name}_steps"]).reshape(-1, 2)
        corners = np.cumsum(steps, axis=0)
        rings = np.split(corners, np.cumsum(self.columns[f"{name}_corners"])[:-1])
        ends = np.cumsum(self.columns[f"{name}_rings"]).tolist()
        return [rings[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]

    def standing(self, row: int, day: int) -> list[Any]:
        """Verdict, groups and milestone of a contract on a day."""
        ends = [0, *self.columns["span_ends"].tolist()]
        spans = slice(ends[row], ends[row + 1])
        begun = np.flatnonzero(self.columns["span_from"][spans] <= day)
        return self.lists["states"][self.columns["span_state"][spans][begun[-1]]]


def unpack(page: str) -> Unpacked:
    """The land of a page."""
    return unpacked(re.search(r'id="land-data">([^<]*)<', page)[1])


def unpacked(text: str) -> Unpacked:
    content = zlib.decompress(b64decode(text))
    begin = 4 + int.from_bytes(content[:4], "little")
    header = json.loads(content[4:begin])
    columns = {
        name: np.frombuffer(content, f"<{kind}", count, begin + at)
        for name, (kind, at, count) in header["columns"].items()
    }
    texts = {
        name: content[begin + at : begin + at + length].decode().split("\n")
        for name, (at, length) in header["texts"].items()
    }
    return Unpacked(columns, texts, header["lists"])


def cards(page: str) -> list[dict[str, Any]]:
    """What the page tells of each contract."""
    chunks = re.findall(r"data-cards>([^<]*)<", page)
    return [card for chunk in chunks for card in json.loads(zlib.decompress(b64decode(chunk)))]


def unfolded(content: np.ndarray) -> np.ndarray:
    """Whole numbers from their varints."""
    numbers, number, shift = [], 0, 0
    for byte in content.tolist():
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append((number >> 1) ^ -(number & 1))
            number = shift = 0
    return np.array(numbers, dtype=np.int64)
