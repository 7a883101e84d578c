"""`parcelwatch serve`: the site, until it is interrupted."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import click

from geodata.errors import PortInUseError, UsageError
from geodata.store.engine import Engine
from geodata.store.site_account import site_engine
from service.cli.session import Session
from service.cli.words import Command, option
from service.cli.worker import worker_beside
from service.settings import WebSettings

_GRACE_S: Final = 30
"""So long requests may take to end when the site is stopped."""
_SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"


@click.command("serve", cls=Command)
@option("--port", type=click.IntRange(0, 65_535), help="TCP port; default from the settings.")
@click.pass_obj
def serve_command(session: Session, /, port: int | None) -> None:
    """Serve the site on the loopback address."""
    with session.site_database() as engine, worker_beside(session):
        serve(session, engine, session.config.web.port if port is None else port)


def serve(session: Session, engine: Engine, port: int, page: str = "") -> None:
    """Serve until interrupted; the address of a page is printed once the port is ours.

    Raises
    ------
    PortInUseError
        When something else listens there.
    UsageError
        On Windows, where the server needs WSL2 or Docker.
    """
    try:
        from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - absent on Windows

        from service.cli.draining import DrainingWorker  # noqa: PLC0415 - the same
    except ImportError as error:
        raise UsageError(
            "The site cannot be served on this system.", "Use WSL2 or Docker; see README."
        ) from error

    web = session.config.web
    listener = _listen(web.host, port)
    host = f"[{web.host}]" if ":" in web.host else web.host
    address = f"http://{host}:{listener.getsockname()[1]}"
    session.say("Serving on {address} (stop with Ctrl+C)", address=address + page)
    url = engine.url.render_as_string(hide_password=False)
    options = {**_server_options(web, listener.detach()), "worker_class": DrainingWorker}
    engine.dispose()  # workers inherit no connection: each makes its own

    class Application(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
        """The site in gunicorn's workers."""

        def load_config(self) -> None:
            for key, value in options.items():
                self.cfg.set(key, value)

        def load(self) -> Any:
            from service.app import database_app  # noqa: PLC0415 - Flask only where it serves

            return database_app(session.config, site_engine(url), session.clock)

    here = os.getpid()
    with _counting_together():
        try:
            Application().run()
        except SystemExit as leaving:
            if os.getpid() != here:  # a forked process: what its parent opened is not its to close
                os._exit(leaving.code if isinstance(leaving.code, int) else 0)
            raise


@contextmanager
def _counting_together() -> Iterator[None]:
    """Let all workers count into one directory: /metrics is answered by any of them."""
    if _SHARED in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="parcelwatch-") as directory:
        os.environ[_SHARED] = directory
        yield
        del os.environ[_SHARED]


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortInUseError(
            "The address {host}:{port} cannot be used: {reason}.",
            "Stop what listens there, or choose another port: parcelwatch serve --port N",
            host=host,
            port=port,
            reason=error.strerror,
        ) from error
    listener.listen()
    return listener


def _server_options(web: WebSettings, descriptor: int) -> dict[str, Any]:
    return {
        "bind": f"fd://{descriptor}",
        "workers": web.workers,
        "threads": web.threads,
        "graceful_timeout": _GRACE_S,
        "loglevel": "warning",
        "control_socket_disable": True,
    }
