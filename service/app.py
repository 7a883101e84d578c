"""The application factory: the only place where blueprints are registered."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from geodata.store.blobs import BlobStore
from geodata.store.engine import Engine
from service.api.blueprint import interface
from service.auth.oidc import Provider
from service.clock import Clock, today
from service.compliance.law import load_book
from service.i18n import translator
from service.maps.basemaps import Basemaps
from service.ogc import blueprint as ogc
from service.operations.accounts import Accounts
from service.operations.identities import Identities
from service.operations.land_map import LandMap
from service.operations.operating import Operation
from service.operations.prospects import Prospects
from service.operations.reading import DatabaseReadings
from service.operations.uploads import Uploads
from service.pages import (
    account,
    administration,
    breach,
    case_documents,
    case_ledger,
    cases,
    contracts,
    district_reports,
    entries,
    evidence,
    home,
    imagery,
    imports,
    lists,
    login,
    parks,
    patrols,
    prospects,
    ratings,
    registers,
    reminders,
    reviews,
    rules,
    runs,
    status,
    targets,
    tasks,
    tiles,
)
from service.pages import map as map_page
from service.settings import Config
from service.web import assets
from service.web.access import Access
from service.web.admission import admit
from service.web.documents import PlainJson
from service.web.errors import handle_errors
from service.web.limits import RateLimits
from service.web.measuring import measure
from service.web.permissions import refuse_undeclared
from service.web.presentation import furnish
from service.web.question import carry
from service.web.readings import Site, attach
from service.web.request_log import RequestLog
from service.web.security import protect
from service.web.sessions import hand_out


def create_app(site: Site) -> Flask:
    """The web site over a set of readings."""
    app = Flask("service", static_folder=None)
    app.json = PlainJson(app)
    attach(app, site)
    measure(app)
    if site.access.https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1)  # type: ignore[method-assign] # so Flask
    entrance = (login, account, administration)
    reading = (
        home,
        targets,
        prospects,
        district_reports,
        map_page,
        tiles,
        contracts,
        entries,
        evidence,
        imagery,
        patrols,
        reminders,
        runs,
        reviews,
        case_documents,
        case_ledger,
        cases,
        breach,
        tasks,
        imports,
    )
    programme = (lists, registers, ratings, parks)
    for module in (*reading, *programme, rules, *entrance, ogc, status, assets):
        app.register_blueprint(module.blueprint)
    app.register_blueprint(interface())
    for install in (admit, carry, furnish, handle_errors, protect, hand_out, refuse_undeclared):
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
            access=_access(config, Accounts(engine, config.accounts, clock)),
            land_map=LandMap(engine, law, clock),
            language=config.service.language,
            basemaps=Basemaps(config.tianditu_key, config.maps.gcj02_url),
            uploads=_uploads(config, engine, clock),
            prospects=Prospects(engine, law, clock),
            operation=_operation(config, engine, clock),
            request_log=RequestLog(clock) if config.operation.log == "json" else None,
            limits=RateLimits(config.api.requests, config.api.window_s),
        )
    )


def _operation(config: Config, engine: Engine, clock: Clock) -> Operation:
    blobs = BlobStore.of_project(config.uploads.directory, config.database)
    return Operation(engine, blobs.directory, config.operation, clock)


def _uploads(config: Config, engine: Engine, clock: Clock) -> Uploads:
    blobs = BlobStore.of_project(config.uploads.directory, config.database)
    return Uploads(engine, blobs, config.uploads.most_bytes, clock)


def _access(config: Config, accounts: Accounts) -> Access:
    oidc = config.oidc
    return Access(
        accounts,
        Identities(accounts),
        Provider(oidc, config.oidc_secret, accounts.clock) if oidc.issuer else None,
        oidc.title,
        config.web.https,
    )
