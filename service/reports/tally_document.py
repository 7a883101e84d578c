"""The inefficient-land tally as JSON and CSV; keys are never translated."""

from __future__ import annotations

import csv
import json
from typing import IO, Any

from geodata.model.units import mu
from service.compliance.indicators.report import EntryStanding, TallyReport
from service.compliance.indicators.standing import TargetStanding
from service.reports.flat import LINE_END, inert
from service.reports.plain_figures import optional, plain

Document = dict[str, Any]


def write_json(report: TallyReport, stream: IO[str]) -> None:
    """Write the tally as one document; areas are in mu, exact to two places, unless named m²."""
    json.dump(tally_document(report), stream, ensure_ascii=False, indent=1)
    stream.write("\n")


def write_csv(report: TallyReport, stream: IO[str]) -> None:
    """Write the targets, with the byte-order mark that tells Excel the encoding."""
    stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator=LINE_END)
    for number, each in enumerate(_target(standing, report) for standing in report.standings):
        flat = each | {"counted": ";".join(each["counted"])}
        flat["conflicts"] = ";".join(one["id"] for one in each["conflicts"])
        if not number:
            writer.writerow(flat)
        writer.writerow(map(inert, flat.values()))


def tally_document(report: TallyReport) -> Document:
    """The tally in words and figures; keys are never translated."""
    return {
        "as_of": report.as_of.isoformat(),
        "targets": [_target(each, report) for each in report.standings],
        "pace": {
            kind.value: {
                "needed_mu_per_30_days": optional(pace.needed_mu),
                "recent_mu_per_30_days": plain(pace.recent_mu),
            }
            for kind, pace in report.paces.items()
        },
        "movements": [
            {
                "kind": each.kind.value,
                "year": each.year,
                "town": each.town or None,
                "park": each.park or None,
                "gained": plain(each.gained_mu),
                "withdrawn": plain(each.withdrawn_mu),
            }
            for each in report.movements
        ],
        "means": [
            {
                "means": line.means.value if line.means else None,
                "entries": line.entry_count,
                "done": plain(line.done_mu),
                "in_progress": plain(line.in_progress_mu),
                "planned": plain(line.planned_mu),
            }
            for line in report.means
            if line.entry_count
        ],
        "entries": [_entry(each) for each in report.entries],
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


def _entry(each: EntryStanding) -> Document:
    claim = each.claim
    return {
        "entry": claim.claim_code,
        "kind": claim.kind.value,
        "status": each.status.value,
        "town": claim.town or None,
        "park": claim.park or None,
        "means": claim.means.value if claim.means else None,
        "planned_on": claim.planned_on.isoformat() if claim.planned_on else None,
        "done_on": claim.done_on.isoformat() if claim.done_on else None,
        "area": plain(mu(claim.area_m2)),
        "counted": plain(each.counted_mu),
        "cost_yuan": None if claim.cost_yuan is None else plain(claim.cost_yuan),
    }


def _target(each: TargetStanding, report: TallyReport) -> Document:
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
        "target": plain(target.target_mu),
        "done": plain(each.done_mu),
        "in_progress": plain(each.in_progress_mu),
        "planned": plain(each.planned_mu),
        "share": float(round(each.share, 4)),
        "gap": plain(each.gap_mu),
        "double_claimed_m2": round(each.double_claimed_m2, 2),
        "conflicts": [
            {
                "id": conflict.conflict_id,
                "figures": [side.quantity_id for side in conflict.sides],
                "shown_first": conflict.shown_first,
            }
            for conflict in report.conflicts
            if conflict.concerns(target.target_id)
        ],
    }
