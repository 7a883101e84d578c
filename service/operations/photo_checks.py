"""Whether a photo may show what it is said to show: where and when it was taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shapely.geometry.base import BaseGeometry

from geodata.errors import CoordinateError
from geodata.geometry.measure import distance_m
from geodata.model.evidence import Evidence, PhotoDoubt, PhotoFacts
from service.clock import SHANGHAI
from service.maps.view import is_outline

_NEAR_M: Final = 50.0
"""So far from the parcel a phone may believe to be while it stands on it, or across the road."""
_CLOCK_DRIFT: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class CheckedEvidence:
    """Evidence with what can be said of a photo.

    Attributes
    ----------
    distance_m
        From the parcel; 0 = inside, None = not known.
    doubts
        Why it may not show what it is said to show.
    """

    evidence: Evidence
    distance_m: float | None = None
    doubts: tuple[PhotoDoubt, ...] = ()


def checked(evidence: Evidence, outline: BaseGeometry | None) -> CheckedEvidence:
    """Evidence against the outline of its parcel in EPSG:4490, where there is one."""
    photo = evidence.photo
    if photo is None:
        return CheckedEvidence(evidence)
    distance = _distance_m(photo, outline)
    is_far = distance is not None and distance > _NEAR_M
    doubts = (*([PhotoDoubt.OUTSIDE] if is_far else []), *_times(photo, evidence))
    return CheckedEvidence(evidence, distance, doubts)


def _distance_m(photo: PhotoFacts, outline: BaseGeometry | None) -> float | None:
    if photo.longitude_deg is None or photo.latitude_deg is None or not is_outline(outline):
        return None
    try:
        return distance_m(outline, float(photo.longitude_deg), float(photo.latitude_deg))
    except CoordinateError:
        return None


def _times(photo: PhotoFacts, evidence: Evidence) -> Iterator[PhotoDoubt]:
    taken, observed_on = photo.taken_at, evidence.fact.observed_on
    if taken is None:
        return
    if observed_on and taken.astimezone(SHANGHAI).date() != observed_on:
        yield PhotoDoubt.OTHER_DAY
    if photo.located_at and abs(taken - photo.located_at) > _CLOCK_DRIFT:
        yield PhotoDoubt.CLOCK
    if taken > evidence.added_at + _CLOCK_DRIFT:
        yield PhotoDoubt.FUTURE
