"""The text form of CQL2, read into its JSON form: one tree for whoever filters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from geodata.errors import UsageError

Tree = Any
"""A filter in the JSON form of CQL2; shapes stay well-known text, as ``{"wkt": …}``."""

DEEPEST: Final = 24
"""Conditions stand within conditions so deep at most."""

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")+")
    | (?P<number>[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)
    | (?P<word>[^\W\d][\w.:]*)
    | (?P<sign><>|<=|>=|[=<>(),])
    )""",
    re.VERBOSE,
)
_COMPARISONS: Final = ("=", "<>", "<", "<=", ">", ">=")
_SHAPES: Final = (
    *("POINT", "LINESTRING", "POLYGON"),
    *("MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"),
)
_INSTANTS: Final = ("DATE", "TIMESTAMP")
_RESERVED: Final = frozenset({"AND", "OR", "NOT", "LIKE", "IN", "BETWEEN", "IS", "NULL"})


def read_text(written: str) -> Tree:
    """The tree of a filter in text.

    Raises
    ------
    UsageError
        When it is no CQL2, or conditions stand too deep within others.
    """
    reader = _Reader(written, list(_tokens(written)))
    tree = reader.condition()
    if reader.place < len(reader.tokens):
        raise reader.unreadable()
    return tree


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    said: str
    begin: int
    end: int

    @property
    def word(self) -> str:
        """A word without regard to case, or a sign; empty for what stands for a value."""
        return self.said.upper() if self.kind in ("word", "sign") else ""


def _tokens(written: str) -> Iterator[_Token]:
    place, end = 0, len(written.rstrip())
    while place < end:
        found = _TOKEN.match(written, place, end)
        if found is None:
            raise _unreadable(written, place)
        kind = str(found.lastgroup)
        yield _Token(kind, found[kind], found.start(kind), found.end())
        place = found.end()


@dataclass(slots=True)
class _Reader:
    """Reads a filter from left to right; ``or`` binds less than ``and``, that less than ``not``."""

    written: str
    tokens: list[_Token]
    place: int = 0
    depth: int = 0

    def condition(self) -> Tree:
        """Whatever can stand between brackets."""
        return self._joined("OR", lambda: self._joined("AND", self._term))

    def unreadable(self) -> UsageError:
        """The error of what stands at the place reached."""
        at_end = self.place >= len(self.tokens)
        begin = len(self.written) if at_end else self.tokens[self.place].begin
        return _unreadable(self.written, begin)

    def _joined(self, word: str, part: Callable[[], Tree]) -> Tree:
        parts = [part()]
        while self._take(word):
            parts.append(part())
        return {"op": word.lower(), "args": parts} if len(parts) > 1 else parts[0]

    def _term(self) -> Tree:
        with self._deeper():
            if self._take("NOT"):
                return {"op": "not", "args": [self._term()]}
            return self._predicate()

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self.depth += 1
        if self.depth > DEEPEST:
            raise UsageError(
                "The filter has conditions within conditions, more than {most} deep.",
                "Write it flatter.",
                most=DEEPEST,
            )
        yield
        self.depth -= 1

    def _predicate(self) -> Tree:
        if self._take("("):
            tree = self.condition()
            self._expect(")")
            return tree
        left = self._value()
        for sign in _COMPARISONS:
            if self._take(sign):
                return {"op": sign, "args": [left, self._value()]}
        if self._take("IS"):
            negated = self._take("NOT")
            self._expect("NULL")
            return _unless(negated, {"op": "isNull", "args": [left]})
        return self._ranged(left)

    def _ranged(self, left: Tree) -> Tree:
        negated = self._take("NOT")
        if self._take("LIKE"):
            return _unless(negated, {"op": "like", "args": [left, self._value()]})
        if self._take("IN"):
            return _unless(negated, {"op": "in", "args": [left, self._listed()]})
        if self._take("BETWEEN"):
            low = self._value()
            self._expect("AND")
            return _unless(negated, {"op": "between", "args": [left, low, self._value()]})
        if negated:
            raise self.unreadable()
        return left

    def _value(self) -> Tree:
        token = self._next()
        match token.kind:
            case "text":
                return token.said[1:-1].replace("''", "'")
            case "quoted":
                return {"property": token.said[1:-1].replace('""', '"')}
            case "number":
                return float(token.said)
            case "word":
                return self._named(token)
        self.place -= 1
        raise self.unreadable()

    def _named(self, token: _Token) -> Tree:
        word = token.word
        if word in ("TRUE", "FALSE"):
            return word == "TRUE"
        if word in _RESERVED:
            self.place -= 1
            raise self.unreadable()
        if not self._is_next("("):
            return {"property": token.said}
        if word in _SHAPES:
            return {"wkt": self._shape(token)}
        given = self._listed()
        if word in _INSTANTS:
            return {word.lower(): given[0]}
        if word == "INTERVAL":
            return {"interval": given}
        return {"bbox": given} if word == "BBOX" else {"op": token.said.lower(), "args": given}

    def _listed(self) -> list[Tree]:
        with self._deeper():
            self._expect("(")
            values = [self._value()]
            while self._take(","):
                values.append(self._value())
            self._expect(")")
            return values

    def _shape(self, first: _Token) -> str:
        """The well-known text, up to the bracket that closes it."""
        open_count = 0
        while True:
            token = self._next()
            open_count += (token.said == "(") - (token.said == ")")
            if not open_count:
                return self.written[first.begin : token.end]

    def _next(self) -> _Token:
        if self.place >= len(self.tokens):
            raise self.unreadable()
        self.place += 1
        return self.tokens[self.place - 1]

    def _is_next(self, word: str) -> bool:
        return self.place < len(self.tokens) and self.tokens[self.place].word == word

    def _take(self, word: str) -> bool:
        is_next = self._is_next(word)
        self.place += is_next
        return is_next

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self.unreadable()


def _unless(negated: bool, tree: Tree) -> Tree:
    return {"op": "not", "args": [tree]} if negated else tree


def _unreadable(written: str, place: int) -> UsageError:
    return UsageError(
        "The filter cannot be read from its character {place}: {rest}",
        "Write it as CQL2, for instance: verdict = 'overdue_start' AND area_m2 > 10000.",
        place=place + 1,
        rest=written[place : place + 40] or "…",
    )
