"""A process that is kept at work beside another one, and ends with it however that one ends."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import monotonic
from typing import Final

_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 60.0
_STANDARD_INPUT: Final = 0
_STOP_S: Final = 60
"""So long a process may take to end once it is asked to."""

Tell = Callable[[int, float], None]
"""Told of a process that ended: its number, and in how many seconds another one is started."""


@contextmanager
def kept_at_work(
    command: Sequence[str], environment: Mapping[str, str], tell: Tell
) -> Iterator[None]:
    """Have a process at work for the duration; one that ends meanwhile is started again.

    Parameters
    ----------
    command
        Started with a pipe as its standard input, which ends when this process does: see
        `stop_with_input`. It is in a session of its own, so that Ctrl+C stops it here alone.
    """
    keeper = _Keeper(command, environment, tell)
    keeper.begin()
    watch = Thread(target=keeper.watch, daemon=True)
    watch.start()
    try:
        yield
    finally:
        keeper.stop()
        watch.join()


def stop_with_input() -> None:
    """Ask this process to stop (SIGTERM) once its standard input ends, with whoever held it."""
    Thread(target=_stop_at_end, daemon=True).start()


def pause_s(before_s: float, lived_s: float) -> float:
    """How long to wait before a process is started again.

    Parameters
    ----------
    before_s
        How long it was waited last time.
    lived_s
        How long the process was at work: after a long life the first pause is enough.
    """
    return _FIRST_PAUSE_S if lived_s > _LONGEST_PAUSE_S else min(2 * before_s, _LONGEST_PAUSE_S)


def _stop_at_end() -> None:
    while os.read(_STANDARD_INPUT, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


class _Keeper:
    """Starts, watches and stops one process after another."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], tell: Tell) -> None:
        self._command, self._environment, self._tell = command, environment, tell
        self._lock, self._is_over = Lock(), Event()

    def begin(self) -> None:
        """Start the process."""
        self._process = subprocess.Popen(  # noqa: S603 - the command is the caller's, no shell
            self._command,
            env=self._environment,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def watch(self) -> None:
        """Start another one whenever it ends, until stopped."""
        waited_s, begun_s = _FIRST_PAUSE_S / 2, monotonic()
        while True:
            with self._process as ended:
                ended.wait()
            waited_s = pause_s(waited_s, monotonic() - begun_s)
            if not self._is_over.is_set():
                self._tell(ended.pid, waited_s)
            if self._is_over.wait(waited_s):
                return
            with self._lock:
                if self._is_over.is_set():
                    return
                self.begin()
            begun_s = monotonic()

    def stop(self) -> None:
        """Ask the process to end, and see to it."""
        with self._lock:
            self._is_over.set()
        with self._process as process:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
