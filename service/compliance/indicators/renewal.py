"""By what means inefficient land is renewed, and what quota of new land stands against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from geodata.model.codelists import ClaimStatus
from geodata.model.land_lists import Means
from geodata.model.units import mu
from service.compliance.indicators.conditions import threshold
from service.compliance.law import LawBook, Version
from service.compliance.law.duties import Duty


@dataclass(frozen=True, slots=True)
class Renewal:
    """An entry of inefficient land as it stands on a day.

    Attributes
    ----------
    means
        By what it is renewed; None where nobody said.
    area_m2
        What is credited to it where it is done, its registered area else.
    """

    means: Means | None
    status: ClaimStatus
    area_m2: Fraction


@dataclass(frozen=True, slots=True)
class MeansLine:
    """What came about by one means, in mu; None collects entries without one."""

    means: Means | None
    entry_count: int
    done_mu: Fraction
    in_progress_mu: Fraction
    planned_mu: Fraction
    duty: Duty | None


@dataclass(frozen=True, slots=True)
class Linkage:
    """Inefficient land disposed of against quota of new land used (增减挂钩).

    Attributes
    ----------
    share
        The quota that each area disposed of earns; None where no text read states it.
    """

    disposed_mu: Fraction
    used_mu: Fraction
    share: Version | None
    duty: Duty | None

    @property
    def earned_mu(self) -> Fraction | None:
        """Quota earned; None where the share is not stated."""
        return self.disposed_mu * self.share.value if self.share else None

    @property
    def balance_mu(self) -> Fraction | None:
        """Quota earned and not used yet, negative where too much was used."""
        return None if self.earned_mu is None else self.earned_mu - self.used_mu


@dataclass(frozen=True, slots=True)
class YearLinkage:
    """One year, or the years shown together where `year` is None.

    Attributes
    ----------
    unknown_count
        Contracts signed whose area is not known.
    """

    year: int | None
    balance: Linkage
    unknown_count: int


def by_means(renewals: Iterable[Renewal], law: LawBook) -> tuple[MeansLine, ...]:
    """A line for each means there is, and one for entries without where there are any."""
    entries = list(renewals)
    unsaid = (None,) if any(one.means is None for one in entries) else ()
    return tuple(
        _line(means, [one for one in entries if one.means is means], law)
        for means in (*Means, *unsaid)
    )


def linkage(disposed_m2: Fraction, used_m2: Fraction, law: LawBook, as_of: date) -> Linkage:
    """The balance on a day (金府办发〔2023〕24号, item 10: to be explored, no share stated)."""
    return Linkage(
        disposed_mu=mu(disposed_m2),
        used_mu=mu(used_m2),
        share=threshold(law, "linkage.quota_share", as_of),
        duty=law.duties.get("linkage"),
    )


def _line(means: Means | None, entries: list[Renewal], law: LawBook) -> MeansLine:
    def sum_mu(status: ClaimStatus) -> Fraction:
        return mu(sum((one.area_m2 for one in entries if one.status is status), Fraction(0)))

    return MeansLine(
        means=means,
        entry_count=len(entries),
        done_mu=sum_mu(ClaimStatus.DONE),
        in_progress_mu=sum_mu(ClaimStatus.IN_PROGRESS),
        planned_mu=sum_mu(ClaimStatus.PLANNED),
        duty=law.duties.get(f"means.{means.value}") if means else None,
    )
