"""What a request can be asked with: each parameter once, with its schema and what reads it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, Final, Literal
from uuid import UUID

from geodata.errors import NothingFoundError, UsageError
from geodata.model.codelist import Codelist
from geodata.model.cql2_text import Tree, read_text
from geodata.model.scalars import CellError, read_day
from service.api.schemas import DAY, INSTANT, TEXT, Schema, code_schema
from service.settings import LANGUAGES

Place = Literal["query", "path", "header", "body"]

MOST_ITEMS: Final = 1_000
_ITEMS: Final = 100
_LONGEST: Final = 500
_MOST_ID: Final = 2**31
_NUL: Final = "\0"
_YEARS: Final = range(1900, 2200)
"""Within them every instant can be told in every time zone."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a request can say.

    Attributes
    ----------
    read
        Gives the value of what is written; raises `UsageError` for what `schema` does not allow.
    zh, en
        What it is for.
    default
        Stands where the request does not say it.
    is_many
        Whether it may be said several times; its value is then a frozen set.
    """

    name: str
    read: Callable[[Any], Any]
    schema: Schema
    zh: str
    en: str
    place: Place = "query"
    default: Any = None
    is_many: bool = False
    is_required: bool = False

    def value(self, said: Sequence[Any]) -> Any:
        """What the request says by it.

        Raises
        ------
        UsageError
            When it is needed and missing, said too often, or cannot be read.
        """
        if not said and self.is_required:
            raise UsageError("{name} is missing.", "Add it to the request.", name=self.name)
        if self.is_many:
            return frozenset(map(self.read, said))
        if len(said) > 1:
            raise UsageError("{name} is said more than once.", "Say it once.", name=self.name)
        return self.read(said[0]) if said else self.default


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was read.

    Attributes
    ----------
    values
        By name of the parameter.
    """

    as_of: date
    known_at: datetime | None
    language: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


def refuse_unknown(said: Iterable[str], known: Iterable[str]) -> None:
    """Raise `UsageError` for what a request says and no parameter is called."""
    names = sorted(known)
    for name in said:
        if name not in names:
            nearest = difflib.get_close_matches(name, names, n=1, cutoff=0)
            raise UsageError(
                "There is no parameter {name}.",
                "Did you mean {nearest}?",
                name=name[:80],
                nearest=nearest[0] if nearest else "",
            )


def read_plain(name: str, said: Any) -> str:
    """A text of moderate length that a database can hold."""
    if not isinstance(said, str) or len(said) > _LONGEST or _NUL in said:
        raise _unusable(name, said, "a text of at most 500 characters")
    try:
        said.encode()
    except UnicodeEncodeError:
        raise _unusable(name, said, "a text of at most 500 characters") from None
    return said


def read_texts(name: str, keys: frozenset[str], said: Any) -> dict[str, str]:
    """Texts by key, under these keys only.

    Raises
    ------
    UsageError
        When it is anything else.
    """
    if not isinstance(said, dict) or not said.keys() <= keys:
        raise _unusable(name, said, "{" + ", ".join(sorted(keys)) + "}")
    return {key: read_plain(key, text) for key, text in said.items()}


def plain(name: str, zh: str, en: str, **more: Any) -> Parameter:
    """A parameter that is a text."""
    schema = {**TEXT, "maxLength": _LONGEST, "pattern": r"^[^\x00]*$"}
    return Parameter(name, partial(read_plain, name), schema, zh, en, **more)


def code(name: str, words: type[Codelist], zh: str, en: str, **more: Any) -> Parameter:
    """A parameter that is a code of a codelist."""
    return Parameter(name, partial(_read_code, name, words), code_schema(words), zh, en, **more)


def choice(name: str, words: Sequence[str], zh: str, en: str, **more: Any) -> Parameter:
    """A parameter that is one of some words."""
    schema = {**TEXT, "enum": list(words)}
    return Parameter(name, partial(_read_choice, name, tuple(words)), schema, zh, en, **more)


def day(name: str, zh: str, en: str, **more: Any) -> Parameter:
    """A parameter that is a day."""
    return Parameter(name, partial(_read_day, name), DAY, zh, en, **more)


def uuid(name: str, zh: str, en: str) -> Parameter:
    """A number that was drawn, in the path."""
    schema = {**TEXT, "format": "uuid"}
    return Parameter(name, _read_uuid, schema, zh, en, place="path", is_required=True)


def whole(name: str, zh: str, en: str) -> Parameter:
    """A number that counts, in the path."""
    schema = {"type": "integer", "minimum": 1, "maximum": _MOST_ID - 1}
    read = partial(_read_whole, name)
    return Parameter(name, read, schema, zh, en, place="path", is_required=True)


def segment(name: str, zh: str, en: str) -> Parameter:
    """A text in the path."""
    return plain(name, zh, en, place="path", is_required=True)


def _read_code(name: str, words: type[Codelist], said: Any) -> Codelist:
    return words.of(_read_choice(name, tuple(words.positions()), said))


def _read_choice(name: str, words: tuple[str, ...], said: Any) -> str:
    if said not in words:
        raise _unusable(name, said, ", ".join(words))
    return str(said)


