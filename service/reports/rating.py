"""Ratings and parks as tables of typed cells, as JSON and as rows of a CSV file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import IO, Any, Final

from geodata.model.rating_lists import SchemeSubject
from service.compliance.indicators.attainment import Attainment
from service.compliance.indicators.rating_report import ParkReport, Rated, RatingReport
from service.compliance.indicators.rating_results import IndicatorResult
from service.i18n import error_text, translator
from service.maps.figures import NOTHING
from service.reports.sheets import Share
from service.reports.table_files import plain, write_csv
from service.reports.tables import Table

_HEADS: Final = ("rank", "uscc", "name", "park", "under_supervision", "state", "score", "class")


def rating_table(report: RatingReport, language: str) -> Table:
    """Everybody, the rated by rank."""
    _ = translator(language)
    are_parks = report.scheme.rates is SchemeSubject.PARK
    heads = [_("Park")] if are_parks else [_("Enterprise"), _("Credit code"), _("Park")]
    heads += [] if are_parks else [_("Under supervision")]
    heads += [_("State"), _("Class"), _("Rank"), _("Score")]
    rows = [
        [
            *([each.who.name] if are_parks else _names(each, language)),
            each.result and each.result.state,
            each.result and each.result.rated_class,
            each.result and each.result.rank,
            each.result and each.result.score,
        ]
        for each in report.rated
    ]
    return Table(
        report.scheme.zh if language == "zh" else report.scheme.en, heads, rows, len(heads) - 2
    )


def indicator_table(rated: Rated, language: str) -> Table:
    """How a score comes about, indicator by indicator."""
    _ = translator(language)
    heads = [_("Indicator"), _("Remark"), _("Value"), _("Base"), _("Weight"), _("Score")]
    rows = [
        [
            each.indicator.zh if language == "zh" else each.indicator.en,
            _remark(each, language),
            *(each.value, each.base, each.indicator.weight, each.score),
        ]
        for each in (rated.result.indicators if rated.result else ())
    ]
    return Table(_("How the score comes about"), heads, rows, text_count=2)


def attainment_table(attainments: Sequence[Attainment], language: str) -> Table:
    """达纲率 by park, or by park and cohort."""
    _ = translator(language)
    heads = [_("Park"), _("In production since"), _("Projects known"), _("Reached the target")]
    heads += [_("Projects that reached it"), _("Output of these"), _("Output over target")]
    heads.append(_("Not known"))
    rows = [
        [
            each.park or _("not given"),
            _("Together") if each.cohort is None else str(each.cohort),
            *(each.project_count, each.reached_count),
            *map(_share, (each.project_share, each.output_share, each.output_rate)),
            each.unknown_count,
        ]
        for each in attainments
    ]
    return Table(_("Attainment of projects"), heads, rows, text_count=2)


def champion_table(report: ParkReport, language: str) -> Table:
    """亩产冠军 by park."""
    _ = translator(language)
    heads = [_("Park"), _("Enterprise"), _("Output per mu (wan yuan)"), _("Not known")]
    joint = "、" if language == "zh" else ", "
    rows = [
        [each.park, joint.join(each.names) or NOTHING, each.output_wan_per_mu, each.unknown_count]
        for each in report.champions
    ]
    return Table(_("Most output per mu"), heads, rows, text_count=2)


def park_tables(report: ParkReport, language: str) -> list[Table]:
    """Everything about parks."""
    attained = [*report.totals, *report.attainments]
    tables = [attainment_table(attained, language), champion_table(report, language)]
    return [*tables, *([rating_table(report.evaluation, language)] if report.evaluation else [])]


def supervised_text(rated: Rated, language: str) -> str:
    """Whether somebody is under supervision on the day."""
    _ = translator(language)
    words = {True: _("yes"), False: _("no"), None: _("unknown")}
    return words[rated.is_supervised]


def write_rating_csv(report: RatingReport, stream: IO[str]) -> None:
    """Write everybody, keys and codes as data."""
    write_csv(_HEADS, _flat(report), stream)


def write_rating_json(report: RatingReport, stream: IO[str]) -> None:
    """Write a rating as one document."""
    json.dump(rating_document(report), stream, ensure_ascii=False, indent=1)
    stream.write("\n")


def rating_document(report: RatingReport) -> dict[str, Any]:
    """A rating in words and figures; keys are never translated."""
    version = report.version
    return {
        "as_of": report.as_of.isoformat(),
        "year": report.year,
        "scheme": report.scheme.scheme_id,
        "book": report.scheme.pack,
        "classes": [each.value for each in version.classes] if version else [],
        "entails": dict(version.entails) if version else {},
        "unstated": dict(version.unstated) if version else {},
        "basis": [each.text("zh") for each in version.citations] if version else [],
        "obstacle": error_text(report.obstacle, "en") if report.obstacle else None,
        "left_out": report.left_out,
        "rated": [
            dict(zip(_HEADS, map(plain, cells), strict=True)) | {"indicators": _indicators(each)}
            for each, cells in zip(report.rated, _flat(report), strict=True)
        ],
    }


def _flat(report: RatingReport) -> Iterator[list[Any]]:
    for each in report.rated:
        found = each.result
        yield [
            found.rank if found else None,
            *(each.who.uscc, each.who.name, each.who.park, each.is_supervised),
            *(((found.state, found.score, found.rated_class)) if found else (None, None, None)),
        ]


def _indicators(rated: Rated) -> list[dict[str, Any]]:
    return [
        {
            "id": each.indicator.indicator_id,
            "value": plain(each.value),
            "base": plain(each.base),
            "weight": plain(each.indicator.weight),
            "score": plain(each.score),
            "filled": each.is_filled,
            "capped": each.is_capped,
            "floored": each.is_floored,
        }
        for each in (rated.result.indicators if rated.result else ())
    ]


def _names(each: Rated, language: str) -> tuple[str, ...]:
    who = each.who
    return who.name or who.uscc, who.uscc, who.park, supervised_text(each, language)


def _share(value: Fraction | None) -> Share | None:
    return None if value is None else Share(value)


def _remark(each: IndicatorResult, language: str) -> str:
    _ = translator(language)
    said = [
        text
        for holds, text in (
            (each.is_filled, _("mean of the group for a missing figure")),
            (each.is_capped, _("held to the cap")),
            (each.is_floored, _("held to the floor")),
        )
        if holds
    ]
    return ", ".join(said)
