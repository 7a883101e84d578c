"""What imagery holds against what is reported: notes for a patrol, never a verdict.

A convention of the product. A fact changes only by what somebody saw on the land or a document
says; pictures alone change none (two keys).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from geodata.model.imagery_lists import ChangeClass, ImageryNote

SETTLED: Final = timedelta(days=90)
"""So long after a start something of it should be seen from above."""

_PICTURES: Final = re.compile(
    r"影像|卫星|遥感|无人机|航拍|卫片|图斑|satellite|imagery|images?|drone|aerial|sentinel|landsat",
    re.IGNORECASE,
)
_AROUND_THEM: Final = re.compile(
    r"对比|比对|变化|监测|[年月日号期图的和与]|\b(?:of|and|the|from|by|on)\b|[\d\W_]",
    re.IGNORECASE,
)


def names_imagery(source: str) -> bool:
    """Whether pictures from above are among what a fact is said to rest on."""
    return _PICTURES.search(source) is not None


def names_imagery_alone(source: str) -> bool:
    """Whether what a fact is said to rest on names pictures from above and nothing beside them."""
    rest, pictures = _PICTURES.subn(" ", source)
    return pictures > 0 and not _AROUND_THEM.sub("", rest)


@dataclass(frozen=True, slots=True)
class Reported:
    """What is reported of a contract; None = not known.

    Attributes
    ----------
    delivered_on
        Day the land was handed over.
    started_on
        Earliest day on which works are reported to have begun.
    """

    delivered_on: date | None
    started_on: date | None


def reported(cells: Mapping[str, object]) -> Reported:
    """What the facts of a contract report."""
    days = {
        key: day
        for key in ("delivered_on", "start_on", "development_on")
        if isinstance(day := cells.get(key), date)
    }
    delivered_on = days.pop("delivered_on", None)
    return Reported(delivered_on, min(days.values(), default=None))


def note_of(told: ChangeClass, from_on: date, to_on: date, said: Reported) -> ImageryNote | None:
    """What two scenes hold against what is reported; None where they agree or cannot tell.

    Parameters
    ----------
    told
        What the scenes say of the parcel.
    from_on, to_on
        Their days.
    said
        What is reported.
    """
    started = said.started_on
    if told is ChangeClass.UNCHANGED and started is not None:
        is_between = from_on <= started <= to_on - SETTLED
        return ImageryNote.START_DOUBTFUL if is_between else None
    if told is ChangeClass.CHANGED and (started is None or started > to_on):
        # What changed before the land was handed over was not the grantee's doing.
        is_own = said.delivered_on is not None and said.delivered_on <= from_on
        return ImageryNote.USE_UNREPORTED if is_own else None
    return None
