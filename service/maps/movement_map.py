"""The map of what moved between two judgements: one page, coloured by movement."""

from __future__ import annotations

from collections import Counter

from jinja2.utils import htmlsafe_json_dumps

from geodata.errors import UsageError
from geodata.model.codelists import Verdict
from geodata.model.movements import Movement
from service.i18n import Translate
from service.maps.assets import AssetSource
from service.maps.features import Json, backdrop_collection, collection, feature
from service.maps.figures import Figures
from service.maps.layers import feature_map, rendered
from service.maps.moved import MovedParcel, MovementView
from service.maps.parcel_map import FEATURE_LIMIT, templates
from service.maps.places import shown_first
from service.maps.styles import hatch_defs, tone_class
from service.maps.view import is_outline


def movement_map(
    view: MovementView,
    assets: AssetSource,
    translate: Translate,
    *,
    feature_limit: int = FEATURE_LIMIT,
) -> str:
    """HTML of the map of movements, one file that needs no network.

    Parameters
    ----------
    view
        What moved, and the land around it.
    assets
        Where scripts and styles come from.
    translate
        English wording to that of the page.
    feature_limit
        Largest number of contracts one page may hold.

    Raises
    ------
    UsageError
        When more contracts moved than a page may hold.
    """
    _refuse_too_many(view, feature_limit)
    map_html, map_script = rendered(feature_map())
    counts = Counter(parcel.movement for parcel in view.parcels)
    return (
        templates()
        .get_template("movement_map.html")
        .render(
            _=translate,
            view=view,
            assets=assets,
            map_html=map_html,
            map_script=map_script,
            page_data=htmlsafe_json_dumps(
                _page_data(view, translate), ensure_ascii=False, separators=(",", ":")
            ),
            movements={movement: counts[movement] for movement in Movement if counts[movement]},
            unplaced_count=sum(not is_outline(parcel.geometry) for parcel in view.parcels),
            hatches=hatch_defs(),
            figures=Figures(translate),
            tone_class=tone_class,
        )
    )


def _refuse_too_many(view: MovementView, limit: int) -> None:
    if len(view.parcels) > limit:
        raise UsageError(
            "The map would show {count} shapes; one page holds at most {limit}.",
            "Write a GeoPackage instead: --map FILE.gpkg.",
            count=len(view.parcels),
            limit=limit,
        )


def _page_data(view: MovementView, translate: Translate) -> Json:
    """Data of the script, which holds no word of its own."""
    backdrop = view.backdrop
    return {
        "bounds": shown_first(
            (parcel.geometry for parcel in view.parcels), view.backdrop.outline.geometry
        ),
        "layers": {
            "outline": backdrop_collection(backdrop.outline),
            "water": backdrop_collection(backdrop.water),
            "park": backdrop_collection(backdrop.parks),
            "road": backdrop_collection(backdrop.roads),
            "parcel": collection(
                feature(parcel.geometry, _properties(parcel, view.language, translate))
                for parcel in reversed(view.parcels)
                if is_outline(parcel.geometry)
            ),
            "claim": collection(()),
        },
    }


def _properties(parcel: MovedParcel, language: str, translate: Translate) -> Json:
    _, figures = translate, Figures(translate)
    contract = " · ".join(filter(None, (parcel.key.contract_no, parcel.key.phase)))
    place = " · ".join(dict.fromkeys(filter(None, (parcel.park, parcel.town))))
    lines = (parcel.grantee, contract, parcel.key.parcel_code, place)
    difference = parcel.moved_yuan
    return {
        "movement": [tone_class(parcel.movement), parcel.movement.label(language)],
        "code": parcel.movement.value,
        "title": parcel.title,
        "lines": [line for line in lines if line and line != parcel.title]
        + [figures.area(parcel.area_m2)],
        "verdicts": [_badge(verdict, language, _) for verdict in (parcel.before, parcel.after)],
        "amounts": [
            (_("At stake before (yuan)"), figures.stake_number(parcel.stake_before)),
            (_("At stake after (yuan)"), figures.stake_number(parcel.stake_after)),
            (_("Difference (yuan)"), figures.optional(difference, 2)),
        ],
    }


def _badge(verdict: Verdict | None, language: str, translate: Translate) -> tuple[str, str]:
    """Classes and words of a verdict."""
    _ = translate
    if verdict is None:
        return "", _("not held")
    suspected = " suspected" if verdict.is_suspected else ""
    return tone_class(verdict) + suspected, verdict.label(language)
