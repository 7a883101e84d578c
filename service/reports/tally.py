"""The inefficient-land tally as tables of typed cells, as JSON and as a workbook."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, Final

from geodata.model.codelists import ClaimKind
from geodata.model.units import mu
from service.compliance.indicators.progress import Movement
from service.compliance.indicators.report import TallyReport
from service.compliance.indicators.standing import TargetStanding
from service.i18n import translator
from service.maps.figures import grouped
from service.reports.flat import LINE_END, inert
from service.reports.sheets import Share, Sheets, new_workbook
from service.reports.tables import Table

Document = dict[str, Any]

_FEWEST_LETTERS: Final = 14


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
    heads = [_("Entry"), _("Contract"), _("Verdict"), _("Area (m²)"), _("Area (mu)")]
    rows = [
        [
            *(each.claim_code, each.contract.contract_no, each.verdict),
            *(Fraction(each.area_m2), mu(Fraction(each.area_m2))),
        ]
        for each in report.idle or ()
    ]
    return Table(_("Entries on idle land"), heads, rows, text_count=3)


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


TABLES: Final[tuple[Callable[[TallyReport, str], Table], ...]] = (
    *(target_table, year_table, town_table, park_table),
    *(overlap_table, idle_table, measured_table),
)


def write_json(report: TallyReport, stream: IO[str]) -> None:
    """Write the tally as one document; areas are in mu, exact to two places, unless named m²."""
    json.dump(tally_document(report), stream, ensure_ascii=False, indent=1)
    stream.write("\n")


def write_csv(report: TallyReport, stream: IO[str]) -> None:
    """Write the targets, with the byte-order mark that tells Excel the encoding."""
    stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator=LINE_END)
    for number, each in enumerate(map(_target, report.standings)):
        flat = each | {"counted": ";".join(each["counted"])}
        if not number:
            writer.writerow(flat)
        writer.writerow(map(inert, flat.values()))


def tally_document(report: TallyReport) -> Document:
    """The tally in words and figures; keys are never translated."""
    return {
        "as_of": report.as_of.isoformat(),
        "targets": [_target(each) for each in report.standings],
        "pace": {
            kind.value: {
                "needed_mu_per_30_days": _optional(pace.needed_mu),
                "recent_mu_per_30_days": _plain(pace.recent_mu),
            }
            for kind, pace in report.paces.items()
        },
        "movements": [
            {
                "kind": each.kind.value,
                "year": each.year,
                "town": each.town or None,
                "park": each.park or None,
                "gained": _plain(each.gained_mu),
                "withdrawn": _plain(each.withdrawn_mu),
            }
            for each in report.movements
        ],
        "overlaps": [
            {
                "credited": each.claim_code,
                "claimed_too_by": each.other_code,
                "area_m2": round(each.area_m2, 2),
            }
            for each in report.tally.overlaps
        ],
        "idle": None
        if report.idle is None
        else [
            {
                "entry": each.claim_code,
                "contract_no": each.contract.contract_no,
                "phase": each.contract.phase or None,
                "parcel_code": each.contract.parcel_code or None,
                "verdict": each.verdict.value,
                "area_m2": round(each.area_m2, 2),
            }
            for each in report.idle
        ],
        "measured": {
            "registered_m2": round(report.measured.registered_m2, 2),
            "grid_m2": round(report.measured.grid_m2, 2),
            "ellipsoid_m2": round(report.measured.ellipsoid_m2, 2),
            "with_outline": report.measured.placed_count,
            "without_outline": report.measured.unplaced_count,
        },
    }


def write_workbook(report: TallyReport, path: Path | IO[bytes], language: str) -> None:
    """Write one sheet per table."""
    _ = translator(language)
    with new_workbook(path) as workbook:
        sheets = Sheets(workbook, language)
        for number, make in enumerate(TABLES):
            table = make(report, language)
            name = table.title if number else _("Targets")
            widths = [max(_FEWEST_LETTERS, 2 * len(head)) for head in table.heads]
            sheets.write(sheets.sheet(name, widths, table.heads), table.rows, 1)


def _target(each: TargetStanding) -> Document:
    target = each.target
    return {
        "id": target.target_id,
        "document": target.document,
        "indicator": target.zh,
        "indicator_en": target.en,
        "unit": target.unit.value,
        "until_year": target.until_year,
        "force": target.force.value,
        "confidence": target.confidence.value,
        "counted": [kind.value for kind in each.kinds],
        "target": _plain(target.target_mu),
        "done": _plain(each.done_mu),
        "in_progress": _plain(each.in_progress_mu),
        "planned": _plain(each.planned_mu),
        "share": float(round(each.share, 4)),
        "gap": _plain(each.gap_mu),
        "double_claimed_m2": round(each.double_claimed_m2, 2),
    }


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


def _plain(value: Fraction) -> float:
    return float(grouped(value, 2).replace(",", ""))


def _optional(value: Fraction | None) -> float | None:
    return None if value is None else _plain(value)
