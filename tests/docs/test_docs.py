"""The documentation says everything, says it rightly, and its examples work."""

from __future__ import annotations

import ast
import re
import shutil
import tomllib

import click
import pytest
import yaml

from docs import reference
from geodata.model import codelists as c
from geodata.model.attributes import ATTRIBUTES
from geodata.model.codelist import Codelist
from geodata.model.movements import Movement
from geodata.model.quality_lists import STANDING, RepairPolicy
from geodata.model.remedy_kinds import RemedyKind
from service.app import create_app
from service.cli.main import EXIT_STATUS, parcelwatch
from service.i18n import translator
from service.web.readings import Site
from tests.conftest import NOON, PROJECT
from tests.web.conftest import known_as

from . import reading
from .reading import PAGES, name_of, read

LISTS = (
    c.Verdict,
    c.MilestoneState,
    c.FindingCode,
    c.Group,
    Movement,
    c.UnusedBucket,
    c.WarningCode,
    RemedyKind,
)
SOURCES = [
    path
    for folder in ("geodata", "service", "migrations", "tests/law/cases")
    for path in (PROJECT / folder).rglob("*")
    if path.suffix in (".py", ".yaml", ".js", ".html")
]
ENVIRONMENT = re.compile(r"environ(?:ment)?(?:\.get\(|\[)\"([A-Z_]+)\"")
GENERATED = re.compile(r"<!-- generated: ([a-z-]+) -->")

each_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


# --- Generated parts ---------------------------------------------------------------------------


def test_generated_parts_are_current():
    assert reference.stale() == [], "run: python docs/reference.py"


