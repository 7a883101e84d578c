"""`parcelwatch worker`: what was asked for on the site, done one after another."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

import click

from geodata.errors import UsageError
from geodata.store.engine import bring_up
from service.cli.session import Session
from service.cli.supervision import kept_at_work, stop_with_input
from service.cli.words import Command, option
from service.jobs.performing import Workplace, perform
from service.jobs.upkeep import look_after

_GRACE_S: Final = 10
"""So long a task may take to end when the worker is stopped, before it is handed back."""
_PROGRAM: Final = (sys.executable, "-c", "from service.cli import main; main()")


@click.command("worker", cls=Command)
@option("--until-eof", is_flag=True, help="Stop when standard input ends.")
@click.pass_obj
def worker_command(session: Session, /, *, until_eof: bool) -> None:
    """Do what is asked for on the site, one task after another."""
    if sys.platform == "win32":
        raise UsageError(
            "The worker does not run on this system.", "Use WSL2 or Docker; see README."
        )
    from geodata.store.queue import work  # noqa: PLC0415 - only where it works

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if until_eof:
        stop_with_input()
    law = session.law()
    with session.database() as engine:
        session.say("The worker {pid} is ready (stop with Ctrl+C)", pid=os.getpid())
        place = Workplace(engine, law, session.clock, session.config)
        recover = partial(bring_up, session.config.database)
        work(engine, partial(perform, place), partial(look_after, place), recover, _GRACE_S)


@contextmanager
def worker_beside(session: Session) -> Iterator[None]:
    """Have a worker at work for the duration, where the database is the private cluster's."""
    if not session.config.database.is_private:
        yield
        return
    asked = click.get_current_context().find_root().params["config"]
    settings = ("--config", str(asked)) if asked else ()
    command = [*_PROGRAM, *settings, "worker", "--until-eof"]
    words = os.environ | {"PARCELWATCH_LANG": session.language}

    def tell(pid: int, pause_s: float) -> None:
        session.say(
            "The worker {pid} has ended; it is started again in {seconds} s.",
            pid=pid,
            seconds=f"{pause_s:.0f}",
        )

    with kept_at_work(command, words, tell):
        yield
