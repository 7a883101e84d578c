"""The map page, and what its scripts ask for."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from markupsafe import Markup

from geodata.errors import LawBookError
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Permission
from service.compliance.indicators.rating_report import Rated
from service.maps.features import parcel_properties
from service.maps.layers import RATING
from service.maps.page_data import changes_json, count_rows
from service.maps.parcel_map import Overlays, parcel_map, tiled_map
from service.maps.rated_land import RatingLegend, rating_collection
from service.operations.rated_land import rated_land
from service.operations.rating import usual_scheme
from service.web.assets import served_assets
from service.web.land_pages import asked_day, asked_scheme, land
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.security import allow_pictures
from service.web.sessions import current_actor

ADDRESSES: Final = {
    "parcels": "/tiles/parcels/{z}/{x}/{y}.mvt?as_of={day}",
    "ground": "/tiles/ground/{z}/{x}/{y}.mvt",
    "counts": "/map/counts?as_of={day}",
    "changes": "/map/changes",
    "card": "/map/cards/{id}?as_of={day}&lang={language}",
    "search": "/map/search?q={text}&as_of={day}",
    "place": "/map/places/{key}",
    "scene": "/imagery/{scene}/{z}/{x}/{y}.png",
    "ratings": "/map/ratings?as_of={day}&lang={language}",
}
"""Where the scripts of the page ask, with the fields they fill in."""

blueprint = Blueprint("map", __name__)


@blueprint.get("/map")
@requires(Permission.VIEW)
def parcels() -> str:
    """The parcels the account sees: as tiles or, where the cards do not tell of them, packed."""
    question, site = current_question(), current_site()
    asked = (current_actor(), question.as_of, question.language)
    allow_pictures(*site.basemaps.hosts)
    page: dict[str, Any] = {
        "today": question.today,
        "top_bar": Markup(render_template("_top_bar.html")),  # noqa: S704 - autoescaped
        "basemaps": site.basemaps,
    }
    if question.known_at or not site.land_map.tells_of(question.as_of):
        view = site.land_map.view(*asked, question.known_at)
        page["parcel_url"] = _contract_url
        return parcel_map(view, served_assets(), question.translate, **page)
    frame = site.land_map.frame(*asked, request.args.getlist("park"))
    page["addresses"] = _addresses(question.language) | {"ratings": _ratings_address()}
    page["over"] = Overlays(_rating_legend(), "claim" in request.args.getlist("layer"))
    return tiled_map(frame, served_assets(), question.translate, **page)


@blueprint.get("/map/counts")
@requires(Permission.VIEW)
def counts() -> Response:
    """How many contracts stand how on a day."""
    as_of = current_question().as_of
    return jsonify(count_rows(current_site().land_map.counts(current_actor(), as_of)))


@blueprint.get("/map/changes")
@requires(Permission.VIEW)
def changes() -> Response:
    """Changes of verdicts month by month."""
    as_of = current_question().today
    return jsonify(changes_json(current_site().land_map.changes(current_actor(), as_of)))


@blueprint.get("/map/ratings")
@requires(Permission.VIEW)
def ratings() -> Response:
    """The parcels enterprises stand on, with how these are rated."""
    question, (engine, law, _) = current_question(), land()
    scheme, parks = asked_scheme(), request.args.getlist("park")
    found = rated_land(engine, law, scheme_id=scheme, parks=parks, **asked_day())

    def url(rated: Rated) -> str:
        return url_for("ratings.rating", who=rated.who.uscc or rated.who.name, scheme=scheme)

    return jsonify(rating_collection(found, question.language, question.translate, url))


@blueprint.get("/map/cards/<int:number>")
@requires(Permission.VIEW)
def card(number: int) -> Response:
    """What the map tells of one contract."""
    question, land = current_question(), current_site().land_map
    parcel = land.card(current_actor(), number, question.as_of, question.language)
    told = parcel_properties(
        parcel, question.as_of, question.language, question.translate, _contract_url
    )
    return jsonify(told)


@blueprint.get("/map/search")
@requires(Permission.VIEW)
def search() -> Response:
    """The contracts that fit the text ``q`` best."""
    land, as_of = current_site().land_map, current_question().as_of
    hits = land.hits(current_actor(), as_of, request.args.get("q", ""))
    return jsonify(
        [
            {
                "key": hit.key.slug,
                "title": hit.title,
                "detail": hit.key.contract_no,
                "verdict": hit.verdict.value,
            }
            for hit in hits
        ]
    )


@blueprint.get("/map/places/<slug>")
@requires(Permission.VIEW)
def place(slug: str) -> Response:
    """Where a contract lies."""
    land = current_site().land_map
    number, bounds = land.place(current_actor(), ContractKey.from_slug(slug))
    return jsonify({"id": number, "bounds": bounds})


def _rating_legend() -> RatingLegend | None:
    """What the colours of ratings mean; None where no scheme is in force."""
    law, question = land()[1], current_question()
    try:
        scheme = law.scheme(asked_scheme() or usual_scheme(law))
        version = scheme.on(question.as_of)
    except LawBookError:
        return None
    is_asked = RATING in request.args.getlist("layer")
    return RatingLegend.of(scheme, version, question.language, is_asked=is_asked)


def _contract_url(key: ContractKey) -> str:
    return url_for("contracts.contract", slug=key.slug)


def _ratings_address() -> str:
    """With the scheme and the parks the page was asked for."""
    asked = [(name, text) for name in ("scheme", "park") for text in request.args.getlist(name)]
    return "&".join(
        filter(None, (_addresses(current_question().language)["ratings"], urlencode(asked)))
    )


def _addresses(language: str) -> dict[str, str]:
    return {
        name: request.script_root + path.replace("{language}", language)
        for name, path in ADDRESSES.items()
    }
