"""The event log as a chain of hashes: written and proved without a database.

The canonical form of an event is JSON in UTF-8 without a line break or blank: the keys of every
object sorted by code point, no key twice, characters beyond ASCII as they are, whole numbers and no
fractions. Decimal numbers are texts (``"12000000.00"``), days ``"2024-02-29"``, instants in UTC to
the microsecond (``"2024-02-29T04:00:00.000000Z"``).

The hash of an event is SHA-256 over the byte 0x01, the 32 bytes of the hash before it and the
canonical form. Before the first event stand 32 zero bytes. A later form of hashing gets another
first byte, so that no text has a hash under two forms.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from geodata.model.codelist import Codelist, Tone

_VERSION: Final = b"\x01"
_INSTANT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


class EventKind(Codelist):
    """What is written to the log."""

    IMPORTED = ("imported", "导入数据", "imported")
    ENTERED = ("entered", "录入事实", "entered")
    APPROVED = ("approved", "复核同意", "approved")
    REFUSED = ("refused", "复核不同意", "refused")
    APPLIED = ("applied", "录入生效", "took effect")
    FAILED = ("failed", "录入未能生效", "could not take effect")
    ACCOUNT_CHANGED = ("account_changed", "变更账户", "account changed")
    AUDITED = ("audited", "运行判定", "audited")
    CHOICE_MADE = ("choice_made", "确定口径", "choice made")
    EVIDENCE_ADDED = ("evidence_added", "收存证据", "evidence added")
    REVIEWED = ("reviewed", "审阅判定结果", "finding reviewed")
    SIGNED_OFF = ("signed_off", "签发判定", "run signed off")
    CASE_OPENED = ("case_opened", "立案", "case opened")
    CASE_MOVED = ("case_moved", "办理案件", "case moved on")
    DOCUMENT_ISSUED = ("document_issued", "制发文书", "document issued")
    DOCUMENT_SERVED = ("document_served", "送达文书", "document served")
    LISTED = ("listed", "列入清单", "entered in a list")
    UNLISTED = ("unlisted", "移出清单", "taken off a list")
    STATED = ("stated", "认定用地", "stated of land")
    PROJECT_RECORDED = ("project_recorded", "登记项目", "project recorded")


class EventSubject(Codelist):
    """What an event is about."""

    IMPORT = ("import", "导入批次", "import")
    ENTRY = ("entry", "人工录入", "entry")
    ACCOUNT = ("account", "账户", "account")
    RUN = ("run", "判定记录", "audit run")
    TARGET = ("target", "目标指标", "target")
    EVIDENCE = ("evidence", "证据", "evidence")
    FINDING = ("finding", "判定结果", "finding")
    CASE = ("case", "案件", "case")
    DOCUMENT = ("document", "文书", "document")
    ROLL_ENTRY = ("roll_entry", "清单条目", "entry of a list")
    SITE = ("site", "合同用地", "land of a contract")
    PROJECT = ("project", "准入项目", "project")


class Flaw(Codelist):
    """What is wrong with a link, or with the chain as a whole."""

    FORM = ("form", "内容不是规范格式的事件", "it is no event in canonical form", Tone.IDLE)
    HASH = ("hash", "内容与其哈希值不符", "what it says has another hash", Tone.IDLE)
    NUMBER = ("number", "编号不连续", "its number does not follow the one before it", Tone.IDLE)
    PREVIOUS = (
        "previous",
        "不是接在前一事件之后",
        "it continues something else than the event before it",
        Tone.IDLE,
    )
    HEAD = (
        "head",
        "所印的日志校验值不在日志中，日志已被截断或重写",
        "the hash that was printed is not in the log, which was cut off or rewritten",
        Tone.IDLE,
    )


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done.

    Attributes
    ----------
    at
        When, with its time zone.
    actor
        Name of the account that did it.
    subject, subject_id
        What it is about, and its name among its kind.
    payload
        What is to be remembered: texts, whole numbers, decimals, days, instants, truth values,
        None, and lists and mappings of them.
    """

    at: datetime
    actor: str
    kind: EventKind
    subject: EventSubject
    subject_id: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: the number of its last event and the hash of it."""

    seq: int
    hash: bytes

    @property
    def text(self) -> str:
        """The hash as it is printed: 64 hexadecimal digits."""
        return self.hash.hex()


GENESIS: Final = Head(0, bytes(32))
"""Where every chain begins."""


@dataclass(frozen=True, slots=True)
class Link:
    """An event in its chain.

    Attributes
    ----------
    said
        The event and its number, in canonical form.
    previous, hash
        The hash before it, and its own; 32 bytes each.
    """

    said: bytes
    previous: bytes
    hash: bytes

    def line(self) -> bytes:
        """The link as a line of an exported log, itself in canonical form."""
        ends = {"hash": self.hash.hex(), "previous": self.previous.hex()}
        return b'{"event":' + self.said + b"," + canonical(ends)[1:]


@dataclass(frozen=True, slots=True)
class Break:
    """The first link that is not sound; for a missing head, the last one there is."""

    seq: int
    flaw: Flaw


@dataclass(frozen=True, slots=True)
class Proof:
    """How far a chain holds: up to `head`, and to its end where there is no `broken` link."""

    head: Head
    broken: Break | None = None


def canonical(value: Any) -> bytes:
    """A value in canonical form.

    Raises
    ------
    TypeError
        For a value that has none: a fraction of binary digits, an instant without a time zone.
    """
    plain = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return plain.encode()


def instant_text(instant: datetime) -> str:
    """An instant in canonical form.

    Raises
    ------
    TypeError
        When it has no time zone.
    """
    if instant.tzinfo is None:
        message = "an instant needs its time zone"
        raise TypeError(message)
    return instant.astimezone(UTC).strftime(_INSTANT)


def link_after(head: Head, event: Event) -> Link:
    """An event as the next link of a chain."""
    said = canonical(
        {
            "actor": event.actor,
            "at": event.at,
            "kind": event.kind,
            "payload": event.payload,
            "seq": head.seq + 1,
            "subject": event.subject,
            "subject_id": event.subject_id,
        }
    )
    return Link(said, head.hash, hash_of(head.hash, said))


def hash_of(previous: bytes, said: bytes) -> bytes:
    """The hash of what is said after another hash."""
    return sha256(_VERSION + previous + said).digest()


def read_lines(lines: Iterable[bytes]) -> Iterable[Link]:
    """The links of an exported log; a line that is none gives one that no proof accepts."""
    for line in lines:
        try:
            told = json.loads(line)
            link = Link(
                canonical(told["event"]),
                bytes.fromhex(told["previous"]),
                bytes.fromhex(told["hash"]),
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            link = Link(b"", b"", b"")
        yield link if link.line() == line else Link(b"", b"", b"")


def prove(links: Iterable[Link], printed: str = "") -> Proof:
    """Follow a chain from its first event to its last, or to the first that is broken.

    Parameters
    ----------
    printed
        Hash of an event, or its first digits, as printed elsewhere; it has to be in the chain.
        Without one, a chain that was cut off or written anew from the start is as good as any.
    """
    head, is_met = GENESIS, not printed
    for link in links:
        if flaw := _flaw(link, head):
            return Proof(head, Break(head.seq + 1, flaw))
        head = Head(head.seq + 1, link.hash)
        is_met = is_met or head.text.startswith(printed.lower())
    return Proof(head, None if is_met else Break(head.seq, Flaw.HEAD))


def _flaw(link: Link, head: Head) -> Flaw | None:
    """What is wrong with the link after a head."""
    seq = _number(link.said)
    if seq is None:
        return Flaw.FORM
    if hash_of(link.previous, link.said) != link.hash:
        return Flaw.HASH
    if seq != head.seq + 1:
        return Flaw.NUMBER
    return None if link.previous == head.hash else Flaw.PREVIOUS


def _number(said: bytes) -> int | None:
    """The number an event says it has; None for what is no event in canonical form."""
    try:
        told = json.loads(said)
        is_canonical = canonical(told) == said
    except (ValueError, TypeError, RecursionError):
        return None
    seq = told.get("seq") if is_canonical and isinstance(told, dict) else None
    return seq if isinstance(seq, int) else None


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return format(value, "f")
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {str(key): _plain(part) for key, part in value.items()}
        case Sequence() if not isinstance(value, bytes | bytearray):
            return [_plain(part) for part in value]
    message = f"{type(value).__name__} has no canonical form"
    raise TypeError(message)
