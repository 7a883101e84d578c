"""The map page."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from geodata.model.contract_key import ContractKey
from service.maps.parcel_map import parcel_map
from service.web.assets import served_assets
from service.web.permissions import public
from service.web.question import current_question
from service.web.readings import current_site
from service.web.security import allow_basemap

blueprint = Blueprint("map", __name__)


@blueprint.get("/map")
@public
def parcels() -> str:
    """The parcels of the district, or of the parks named by ``park``."""
    question, site = current_question(), current_site()
    view = site.readings.map_view(question.as_of, question.language)
    parks = request.args.getlist("park")
    if site.tianditu_key:
        allow_basemap()
    return parcel_map(
        view.of_parks(parks) if parks else view,
        served_assets(),
        question.translate,
        parcel_url=_contract_url,
        tianditu_key=site.tianditu_key,
        top_bar=Markup(render_template("_top_bar.html")),  # noqa: S704 - autoescaped
        feature_limit=site.feature_limit,
    )


def _contract_url(key: ContractKey) -> str:
    return url_for("contracts.contract", slug=key.slug)
