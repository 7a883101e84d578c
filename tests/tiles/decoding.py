"""Reads vector tiles, written from the specification (MVT 2.1) and from nothing of ours."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Feature:
    layer: str
    extent: int
    number: int | None
    kind: int
    points: list[tuple[int, int]]
    properties: dict[str, Any]


def features(tile: bytes) -> list[Feature]:
    found = []
    for field, content in _fields(tile):
        assert field == 3
        found += _layer(content)
    return found


def _layer(content: bytes) -> Iterator[Feature]:
    parts = list(_fields(content))
    one = {field: value for field, value in parts if field in (1, 5)}
    keys = [value.decode() for field, value in parts if field == 3]
    values = [_value(value) for field, value in parts if field == 4]
    for field, value in parts:
        if field != 2:
            continue
        said = dict(_fields(value))
        tags = list(_numbers(said.get(2, b"")))
        pairs = zip(tags[::2], tags[1::2], strict=True)
        yield Feature(
            layer=one[1].decode(),
            extent=one.get(5, 4096),
            number=said.get(1),
            kind=said[3],
            points=list(_points(said[4])),
            properties={keys[key]: values[place] for key, place in pairs},
        )


def _value(content: bytes) -> Any:
    [(field, value)] = _fields(content)
    match field:
        case 1:
            return value.decode()
        case 2 | 3:
            return struct.unpack("<f" if field == 2 else "<d", value)[0]
        case 6:
            return (value >> 1) ^ -(value & 1)
        case 7:
            return bool(value)
    return value


def _points(content: bytes) -> Iterator[tuple[int, int]]:
    numbers = list(_numbers(content))
    x = y = at = 0
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        if command == 7:
            continue
        for _ in range(count):
            step = [(number >> 1) ^ -(number & 1) for number in numbers[at : at + 2]]
            x, y, at = x + step[0], y + step[1], at + 2
            yield x, y


def _fields(content: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        field, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint(content, at)
        else:
            length, at = (_varint(content, at)) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            value, at = content[at : at + length], at + length
        yield field, value


def _numbers(content: bytes) -> Iterator[int]:
    at = 0
    while at < len(content):
        number, at = _varint(content, at)
        yield number


def _varint(content: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = content[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at
