"""Where a district stands on a day, as one value, and the parts that reports on it share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from geodata.model.codelists import Group
from service.compliance.indicators.development import Development
from service.compliance.indicators.outlooks import ForecastReport
from service.compliance.indicators.report import TallyReport
from service.i18n import translator
from service.maps.figures import Figures
from service.maps.overview import Overview
from service.maps.target_bars import TargetBar, draw_target_bars
from service.reports.forecast import outlook_table, remarks
from service.reports.papers.blocks import Block, Figure, Listing, Media, Paragraph, runs
from service.reports.printed import printed
from service.reports.tables import Table

_OUTLOOK: tuple[int, ...] = (0, 1, 2, 3, 4, 6, 8)


@dataclass(frozen=True, slots=True, eq=False)
class DistrictStanding:
    """What is known of a district on a day.

    Attributes
    ----------
    district
        Its name in the language of the report.
    overview, tally, forecast, development
        Contracts, inefficient land, its way ahead, and the growth of enterprises.
    """

    language: str
    district: str
    overview: Overview
    tally: TallyReport
    forecast: ForecastReport
    development: Development


def contract_sentences(standing: DistrictStanding) -> Listing:
    """How the contracts stand, in sentences."""
    _ = translator(standing.language)
    figures, overview = Figures(_), standing.overview
    lines = [
        _("{count} contracts are held, over {area}.").format(
            count=figures.count(overview.all.count), area=figures.mu(overview.all.area_mu)
        ),
        _(
            "{count} of them stand in at least one group, some in several; {stake} are at stake."
        ).format(
            count=figures.count(overview.any_group.count),
            stake=figures.stake(overview.any_group.stake),
        ),
        _("Every finding is suspected until a document on it is served."),
    ]
    return Listing(tuple(runs(line) for line in lines))


def group_table(standing: DistrictStanding) -> Table:
    """The groups with their land, the money at stake, and what moved since a month."""
    _, overview = translator(standing.language), standing.overview
    figures = Figures(_)
    heads = [_("Group"), _("Contracts"), _("Area (mu)"), _("At stake")]
    heads += [_("come in a month"), _("gone in a month")]
    rows = [
        [group, totals.count, totals.area_mu, figures.stake(totals.stake), *_moved(overview, group)]
        for group, totals in overview.groups.items()
    ]
    return Table(_("Groups (a contract may stand in several)"), heads, rows)


def target_picture(standing: DistrictStanding) -> Iterator[Block]:
    """How far the targets for land are reached, as a picture; nothing where there is no target."""
    _ = translator(standing.language)
    bars = [
        TargetBar(
            name=f"{each.target.title(standing.language)} ({each.target.until_year})",
            kinds=each.kinds,
            target_mu=each.target.target_mu,
            done_mu=each.done_mu,
            in_progress_mu=each.in_progress_mu,
            planned_mu=each.planned_mu,
        )
        for each in standing.tally.standings
    ]
    if bars:
        picture = draw_target_bars(bars, standing.language)
        yield Figure(picture, Media.SVG, "", _("Targets for inefficient land"))


def pace_sentences(standing: DistrictStanding) -> Listing:
    """How fast each kind of land goes, and how fast it would have to."""
    _ = translator(standing.language)
    figures = Figures(_)
    lines = []
    for kind, pace in standing.tally.paces.items():
        told = {
            "kind": kind.label(standing.language),
            "recent": figures.optional(pace.recent_mu, 2),
            "needed": figures.optional(pace.needed_mu, 2),
        }
        ended = _("{kind}: {recent} mu in 30 days in the last year; the term has ended.")
        going = _("{kind}: {recent} mu in 30 days in the last year, {needed} are needed.")
        lines.append((ended if pace.needed_mu is None else going).format(**told))
    return Listing(tuple(runs(line) for line in lines))


def outlook(standing: DistrictStanding, *, in_brief: bool = False) -> Iterator[Block]:
    """The chances of the targets, and what has to be said of them; in brief, if there are none."""
    table = outlook_table(standing.forecast, standing.language)
    if table.rows:
        yield printed(table, standing.language, _OUTLOOK, captioned=False)
    if not (table.rows and in_brief):
        for sentence in remarks(standing.forecast, standing.language):
            yield Paragraph(runs(sentence))


def open_matters(standing: DistrictStanding) -> Listing:
    """What waits for a person: figures that disagree, land claimed twice, entries on idle land."""
    _, tally = translator(standing.language), standing.tally
    figures = Figures(_)
    undecided = sum(conflict.is_undecided for conflict in tally.conflicts)
    lines = [
        _("{count} figures of the papers disagree and nobody has decided.").format(count=undecided),
        _("{count} pairs of entries claim the same land ({area}), which is credited once.").format(
            count=len(tally.tally.overlaps), area=figures.mu(tally.tally.overlap_mu)
        ),
    ]
    if tally.idle is not None:
        lines.append(
            _("{count} entries lie on land that stands as idle.").format(count=len(tally.idle))
        )
    return Listing(tuple(runs(line) for line in lines))


def _moved(overview: Overview, group: Group) -> tuple[int | None, int | None]:
    change = overview.changes.get(group)
    return (change.come_count, change.gone_count) if change else (None, None)
