"""What the pages ask for, and what the site is made of; operations answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final, Protocol

from flask import Flask, current_app

from geodata.model.contract_key import ContractKey
from geodata.model.entities import AuditRun
from geodata.model.roles import Actor
from geodata.model.selection import Order, Selection
from geodata.store.queries.views import SavedView
from service.compliance.indicators.report import TallyReport
from service.compliance.law import LawBook
from service.i18n import Translate
from service.maps.basemaps import NONE, Basemaps
from service.maps.overview import Overview
from service.maps.selection import ContractPage
from service.maps.small_map import Ground
from service.notices.reminders import Reminder
from service.operations.dossier import Dossier
from service.operations.exporting import Listed
from service.operations.land_map import LandMap
from service.operations.operating import Operation
from service.operations.prospects import Prospects
from service.operations.runs import RunReport
from service.operations.upkeep import Upkeep
from service.operations.uploads import Uploads
from service.reports.comparison import ComparisonContent
from service.web.access import Access
from service.web.limits import RateLimits
from service.web.request_log import RequestLog

_EXTENSION: Final = "parcelwatch"


class Readings(Protocol):
    """Questions about a day, of what an actor sees, as it is known by now or was at an instant."""

    @property
    def law(self) -> LawBook:
        """The law the answers rest on."""
        ...

    def overview(
        self, actor: Actor, as_of: date, language: str, known_at: datetime | None = None
    ) -> Overview:
        """Totals of the day."""
        ...

    def contracts(
        self,
        actor: Actor,
        as_of: date,
        language: str,
        selection: Selection,
        order: Order,
        page: int,
        known_at: datetime | None = None,
    ) -> ContractPage:
        """One page of the contracts that pass the filters."""
        ...

    def listed(
        self,
        actor: Actor,
        as_of: date,
        language: str,
        selection: Selection,
        order: Order,
        known_at: datetime | None = None,
        *,
        with_outlines: bool = False,
    ) -> Listed:
        """All contracts that pass the filters, for a file."""
        ...

    def dossier(
        self,
        actor: Actor,
        key: ContractKey,
        as_of: date,
        language: str,
        known_at: datetime | None = None,
    ) -> Dossier:
        """Everything about one contract.

        Raises
        ------
        NothingFoundError
            When the actor sees no such contract.
        """
        ...

    def reminders(
        self,
        actor: Actor,
        as_of: date,
        language: str,
        reach_days: int,
        known_at: datetime | None = None,
    ) -> tuple[Reminder, ...]:
        """What falls due within some days, and what is new since as many, the nearest first."""
        ...

    def views(self, actor: Actor) -> list[SavedView]:
        """The lists the account keeps, by title."""
        ...

    def keep_view(self, actor: Actor, title: str, query: str) -> None:
        """Keep a list under a title.

        Raises
        ------
        UsageError
            When the title cannot be used, or there are too many.
        """
        ...

    def forget_view(self, actor: Actor, view_id: int) -> None:
        """Forget a list of the account.

        Raises
        ------
        NothingFoundError
            When it has no such list.
        """
        ...

    def ground(self, actor: Actor) -> Ground:
        """The district, its parks and its towns in simple outlines, whoever looks after them."""
        ...

    def targets(self, actor: Actor, as_of: date, known_at: datetime | None = None) -> TallyReport:
        """The inefficient-land tally in full."""
        ...

    def waiting_count(self, actor: Actor) -> int:
        """Entries that wait for a second person."""
        ...

    def upkeep(self, actor: Actor) -> Upkeep:
        """Accounts and tasks, counted, for an administrator."""
        ...

    def runs(self, actor: Actor, limit: int) -> list[AuditRun]:
        """The audits kept, newest first, at most `limit`."""
        ...

    def run(self, actor: Actor, run_id: int, language: str) -> RunReport:
        """One audit with its totals, and what moved since the one before.

        Raises
        ------
        NothingFoundError
            When there is no such run.
        """
        ...

    def difference(self, actor: Actor, before: int, after: int, language: str) -> ComparisonContent:
        """What moved from one run to another.

        Raises
        ------
        NothingFoundError
            When there is no such run.
        """
        ...

    def district(self, language: str) -> str:
        """Name of the district."""
        ...

    def check_health(self) -> None:
        """Return when the database answers.

        Raises
        ------
        LandError
            When it does not, or is not the one this version needs.
        """
        ...


@dataclass(frozen=True, slots=True)
class Site:
    """What the site is made of.

    Attributes
    ----------
    today
        The day in Asia/Shanghai.
    translator
        Language to wording.
    assets_dir
        Directory of npm packages.
    title
        Language to the name of the district in the law book: for pages that show no land.
    access
        Who may enter.
    land_map
        Answers what the map asks.
    language
        Language of a page whose address names none.
    uploads
        Takes files; None = the site takes none.
    prospects
        Looks ahead; None = the site tells of days that have been.
    operation
        Tells how the site is; None = there is no database that could be ill.
    request_log
        Is told of every request; None = nothing is.
    limits
        How often programs may ask.
    """

    readings: Readings
    today: Callable[[], date]
    translator: Callable[[str], Translate]
    assets_dir: Path
    title: Callable[[str], str]
    access: Access
    land_map: LandMap
    language: str = "zh"
    basemaps: Basemaps = NONE
    uploads: Uploads | None = None
    prospects: Prospects | None = None
    operation: Operation | None = None
    request_log: RequestLog | None = None
    limits: RateLimits = field(default_factory=lambda: RateLimits(1_000, 60))


def attach(app: Flask, site: Site) -> None:
    """Give the application its site."""
    app.extensions[_EXTENSION] = site


def current_site() -> Site:
    """The site of the application that answers this request."""
    site = current_app.extensions[_EXTENSION]
    assert isinstance(site, Site)
    return site
