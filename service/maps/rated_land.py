"""Parcels by the rating of the enterprises that stand on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from geodata.model.codelist import Codelist
from geodata.model.codelists import Verdict
from geodata.model.rating_lists import RatingState
from service.compliance.indicators.rating_report import Rated
from service.compliance.law.schemes import Scheme, SchemeVersion
from service.i18n import Translate
from service.maps.features import Json, collection, feature
from service.maps.styles import tone_class
from service.maps.view import is_outline

NOT_RATED = tone_class(Verdict.UNDETERMINED)
RatingUrl = Callable[[Rated], str]


@dataclass(frozen=True, slots=True, eq=False)
class RatedParcel:
    """A parcel and who stands on it.

    Attributes
    ----------
    rated
        The lowest class first, then whoever has none: it is coloured by the first.
    geometry
        Outline in EPSG:4490.
    """

    parcel_code: str
    rated: Sequence[Rated]
    geometry: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class RatingLegend:
    """What the colours of rated land mean.

    Attributes
    ----------
    title
        The scheme.
    classes
        Its classes, best first.
    remark
        What the texts leave open; empty where they leave nothing.
    is_asked
        Whether the page opens with the ratings.
    """

    title: str
    classes: Sequence[Codelist]
    remark: str
    is_asked: bool

    @classmethod
    def of(
        cls, scheme: Scheme, version: SchemeVersion, language: str, *, is_asked: bool
    ) -> RatingLegend:
        """The legend of a scheme as it is in force."""
        title = scheme.zh if language == "zh" else scheme.en
        return cls(title, version.classes, version.unstated.get(language, ""), is_asked)

    @property
    def marks(self) -> list[tuple[str, Codelist | None]]:
        """The class of each colour in style sheets, with what it means; None = not rated."""
        return [*((tone_class(each), each) for each in self.classes), (NOT_RATED, None)]


def lowest_first(rated: Rated) -> int:
    """Order of those on one parcel: the product colours it by who needs looking at most."""
    found = _class(rated)
    return -(found.position + 1) if found else 0


def rating_collection(
    parcels: Iterable[RatedParcel], language: str, translate: Translate, url: RatingUrl
) -> Json:
    """The rated parcels that have an outline."""
    return collection(
        feature(
            each.geometry,
            {
                "mark": _mark(each.rated[0]),
                "key": each.parcel_code,
                "rows": [
                    (one.who.name or one.who.uscc, _told(one, language, translate), url(one))
                    for one in each.rated
                ],
            },
        )
        for each in parcels
        if is_outline(each.geometry)
    )


def _class(rated: Rated) -> Codelist | None:
    return rated.result.rated_class if rated.result else None


def _mark(rated: Rated) -> str:
    found = _class(rated)
    return tone_class(found) if found else NOT_RATED


def _told(rated: Rated, language: str, translate: Translate) -> str:
    _, result = translate, rated.result
    if result is None:
        return _("not rated")
    if result.state is not RatingState.RATED:
        return result.state.label(language)
    rank = _("rank {rank}").format(rank=result.rank)
    return f"{result.rated_class.label(language)} · {rank}" if result.rated_class else rank
