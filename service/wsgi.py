"""The site for a WSGI server of the bureau's own: ``gunicorn 'service.wsgi:application()'``."""

from __future__ import annotations

import os

from flask import Flask

from geodata.errors import SettingError
from geodata.store.engine import make_engine
from service.app import database_app
from service.clock import system_clock
from service.config import load_config


def application() -> Flask:
    """The site over the database of ``DATABASE_URL``.

    Raises
    ------
    SettingError
        Without ``DATABASE_URL``: only ``parcelwatch serve`` starts the private cluster.
    """
    config = load_config(None, os.environ)
    if not config.database.url:
        raise SettingError(
            "The site has no database.",
            "Set DATABASE_URL, or use the private cluster with: parcelwatch serve",
        )
    return database_app(config, make_engine(config.database.url), system_clock)
