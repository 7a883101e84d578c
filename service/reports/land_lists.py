"""The lists of land as tables of typed cells, as JSON and as rows of a CSV file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import IO, Any

from geodata.model.codelist import Codelist
from geodata.model.contract_key import IDENTITY
from geodata.model.land_lists import LandList, ListCondition, ListState
from geodata.model.units import mu
from service.compliance.indicators.list_report import ListLine, ListReport
from service.compliance.indicators.registers import Hold
from service.compliance.indicators.renewal import YearLinkage
from service.compliance.law.duties import Duty
from service.i18n import translator
from service.reports.table_files import plain, write_csv
from service.reports.tables import Table

_NAMES = ("name", "uscc", "park", "town")


def overview_table(reports: Sequence[ListReport], language: str) -> Table:
    """How many stand on each list, and who answers for it."""
    _ = translator(language)
    is_listed = all(each.state is ListState.LISTED for each in reports)
    counted = _("Listed") if is_listed else _("Undetermined")
    heads = [_("List"), _("Bodies that answer for it"), _("Basis"), counted, _("Area (mu)")]
    rows = [
        [
            each.land_list.label(language),
            bodies_text(each.duty, language),
            basis_text(each.duty, language),
            len(each.lines),
            each.area_mu,
        ]
        for each in reports
    ]
    return Table(_("Lists of land"), heads, rows, text_count=3)


def list_table(report: ListReport, language: str) -> Table:
    """Who stands on a list, condition by condition."""
    _ = translator(language)
    heads = [_("Project or enterprise"), _("Contract"), _("Phase"), _("Parcel"), _("Credit code")]
    heads += [_("Park"), _("Town"), *(one.label(language) for one in report.conditions)]
    heads += [_("Joint supervision"), _("Held as"), _("Area (mu)")]
    rows = [
        [
            *(each.name, *(each.key.parts if each.key else ("", "", ""))),
            *(each.uscc, each.park, each.town),
            *(each.conditions[one] for one in report.conditions),
            *(_labels(each.flags, language), held_text(each, language)),
            None if each.area_m2 is None else mu(each.area_m2),
        ]
        for each in report.lines
    ]
    return Table(report.land_list.label(language), heads, rows, text_count=len(heads) - 1)


def linkage_table(years: Sequence[YearLinkage], language: str) -> Table:
    """Inefficient land disposed of, and land newly contracted, by year."""
    _ = translator(language)
    heads = [_("Year"), _("Inefficient land disposed of (mu)"), _("Land newly contracted (mu)")]
    heads += [_("Quota earned (mu)"), _("Balance (mu)"), _("Area unknown")]
    rows = [
        [
            _("Together") if each.year is None else str(each.year),
            *(each.balance.disposed_mu, each.balance.used_mu),
            *(each.balance.earned_mu, each.balance.balance_mu),
            each.unknown_count,
        ]
        for each in years
    ]
    return Table(_("Disposed land and new quota"), heads, rows)


def bodies_text(duty: Duty | None, language: str) -> str:
    """The bodies that answer for a matter, in the order of the paper."""
    joint = "、" if language == "zh" else ", "
    return joint.join(body.label(language) for body in duty.bodies) if duty else ""


def basis_text(duty: Duty | None, language: str) -> str:
    """Where a duty is stated."""
    return "; ".join(each.text(language) for each in duty.citations) if duty else ""


def held_text(line: ListLine, language: str) -> str:
    """The lists by which somebody is held, with the day of each."""
    since = {hold.land_list: hold.since_on for hold in line.holds}
    return "; ".join(f"{each.label(language)} {day.isoformat()}" for each, day in since.items())


def write_list_csv(reports: Sequence[ListReport], stream: IO[str]) -> None:
    """Write the lines of some lists, all in the same columns; keys and codes as data."""
    heads = ["list", "state", *IDENTITY, *_NAMES, "area_mu", *(one.value for one in ListCondition)]
    write_csv([*heads, "joint_supervision", "held_since"], _flat(reports), stream)


def write_list_json(reports: Sequence[ListReport], stream: IO[str]) -> None:
    """Write some lists as one document."""
    json.dump(lists_document(reports), stream, ensure_ascii=False, indent=1)
    stream.write("\n")


def lists_document(reports: Sequence[ListReport]) -> dict[str, Any]:
    """Some lists of one day in words and figures; keys are never translated."""
    return {
        "as_of": reports[0].as_of.isoformat() if reports else None,
        "lists": [
            {
                "list": each.land_list.value,
                "bodies": [body.value for body in each.duty.bodies] if each.duty else [],
                "basis": [one.text("zh") for one in each.duty.citations] if each.duty else [],
                "counts": {state.value: count for state, count in each.counts.items()},
                "state": each.state.value,
                "lines": [_document(line) for line in each.lines],
            }
            for each in reports
        ],
    }


def hold_document(hold: Hold) -> dict[str, Any]:
    """A control measure as data."""
    return {
        "list": hold.land_list.value,
        "control": hold.control.value,
        "since_on": hold.since_on.isoformat(),
        "bodies": [body.value for body in hold.duty.bodies] if hold.duty else [],
    }


def _document(line: ListLine) -> dict[str, Any]:
    return {
        **dict.fromkeys(IDENTITY),
        **(dict(zip(IDENTITY, line.key.parts, strict=True)) if line.key else {}),
        **{name: getattr(line, name) or None for name in _NAMES},
        "area_mu": None if line.area_m2 is None else plain(mu(line.area_m2)),
        "conditions": {one.value: state.value for one, state in line.conditions.items()},
        "joint_supervision": [field.value for field in line.flags],
        "holds": [hold_document(hold) for hold in line.holds],
    }


def _flat(reports: Sequence[ListReport]) -> Iterator[list[Any]]:
    for report in reports:
        for line in report.lines:
            since: dict[LandList, str] = {
                hold.land_list: hold.since_on.isoformat() for hold in line.holds
            }
            yield [
                *(report.land_list, report.state),
                *(line.key.parts if line.key else ("", "", "")),
                *(getattr(line, name) for name in _NAMES),
                None if line.area_m2 is None else mu(line.area_m2),
                *(line.conditions.get(one) for one in ListCondition),
                ";".join(field.value for field in line.flags),
                ";".join(f"{each.value} {day}" for each, day in since.items()),
            ]


def _labels(members: Sequence[Codelist], language: str) -> str:
    joint = "、" if language == "zh" else ", "
    return joint.join(member.label(language) for member in members)
