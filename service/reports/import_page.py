"""The report on an import as one page that needs no network, with its issues on a map."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from geodata.model.codelist import Codelist
from service.i18n import translator
from service.maps.assets import AssetSource
from service.maps.figures import grouped
from service.maps.parcel_map import FEATURE_LIMIT, templates
from service.maps.quality_map import issue_map
from service.maps.styles import tone_class
from service.reports.import_content import ImportContent
from service.reports.import_files import state
from service.reports.import_tables import (
    change_count,
    change_table,
    count_table,
    quality_table,
    rejected_table,
    remark_table,
)
from service.reports.sheets import Share

LINE_LIMIT: Final = 20_000
"""So many changes a browser still shows at ease."""


def import_page(
    content: ImportContent,
    assets: AssetSource,
    district: str,
    *,
    feature_limit: int = FEATURE_LIMIT,
    line_limit: int = LINE_LIMIT,
) -> str:
    """HTML of the report.

    Parameters
    ----------
    content
        What is told.
    assets
        Where scripts and styles come from.
    district
        Name of the district, for the head.
    feature_limit, line_limit
        Largest numbers of issues on the map and of changes listed; the page says how many are left
        out, which stand in the other forms of the report.
    """
    translate = translator(content.language)
    shown = issue_map(content.view(district), translate, feature_limit=feature_limit)
    changes = change_table(content, line_limit)
    page = templates().get_template("import_report.html")
    return page.render(
        _=translate,
        language=content.language,
        assets=assets,
        at=content.at,
        state=state(content),
        counts=count_table(content),
        tables=[changes, rejected_table(content), quality_table(content), remark_table(content)],
        cut=change_count(content) - len(changes.rows),
        has_map=any(issue.where for table in content.tables for issue in table.quality),
        **{**table_words(), **shown},
    )


def table_words() -> dict[str, Callable[..., object]]:
    """What ``_data_table.html`` is rendered with beside the table and the wording."""
    return {
        "is_code": lambda cell: isinstance(cell, Codelist),
        "written": _written,
        "tone_class": tone_class,
    }


def _written(cell: object) -> str:
    match cell:
        case None:
            return ""
        case Share():
            return f"{float(cell):.2%}"
        case Fraction():
            return grouped(cell, 2)
        case int():
            return grouped(cell, 0)
        case _:
            return str(cell)
