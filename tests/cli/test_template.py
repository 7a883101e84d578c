"""Templates: what is filled in as the example shows is imported without an issue."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import openpyxl
import pytest

from geodata.errors import InputFileError
from geodata.importers.content import read_content
from geodata.importers.headings import titled
from geodata.model.attributes import Kind
from geodata.model.cells import read_cell
from geodata.model.content import CATALOGUES, Catalogue, catalogue_of
from geodata.model.content_lists import ContentKind
from service.reports.template import write_template

each_kind = pytest.mark.parametrize("catalogue", CATALOGUES.values(), ids=lambda c: c.kind.value)


def template(catalogue: Catalogue, path: Path, language: str = "zh") -> Path:
    write_template(catalogue, language, path)
    return path


def filled(path: Path) -> Path:
    """The template with the example row copied into the sheet to fill in, as a person would."""
    book = openpyxl.load_workbook(path)
    form, example, *_ = book.worksheets
    for source, target in zip(example[2], form[2], strict=True):
        target.value = source.value
    filled = path.with_name("filled.xlsx")
    book.save(filled)
    return filled


@each_kind
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_example_shows_is_imported_without_an_issue(catalogue, language, tmp_path):
    path = filled(template(catalogue, tmp_path / "a.xlsx", language))
    found = read_content(path)
    assert (found.kind, found.rejected, found.issues) == (catalogue.kind, (), ())
    assert (found.unknown_headers, found.extras, found.row_count) == ((), {}, 1)
    assert found.layer == catalogue.kind.label(language)
    known = {key: cell for key, cell in found.rows[0].items() if cell is not None}
    texts = catalogue.example.items()
    assert known == {key: read_cell(catalogue.by_key[key], text) for key, text in texts}


def test_an_empty_template_says_that_it_has_no_rows(tmp_path):
    path = template(catalogue_of(ContentKind.EVIDENCE), tmp_path / "a.xlsx")
    with pytest.raises(InputFileError, match="headers but no rows"):
        read_content(path, ContentKind.EVIDENCE)


@each_kind
def test_every_column_has_its_note_and_what_it_takes(catalogue, tmp_path):
    form, example, notes, words = openpyxl.load_workbook(
        template(catalogue, tmp_path / "a.xlsx")
    ).worksheets
    assert words.sheet_state == "hidden"
    rules = {
        str(rule.sqref).partition(":")[0]: rule for rule in form.data_validations.dataValidation
    }
    explained = {row[1] for row in notes.iter_rows(values_only=True)}
    for place, attribute in enumerate(catalogue.attributes, start=1):
        head = form.cell(1, place)
        assert head.value == titled(attribute, "zh") == example.cell(1, place).value
        assert f"({attribute.key})" in head.comment.text
        assert attribute.blank.zh in head.comment.text
        assert attribute.key in explained
        rule = rules[form.cell(2, place).coordinate]
        assert rule.prompt
        if attribute.codelist:
            assert rule.type == "list"
            offered = [words.cell(n, place).value for n in range(1, len(attribute.codelist) + 1)]
            assert offered == [member.zh for member in attribute.codelist]
            assert rule.formula1.endswith(f"${len(attribute.codelist)}")
        if attribute.kind in (Kind.DATE, Kind.EXACT, Kind.COUNT, Kind.YEAR):
            assert rule.type in ("date", "decimal", "whole")


def test_codes_and_shares_stay_what_is_typed_in(tmp_path):
    catalogue = catalogue_of(ContentKind.OCCUPANCIES)
    path = template(catalogue, tmp_path / "a.xlsx")
    example = openpyxl.load_workbook(path).worksheets[1]
    formats = {
        attribute.key: example.cell(2, place).number_format
        for place, attribute in enumerate(catalogue.attributes, start=1)
    }
    assert formats["uscc"] == formats["parcel_code"] == formats["share"] == "@"
    assert formats["begins_on"] == "yyyy-mm-dd"
    assert formats["floor_m2"] == "General"


@pytest.fixture(scope="module")
def opened(office, tmp_path_factory):
    """Every template, filled in, as a spreadsheet program shows it."""
    folder = tmp_path_factory.mktemp("templates")
    paths = [
        filled(template(catalogue, folder / "a.xlsx")).rename(folder / f"{kind.value}.xlsx")
        for kind, catalogue in CATALOGUES.items()
    ]
    return dict(zip(CATALOGUES, office(paths, "csv", folder), strict=True))


@each_kind
def test_a_spreadsheet_program_opens_it(catalogue, opened):
    with opened[catalogue.kind].open(encoding="utf-8", newline="") as file:
        headers, row, *_ = csv.reader(file)
    assert headers == [titled(attribute, "zh") for attribute in catalogue.attributes]
    assert len([cell for cell in row if cell]) == len(catalogue.example)


# The commands


def test_the_command_writes_a_template(run, tmp_path):
    result = run("template", "occupancies", "-o", "a.xlsx")
    assert (result.returncode, result.stdout) == (0, "")
    assert "Written: a.xlsx" in result.stderr
    assert zipfile.is_zipfile(tmp_path / "a.xlsx")
    chinese = run("--lang", "zh", "template", "occupancies", "-o", "b.xlsx")
    assert chinese.returncode == 0
    names = [openpyxl.load_workbook(tmp_path / f"{n}.xlsx").sheetnames[0] for n in "ab"]
    assert names == ["enterprises on parcels", "企业用地"]


def test_the_command_needs_a_kind_and_a_file(run):
    assert "ledger" in run("template", "nonsense", "-o", "a.xlsx").stderr
    refused = run("template", "ledger")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "-o FILE.xlsx" in refused.stderr


def test_filled_templates_go_into_the_database(run, server, empty_database, tmp_path):
    database = {"DATABASE_URL": empty_database}
    assert run("db", "init", **database).returncode == 0
    paths = []
    for kind in (ContentKind.LEDGER, ContentKind.AGREEMENTS, ContentKind.CLAIMS):
        folder = tmp_path / kind.value
        folder.mkdir()
        paths.append(filled(template(catalogue_of(kind), folder / "a.xlsx", "en")))
    first = run("import", *paths, **database)
    assert first.returncode == 0, first.stderr
    for what in ("contract ledger", "investment agreements", "inefficient land"):
        assert f"{what}: 1 rows = 1 added" in first.stderr
    again = run("import", *paths, **database)
    assert again.stderr.count("1 rows = 0 added + 0 changed + 1 unchanged") == 3


def test_one_table_that_cannot_be_read_leaves_nothing_of_the_others(run, empty_database, tmp_path):
    database = {"DATABASE_URL": empty_database}
    run("db", "init", **database)
    years = tmp_path / "years.csv"
    years.write_text("uscc,year\n91310116MA1J00006H,2025\n91310116MA1J00006H,last\n", "utf-8")
    (tmp_path / "other.csv").write_text("甲,乙\n1,2\n", "utf-8")
    refused = run("import", years, "other.csv", **database)
    assert refused.returncode == 2
    assert "no kind of content" in refused.stderr
    partly = run("import", years, "--kind", "enterprise_years", **database)
    assert partly.returncode == 1
    assert "2 rows = 1 added + 0 changed + 0 unchanged + 0 declined + 1 rejected" in partly.stderr
    assert "Row 2 (line 3), column year, value last" in partly.stderr


def test_the_district_goes_with_tables_or_alone(run, empty_database, ledger):
    database = {"DATABASE_URL": empty_database}
    run("db", "init", **database)
    for tables in [(), (ledger,)]:
        refused = run("import", *tables, "--district", "a.gpkg", **database)
        assert refused.returncode == 2
        assert "The file a.gpkg" in refused.stderr
    alone = run("map", "--district", "a.gpkg", "-o", "map.html", **database)
    assert alone.returncode == 2
    assert "--district names the land of a ledger file" in alone.stderr
