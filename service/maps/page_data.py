"""What the scripts of the map page read, and what its drawer lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from geodata.model.card_counts import CardCount, MonthlyChanges
from geodata.model.codelist import Codelist
from geodata.model.codelists import (
    ClaimKind,
    ClaimStatus,
    FindingCode,
    Group,
    MilestoneKind,
    Verdict,
)
from geodata.model.units import MU_PER_M2
from service.i18n import Translate
from service.maps.features import Json, claim_collection
from service.maps.frame import MapFrame, Name
from service.maps.styles import tone_class
from service.maps.timeline import timeline_context
from service.maps.view import is_outline

_LISTS: Final = (Verdict, Group, FindingCode, ClaimKind, ClaimStatus)
_PLACE_DECIMALS: Final = 5


def page_data(
    frame: MapFrame, translate: Translate, today: date, addresses: Mapping[str, str] | None
) -> Json:
    """Data of the scripts: they hold no word, colour or number of their own.

    Parameters
    ----------
    today
        The day on which the page is made.
    addresses
        Where the site answers for its land; None where the page holds it.
    """
    return {
        "language": frame.language,
        "as_of": frame.as_of.isoformat(),
        "today": today.isoformat(),
        "last_on": frame.last_on.isoformat(),
        "bounds": frame.bounds,
        "addresses": addresses,
        "counts": count_rows(frame.counts),
        "changes": changes_json(frame.changes),
        "claims": claim_collection(frame.claims, translate),
        "mu_per_m2": float(MU_PER_M2),
        "codelists": {codelist.__name__: _words(codelist) for codelist in _LISTS},
        "park_names": list(map(_name, frame.park_names)),
        "water_names": list(map(_name, frame.water_names)),
        "scenes": [{"id": one.scene_id, "title": one.title} for one in frame.scenes],
        "timeline": timeline_context(frame.as_of, frame.language, translate),
        "words": _script_words(translate),
    }


def count_rows(counts: Iterable[CardCount]) -> list[Sequence[object]]:
    """Counts as the legend reads them."""
    return [
        (
            *(each.verdict, each.groups, each.milestone, each.park or "", each.land_use or ""),
            *(each.is_placed, each.count, round(each.area_m2, 2)),
        )
        for each in counts
    ]


def changes_json(changes: MonthlyChanges | None) -> Json | None:
    """Months of changes as the time slider reads them."""
    if changes is None:
        return None
    return {"first_on": changes.first_on.isoformat(), "counts": changes.counts}


@dataclass(frozen=True, slots=True)
class Drawer:
    """What can be ticked in the drawer, each with its number of contracts.

    Attributes
    ----------
    ungrouped_count
        Contracts in none of the three groups.
    milestones
        First milestones not met yet; None = there is none.
    """

    groups: dict[Group, int]
    ungrouped_count: int
    verdicts: dict[Verdict, int]
    milestones: dict[MilestoneKind | None, int]
    parks: dict[str, int]
    land_uses: dict[str, int]


def drawer(counts: Sequence[CardCount]) -> Drawer:
    """Count what the map shows."""

    def by(name: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for each in counts:
            found[getattr(each, name) or ""] += each.count
        return found

    verdicts, milestones = by("verdict"), by("milestone")
    groups = {
        group: sum(each.count for each in counts if each.groups >> group.position & 1)
        for group in Group
    }
    return Drawer(
        groups=groups,
        ungrouped_count=sum(each.count for each in counts if not each.groups),
        verdicts={
            verdict: verdicts[verdict.value]
            for verdict in sorted(Verdict, key=lambda verdict: verdict.severity)
        },
        milestones={
            kind: milestones[kind.value if kind else ""] for kind in (*MilestoneKind, None)
        },
        parks=dict(sorted(by("park").items())),
        land_uses=dict(sorted(by("land_use").items())),
    )


def claim_legend(frame: MapFrame, translate: Translate) -> list[tuple[str, str, int]]:
    """Class, words and number of each look of the pieces of inefficient land."""
    _ = translate
    shown = [placed for placed in frame.claims if is_outline(placed.geometry)]
    counts = Counter((placed.claim.kind, placed.claim.status) for placed in shown)
    looks = [
        (
            f"{tone_class(kind)} {status.value}",
            f"{kind.label(frame.language)} · {status.label(frame.language)}",
            counts[kind, status],
        )
        for kind in ClaimKind
        for status in ClaimStatus
    ]
    twice = sum(placed.taken is not None for placed in shown)
    return [*looks, ("double", _("claimed twice, counted once"), twice)]


def _words(codelist: type[Codelist]) -> Json:
    return {
        str(member.value): {
            "zh": member.zh,
            "en": member.en,
            "suspected": isinstance(member, Verdict | FindingCode) and member.is_suspected,
            "severity": member.severity if isinstance(member, Verdict) else member.position,
        }
        for member in codelist
    }


def _name(name: Name) -> Json:
    lon, lat = (round(degrees, _PLACE_DECIMALS) for degrees in name.at)
    return {"text": name.text, "at": (lat, lon), "park": name.park}


def _script_words(translate: Translate) -> Json:
    _ = translate
    return {
        "shown": _("{count} of {total} parcels shown, {mu} mu"),
        "unplaced": _("{unplaced} contracts have no outline and are not drawn."),
        "next_step": _("Next step:"),
        "open": _("Open the contract"),
        "confirm": _("to be confirmed"),
        "confirm_why": _("The article this rests on was not checked against its text."),
        "other_day": _("The verdict of {day}, as the facts of {written} make it."),
        "nothing_found": _("Nothing found."),
        "loading": _("One moment …"),
        "failed": _("The map could not load what it shows. Check the connection, then reload."),
        "north": _("North is up."),
        "zone": _("CGCS2000, central meridian {meridian}°"),
        "month_changes": _("{month}: {count} verdicts changed"),
        "ahead": _("ahead, if nothing happens"),
        "length": _("Length"),
        "area": _("Area"),
        "mu": _("{number} mu"),
        "measure_how": _("Click corners, or press Enter for the middle of the map; Esc ends."),
        "scale": _("about 1:{number}"),
    }