def test_a_page_that_is_behind_is_noticed(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text("<!-- generated: groups -->\nold\n<!-- end -->\n", encoding="utf-8")
    monkeypatch.setattr(reference, "DOCS", tmp_path)
    shutil.copy(PROJECT / "docs" / "words.yaml", tmp_path)
    assert reference.stale() == [page]


def test_every_generated_part_stands_on_a_page():
    wanted = {name for page in reference.pages() for name in GENERATED.findall(read(name_of(page)))}
    assert wanted == set(reference.BLOCKS)


def test_every_meaning_belongs_to_a_code():
    words = yaml.safe_load(read("docs/words.yaml"))
    lists = {codelist.__name__: codelist for codelist in Codelist.__subclasses__()}
    for name, told in words["meanings"].items():
        assert set(told) == set(lists[name].positions())
        assert all(entry["zh"] and entry["en"] for entry in told.values())


# --- Completeness ------------------------------------------------------------------------------


def test_every_command_and_option_is_described():
    text = read("docs/commands.md")
    for name, command in reference.commands():
        section = text.partition(f"### {name}\n")[2].partition("\n### ")[0]
        assert command.help in section
        options = [p for p in command.params if isinstance(p, click.Option)]
        assert all(spelled in section for p in options for spelled in p.opts)


@pytest.mark.parametrize("page", ["docs/verdicts.md", "docs/zh/verdicts.md"])
@pytest.mark.parametrize("codelist", LISTS, ids=lambda codelist: codelist.__name__)
def test_every_code_is_explained(page, codelist):
    lines = read(page).splitlines()
    for member in codelist:
        cells = (f"| `{member.value}` |", f"| {member.zh} |", f"| {member.en} |")
        assert any(all(cell in line for cell in cells) for line in lines), member


@pytest.mark.parametrize("page", ["docs/quality.md", "docs/zh/quality.md"])
def test_every_fault_and_repair_is_explained(page):
    text = read(page)
    assert [one for one in (*STANDING, *RepairPolicy) if f"| `{one.value}` |" not in text] == []


@pytest.mark.parametrize("page", ["docs/ledger.md", "docs/zh/ledger.md"])
def test_every_column_is_listed(page):
    text = read(page)
    assert all(f"| `{a.key}` |" in text and a.zh in text for a in ATTRIBUTES)


def test_every_setting_is_described():
    text = read("docs/settings.md")
    for section, entries in tomllib.loads(read("config.toml")).items():
        assert all(f"`{section}.{key}`" in text for key in entries)


def test_every_environment_variable_is_described():
    code = [path.read_text(encoding="utf-8") for path in SOURCES if path.suffix == ".py"]
    names = {name for text in code for name in ENVIRONMENT.findall(text)}
    assert {"DATABASE_URL", "XDG_STATE_HOME"} <= names
    ours = names - {"PATH", "LD_LIBRARY_PATH"}  # handed on to PostgreSQL's programs
    text = read("docs/settings.md")
    assert [name for name in sorted(ours) if f"`{name}`" not in text] == []


def test_every_error_has_its_exit_status_described():
    text = read("docs/commands.md")
    for kind, status in EXIT_STATUS.items():
        assert re.search(rf"^\| {status} \|.*`{kind.__name__}` \|$", text, re.MULTILINE)


def test_every_legal_number_and_instrument_is_listed(law):
    keys = (*law.numbers, *law.procedure, *law.instruments)
    for page in ("docs/law.md", "docs/zh/law.md"):
        text = read(page)
        assert [key for key in keys if f"| `{key}` |" not in text] == []


def test_every_rule_file_is_explained():
    text = read("docs/rules.md")
    rules = PROJECT / "service" / "compliance" / "rules"
    names = {file.name for file in rules.glob("*.py")} - {"__init__.py"}
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []


def test_every_paragraph_cited_is_explained():
    cited = {p for path in SOURCES for p in reading.paragraphs(path.read_text(encoding="utf-8"))}
    assert "R1.27" in cited
    listed = read("docs/rules.md").partition("## Paragraph numbers")[2]
    assert cited - reading.paragraphs(listed) == set()


def test_every_address_of_the_site_is_described(tmp_path):
    site = Site(None, NOON.date, translator, tmp_path, str, known_as(None), None)
    text = read("docs/commands.md")
    rules = {re.sub(r"<\w+:", "<", rule.rule) for rule in create_app(site).url_map.iter_rules()}
    assert [rule for rule in sorted(rules) if f"| `{rule}` |" not in text] == []


def test_every_page_is_on_the_index():
    index = PROJECT / "docs" / "index.md"
    named = {(index.parent / link.partition("#")[0]).resolve() for link in reading.links(index)}
    assert set(reference.pages()) - {index} <= named


def test_chinese_pages_have_all_tables_of_the_english_ones():
    for name in ("law.md", "ledger.md", "verdicts.md"):
        english, chinese = (
            set(GENERATED.findall(read(f"docs/{place}{name}"))) for place in ("", "zh/")
        )
        assert english <= chinese


# --- The changelog -----------------------------------------------------------------------------


def test_the_changelog_names_the_law_book_in_force(law):
    assert law.digest in read("CHANGELOG.md"), (
        f"the law book has changed: state the legal effect in CHANGELOG.md and name {law.digest}"
    )


def test_every_entry_of_the_changelog_states_its_legal_effect():
    sections = read("CHANGELOG.md").split("\n### ")
    added = [part for part in sections if part.startswith(("Added", "Changed", "Fixed", "Removed"))]
    entries = [entry for part in added for entry in part.split("\n- ")[1:]]
    assert entries
    assert [entry for entry in entries if "*Legal effect:*" not in " ".join(entry.split())] == []


@pytest.mark.parametrize("confidence", [c.Confidence.UNCERTAIN, c.Confidence.CONVENTION])
def test_the_changelog_lists_what_is_not_certain(law, confidence):
    text = read("CHANGELOG.md")
    listed = reference.of_confidence(law, confidence)
    assert [name for name in listed if f"`{name}`" not in text] == []


# --- Links, paths, examples --------------------------------------------------------------------


@each_page
def test_links_lead_somewhere(page):
    for link in reading.links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in reading.anchors(target), link


@each_page
def test_no_page_names_a_place_of_one_machine(page):
    found = re.findall(r"(?<![\w.])/(?:work|root|home|Users|mnt)\b\S*", read(name_of(page)))
    assert found == []


@each_page
def test_every_command_named_exists(page, monkeypatch):
    monkeypatch.setattr(click.Command, "invoke", lambda *_: None)
    for words in reading.examples(page):
        parcelwatch.main(words[1:], standalone_mode=False)
    for words in reading.mentions(page):
        try:
            parcelwatch.main(words[1:], standalone_mode=False)
        except click.MissingParameter:
            continue  # a command named without its file


def test_an_option_that_does_not_exist_is_noticed(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text("```sh\nparcelwatch check x.csv --as-of-day 1\n```\n", encoding="utf-8")
    (words,) = reading.examples(page)
    monkeypatch.setattr(click.Command, "invoke", lambda *_: None)
    with pytest.raises(click.NoSuchOption):
        parcelwatch.main(words[1:], standalone_mode=False)


def test_the_examples_work(own_engine, tmp_path, monkeypatch):
    """Every example of the documentation, one after another in an empty directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", own_engine.url.render_as_string(hide_password=False))
    shutil.copytree(PROJECT / "docs" / "example", tmp_path / "docs" / "example")
    pages = ["commands", "ledger", "law", "change-of-law", "air-gap", "database"]
    lines = [
        tuple(words)
        for page in pages
        for words in reading.examples(PROJECT / "docs" / f"{page}.md")
        if words[1] != "serve"
    ]
    assert len(lines) > len(pages)
    for words in dict.fromkeys(lines):
        status = parcelwatch.main(list(words[1:]), standalone_mode=False)
        rejects = "docs/example/ledger.csv" in words
        assert (status or 0) == int(rejects), words


def test_the_example_in_the_text_is_the_one_that_is_run():
    (words,) = reading.examples(PROJECT / "docs" / "ledger.md")
    assert reference.EXAMPLE_AS_OF.isoformat() in words
    assert reference.EXAMPLE.relative_to(PROJECT).as_posix() in words


def test_the_generator_is_a_script_that_does_no_work_at_import():
    tree = ast.parse(read("docs/reference.py"))
    calls = [node for node in tree.body if isinstance(node, ast.Expr) and not _is_text(node)]
    assert calls == []


def _is_text(node):
    return isinstance(node.value, ast.Constant)
