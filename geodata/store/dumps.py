"""Dumps of the database by PostgreSQL's own programs: written, looked into and restored.

A dump holds the schema of the product whole, its queue and the rights of the site included. What
belongs to the database or the server (extensions, accounts) is not in it: migrations make that.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from subprocess import DEVNULL, PIPE
from typing import IO, Final

import sqlalchemy as sa

from geodata.errors import DatabaseStateError, DatabaseUnavailableError, InputFileError
from geodata.store.postgres_binaries import Installation, find_client
from geodata.store.session import unit_of_work
from geodata.store.tables import SCHEMA

Process = subprocess.Popen[bytes]

_KEPT: Final = ("PATH", "LD_LIBRARY_PATH", "HOME", "SYSTEMROOT")
_OPTIONS: Final = "-c parcelwatch.scope=all -c jit=off -c lock_timeout=10s"
_PATIENT: Final = ("--lock-wait-timeout=60s", "--enable-row-security")
"""A migration is waited for; an owner is bound by the policies too, and the scope is everything."""
_GIVE_UP: Final = "DO $$ BEGIN RAISE EXCEPTION 'the dump broke off'; END $$"
_QUOTED_LINES: Final = 6


@contextmanager
def one_instant(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that sees the database as it is now, however long it takes."""
    repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
    with unit_of_work(repeatable) as connection:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield connection


@dataclass(frozen=True, slots=True)
class DumpPrograms:
    """``pg_dump``, ``pg_restore`` and ``psql`` for one database.

    Attributes
    ----------
    installation
        Where they are.
    url
        The database, as its owner.
    """

    installation: Installation
    url: sa.URL

    @classmethod
    def of(cls, connection: sa.Connection, binaries: str = "") -> DumpPrograms:
        """Those that fit the server of a connection.

        Raises
        ------
        MissingProgramError
            When none is installed that is new enough.
        """
        number = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
        return cls(find_client(binaries, number // 10_000), connection.engine.url)

    @contextmanager
    def dumped(self, connection: sa.Connection) -> Iterator[IO[bytes]]:
        """Yield a dump of what the transaction of a connection sees, which is repeatable-read.

        Raises
        ------
        DatabaseUnavailableError
            When the dump does not come to its end.
        """
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        what = (f"--snapshot={snapshot}", f"--schema={SCHEMA}", "--format=custom", *_PATIENT)
        with tempfile.TemporaryFile() as said:
            with self._running("pg_dump", (*what, self._database()), said, output=PIPE) as dumping:
                assert dumping.stdout is not None
                yield dumping.stdout
            if dumping.returncode:
                raise DatabaseUnavailableError(
                    "The database cannot be dumped: {reason}",
                    "Nothing was kept. Wait until other work is done, then do the same again.",
                    reason=_last_lines(said),
                )

    def require_contents(self, dump: IO[bytes]) -> None:
        """Have the table of contents of a dump read.

        Raises
        ------
        InputFileError
            When it is no dump.
        """
        with tempfile.TemporaryFile() as said:
            with self._running("pg_restore", ("--list",), said, input=PIPE) as listing:
                _pour(dump, listing)
            if listing.returncode:
                raise InputFileError(
                    "The database in the backup cannot be read: {reason}",
                    "Take the backup from where it was filed, or an older one.",
                    reason=_last_lines(said),
                )

    def restore(self, dump: IO[bytes], demands: Iterable[str]) -> None:
        """Put a dump in the place of what there is: in one transaction, whole or not at all.

        Parameters
        ----------
        dump
            As `dumped` gives it.
        demands
            Statements that fail where the result is not what it should be.

        Raises
        ------
        DatabaseStateError
            When the database refuses it or a demand fails; it is as it was then.
        """
        options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", self._database())
        with tempfile.TemporaryFile() as said:
            with self._running("psql", options, said, input=PIPE) as writing:
                self._write(dump, demands, writing, said)
            if writing.returncode:
                raise DatabaseStateError(
                    "The backup was not restored: {reason}",
                    "The database is as it was. Stop the site and the worker, see that the account"
                    " owns the database, then do the same again.",
                    reason=_last_lines(said),
                )

    def _write(
        self, dump: IO[bytes], demands: Iterable[str], writing: Process, said: IO[bytes]
    ) -> None:
        """Without its last line the input undoes all there was in it."""
        _say(writing, ("BEGIN", f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        options = ("--file=-", "--no-owner", "--exit-on-error")
        with self._running(
            "pg_restore", options, said, input=PIPE, output=writing.stdin
        ) as reading:
            _pour(dump, reading)
        is_whole = reading.returncode == 0
        _say(writing, (*demands, "COMMIT") if is_whole else (_GIVE_UP,))

    @contextmanager
    def _running(
        self,
        name: str,
        options: Sequence[str],
        said: IO[bytes],
        *,
        input: int = DEVNULL,  # noqa: A002 - as the pipe is called
        output: int | IO[bytes] | None = DEVNULL,
    ) -> Iterator[Process]:
        """Run a program; it is ended with the block, and what it complains of is kept."""
        program = subprocess.Popen(  # noqa: S603 - programs of the installation found, no shell
            [self.installation.program(name), *options],
            stdin=input,
            stdout=output,
            stderr=said,
            env=self._environment(),
        )
        is_fed = False
        try:
            yield program
            is_fed = True
        finally:
            if not is_fed:
                program.kill()
            for stream in (program.stdin, program.stdout):
                if stream is not None:
                    with suppress(BrokenPipeError):
                        stream.close()
            program.wait()

    def _database(self) -> str:
        """The address without its password, which everybody on this machine could see."""
        url = self.url.set(drivername="postgresql")._replace(password=None)
        return f"--dbname={url.render_as_string()}"

    def _environment(self) -> dict[str, str]:
        kept = {key: os.environ[key] for key in _KEPT if key in os.environ}
        own = {"LC_ALL": "C", "TZ": "UTC", "PGAPPNAME": "parcelwatch", "PGOPTIONS": _OPTIONS}
        password = {"PGPASSWORD": str(self.url.password)} if self.url.password else {}
        return kept | own | password


def _pour(dump: IO[bytes], program: Process) -> None:
    """Feed a program, which may have read enough before the end."""
    assert program.stdin is not None
    with suppress(BrokenPipeError):
        shutil.copyfileobj(dump, program.stdin)
    with suppress(BrokenPipeError):
        program.stdin.close()
    program.wait()


def _say(program: Process, statements: Iterable[str]) -> None:
    assert program.stdin is not None
    with suppress(BrokenPipeError):
        program.stdin.write("".join(f"{one};\n" for one in statements).encode())
        program.stdin.flush()


def _last_lines(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return " ".join(" ".join(lines[-_QUOTED_LINES:]).split())
