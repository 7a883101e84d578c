"""What maps tell of parcels and claims: words ready made, shapes as GeoJSON to the centimetre."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.geometry.faults import polygonal
from geodata.model.codelists import ClaimStatus
from geodata.model.contract_key import ContractKey
from service.i18n import Translate
from service.maps.figures import Figures
from service.maps.summary import summarise
from service.maps.timeline import timeline
from service.maps.view import JudgedParcel, PlacedClaim, is_outline

Json = dict[str, Any]
ParcelUrl = Callable[[ContractKey], str]

DEGREE_DECIMALS: Final = 7
"""Decimals of a degree: one centimetre."""


def claim_collection(claims: Iterable[PlacedClaim], translate: Translate) -> Json:
    """The land of the entries of inefficient land, each piece once, then what others are credited.

    The latter lies over the pieces of those who are.
    """
    shown = [placed for placed in claims if is_outline(placed.geometry)]
    pieces = [(each, _own_piece(each), False) for each in shown]
    pieces += [(each, each.taken, True) for each in shown]
    return collection(
        feature(shape, _claim_properties(placed, translate, is_taken=is_taken))
        for placed, shape, is_taken in pieces
        if is_outline(shape)
    )


def _own_piece(placed: PlacedClaim) -> BaseGeometry | None:
    """The outline of an entry without what others are credited."""
    if placed.taken is None:
        return placed.geometry
    (piece,) = polygonal(np.array([shapely.difference(placed.geometry, placed.taken)]))
    return piece


def backdrop_collection(frame: gpd.GeoDataFrame) -> Json:
    """A layer of the backdrop with the names and kinds of its features."""
    kinds = frame["kind"] if "kind" in frame else [""] * len(frame)
    return collection(
        feature(shape, {"name": str(name or ""), "kind": str(kind or "")})
        for shape, name, kind in zip(frame.geometry, frame["name"], kinds, strict=True)
    )


def parcel_properties(
    parcel: JudgedParcel,
    as_of: date,
    language: str,
    translate: Translate,
    parcel_url: ParcelUrl | None,
) -> Json:
    """What the card of a contract tells as of a day."""
    figures = Figures(translate)
    summary = summarise(parcel, as_of, language, translate)
    return {
        "key": parcel.key.slug,
        "as_of": as_of.isoformat(),
        "verdict": parcel.verdict.value,
        "title": parcel.title,
        "lines": _identity(parcel, figures),
        "sentence": summary.sentence,
        "amounts": summary.amounts,
        "next_step": summary.next_step,
        "confirm": summary.to_be_confirmed,
        "findings": [(each.code.value, each.code.is_suspected) for each in parcel.result.findings],
        "timeline": timeline(parcel.result, language, translate),
        "url": parcel_url(parcel.key) if parcel_url else None,
    }


def _identity(parcel: JudgedParcel, figures: Figures) -> list[str]:
    contract = " · ".join(filter(None, (parcel.key.contract_no, parcel.key.phase)))
    place = " · ".join(dict.fromkeys(filter(None, (parcel.park, parcel.town))))
    _, language = figures.translate, parcel.wording.language
    held = (_("held: {list}").format(list=each.label(language)) for each in parcel.held_as)
    return [
        line
        for line in (parcel.grantee, contract, parcel.key.parcel_code, place)
        if line and line != parcel.title
    ] + [figures.area(parcel.area_m2), *held]


def _claim_properties(placed: PlacedClaim, translate: Translate, *, is_taken: bool) -> Json:
    _ = translate
    claim = placed.claim
    figures = Figures(translate)
    place = " · ".join(dict.fromkeys(filter(None, (claim.park, claim.town))))
    twice = _("Part of this land is also claimed by {entries}; it is counted once.")
    taken = _("This part is credited to {entries}.")
    return {
        "key": claim.claim_code,
        "kind": claim.kind.value,
        "status": claim.status.value,
        "open": claim.status is not ClaimStatus.DONE,
        "double": is_taken,
        "park": claim.park,
        "lines": [
            line
            for line in (
                place,
                figures.area(claim.area_m2),
                claim.done_on and figures.day(claim.done_on),
                placed.overlaps_with and twice.format(entries=", ".join(placed.overlaps_with)),
                is_taken and taken.format(entries=", ".join(placed.taken_by)),
            )
            if line
        ],
    }


def collection(features: Iterable[Json]) -> Json:
    """Features as GeoJSON."""
    return {"type": "FeatureCollection", "features": list(features)}


def feature(shape: BaseGeometry, properties: Json) -> Json:
    """One shape, to the centimetre, with its properties."""
    rounded = shapely.transform(shape, lambda points: points.round(DEGREE_DECIMALS))
    return {
        "type": "Feature",
        "geometry": shapely.geometry.mapping(rounded),
        "properties": properties,
    }
