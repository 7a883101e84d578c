"""Charts as values: what a script draws and a sentence says; the figures stand in a table beside.

A chart names codelist members and roles, never colours: the style sheet has these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from geodata.model.codelists import ClaimKind
from service.compliance.indicators.outlooks import ForecastReport, Outlook
from service.compliance.indicators.report import TallyReport
from service.i18n import translator
from service.maps.figures import grouped
from service.maps.styles import tone_class
from service.reports.tables import Table


@dataclass(frozen=True, slots=True)
class Series:
    """Figures along the labels of a chart.

    Attributes
    ----------
    role
        What they are: ``bar``, ``line``, ``goal``, and ``inner`` or ``outer`` for the width of an
        interval that stands on the series before it.
    tone
        Class that carries the colours.
    values
        One for each label; None where there is none.
    """

    name: str
    role: str
    tone: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart.

    Attributes
    ----------
    title, unit
        What it shows, and in which unit.
    said
        The same in a sentence, for who does not see it.
    labels
        Along the horizontal axis.
    series
        What is drawn, from back to front.
    """

    title: str
    unit: str
    said: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]

    def document(self) -> dict[str, Any]:
        """The chart as its script reads it."""
        return asdict(self)


def net_chart(report: TallyReport, table: Table, language: str) -> Chart:
    """What each row of a table of movements adds, of either kind."""
    _ = translator(language)
    labels = tuple(str(row[0]) for row in table.rows)
    series = []
    for kind in ClaimKind:
        gained, withdrawn = 1 + 2 * kind.position, 2 + 2 * kind.position
        values = tuple(float(row[gained] - row[withdrawn]) for row in table.rows)
        series.append(Series(kind.label(language), "bar", tone_class(kind), values))
    told = "; ".join(
        _("{name}: {figure} mu").format(name=label, figure=grouped(_net(table, row), 2))
        for row, label in enumerate(labels)
    )
    day = _("as of {day}").format(day=report.as_of)
    return Chart(table.title, _("mu"), f"{table.title}, {day}: {told}", labels, tuple(series))


def outlook_charts(report: ForecastReport, language: str) -> tuple[Chart, ...]:
    """The past and the expected trajectory towards each target, with its intervals."""
    return tuple(_outlook_chart(report, each, language) for each in report.forecast.outlooks or ())


def _net(table: Table, row: int) -> Fraction:
    cells: Sequence[Fraction] = table.rows[row][1:]
    return sum(cells[::2], Fraction(0)) - sum(cells[1::2], Fraction(0))


def _outlook_chart(report: ForecastReport, each: Outlook, language: str) -> Chart:
    _ = translator(language)
    target = report.targets[each.goal.goal_id]
    past = report.past[each.goal.goal_id][:-1]
    labels = tuple(str(day) for day in (*(point.on for point in past), *each.band.on))
    told = {"target": target.title(language), "day": each.goal.until_on}
    figures = {
        "chance": f"{each.chance:.1%}",
        "low": grouped(Fraction(each.band.low_90[-1]), 2),
        "high": grouped(Fraction(each.band.high_90[-1]), 2),
    }
    said = _(
        "{target} by {day}: reached with a chance of {chance}; with 90 % between {low} and {high}"
        " mu are done by then."
    ).format(**told, **figures)
    kind = next(iter(sorted(each.goal.kinds, key=lambda one: one.position)))
    done = tuple(float(point.done_mu) for point in past)
    series = tuple(_band_series(each, done, tone_class(kind), language))
    return Chart(target.title(language), _("mu"), said, labels, series)


def _band_series(
    each: Outlook, done: tuple[float, ...], tone: str, language: str
) -> Iterator[Series]:
    """Lines and intervals; what is stacked stands on the one before it."""
    _ = translator(language)
    band, blank = each.band, (None,) * len(done)
    goal = (float(each.goal.mu),) * (len(done) + len(band.on))
    edges = (band.low_90, band.low_50, band.high_50, band.high_90)
    widths = [_widths(edges[step], edges[step + 1]) for step in range(3)]
    names = (_("90 % interval"), _("50 % interval"), _("90 % interval"))
    yield Series("", "base", tone, blank + band.low_90)
    for name, role, width in zip(names, ("outer", "inner", "outer"), widths, strict=True):
        yield Series(name, role, tone, blank + width)
    yield Series(_("done, then the middle"), "line", tone, done + band.median)
    yield Series(_("target"), "goal", tone, goal)


def _widths(low: tuple[float, ...], high: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(above - below for below, above in zip(low, high, strict=True))