def _read_day(name: str, said: Any) -> date:
    try:
        found = read_day(said) if isinstance(said, str) else None
    except CellError:
        found = None
    if found is None or found.isoformat() != said:
        raise _unusable(name, said, "2024-02-29")
    return found


def _read_instant(name: str, said: str) -> datetime:
    try:
        found = datetime.fromisoformat(said.upper())
    except ValueError:
        raise _unusable(name, said, "2024-02-29T17:30:00+08:00") from None
    if found.tzinfo is None or "T" not in said.upper() or found.year not in _YEARS:
        raise _unusable(name, said, "2024-02-29T17:30:00+08:00")
    return found


def _read_whole(name: str, said: str) -> int:
    if not (said.isascii() and said.isdigit() and 1 <= int(said[:12]) < _MOST_ID):
        raise _unusable(name, said, "1, 2, 3 …")
    return int(said)


def _read_limit(said: str) -> int:
    count = int(said) if re.fullmatch("[0-9]{1,4}", said) else 0
    if not 1 <= count <= MOST_ITEMS:
        raise _unusable("limit", said, f"1 … {MOST_ITEMS}")
    return count


def _read_id(name: str, said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise _unusable(name, said, "Link: rel=next") from None


def _read_uuid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise NothingFoundError(
            "There is nothing of the number {number}.", "Take it from a list.", number=said[:80]
        ) from None


def _read_after(said: str) -> tuple[int, int]:
    if not re.fullmatch(_AFTER, said) or int(said.partition(".")[0]) >= _MOST_ID:
        raise _unusable("after", said, "Link: rel=next")
    number, _, place = said.partition(".")
    return int(number), int(place or 0)


def _read_filter(said: str) -> Tree:
    return read_text(read_plain("filter", said))


def _read_key(said: str) -> str:
    if not re.fullmatch(r"[!-~]{1,255}", said):
        raise _unusable("Idempotency-Key", said, "0b9c8f6e-2d1a-4a6b-9a6e-6f1f0d2c7a55")
    return said


def _read_version(said: str) -> int:
    found = re.fullmatch(r'"?([0-9]{1,6})(-[0-9a-f]+)?"?', said)
    if not found:
        raise _unusable("If-Match", said, '"3"')
    return int(found[1])


def _unusable(name: str, said: object, needed: str) -> UsageError:
    return UsageError(
        "{name} cannot be {value}.",
        "Write it like this: {needed}.",
        name=name,
        value=str(said)[:80],
        needed=needed,
    )


_AFTER: Final = r"[0-9]{1,9}(\.[0-9]{1,3})?"

AS_OF: Final = day("as_of", "以哪一天为准；缺省为今天", "the day asked about; today by default")
KNOWN_AT: Final = Parameter(
    "known_at",
    partial(_read_instant, "known_at"),
    INSTANT,
    "以何时已知的情况为准；缺省为现在",
    "the instant whose knowledge is asked for; now by default",
)
LANGUAGE: Final = choice("lang", LANGUAGES, "文字的语言", "language of the words")
EVERYWHERE: Final = (AS_OF, KNOWN_AT, LANGUAGE)
"""Every read takes these."""

LIMIT: Final = Parameter(
    "limit",
    _read_limit,
    {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": _ITEMS},
    "每页至多几项",
    "items of a page at most",
    default=_ITEMS,
)
AFTER: Final = Parameter(
    "after",
    _read_after,
    {**TEXT, "pattern": f"^{_AFTER}$"},
    "从哪一项之后继续；取自 Link 响应头",
    "where a page goes on; taken from the Link header",
)
PAGED: Final = (LIMIT, AFTER)
AFTER_ID: Final = Parameter(
    "after", partial(_read_id, "after"), {**TEXT, "format": "uuid"}, AFTER.zh, AFTER.en
)
PAGED_BY_ID: Final = (LIMIT, AFTER_ID)
FILTER: Final = Parameter(
    "filter",
    _read_filter,
    {**TEXT, "format": "cql2-text", "maxLength": _LONGEST},
    "按台账各列筛选的 CQL2 条件，如 area_m2 > 20000 AND town = '亭林镇'",
    "a condition of CQL2 on columns of the ledger, like area_m2 > 20000 AND town = '亭林镇'",
)
KEY: Final = Parameter(
    "Idempotency-Key",
    _read_key,
    {**TEXT, "minLength": 1, "maxLength": 255, "pattern": r"^[!-~]+$"},
    "请求的唯一键：重复发送只办理一次，保留一天",
    "a key of the request: sent again, it is done once; kept for a day",
    place="header",
)
VERSION: Final = Parameter(
    "If-Match",
    _read_version,
    {**TEXT, "pattern": r'^"?[0-9]{1,6}(-[0-9a-f]+)?"?$'},
    "案件的版本，取自 ETag",
    "the version of the case, taken from its ETag",
    place="header",
)
IN_BODY: Final[dict[str, Any]] = {"place": "body", "is_required": True}
"""Of what a change cannot do without."""
REASON: Final = plain("reason", "理由", "why", place="body", default="")
DECIDED: Final = {"zh": "意见", "en": "what is decided"}
