"""The application factory: the only place where blueprints are registered."""

from __future__ import annotations

from flask import Flask

from geodata.store.engine import Engine
from service.clock import Clock, today
from service.compliance.law import load_book
from service.config import Config
from service.i18n import translator
from service.operations.reading import DatabaseReadings
from service.pages import contracts, home, runs, status
from service.pages import map as map_page
from service.web import assets
from service.web.documents import PlainJson
from service.web.errors import handle_errors
from service.web.permissions import refuse_undeclared
from service.web.presentation import furnish
from service.web.question import carry
from service.web.readings import Site, attach
from service.web.security import protect


def create_app(site: Site) -> Flask:
    """The web site over a set of readings."""
    app = Flask("service", static_folder=None)
    app.json = PlainJson(app)
    attach(app, site)
    for module in (home, map_page, contracts, runs, status, assets):
        app.register_blueprint(module.blueprint)
    for install in (carry, furnish, handle_errors, protect, refuse_undeclared):
        install(app)
    return app


def database_app(config: Config, engine: Engine, clock: Clock) -> Flask:
    """The web site over a database, as the settings say."""
    law = load_book(config.service.book)
    return create_app(
        Site(
            readings=DatabaseReadings(engine, law),
            today=lambda: today(clock),
            translator=translator,
            assets_dir=config.assets_dir,
            title=law.title,
            language=config.service.language,
            tianditu_key=config.tianditu_key,
            feature_limit=config.maps.feature_limit,
        )
    )
