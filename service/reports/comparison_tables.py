"""A comparison as tables of typed cells, which the terminal and the workbook show alike."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from geodata.model.attributes import BY_KEY
from geodata.model.codelists import Group
from geodata.model.contract_key import IDENTITY
from geodata.model.movements import Movement
from geodata.model.units import mu
from service.compliance.law.book import Version
from service.compliance.rules.comparison import Moved
from service.i18n import Translate, translator
from service.maps.moved import MovedParcel
from service.maps.view import Stake
from service.reports.comparison import ComparisonContent
from service.reports.content import NAMES
from service.reports.tables import Cells, Table


def standpoint_table(content: ComparisonContent) -> Table:
    """What is compared with what."""
    _ = translator(content.language)
    sides = (content.before, content.after)
    rows: list[Cells] = [
        [_("Judged as of"), *(side.as_of for side in sides)],
        [_("Law book"), *(side.book for side in sides)],
        [_("Digest"), *(side.digest for side in sides)],
        [_("Contracts"), *(side.contract_count for side in sides)],
    ]
    if any(side.run_id for side in sides):
        rows.insert(0, [_("Run"), *(side.run_id for side in sides)])
    return Table(_("Comparison"), ["", _("Before"), _("After")], rows, text_count=3)


def movement_table(content: ComparisonContent) -> Table:
    """Contracts, land and money by movement."""
    _ = translator(content.language)
    rows = [[movement, *_figures(content.moving(movement))] for movement in Movement]
    rows.append([_("All"), *_figures(content.everything())])
    return Table(_("Movements"), [_("Movement"), *_figure_heads(_)], rows)


def pair_table(content: ComparisonContent) -> Table:
    """From which verdict to which, where verdict or money moved."""
    _ = translator(content.language)
    absent = _("not held")
    rows = [
        [before or absent, after or absent, *_figures(moved)]
        for (before, after), moved in content.comparison.pairs(content.area).items()
    ]
    heads = [_("Verdict before"), _("Verdict after"), *_figure_heads(_)]
    return Table(_("From verdict to verdict"), heads, rows, text_count=2)


def group_table(content: ComparisonContent) -> Table:
    """Who entered and who left the three groups."""
    _, comparison = translator(content.language), content.comparison
    heads = [_("Group"), _("Before"), _("Entered"), _("Entered (mu)")]
    heads += [_("Left the group"), _("Left the group (mu)"), _("After")]
    rows = []
    for group in Group:
        came = comparison.moved(comparison.entered(group), content.area)
        went = comparison.moved(comparison.left(group), content.area)
        before, after = (
            int(side.groups[group].sum()) for side in (comparison.before, comparison.after)
        )
        rows.append(
            [group, before, came.count, mu(came.area_m2), went.count, mu(went.area_m2), after]
        )
    return Table(_("Groups (a contract may stand in several)"), heads, rows)


def brief_table(content: ComparisonContent, limit: int) -> Table:
    """The contracts that moved, the gravest movement first, at most `limit`, in a few words."""
    _ = translator(content.language)
    absent = _("not held")
    heads = [_("Movement"), _("Verdict before"), _("Verdict after"), _("Contract"), _("Project")]
    heads += [_("Area (mu)"), _("Before (yuan)"), _("After (yuan)"), _("Difference (yuan)")]
    rows = [
        [
            *(parcel.movement, parcel.before or absent, parcel.after or absent),
            " ".join(filter(None, (parcel.key.contract_no, parcel.key.phase))),
            parcel.title,
            _area(parcel),
            *(known_yuan(parcel.stake_before), known_yuan(parcel.stake_after)),
            parcel.moved_yuan,
        ]
        for parcel in content.parcels(content.listed[:limit].tolist())
    ]
    return Table(_("Contracts that move"), heads, rows, text_count=5)


def contract_table(content: ComparisonContent) -> Table:
    """Everything about the contracts that moved."""
    _ = translator(content.language)
    titles = [BY_KEY[key].title(content.language) for key in (*IDENTITY, *NAMES)]
    heads = [_("Movement"), _("Verdict before"), _("Verdict after"), *titles, _("Area (mu)")]
    heads += [_("Before (yuan)"), _("After (yuan)"), _("Amount unknown"), _("Difference (yuan)")]
    rows = [_contract(parcel, _) for parcel in content.parcels()]
    return Table(_("Contracts that move"), heads, rows, text_count=3 + len(titles))


def law_table(content: ComparisonContent) -> Table:
    """What the two law books state differently, number by number."""
    _ = translator(content.language)
    heads = [_("Number"), _("Meaning"), _("Unit"), _("From")]
    heads += [_("Value before"), _("Basis before"), _("Value after"), _("Basis after")]
    rows = [
        [
            difference.number.number_id,
            difference.number.zh if content.language == "zh" else difference.number.en,
            *(difference.number.unit, difference.from_on),
            *_version(difference.before, content.language),
            *_version(difference.after, content.language),
        ]
        for difference in content.law
    ]
    return Table(_("Law book differences"), heads, rows, text_count=len(heads))


def known_yuan(stake: Stake) -> Decimal | None:
    """The money at stake that is known; None where there is some but none of it is known."""
    return None if stake.missing_count and not stake.yuan else stake.yuan


def _contract(parcel: MovedParcel, translate: Translate) -> Cells:
    absent = translate("not held")
    key = parcel.key
    return [
        *(parcel.movement, parcel.before or absent, parcel.after or absent),
        *(key.contract_no, key.phase, key.parcel_code),
        *(getattr(parcel, name) for name in NAMES),
        _area(parcel),
        *(known_yuan(parcel.stake_before), known_yuan(parcel.stake_after)),
        parcel.stake_before.missing_count + parcel.stake_after.missing_count,
        parcel.moved_yuan,
    ]


def _area(parcel: MovedParcel) -> Fraction | None:
    return None if parcel.area_m2 is None else mu(parcel.area_m2)


def _figure_heads(translate: Translate) -> list[str]:
    _ = translate
    heads = [_("Contracts"), _("Area (mu)"), _("Area unknown"), _("Before (yuan)")]
    return [*heads, _("After (yuan)"), _("Amount unknown"), _("Difference (yuan)")]


def _figures(moved: Moved) -> Cells:
    unknown = moved.before.missing_count + moved.after.missing_count
    area = (mu(moved.area_m2), moved.unknown_area_count)
    return [moved.count, *area, moved.before.yuan, moved.after.yuan, unknown, moved.moved_yuan]


def _version(version: Version | None, language: str) -> Cells:
    if version is None:
        return [None, None]
    texts = "；".join(citation.text(language) for citation in version.citations)
    return [str(version.value), f"{texts} ({version.confidence.label(language)})"]
