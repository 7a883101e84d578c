"""Empty workbooks to be filled in: one per kind of content, with lists, notes and an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from xlsxwriter.utility import xl_range_abs

from geodata.importers.headings import titled
from geodata.model.attributes import Attribute, Kind
from geodata.model.cells import read_cell
from geodata.model.content import Catalogue
from geodata.model.content_lists import Unit
from service.i18n import Translate, translator
from service.reports.sheets import new_workbook

_LAST_ROW: Final = 1_048_575
_FIRST_DAY: Final = date(1900, 1, 2)
_LAST_DAY: Final = date(2199, 12, 31)
_YEARS: Final = (1949, 2199)
_NEEDED: Final = "#FCE4D6"
_DATED: Final = (Kind.DATE, Kind.DELIVERY)
_NUMBERS: Final = (Kind.EXACT, Kind.COUNT, Kind.YEAR)
_REPEATING: Final = (Kind.INSTALMENTS, Kind.EXTENSIONS, Kind.PERIODS)
_WORD_LISTS: Final = (Kind.CODE, Kind.BOOLEAN)


def write_template(catalogue: Catalogue, language: str, path: Path) -> None:
    """Write the template of a kind.

    Its headers carry their units and are read as they stand; cells of code columns offer their
    words, dates and numbers are checked while they are typed in, and every header has a note.

    Parameters
    ----------
    catalogue
        The columns.
    language
        Language of headers and notes, ``zh`` or ``en``.
    path
        XLSX file.
    """
    with new_workbook(path) as workbook:
        _Template(workbook, catalogue, language).write()


class _Template:
    """The sheets of one template."""

    def __init__(self, workbook: Any, catalogue: Catalogue, language: str) -> None:
        self.workbook = workbook
        self.catalogue = catalogue
        self.language = language
        self._ = translator(language)
        self.forms = _forms(self._)
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.head = self._head({})
        self.needed_head = self._head({"bg_color": _NEEDED})
        self.text = workbook.add_format({"num_format": "@"})
        self.day = workbook.add_format({"num_format": "yyyy-mm-dd"})

    def write(self) -> None:
        """The sheet to fill in, the example, the notes, and the words of the lists."""
        form = self._table(self.catalogue.kind.label(self.language))
        example = self._table(self._("Example"))
        notes = self.workbook.add_worksheet(self._("Notes"))
        words = self.workbook.add_worksheet(self._("Words"))
        words.hide()
        for column, attribute in enumerate(self.catalogue.attributes):
            rule = self._rule(attribute, column)
            form.data_validation(1, column, _LAST_ROW, column, rule)
            form.write_comment(0, column, "\n".join(self._note(attribute)), {"x_scale": 2})
            self._example(example, column, attribute)
        self._notes(notes)
        self._words(words)

    def _head(self, properties: dict[str, Any]) -> Any:
        return self.workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True} | properties)

    def _table(self, name: str) -> Any:
        """A sheet with the headers; cells that are no numbers keep what is typed in."""
        sheet = self.workbook.add_worksheet(name)
        for column, attribute in enumerate(self.catalogue.attributes):
            header = titled(attribute, self.language)
            head = self.needed_head if attribute.is_required else self.head
            kept = None if attribute.kind in _NUMBERS else self.text
            cells = self.day if attribute.kind in _DATED else kept
            sheet.set_column(column, column, 12 + len(header) // 2, cells)
            sheet.write_string(0, column, header, head)
        sheet.freeze_panes(1, 0)
        return sheet

    def _rule(self, attribute: Attribute, column: int) -> dict[str, Any]:
        """What a cell takes while it is typed in; the import is the judge."""
        told = {
            "input_title": attribute.title(self.language)[:32],
            "input_message": self.forms[attribute.kind][:255],
        }
        match attribute.kind:
            case Kind.CODE | Kind.BOOLEAN:
                last = len(self._choices(attribute)) - 1
                words = xl_range_abs(0, column, last, column)
                return told | {"validate": "list", "source": f"='{self._('Words')}'!{words}"}
            case Kind.DATE:
                span = {"criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
                return told | {"validate": "date", "error_type": "warning"} | span
            case Kind.EXACT:
                return told | {"validate": "decimal", "criteria": ">=", "value": 0}
            case Kind.COUNT:
                return told | {"validate": "integer", "criteria": ">=", "value": 0}
            case Kind.YEAR:
                first, last = _YEARS
                span = {"criteria": "between", "minimum": first, "maximum": last}
                return told | {"validate": "integer"} | span
            case _:
                return told | {"validate": "any"}

    def _choices(self, attribute: Attribute) -> Sequence[str]:
        if attribute.codelist:
            return [member.label(self.language) for member in attribute.codelist]
        return ("是", "否") if self.language == "zh" else ("yes", "no")

    def _note(self, attribute: Attribute) -> Iterator[str]:
        """What a column holds, line by line."""
        _ = self._
        yield f"{attribute.title(self.language)} ({attribute.key})"
        yield self.forms[attribute.kind]
        if attribute.unit:
            yield _("Unit: {unit}").format(unit=self._unit(attribute))
        yield _("A blank cell: {meaning}").format(meaning=attribute.blank.label(self.language))
        if attribute.personal:
            yield _("May name a person.")

    def _unit(self, attribute: Attribute) -> str:
        return Unit.of(attribute.unit).label(self.language) if attribute.unit else ""

    def _example(self, sheet: Any, column: int, attribute: Attribute) -> None:
        text = self.catalogue.example.get(attribute.key, "")
        cell = read_cell(attribute, text)
        if attribute.kind in _WORD_LISTS and cell is not None:
            assert isinstance(cell, int)
            place = cell if attribute.codelist else 1 - cell
            sheet.write_string(1, column, self._choices(attribute)[place])
        elif isinstance(cell, date):
            sheet.write_datetime(1, column, cell)
        elif attribute.kind in _NUMBERS and isinstance(cell, int | Fraction):
            sheet.write_number(1, column, float(cell))
        else:
            sheet.write_string(1, column, text)

    def _notes(self, sheet: Any) -> None:
        _ = self._
        sheet.set_column(0, 1, 26, self.wrapped)
        sheet.set_column(2, 2, 60, self.wrapped)
        sheet.set_column(3, 4, 18, self.wrapped)
        sheet.set_column(5, 5, 60, self.wrapped)
        lines = list(self._general())
        for row, line in enumerate(lines):
            sheet.write_string(row, 0, line, self.text)
        heads = (_("Column"), _("Key"), _("Form"), _("Unit"), _("Blank"), _("Words"))
        sheet.write_row(len(lines) + 1, 0, heads, self.head)
        for row, attribute in enumerate(self.catalogue.attributes, start=len(lines) + 2):
            listed = attribute.kind in _WORD_LISTS
            cells = (
                *(attribute.title(self.language), attribute.key, self.forms[attribute.kind]),
                *(self._unit(attribute), attribute.blank.label(self.language)),
                "; ".join(self._choices(attribute)) if listed else "",
            )
            sheet.write_row(row, 0, cells)

    def _general(self) -> Iterator[str]:
        _, catalogue = self._, self.catalogue
        yield _("Fill in the first sheet; {example} shows one row.").format(example=_("Example"))
        yield _(
            "Columns may be moved or left out, except the coloured ones; further ones are kept."
        )
        yield _("A blank cell never means zero and never means no; what it means stands below.")
        yield _(
            "Numbers are in the unit of their header; write 万元, 公顷 or 亩 there to change it."
        )
        yield _("No two rows agree in all of: {columns}.").format(
            columns=catalogue.titles(catalogue.key, self.language)
        )
        if catalogue.any_of:
            yield _("Every row needs one of: {columns}.").format(
                columns=catalogue.titles(catalogue.any_of, self.language)
            )
        if any(attribute.kind in _REPEATING for attribute in catalogue.attributes):
            yield _("What repeats stands in one cell, its entries joined by a semicolon.")

    def _words(self, sheet: Any) -> None:
        """The words of the drop-down lists, each below the column it belongs to."""
        lists = {
            column: self._choices(attribute)
            for column, attribute in enumerate(self.catalogue.attributes)
            if attribute.kind in _WORD_LISTS
        }
        for row in range(max(map(len, lists.values()), default=0)):
            for column, words in lists.items():
                if row < len(words):
                    sheet.write_string(row, column, words[row])


def _forms(translate: Translate) -> Mapping[Kind, str]:
    """How a cell of each kind is written."""
    _ = translate
    return {
        Kind.TEXT: _("Text, kept as it stands."),
        Kind.BOOLEAN: _("Yes or no."),
        Kind.CODE: _("A word of the list."),
        Kind.DATE: _("A day, such as 2024-02-29."),
        Kind.DELIVERY: _("A day; “none” where it is known not to have happened."),
        Kind.EXACT: _("A number that is not negative, without its unit."),
        Kind.SHARE: _("A share from 0 to 1: 0.333, 33.3% or 1/3."),
        Kind.COUNT: _("A whole number."),
        Kind.YEAR: _("A year, such as 2024."),
        Kind.DIGEST: _("The SHA-256 of the file: 64 hexadecimal digits."),
        Kind.TERM: _("A term such as “6m after delivery”; units d, wd, m, y."),
        Kind.SPLIT: _("Per cent for start/completion/production, such as 60/20/20."),
        Kind.INSTALMENTS: _(
            "Due day, amount, day of payment, day of demand; - for none; joined by ;"
        ),
        Kind.EXTENSIONS: _("applied/approved/extended to, the first two may be empty; joined by ;"),
        Kind.PERIODS: _("first/last day, cause (G1 to G8), status; an open end empty; joined by ;"),
    }
