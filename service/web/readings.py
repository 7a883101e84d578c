"""What the pages ask for, and what the site is made of; operations answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Protocol

from flask import Flask, current_app

from geodata.model.contract_key import ContractKey
from geodata.model.entities import AuditRun
from service.i18n import Translate
from service.maps.overview import Overview
from service.maps.parcel_map import FEATURE_LIMIT
from service.maps.selection import ContractPage, Order, Selection
from service.maps.view import MapView
from service.operations.dossier import Dossier
from service.reports.comparison import ComparisonContent

_EXTENSION: Final = "parcelwatch"


class Readings(Protocol):
    """Questions about one day; every answer is worded in the language given."""

    def overview(self, as_of: date, language: str) -> Overview:
        """Totals of the day."""
        ...

    def contracts(
        self, as_of: date, language: str, selection: Selection, order: Order, page: int
    ) -> ContractPage:
        """One page of the contracts that pass the filters."""
        ...

    def dossier(self, key: ContractKey, as_of: date, language: str) -> Dossier:
        """Everything about one contract.

        Raises
        ------
        NothingFoundError
            When there is no such contract.
        """
        ...

    def map_view(self, as_of: date, language: str) -> MapView:
        """Everything the map shows."""
        ...

    def runs(self, limit: int) -> list[AuditRun]:
        """The audits kept, newest first, at most `limit`."""
        ...

    def difference(self, before: int, after: int, language: str) -> ComparisonContent:
        """What moved from one run to another.

        Raises
        ------
        NothingFoundError
            When there is no such run.
        """
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
    language
        Language of a page whose address names none.
    """

    readings: Readings
    today: Callable[[], date]
    translator: Callable[[str], Translate]
    assets_dir: Path
    title: Callable[[str], str]
    language: str = "zh"
    tianditu_key: str | None = None
    feature_limit: int = FEATURE_LIMIT


def attach(app: Flask, site: Site) -> None:
    """Give the application its site."""
    app.extensions[_EXTENSION] = site


def current_site() -> Site:
    """The site of the application that answers this request."""
    site = current_app.extensions[_EXTENSION]
    assert isinstance(site, Site)
    return site
