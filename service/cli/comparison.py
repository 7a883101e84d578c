"""What `--compare` prints and writes: two judgements side by side."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import IO, Final

from geodata.errors import UsageError
from service.cli.delivery import Forms, deliver
from service.cli.options import FILE
from service.cli.session import Session, console
from service.cli.tables import drawn
from service.cli.words import option
from service.compliance.law import LawBook
from service.i18n import translator
from service.maps.assets import InlinedAssets
from service.maps.movement_map import movement_map
from service.operations.comparing import ComparedFacts, Question
from service.reports.comparison import ComparisonContent
from service.reports.comparison_files import (
    layer_driver,
    write_csv,
    write_json,
    write_layer,
    write_workbook,
)
from service.reports.comparison_tables import (
    brief_table,
    group_table,
    law_table,
    movement_table,
    pair_table,
)
from service.reports.files import whole_file

_MOST_LISTED: Final = 50

compare_option = option(
    "--compare", "other", help="Second law book, as for --book: what the two say of the same facts."
)
map_option = option(
    "--map", "map_file", type=FILE, help="Map of what --compare moves: .gpkg, .geojson or .html."
)


def question(
    session: Session, law: LawBook, other: str, as_of: date | None, map_file: Path | None
) -> Question:
    """What the options ask; a map that could not be written is refused before the work."""
    if map_file and map_file.suffix.lower() != ".html":
        layer_driver(map_file)
    return Question(session.day(as_of), law, session.law(other), session.language)


def refuse_map(other: str | None, map_file: Path | None, district: Path | None = None) -> None:
    """Refuse the options of a map of movements where nothing is compared."""
    if (map_file or district) and not other:
        raise UsageError(
            "--map and --district draw what --compare moves.",
            "Add --compare BOOK; parcelwatch map draws the judged parcels.",
        )


def tell_comparison(
    session: Session,
    compared: ComparedFacts,
    kind: str,
    output: Path | None,
    map_file: Path | None,
) -> None:
    """Print or write a comparison, and draw its map where one is wanted."""
    deliver(session, COMPARISON_FORMS, compared.content, kind, output)
    if map_file:
        _write_map(session, compared, map_file)
        session.say("Written: {path}", path=map_file)


def write_comparison(content: ComparisonContent, stream: IO[str]) -> None:
    """Print movements, flips, groups, the contracts that move, and the law that differs."""
    _ = translator(content.language)
    out = console(stream)
    for table in (
        movement_table(content),
        pair_table(content),
        group_table(content),
        brief_table(content, _MOST_LISTED),
        law_table(content),
    ):
        if table.rows:
            out.print(drawn(table, content.language))
            out.print()
    if len(content.listed) > _MOST_LISTED:
        more = _("… and {count} more contracts: --format csv or xlsx lists them all.")
        out.print(more.format(count=len(content.listed) - _MOST_LISTED))


def _write_map(session: Session, compared: ComparedFacts, map_file: Path) -> None:
    with whole_file(map_file) as draft:
        if map_file.suffix.lower() == ".html":
            assets = InlinedAssets(session.config.assets_dir)
            page = movement_map(
                compared.map_view(),
                assets,
                session.translate,
                feature_limit=session.config.maps.feature_limit,
            )
            draft.write_text(page, encoding="utf-8")
        else:
            write_layer(compared.parcels(), draft, map_file)


COMPARISON_FORMS: Final[Forms[ComparisonContent]] = Forms(
    {"json": write_json, "csv": write_csv, "table": write_comparison}, write_workbook
)
