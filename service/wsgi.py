"""The site for a WSGI server of the bureau's own: ``gunicorn 'service.wsgi:application()'``."""

from __future__ import annotations

import os
from contextlib import suppress

from flask import Flask

from geodata.errors import DatabaseUnavailableError
from geodata.store.site_account import site_engine
from service.app import database_app
from service.clock import system_clock
from service.config import load_config


def application() -> Flask:
    """The site over the database of ``PARCELWATCH_SITE_DATABASE_URL``.

    It starts while the database is down, and says so on every page.

    Raises
    ------
    SettingError
        Without the variable: only ``parcelwatch serve`` starts the private cluster.
    DatabaseStateError
        When row-level security does not bind the account.
    """
    config = load_config(None, os.environ)
    engine = site_engine(config.database.site_url)
    with suppress(DatabaseUnavailableError), engine.connect():
        pass
    engine.dispose()  # a server that forks from here hands no connection on
    return database_app(config, engine, system_clock)
