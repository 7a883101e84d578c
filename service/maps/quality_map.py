"""The map of what is wrong with a file: one page that shows each issue where it lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import shapely
from jinja2.utils import htmlsafe_json_dumps
from shapely.geometry.base import BaseGeometry

from geodata.geometry.quality.issue import QualityIssue, QualityReport
from service.i18n import Translate
from service.maps.assets import AssetSource
from service.maps.features import Json, backdrop_collection, collection, feature
from service.maps.figures import Figures
from service.maps.layers import feature_map, rendered
from service.maps.parcel_map import FEATURE_LIMIT, templates
from service.maps.quality_words import fact_texts, figure_text, parcel_text
from service.maps.styles import tone_class
from service.maps.view import Backdrop

_MARGIN: Final = 5e-4  # degrees
_SHANGHAI: Final = (120.8, 30.6, 122.2, 31.9)


@dataclass(frozen=True, slots=True, eq=False)
class QualityView:
    """Everything a map of issues shows.

    Attributes
    ----------
    report
        What is wrong.
    language, district
        Language of the page, and name of the district for its head.
    outlines
        Outlines of the parcels by key, in EPSG:4490; those with an issue are drawn.
    backdrop
        The district around them.
    """

    report: QualityReport
    language: str
    district: str
    outlines: Mapping[str, BaseGeometry | None] = field(default_factory=dict)
    backdrop: Backdrop = field(default_factory=Backdrop)


def quality_map(
    view: QualityView,
    assets: AssetSource,
    translate: Translate,
    *,
    feature_limit: int = FEATURE_LIMIT,
) -> str:
    """HTML of the map of issues, one file that needs no network.

    Parameters
    ----------
    view
        What is wrong, and the land around it.
    assets
        Where scripts and styles come from.
    translate
        English wording to that of the page.
    feature_limit
        Largest number of issues the page lists and draws; the gravest come first, and the page
        says how many are left out.
    """
    page = templates().get_template("quality_map.html")
    shown = issue_map(view, translate, feature_limit=feature_limit)
    return page.render(_=translate, assets=assets, **shown)


def issue_map(view: QualityView, translate: Translate, *, feature_limit: int) -> dict[str, object]:
    """What a page that holds the map and the list of issues is rendered with.

    The parameters are those of `quality_map`.
    """
    issues = sorted(view.report.issues, key=lambda issue: issue.severity.position)
    shown = issues[:feature_limit]
    map_html, map_script = rendered(feature_map())
    data = htmlsafe_json_dumps(
        _page_data(view, shown, translate), ensure_ascii=False, separators=(",", ":")
    )
    return {
        "view": view,
        "report": view.report,
        "map_html": map_html,
        "map_script": map_script,
        "page_data": data,
        "issues": shown,
        "parcel_text": parcel_text,
        "left_out": len(issues) - len(shown),
        "figures": Figures(translate),
        "tone_class": tone_class,
    }


def _page_data(view: QualityView, issues: Sequence[QualityIssue], translate: Translate) -> Json:
    """Data of the script, which holds no word of its own."""
    backdrop = view.backdrop
    concerned = {parcel for issue in issues for parcel in issue.parcels}
    ground = [view.outlines.get(parcel) for parcel in sorted(concerned)]
    places = [issue.where for issue in issues]
    return {
        "bounds": _bounds([*places, *ground]),
        "cards": [_card(issue, view.language, translate) for issue in issues],
        "layers": {
            "outline": backdrop_collection(backdrop.outline),
            "water": backdrop_collection(backdrop.water),
            "road": backdrop_collection(backdrop.roads),
            "park": collection(feature(shape, {"kind": "parcel"}) for shape in ground if shape),
            "parcel": collection(_features(places, _area)),
            "claim": collection(_features(places, _spot)),
        },
    }


def _features(
    places: Sequence[BaseGeometry | None], drawn: Callable[[BaseGeometry], BaseGeometry | None]
) -> Iterator[Json]:
    """What is drawn of each place, with the number of its card; the gravest last, on top."""
    for number, place in reversed(list(enumerate(places))):
        if place is not None and (shape := drawn(place)) is not None:
            yield feature(shape, {"issue": number})


def _area(place: BaseGeometry) -> BaseGeometry | None:
    return place if place.geom_type not in ("Point", "MultiPoint") else None


def _spot(place: BaseGeometry) -> BaseGeometry:
    return place.representative_point()


def _card(issue: QualityIssue, language: str, translate: Translate) -> Json:
    _ = translate
    figures = (
        (_("Measured"), figure_text(issue.measured, issue.unit, language)),
        (_("Threshold"), figure_text(issue.threshold, issue.unit, language)),
        *fact_texts(issue, language),
        (_("Who must act"), issue.responsible.label(language)),
    )
    return {
        "code": f"{issue.fault.value} {issue.severity.value}",
        "severity": [tone_class(issue.severity), issue.severity.label(language)],
        "title": issue.fault.label(language),
        "parcels": parcel_text(issue, language),
        "facts": [(name, text) for name, text in figures if text],
    }


def _bounds(places: Sequence[BaseGeometry | None]) -> list[list[float]]:
    """South-west and north-east corner of the places, latitude first."""
    known = [place for place in places if place is not None]
    west, south, east, north = shapely.total_bounds(known) if known else _SHANGHAI
    return [[south - _MARGIN, west - _MARGIN], [north + _MARGIN, east + _MARGIN]]
