"""A client that keeps some connections busy, at little cost to the machine they share."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

_CHUNK: Final = 1 << 18
_END: Final = b"\r\n\r\n"


@dataclass(slots=True)
class _Connection:
    """One connection and what has come of the answer to its last request."""

    sock: socket.socket
    answer: bytearray = field(default_factory=bytearray)
    length: int | None = None

    def is_answered(self) -> bool:
        self.answer += self.sock.recv(_CHUNK)
        if self.length is None and (end := self.answer.find(_END)) >= 0:
            head = bytes(self.answer[:end]).lower()
            at = head.find(b"content-length:")
            body = int(head[at + 15 :].split(b"\r", 1)[0]) if at >= 0 else 0
            self.length = end + len(_END) + body
        return self.length is not None and len(self.answer) >= self.length


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it.

    Attributes
    ----------
    rate
        Answers a second.
    statuses
        How many answers had which status.
    """

    rate: float
    statuses: dict[int, int]


def busy(port: int, request: Callable[[int], bytes], connections: int, seconds: float) -> Load:
    """Ask on some connections at once for some seconds, each as soon as it is answered.

    Parameters
    ----------
    request
        The request of a number, counted from 0.
    """
    with selectors.DefaultSelector() as selector:
        number, statuses = 0, dict[int, int]()
        for _ in range(connections):
            sock = socket.create_connection(("127.0.0.1", port))
            sock.sendall(request(number))
            selector.register(sock, selectors.EVENT_READ, _Connection(sock))
            number += 1
        begin = perf_counter()
        until, answered = begin + seconds, 0
        while perf_counter() < until:
            for key, _ in selector.select(1):
                connection: _Connection = key.data
                if connection.is_answered():
                    status = int(connection.answer[9:12])
                    statuses[status] = statuses.get(status, 0) + 1
                    connection.answer, connection.length = bytearray(), None
                    connection.sock.sendall(request(number))
                    number, answered = number + 1, answered + 1
        rate = answered / (perf_counter() - begin)
        for key in list(selector.get_map().values()):
            key.data.sock.close()
    return Load(rate, statuses)


def get(path: str, *headers: str) -> bytes:
    """A request that leaves the connection open."""
    lines: Sequence[str] = (f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
