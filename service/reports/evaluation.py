"""Reports on how a plan was carried out: yearly, in the middle of its term, and at its end.

What such a report contains is a convention of the product: neither paper says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from geodata.errors import UsageError
from geodata.model.indicator_lists import EvaluationKind
from service.compliance.indicators.report import TallyReport
from service.compliance.law.targets import Target
from service.i18n import translator
from service.reports.development import count_table, growth_table
from service.reports.papers.blocks import Block, Heading, Paragraph, runs
from service.reports.papers.document import Document, Layout, PageNumbers
from service.reports.printed import printed
from service.reports.standing import (
    DistrictStanding,
    contract_sentences,
    group_table,
    open_matters,
    outlook,
    pace_sentences,
    target_picture,
)
from service.reports.tables import Table
from service.reports.tally import (
    conflict_table,
    entry_table,
    means_table,
    measured_table,
    overlap_table,
    park_table,
    target_table,
    town_table,
    year_table,
)

_TARGET_COLUMNS: Final = (0, 1, 3, 4, 5, 6, 7)
_GROWTH_COLUMNS: Final = (0, 1, 3, 4, 5, 10, 11)
_COUNT_COLUMNS: Final = (0, 2, 3, 4, 5, 6, 9)
_ENTRY_COLUMNS: Final = (0, 1, 2, 3, 4, 7, 9)


@dataclass(frozen=True, slots=True)
class Term:
    """The years a report looks back on, both included."""

    kind: EvaluationKind
    first_year: int
    last_year: int

    @classmethod
    def of(cls, kind: EvaluationKind, targets: tuple[Target, ...], as_of: date) -> Term:
        """The year of the day, or the term of the plan so far.

        Raises
        ------
        UsageError
            When no target of the book says when its term begins.
        """
        if kind is EvaluationKind.YEARLY:
            return cls(kind, as_of.year, as_of.year)
        starts = [target.starts_year for target in targets if target.starts_year]
        if not starts:
            raise UsageError(
                "No target of the law book says in which year its term begins.",
                "Ask for a yearly report, or add the first year to the targets of the pack.",
            )
        return cls(kind, min(starts), as_of.year)

    def of_tally(self, tally: TallyReport) -> TallyReport:
        """What of a tally fell into these years; where it stands now is left as it is."""
        years = range(self.first_year, self.last_year + 1)
        return replace(
            tally,
            movements=tuple(each for each in tally.movements if each.year in years),
            entries=tuple(
                each
                for each in tally.entries
                if each.claim.done_on and each.claim.done_on.year in years
            ),
        )


def evaluation(
    standing: DistrictStanding, targets: tuple[Target, ...], kind: EvaluationKind
) -> Document:
    """The report as a document.

    Parameters
    ----------
    targets
        The register of the law book, which says what else would have to be told.
    """
    _, as_of = translator(standing.language), standing.tally.as_of
    term = Term.of(kind, targets, as_of)
    title = _("{district}: {kind} of the targets for industrial land, {first} to {day}")
    return Document(
        title=title.format(
            district=standing.district,
            kind=kind.label(standing.language),
            first=date(term.first_year, 1, 1),
            day=as_of,
        ),
        blocks=tuple(_blocks(standing, targets, term.of_tally(standing.tally))),
        dated_on=as_of,
        language=standing.language,
        layout=Layout.REPORT,
        page_numbers=PageNumbers.CENTRE,
    )


def _blocks(
    standing: DistrictStanding, targets: tuple[Target, ...], in_term: TallyReport
) -> Iterator[Block]:
    _, language = translator(standing.language), standing.language
    yield Heading(1, runs(_("What the targets ask, and how far they are reached")))
    yield from target_picture(standing)
    yield printed(target_table(standing.tally, language), language, _TARGET_COLUMNS)
    yield pace_sentences(standing)
    yield Heading(1, runs(_("What the term brought")))
    for make in (year_table, town_table, park_table, means_table):
        yield from _unless_empty(make(in_term, language), language)
    yield Heading(1, runs(_("Growth and new enterprises")))
    yield from _unless_empty(
        growth_table(standing.development, language), language, _GROWTH_COLUMNS
    )
    yield from _unless_empty(count_table(standing.development, language), language, _COUNT_COLUMNS)
    yield Heading(1, runs(_("Contracts")))
    yield contract_sentences(standing)
    yield printed(group_table(standing), language)
    yield Heading(1, runs(_("What is to be expected")))
    yield from outlook(standing)
    yield Heading(1, runs(_("What is open or uncertain")))
    yield open_matters(standing)
    yield from _unless_empty(conflict_table(standing.tally, language), language)
    yield from _unless_empty(overlap_table(standing.tally, language), language)
    yield printed(measured_table(standing.tally, language), language)
    yield Heading(1, runs(_("Targets this report has no figures for")))
    yield from _untold(standing, targets)
    yield Heading(1, runs(_("Entries done in the term")))
    yield from _unless_empty(entry_table(in_term, language), language, _ENTRY_COLUMNS)


def _unless_empty(
    table: Table, language: str, columns: tuple[int, ...] | None = None
) -> Iterator[Block]:
    if table.rows:
        yield printed(table, language, columns)
    else:
        _ = translator(language)
        yield Paragraph(runs(_("{title}: there is nothing to show.").format(title=table.title)))


def _untold(standing: DistrictStanding, targets: tuple[Target, ...]) -> Iterator[Block]:
    """The targets of the papers that nothing in this system measures, each with its place."""
    _, language = translator(standing.language), standing.language
    found = standing.development
    told = {line.target.target_id for line in found.growth}
    told |= {line.target.target_id for line in found.counts}
    rows = [
        [target.title(language), str(target.until_year), target.citations[0].text(language)]
        for target in targets
        if not target.is_land and target.target_id not in told
    ]
    heads = [_("Target"), _("Until"), _("Document")]
    table = Table(_("Stated elsewhere"), heads, rows, text_count=3)
    yield from _unless_empty(table, language)
