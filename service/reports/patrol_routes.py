"""A patrol plan as a table, as JSON, and as routes for a satellite receiver (GPX 1.1)."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any, Final
from xml.etree import ElementTree as ET

from geodata.errors import UsageError
from service.i18n import translator
from service.maps.patrol_days import PatrolDay, PatrolPlan, Visit
from service.reports.table_files import write_sheets
from service.reports.tables import Table

FORMS: Final = ("gpx", "xlsx", "json")
_GPX: Final = "http://www.topografix.com/GPX/1/1"
_DEGREES: Final = ".7f"
"""About a centimetre: as far as EPSG:4490 and the WGS 84 of receivers are the same."""


def plan_file(plan: PatrolPlan, form: str, language: str) -> bytes:
    """A plan in one of the `FORMS`.

    Raises
    ------
    UsageError
        When there is no such form.
    """
    match form:
        case "gpx":
            return gpx(plan, language)
        case "json":
            return json.dumps(plan_document(plan), ensure_ascii=False, indent=1).encode() + b"\n"
        case "xlsx":
            stream = BytesIO()
            write_sheets([plan_table(plan, language)], stream, language)
            return stream.getvalue()
    raise UsageError(
        "A patrol plan is not to be had as {form}.",
        "Choose one of: {forms}.",
        form=form or "''",
        forms=", ".join(FORMS),
    )


def plan_table(plan: PatrolPlan, language: str) -> Table:
    """Every visit in its order, with the reasons."""
    _ = translator(language)
    heads = [_("Day"), _("Park"), _("Project"), _("Contract"), _("Parcel"), _("Verdict")]
    heads += [_("Imagery"), _("Last seen"), _("Visit"), _("Urgency")]
    heads += [_("At stake (yuan)"), _("Way in m")]
    rows = [
        [
            *(_day(number, language), day.park, visit.title),
            *(visit.key.contract_no, visit.key.parcel_code, visit.verdict),
            *(note_text(visit, language), visit.seen_on and visit.seen_on.isoformat()),
            *(place, round(visit.urgency, 1), visit.stake_yuan, round(visit.leg_m)),
        ]
        for number, day in enumerate(plan.days, start=1)
        for place, visit in enumerate(day.visits, start=1)
    ]
    return Table(_("Patrol plan"), heads, rows, text_count=8)


def note_text(visit: Visit, language: str) -> str:
    """What imagery holds against what is reported, with its numbers; empty = nothing."""
    if not visit.note or not visit.change:
        return ""
    _ = translator(language)
    change = visit.change
    share = "–" if change.changed_share is None else f"{change.changed_share:.0%}"
    return _("{note} ({first} – {last}, {share} changed)").format(
        note=visit.note.label(language), first=change.from_on, last=change.to_on, share=share
    )


def plan_document(plan: PatrolPlan) -> dict[str, Any]:
    """A plan in codes and figures; keys are never translated."""
    return {
        "as_of": plan.as_of.isoformat(),
        "per_day": plan.per_day,
        "wanting": plan.wanting_count,
        "unplaced": plan.unplaced_count,
        "days": [
            {
                "park": day.park,
                "length_m": round(day.length_m),
                "visits": [_visit(visit) for visit in day.visits],
            }
            for day in plan.days
        ],
    }


def gpx(plan: PatrolPlan, language: str) -> bytes:
    """One route per day; only numbers, titles, verdicts and notes leave the house with it."""
    root = ET.Element("gpx", {"xmlns": _GPX, "version": "1.1", "creator": "parcelwatch"})
    _ = translator(language)
    named = ET.SubElement(ET.SubElement(root, "metadata"), "name")
    named.text = _("Patrol plan as of {day}").format(day=plan.as_of)
    for number, day in enumerate(plan.days, start=1):
        _route(root, number, day, language)
    ET.indent(root, " ")
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _route(root: ET.Element, number: int, day: PatrolDay, language: str) -> None:
    route = ET.SubElement(root, "rte")
    ET.SubElement(route, "name").text = f"{_day(number, language)} {day.park}"
    ET.SubElement(route, "number").text = str(number)
    for place, visit in enumerate(day.visits, start=1):
        lon, lat = (format(degrees, _DEGREES) for degrees in visit.at)
        point = ET.SubElement(route, "rtept", {"lat": lat, "lon": lon})
        ET.SubElement(point, "name").text = f"{place} {visit.title}"
        told = (visit.key.contract_no, visit.verdict.label(language), note_text(visit, language))
        ET.SubElement(point, "desc").text = "; ".join(filter(None, told))


def _visit(visit: Visit) -> dict[str, Any]:
    lon, lat = visit.at
    change = visit.change if visit.note else None
    return {
        **dict(zip(("contract_no", "phase", "parcel_code"), visit.key.parts, strict=True)),
        "title": visit.title,
        "verdict": visit.verdict.value,
        "urgency": round(visit.urgency, 4),
        "imagery": change
        and {
            "note": visit.note and visit.note.value,
            "from_on": change.from_on.isoformat(),
            "to_on": change.to_on.isoformat(),
            "changed_share": change.changed_share,
            "clear_share": change.clear_share,
        },
        "stake_yuan": str(visit.stake_yuan),
        "seen_on": visit.seen_on and visit.seen_on.isoformat(),
        "longitude_deg": round(lon, 7),
        "latitude_deg": round(lat, 7),
        "leg_m": round(visit.leg_m),
    }


def _day(number: int, language: str) -> str:
    _ = translator(language)
    return _("Day {number}").format(number=number)
