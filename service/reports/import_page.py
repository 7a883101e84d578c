"""The report on an import as one page that needs no network, with its issues on a map."""

from __future__ import annotations

from typing import Final

from service.i18n import translator
from service.maps.assets import AssetSource
from service.maps.parcel_map import FEATURE_LIMIT, templates
from service.maps.quality_map import issue_map
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
from service.reports.tables import table_words

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
