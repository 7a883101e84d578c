"""The brief for leaders: where the district stands, on two pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from service.i18n import translator
from service.maps.figures import Figures
from service.reports.papers.blocks import Block, Heading, PageBreak, runs
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
from service.reports.tally import target_table, town_table

_TARGET_COLUMNS: Final = (0, 3, 4, 5, 6, 7)
_MOST_TOWNS: Final = 10
_MOST_DEADLINES: Final = 4
_MOST_TARGETS: Final = 8


def leaders_brief(standing: DistrictStanding, *, names_contracts: bool = True) -> Document:
    """The brief as a document: contracts and targets, then places, prospects and what is open.

    Parameters
    ----------
    names_contracts
        False for a reader of totals, who is not to see one contract.
    """
    _, as_of = translator(standing.language), standing.tally.as_of
    title = _("{district}: industrial land in brief, as of {day}")
    return Document(
        title=title.format(district=standing.district, day=as_of),
        blocks=tuple(_blocks(standing, names_contracts=names_contracts)),
        dated_on=as_of,
        language=standing.language,
        layout=Layout.REPORT,
        page_numbers=PageNumbers.CENTRE,
    )


def _blocks(standing: DistrictStanding, *, names_contracts: bool) -> Iterator[Block]:
    _, language = translator(standing.language), standing.language
    yield Heading(1, runs(_("Contracts")))
    yield contract_sentences(standing)
    yield printed(group_table(standing), language, captioned=False)
    yield Heading(1, runs(_("Targets for inefficient land")))
    yield from target_picture(standing)
    targets = target_table(standing.tally, language)
    yield printed(targets, language, _TARGET_COLUMNS, _MOST_TARGETS, captioned=False)
    yield pace_sentences(standing)
    yield PageBreak()
    yield Heading(1, runs(_("By town")))
    yield printed(town_table(standing.tally, language), language, most=_MOST_TOWNS, captioned=False)
    yield Heading(1, runs(_("What is to be expected")))
    yield from outlook(standing, in_brief=True)
    if names_contracts:
        yield Heading(1, runs(_("Due next")))
        yield printed(_deadlines(standing), language, most=_MOST_DEADLINES, captioned=False)
    yield Heading(1, runs(_("What waits for a decision")))
    yield open_matters(standing)


def _deadlines(standing: DistrictStanding) -> Table:
    _, as_of = translator(standing.language), standing.tally.as_of
    figures = Figures(_)
    rows = [
        [
            *(each.parcel.key.contract_no, each.parcel.title),
            *(each.milestone.kind, each.due_on, figures.days_left(as_of, each.due_on)),
        ]
        for each in standing.overview.deadlines
    ]
    heads = [_("Contract"), _("Project"), _("Milestone"), _("Due on"), _("Left")]
    return Table(_("Milestones due next"), heads, rows, text_count=5)
