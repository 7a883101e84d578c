"""One PostgreSQL server process and its data directory: made, started, asked and stopped."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import time
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import IO

from geodata.errors import ClusterError
from geodata.settings import ClusterSettings
from geodata.store.file_lock import PAUSE_S
from geodata.store.postgres_binaries import Installation
from geodata.store.server_account import ServerAccount

ROLE = "parcelwatch"
PORT = 5432  # names the socket file; nothing listens on TCP
NO_PROCESS = 2**31 - 1  # above every system's largest process number
QUOTED_LINES = 6

# Children of a killed server that have not noticed yet; a server that is just being started.
STILL_THERE = ("is still in use", "already exists")


class Answer(IntEnum):
    """Exit codes of ``pg_isready``."""

    READY = 0
    REJECTING = 1
    NONE = 2


def socket_file(directory: Path) -> Path:
    """Path of the socket that a server makes in its socket directory."""
    return directory / f".s.PGSQL.{PORT}"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server of one data directory.

    Attributes
    ----------
    installation, account
        The programs, and who runs them.
    data_dir, socket_dir
        The account's own directories.
    settings
        Timeouts and cache size.
    durable
        False = nothing is flushed to disk, for tests.
    """

    installation: Installation
    account: ServerAccount
    data_dir: Path
    socket_dir: Path
    settings: ClusterSettings
    durable: bool

    @property
    def log_file(self) -> Path:
        """What the server wrote since its last start."""
        return self.data_dir / "server.log"

    def initialise(self, lock: IO[str]) -> None:
        """Make the data directory, completely or not at all.

        ``initdb`` inherits the lock: should this process be killed, the next one waits for it.
        """
        unfinished = self.data_dir.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            self.account.private_directory(unfinished)
            self._initdb(unfinished, lock)
            unfinished.rename(self.data_dir)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def bring_up(self) -> bool:
        """Return once the server accepts connections; True if it had to be started."""
        deadline = time.monotonic() + self.settings.start_timeout_s
        while (answer := self.answer()) is not Answer.READY:
            if answer is Answer.NONE and not self._is_reachable():
                self.shut_down()
                self._disown_locks()
                if self._launch():
                    return True
            if time.monotonic() > deadline:
                raise ClusterError(
                    "The private database in {directory} has refused connections for "
                    "{seconds} s. Its log ends: {log}",
                    "It may be recovering from a crash: wait, or look at {log_file}.",
                    seconds=self.settings.start_timeout_s,
                    **self._evidence(),
                )
            time.sleep(PAUSE_S)
        return False

    def shut_down(self) -> None:
        """Stop the server, if it runs, and wait until it is gone."""
        deadline = time.monotonic() + self.settings.stop_timeout_s
        if self.pid() is not None:
            self._pg_ctl("stop", "--mode=fast", "--no-wait")
        while self.pid() is not None:
            if time.monotonic() > deadline:
                raise ClusterError(
                    "The private database in {directory} did not stop within {seconds} s. "
                    "Its log ends: {log}",
                    "It may be writing a checkpoint: wait and try again, or look at {log_file}.",
                    seconds=self.settings.stop_timeout_s,
                    **self._evidence(),
                )
            time.sleep(PAUSE_S)

    def answer(self) -> Answer:
        """Ask the socket whether somebody listens."""
        where = ("--host", str(self.socket_dir), "--port", str(PORT), "--timeout", "5")
        code = self.account.run([self.installation.program("pg_isready"), *where]).returncode
        return Answer(min(code, Answer.NONE))

    def pid(self) -> int | None:
        """Process number of our server; None when it does not run.

        A number in ``postmaster.pid`` proves nothing: after a crash or in a restarted container
        it may belong to another program, so that program's command line is asked.
        """
        pid = _first_number(self.data_dir / "postmaster.pid")
        return pid if pid and str(self.data_dir) in _command_line(pid) else None

    def query(self, sql: str, **variables: str) -> None:
        """Run SQL with psql's variables (``:'name'``) in the maintenance database."""
        done = self.account.run(
            [
                *(self.installation.program("psql"), "--no-psqlrc", "--quiet", "--dbname=postgres"),
                *("--host", str(self.socket_dir), "--port", str(PORT), "--username", ROLE),
                *("--set", "ON_ERROR_STOP=1"),
                *(f"--set={name}={value}" for name, value in variables.items()),
            ],
            sql,
        )
        if done.returncode:
            raise ClusterError(
                "The private database in {directory} refused a command: {reason}",
                "Check that the server runs and that the disk has space.",
                directory=self.data_dir,
                reason=_last_lines(done.stdout),
            )

    def _is_reachable(self) -> bool:
        """Whether waiting may help: the server lives, and nobody has removed its socket."""
        return self.pid() is not None and socket_file(self.socket_dir).exists()

    def _pg_ctl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.account.run(
            [self.installation.program("pg_ctl"), f"--pgdata={self.data_dir}", *arguments]
        )

    def _initdb(self, directory: Path, lock: IO[str]) -> None:
        done = self.account.run(
            [
                *(
                    self.installation.program("initdb"),
                    f"--pgdata={directory}",
                    f"--username={ROLE}",
                ),
                *("--auth=trust", "--encoding=UTF8", "--locale=C", "--data-checksums"),
                *(() if self.durable else ("--no-sync",)),
            ],
            inherited=lock,
        )
        if done.returncode:
            raise ClusterError(
                "The private database cannot be initialised in {directory}: {reason}",
                "The disk needs 100 MB, and {account} must be able to enter the directory; "
                "cluster.state_dir in config.toml names another place.",
                directory=self.data_dir,
                reason=_last_lines(done.stdout),
                account=self.account.name,
            )

    def _launch(self) -> bool:
        """Start the server; False when remains of another one are still in the way."""
        if self.log_file.exists():
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        done = self._pg_ctl(
            "start",
            f"--timeout={self.settings.start_timeout_s}",
            f"--log={self.log_file}",
            f"--options={shlex.join(self._options())}",
        )
        evidence = self._evidence()
        if done.returncode and not any(sign in evidence["log"] for sign in STILL_THERE):
            raise ClusterError(
                "The private database in {directory} does not start. Its log ends: {log}",
                "Check the free space of the disk and look at {log_file}.",
                **evidence,
            )
        return done.returncode == 0

    def _options(self) -> list[str]:
        wanted = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": self.socket_dir,
            "unix_socket_permissions": "0700",
            "shared_buffers": f"{self.settings.shared_buffers_mb}MB",
            "random_page_cost": 1.1,  # a page of a solid state disk is as near as the next one
        }
        if not self.durable:
            wanted |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        return [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")]

    def _disown_locks(self) -> None:
        """Keep lock files of a server that is gone from blocking the next one.

        PostgreSQL believes in a lock file as long as its number is that of any process of the
        account, and in an empty one for ever. It is told a number no process has: removing the
        file would also remove its check that no orphaned child still uses the old memory.
        """
        lock = socket_file(self.socket_dir)
        for file in (self.data_dir / "postmaster.pid", lock.with_name(f"{lock.name}.lock")):
            if _first_number(file) is None:
                file.unlink(missing_ok=True)
            else:
                _replace_first_line(file, str(NO_PROCESS))

    def _evidence(self) -> dict[str, str]:
        log = ""
        if self.log_file.exists():
            log = _last_lines(self.log_file.read_text(encoding="utf-8", errors="replace"))
        return {"directory": str(self.data_dir), "log": log, "log_file": str(self.log_file)}


def _first_number(file: Path) -> int | None:
    try:
        line = file.read_text(encoding="utf-8").partition("\n")[0]
    except FileNotFoundError:
        return None
    digits = line.removeprefix("-")  # PostgreSQL's mark for single-user mode
    return int(digits) if digits.isdigit() else None


def _replace_first_line(file: Path, line: str) -> None:
    # Root writes below a directory of the server's account: it must not follow a link there.
    with open(file, "r+", opener=_open_no_link, encoding="utf-8") as text:
        rest = text.read().partition("\n")[2]
        text.seek(0)
        text.write(f"{line}\n{rest}")
        text.truncate()


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


def _command_line(pid: int) -> str:
    """Command line of a living process; empty when there is none."""
    if Path("/proc/self/cmdline").exists():
        try:
            return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).replace("\0", " ")
        except OSError:
            return ""
    command = ["ps", "-p", str(pid), "-o", "args="]
    return ServerAccount.current().run(command).stdout.strip()


def _last_lines(text: str) -> str:
    """The end of a text as an indented block for a message."""
    return "".join(f"\n    {line}" for line in text.strip().splitlines()[-QUOTED_LINES:]) + "\n"
