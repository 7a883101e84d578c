"""The inefficient-land tally as tables of typed cells, as JSON and as a workbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, Final

from geodata.model.codelists import ClaimKind
from geodata.model.units import mu
from service.compliance.indicators.conflicts import Quantity
from service.compliance.indicators.progress import Movement
from service.compliance.indicators.report import TallyReport
from service.i18n import translator
from service.maps.figures import grouped
from service.reports.sheets import Share
from service.reports.table_files import write_sheets
from service.reports.tables import Table

Document = dict[str, Any]


def target_table(report: TallyReport, language: str) -> Table:
    """Every target for land and how far it is reached."""
    _ = translator(language)
    heads = [_("Target"), _("Document"), _("Force"), _("Until"), _("Target (mu)"), _("Done (mu)")]
    heads += [_("Share of target"), _("Gap (mu)"), _("In progress (mu)"), _("Planned (mu)")]
    heads.append(_("Claimed twice (m²)"))
    rows = [
        [
            each.target.title(language),
            each.target.citations[0].text(language),
            each.target.force.label(language),
            str(each.target.until_year),
            each.target.target_mu,
            each.done_mu,
            Share(each.share),
            each.gap_mu,
            each.in_progress_mu,
            each.planned_mu,
            Fraction(each.double_claimed_m2),
        ]
        for each in report.standings
    ]
    title = _("Target tally as of {day}").format(day=report.as_of)
    return Table(title, heads, rows, text_count=4)


def year_table(report: TallyReport, language: str) -> Table:
    """What every year brought; a reversal is subtracted in its own year."""
    _ = translator(language)
    return _moved(report, (_("By year"), _("Year")), lambda each: str(each.year), language)


def town_table(report: TallyReport, language: str) -> Table:
    """What counts in every town."""
    _ = translator(language)
    return _moved(report, (_("By town"), _("Town")), lambda each: each.town, language)


def park_table(report: TallyReport, language: str) -> Table:
    """What counts in every park."""
    _ = translator(language)
    return _moved(report, (_("By park"), _("Park")), lambda each: each.park, language)


def overlap_table(report: TallyReport, language: str) -> Table:
    """Who claims what together, and who is credited."""
    _ = translator(language)
    heads = [_("Credited"), _("Claimed too by"), _("Area (m²)"), _("Area (mu)")]
    rows = [
        [each.claim_code, each.other_code, Fraction(each.area_m2), mu(Fraction(each.area_m2))]
        for each in report.tally.overlaps
    ]
    return Table(_("Land claimed twice"), heads, rows, text_count=2)


def idle_table(report: TallyReport, language: str) -> Table:
    """Entries on land that stands as idle, which is not counted as inefficient beside that."""
    _ = translator(language)
    heads = [_("Register entry"), _("Contract"), _("Verdict"), _("Area (m²)"), _("Area (mu)")]
    rows = [
        [
            *(each.claim_code, each.contract.contract_no, each.verdict),
            *(Fraction(each.area_m2), mu(Fraction(each.area_m2))),
        ]
        for each in report.idle or ()
    ]
    return Table(_("Entries on idle land"), heads, rows, text_count=3)


def conflict_table(report: TallyReport, language: str) -> Table:
    """Where the papers disagree, the figure chosen to be shown first before the other."""
    _ = translator(language)
    heads = [_("Target"), _("Shown first"), _("Document"), _("The other figure"), _("Document")]
    rows = [
        [
            conflict.first.stated_in.title(language),
            *(cell for side in conflict.sides for cell in _side(side, language)),
            _("nobody has decided") if conflict.is_undecided else _("chosen"),
        ]
        for conflict in report.conflicts
    ]
    return Table(_("Where the papers disagree"), [*heads, _("Choice")], rows, text_count=6)


def measured_table(report: TallyReport, language: str) -> Table:
    """The land that counts, measured in three ways."""
    _, land = translator(language), report.measured
    rows = [
        [_("as registered"), Fraction(land.registered_m2), None],
        [_("on the grid"), Fraction(land.grid_m2), Share(land.grid_error)],
        [_("on the ellipsoid"), Fraction(land.ellipsoid_m2), Share(land.ellipsoid_error)],
    ]
    heads = [_("Area"), _("Area (m²)"), _("Off the register")]
    return Table(_("How exact the areas are"), heads, rows)


def means_table(report: TallyReport, language: str) -> Table:
    """The land by the means of vacating and upgrading."""
    _ = translator(language)
    heads = [_("Means"), _("Counts as"), _("Register entries"), _("Done (mu)")]
    heads += [_("In progress (mu)"), _("Planned (mu)")]
    rows = [
        [
            *(line.means.label(language) if line.means else _("not given"),),
            *(line.means.kind if line.means else None, line.entry_count),
            *(line.done_mu, line.in_progress_mu, line.planned_mu),
        ]
        for line in report.means
        if line.entry_count
    ]
    return Table(_("By means"), heads, rows, text_count=2)


def entry_table(report: TallyReport, language: str) -> Table:
    """Every entry as it stands, with what it is counted with."""
    _ = translator(language)
    heads = [_("Register entry"), _("Kind"), _("Status"), _("Town"), _("Park"), _("Means")]
    heads += [_("Planned on"), _("Done on"), _("Area (mu)"), _("Counted (mu)"), _("Cost (yuan)")]
    rows = [
        [
            *(each.claim.claim_code, each.claim.kind, each.status),
            *(each.claim.town, each.claim.park),
            each.claim.means.label(language) if each.claim.means else None,
            *(each.claim.planned_on, each.claim.done_on),
            *(mu(each.claim.area_m2), each.counted_mu, each.claim.cost_yuan),
        ]
        for each in report.entries
    ]
    return Table(_("Register entries"), heads, rows, text_count=8)


TABLES: Final[tuple[Callable[[TallyReport, str], Table], ...]] = (
    *(target_table, year_table, town_table, park_table, means_table),
    *(overlap_table, idle_table, measured_table, entry_table),
)


def write_workbook(report: TallyReport, path: Path | IO[bytes], language: str) -> None:
    """Write one sheet per table."""
    _ = translator(language)
    first, *others = (make(report, language) for make in TABLES)
    write_sheets([replace(first, title=_("Targets")), *others], path, language)


def _side(side: Quantity, language: str) -> tuple[str, str]:
    figure = f"{grouped(side.value, 0)} {side.unit.label(language)}"
    return figure, side.stated_in.citations[0].text(language)


def _moved(
    report: TallyReport,
    words: tuple[str, str],
    place: Callable[[Movement], object],
    language: str,
) -> Table:
    """Movements added up by something, gained and withdrawn of either kind."""
    _ = translator(language)
    sums: dict[Any, dict[ClaimKind, list[Fraction]]] = defaultdict(
        lambda: {kind: [Fraction(0)] * 2 for kind in ClaimKind}
    )
    for each in report.movements:
        pair = sums[place(each)][each.kind]
        pair[0] += each.gained_mu
        pair[1] += each.withdrawn_mu
    title, head = words
    heads = [head]
    for kind in ClaimKind:
        label = kind.label(language)
        heads += [_("{kind}: gained (mu)").format(kind=label)]
        heads += [_("{kind}: withdrawn (mu)").format(kind=label)]
    rows = [[name or _("not given"), *_flat(kinds)] for name, kinds in sorted(sums.items())]
    return Table(title, heads, rows)


def _flat(kinds: dict[ClaimKind, list[Fraction]]) -> Iterator[Fraction]:
    for pair in kinds.values():
        yield from pair
