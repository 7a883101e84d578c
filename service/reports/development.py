"""Growth and counts as tables of typed cells."""

from __future__ import annotations

from fractions import Fraction

from service.compliance.indicators.development import Development
from service.compliance.indicators.growth import Growth
from service.i18n import translator
from service.reports.sheets import Share
from service.reports.tables import Cells, Table


def growth_table(found: Development, language: str) -> Table:
    """Every growth that a paper wants, of the district and of each park, with its inputs."""
    _ = translator(language)
    heads = [_("Target"), _("Place"), _("Formula"), _("Why unknown"), _("Wanted (%)"), _("Growth")]
    heads += [_("First year"), _("Figure"), _("Last year"), _("Figure"), _("Missing, first year")]
    heads.append(_("Missing, last year"))
    rows = [
        [
            line.target.title(language),
            place.place or _("district"),
            place.formula.label(language),
            place.unknown_because,
            line.target.value,
            None if place.rate is None else Share(place.rate),
            *_levels(place),
        ]
        for line in found.growth
        for place in line.places
    ]
    return Table(_("Growth"), heads, rows, text_count=4)


def count_table(found: Development, language: str) -> Table:
    """Every number of new enterprises that a paper wants."""
    _ = translator(language)
    heads = [_("Target"), _("Formula"), _("Why unknown"), _("After"), _("Until"), _("Wanted")]
    heads += [_("New"), _("Never seen before"), _("Unknown whether new"), _("Missing")]
    rows = [
        [
            line.target.title(language),
            line.count.formula.label(language),
            line.count.unknown_because,
            str(line.base_year),
            str(line.until_year),
            *(line.target.value, line.count.count, line.count.first_seen_count),
            *(line.count.missing_count, _share(line.count.missing_share)),
        ]
        for line in found.counts
    ]
    return Table(_("New enterprises"), heads, rows, text_count=5)


def _levels(place: Growth) -> Cells:
    first, last = place.first, place.last
    return [
        *(str(first.year), first.value, str(last.year), last.value),
        *(_share(first.missing_share), _share(last.missing_share)),
    ]


def _share(value: Fraction | None) -> Share | None:
    return None if value is None else Share(value)
