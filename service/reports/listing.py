"""The columns of a list of contracts, on the page and in every file that shows the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Final

from geodata.model.codelist import Codelist
from geodata.model.selection import Order
from geodata.model.units import mu
from service.i18n import Translate
from service.maps.view import JudgedParcel

Cell = str | int | date | Decimal | Fraction | Codelist | None

CONTRACT: Final = "contract"
"""The column with the number of the contract, which no list is without."""

HELD: Final = "held"
"""The column with the lists by which a grantee is held; a list that does not show it marks them."""


class ColumnKind(Enum):
    """What the cells of a column hold."""

    TEXT = "text"
    CODE = "code"
    DAY = "day"
    COUNT = "count"
    MU = "mu"
    YUAN = "yuan"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column.

    Attributes
    ----------
    key, title
        Its name in addresses and files, and its title with the unit.
    cell
        The value of a contract; None = unknown or none.
    order
        The order by this column, where there is one.
    is_shown
        Whether a list shows it unless columns are chosen.
    """

    key: str
    title: str
    kind: ColumnKind
    cell: Callable[[JudgedParcel], Cell]
    order: Order | None = None
    is_shown: bool = False

    @property
    def is_number(self) -> bool:
        """Whether its cells are figures, to be read from the right."""
        return self.kind in (ColumnKind.COUNT, ColumnKind.MU, ColumnKind.YUAN)


def list_columns(translate: Translate) -> tuple[ListColumn, ...]:
    """Every column a list can show, in order."""
    _, kind = translate, ColumnKind
    shown: dict[str, Any] = {"is_shown": True}
    return (
        ListColumn("verdict", _("Verdict"), kind.CODE, _verdict, Order.SEVERITY, **shown),
        ListColumn("project", _("Project"), kind.TEXT, lambda p: p.project_name, **shown),
        ListColumn("grantee", _("Grantee"), kind.TEXT, lambda p: p.grantee),
        ListColumn(CONTRACT, _("Contract"), kind.TEXT, _contract_no, Order.CONTRACT, **shown),
        ListColumn("phase", _("Phase"), kind.TEXT, lambda p: p.key.phase),
        ListColumn("parcel", _("Parcel"), kind.TEXT, lambda p: p.key.parcel_code),
        ListColumn("supervision", _("Supervision no."), kind.TEXT, lambda p: p.supervision_no),
        ListColumn("uscc", _("Credit code"), kind.TEXT, lambda p: p.uscc),
        ListColumn("park", _("Park"), kind.TEXT, lambda p: p.park, **shown),
        ListColumn("town", _("Town"), kind.TEXT, lambda p: p.town),
        ListColumn("land_use", _("Land use"), kind.TEXT, lambda p: p.land_use),
        ListColumn("bucket", _("Unused for"), kind.CODE, lambda p: p.result.bucket),
        ListColumn(HELD, _("Held as"), kind.TEXT, held_as),
        ListColumn("milestone", _("Next milestone"), kind.CODE, lambda p: p.milestone),
        ListColumn("due", _("Next due on"), kind.DAY, lambda p: p.due_on, Order.DUE),
        ListColumn("days", _("Days"), kind.COUNT, _days, Order.DAYS, **shown),
        ListColumn("area", _("Area (mu)"), kind.MU, _area_mu, Order.AREA, **shown),
        ListColumn("stake", _("At stake (yuan)"), kind.YUAN, _stake, Order.STAKE, **shown),
    )


def chosen_columns(columns: Iterable[ListColumn], keys: Iterable[str]) -> tuple[ListColumn, ...]:
    """The columns named, in the order of lists; those shown by default where none is known."""
    every = tuple(columns)
    wanted = {column.key for column in every}.intersection(keys)
    if not wanted:
        return tuple(column for column in every if column.is_shown)
    return tuple(column for column in every if column.key in wanted | {CONTRACT})


def held_as(parcel: JudgedParcel) -> str:
    """The lists by which the grantee of a contract is held, with the day of each."""
    language = parcel.wording.language
    told = (f"{each.label(language)} {day}" for each, day in parcel.held_as.items())
    return ("；" if language == "zh" else "; ").join(told)


def _verdict(parcel: JudgedParcel) -> Cell:
    return parcel.verdict


def _contract_no(parcel: JudgedParcel) -> Cell:
    return parcel.key.contract_no


def _days(parcel: JudgedParcel) -> Cell:
    return parcel.result.worst_days or None


def _area_mu(parcel: JudgedParcel) -> Cell:
    return None if parcel.area_m2 is None else mu(parcel.area_m2)


def _stake(parcel: JudgedParcel) -> Cell:
    return parcel.stake().yuan or None
