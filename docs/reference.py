"""The generated parts of these pages: run ``python docs/reference.py`` to write them anew.

What stands in a page between ``<!-- generated: name -->`` and ``<!-- end -->`` is made here from
the code, so that a column, a finding, a legal number, an option or a setting is never described
twice. A test fails when a page is behind. All of it is one file, so that it runs from anywhere.
"""
# ruff: noqa: INP001 - a script beside the pages, not a package

from __future__ import annotations

import ast
import configparser
import json
import pkgutil
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click
import yaml

import geodata
import service
from geodata.importers.headings import headings_of
from geodata.importers.readers import ENDINGS
from geodata.importers.suppliers import load_profiles
from geodata.model import codelists as c
from geodata.model import law_lists
from geodata.model.attributes import ATTRIBUTES, Attribute
from geodata.model.codelist import Codelist
from geodata.model.columns import as_date
from geodata.model.content import CATALOGUES, Catalogue
from geodata.model.content_lists import ContentKind, Unit
from geodata.model.law_lists import AnchorKind, Bound, TargetUnit
from geodata.model.movements import Movement
from geodata.model.quality_lists import STANDING, Fault, RepairPolicy, ShapeFault
from geodata.model.remedy_kinds import RemedyKind
from geodata.model.roles import Permission, Role
from geodata.model.transitions import TRANSITIONS
from geodata.store.tables import METADATA
from service.api.blueprint import ROUTES
from service.api.parameters import EVERYWHERE
from service.api.routes import PREFIX
from service.cli.main import EXIT_STATUS, parcelwatch
from service.compliance.indicators.conflicts import Quantity, conflicts
from service.compliance.law import LawBook, Period, load_book
from service.compliance.law.anchors import load_anchors
from service.operations.check import check_file
from service.reports.json_document import json_text

DOCS: Final = Path(__file__).resolve().parent
PROJECT: Final = DOCS.parent
BOOK: Final = "310116"
EXAMPLE: Final = DOCS / "example" / "ledger.csv"
EXAMPLE_AS_OF: Final = date(2023, 5, 1)

_MARKED: Final = re.compile(
    r"(?P<open><!-- generated: (?P<name>[a-z-]+) -->\n).*?(?P<close><!-- end -->)", re.DOTALL
)
_WIDE: Final = 160  # characters of a JSON value that stays on one line: a milestone does

Row = Sequence[object]
Block = Callable[[str], str]


def pages() -> list[Path]:
    """Every page, in order of its path."""
    return sorted(DOCS.rglob("*.md"))


def current(page: Path) -> str:
    """The text of a page with its generated parts as they should be.

    Raises
    ------
    KeyError
        When the page asks for a part that nobody makes, or a code has no meaning.
    """
    language = "zh" if page.parent.name == "zh" else "en"

    def made(found: re.Match[str]) -> str:
        return f"{found['open']}\n{BLOCKS[found['name']](language)}\n\n{found['close']}"

    return _MARKED.sub(made, page.read_text(encoding="utf-8"))


def stale() -> list[Path]:
    """Pages whose generated parts are not what the code says."""
    return [page for page in pages() if current(page) != page.read_text(encoding="utf-8")]


def main() -> None:
    """Write the pages that are behind."""
    for page in stale():
        page.write_text(current(page), encoding="utf-8", newline="\n")
        sys.stdout.write(f"written: {page.relative_to(PROJECT).as_posix()}\n")


# --- Markdown ----------------------------------------------------------------------------------


@cache
def _words() -> Mapping[str, Any]:
    words: Mapping[str, Any] = yaml.safe_load((DOCS / "words.yaml").read_text(encoding="utf-8"))
    return words


def _table(name: str, language: str, rows: Iterable[Row]) -> str:
    heads = _words()["heads"][name][language]
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def _code(text: object) -> str:
    return f"`{text}`" if text else ""


def _labelled(member: Codelist, language: str) -> Row:
    names = (member.zh, member.en) if language == "zh" else (member.en, member.zh)
    return (_code(member.value), *names)


# --- The ledger --------------------------------------------------------------------------------


def _columns(language: str) -> str:
    words = _words()

    def row(a: Attribute) -> Row:
        names = (a.zh, a.en) if language == "zh" else (a.en, a.zh)
        form = words["forms"][a.kind.value][language]
        return (_code(a.key), *names, form, _unit(a, language), _further_headers(a))

    return _table("columns", language, map(row, ATTRIBUTES))


def _unit(attribute: Attribute, language: str) -> str:
    return Unit.of(attribute.unit).label(language) if attribute.unit else ""


def _further_headers(attribute: Attribute) -> str:
    """Aliases, and the keys under which another unit is converted."""
    converted = (key for key, heading in headings_of([attribute]).items() if heading.factor != 1)
    return ", ".join((*attribute.aliases, *(_code(key) for key in converted if key.isascii())))


def _codes(language: str) -> str:
    keys = {a.codelist: _code(a.key) for a in ATTRIBUTES if a.codelist}
    parts = {c.GovernmentCause, c.PeriodStatus, c.TermUnit, c.Anchor}

    def row(codelist: type[Codelist]) -> Row:
        where = keys.get(codelist) or _words()["parts"][codelist.__name__][language]
        return (where, "; ".join(_named(member, language) for member in codelist))

    chosen = (one for one in Codelist.__subclasses__() if one in parts or one in keys)
    return _table("codes", language, map(row, chosen))


def _named(member: Codelist, language: str) -> str:
    english = f" ({member.en})" if language == "en" and member.en != member.value else ""
    return f"`{member.value}` {member.zh}{english}"


def _profiles(language: str) -> str:
    rows = ((_code(profile.name), profile.titles[language]) for profile in load_profiles())
    return _table("profiles", language, rows)


def _kinds(language: str) -> str:
    told = _words()["meanings"]["ContentKind"]
    rows = (
        (*_labelled(kind, language), told[kind.value][language], ", ".join(map(_code, each.key)))
        for kind, each in CATALOGUES.items()
    )
    return _table("kinds", language, rows)


def _content(language: str) -> str:
    """The columns of every kind but the ledger, which has a page of its own."""
    others = (each for kind, each in CATALOGUES.items() if kind is not ContentKind.LEDGER)
    return "\n\n".join(_catalogue(catalogue, language) for catalogue in others)


def _catalogue(catalogue: Catalogue, language: str) -> str:
    def row(a: Attribute) -> Row:
        names = (a.zh, a.en) if language == "zh" else (a.en, a.zh)
        form = _words()["forms"][a.kind.value][language]
        person = "✓" if a.personal else ""
        blank = a.blank.label(language)
        columns = (form, _unit(a, language), blank, person, a.ladm, _further_headers(a))
        return (_code(a.key), *names, *columns)

    kind = catalogue.kind
    rows = map(row, catalogue.attributes)
    return f"### {kind.label(language)}\n\n`{kind.value}`\n\n{_table('content', language, rows)}"


def _content_codes(language: str) -> str:
    """The codes of columns that are not in the ledger."""
    own = {attribute.codelist for attribute in ATTRIBUTES}
    rows = (
        (_code(kind.value), _code(a.key), "; ".join(_named(m, language) for m in a.codelist))
        for kind, catalogue in CATALOGUES.items()
        for a in catalogue.attributes
        if a.codelist and a.codelist not in own
    )
    return _table("content-codes", language, rows)


def _content_profiles(language: str) -> str:
    rows = (
        (_code(profile.name), _code(kind.value), profile.titles[language])
        for kind in ContentKind
        for profile in load_profiles(kind)[1:]
    )
    return _table("content-profiles", language, rows)


def _endings(_language: str) -> str:
    return ", ".join(map(_code, ENDINGS))


def _example(language: str) -> str:
    content = check_file(EXAMPLE, load_book(BOOK), EXAMPLE_AS_OF, language).content
    document = json.loads("".join(json_text(content)))
    document["rule_set"]["digest"] = "sha256:…"
    return f"```json\n{_laid_out(document)}\n```"


def _trace(language: str) -> str:
    """One step of the first contract of the example, and the chain of its finding."""
    checked = check_file(EXAMPLE, load_book(BOOK), EXAMPLE_AS_OF, language, with_trace=True)
    contract = next(iter(checked.content.contracts))
    step = next(step for step in contract["trace"] if step["name"] == "start.damages")
    chain = contract["findings"][0]["chain"]
    shown = json.dumps(chain, ensure_ascii=False)
    return f"```json\n{_laid_out(step)}\n```\n\n```json\n{shown}\n```"


def _laid_out(value: Any, indent: int = 1) -> str:
    """JSON in which what fits stays on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(line) <= _WIDE:
        return line
    joint = ",\n" + " " * indent
    if isinstance(value, list):
        return f"[{joint.join(_laid_out(item, indent + 1) for item in value)}]"
    parts = (f'"{key}": {_laid_out(item, indent + 1)}' for key, item in value.items())
    return f"{{{joint.join(parts)}}}"


# --- Codelists ---------------------------------------------------------------------------------


def _meanings(codelist: type[Codelist], language: str) -> str:
    told = _words()["meanings"][codelist.__name__]
    rows = ((*_labelled(m, language), told[m.value][language]) for m in codelist)
    return _table("words", language, rows)


def _faults(faults: Iterable[Fault], language: str) -> str:
    told = _words()["meanings"]
    rows = (
        (
            *_labelled(fault, language),
            STANDING[fault].severity.label(language),
            STANDING[fault].responsible.label(language),
            told[type(fault).__name__][fault.value][language],
        )
        for fault in faults
    )
    return _table("faults", language, rows)


def _verdicts(language: str) -> str:
    told = _words()["meanings"]["Verdict"]
    rows = (
        (
            number,
            *_labelled(verdict, language),
            told[verdict.value][language],
            _words()["signs"][_sign(verdict)][language],
        )
        for number, verdict in enumerate(c.Verdict, start=1)
    )
    return _table("verdicts", language, rows)


def _sign(verdict: c.Verdict) -> str:
    if verdict.tone.dashed:
        return "dashed"
    return "outlined" if verdict.is_suspected else "filled"


def _finding_values(language: str) -> str:
    told = _words()["meanings"]["FindingCode"]
    rows = ((_code(f.value), *told[f.value]["values"][language]) for f in c.FindingCode)
    return _table("finding-values", language, rows)


def _finding_law(language: str) -> str:
    findings = load_book(BOOK).findings
    rows = (
        (
            _code(code.value),
            "; ".join(citation.text(language) for citation in findings[code].citations),
            findings[code].confidence.label(language),
            findings[code].next_step[language],
        )
        for code in c.FindingCode
    )
    return _table("finding-law", language, rows)


# --- The law book ------------------------------------------------------------------------------


def _packs(language: str) -> str:
    shelf = PROJECT / "service" / "compliance" / "law" / "book"
    packs = yaml.safe_load((shelf / "packs.yaml").read_text(encoding="utf-8"))
    rows = (
        (_code(code), *_named_twice(pack["zh"], pack["en"], language), _code(pack["parent"]))
        for code, pack in packs.items()
    )
    return _table("packs", language, rows)


def _named_twice(zh: str, en: str, language: str) -> Row:
    """A name in the language of the page, then in the other."""
    return (zh, en) if language == "zh" else (en, zh)


def _instruments(language: str) -> str:
    rows = (
        (_code(key), i.zh, i.en, i.in_force_on, i.expires_on or "", _sure(i, language))
        for key, i in load_book(BOOK).instruments.items()
    )
    return _table("instruments", language, rows)


def _sure(entry: Any, language: str) -> str:
    confidence: c.Confidence = entry.confidence
    return confidence.zh if language == "zh" else confidence.value


def _basis(entry: Any, language: str) -> str:
    return "; ".join(citation.text(language) for citation in entry.citations)


def _numbers(language: str) -> str:
    units = _words()["units"]
    rows = (
        (
            _code(number.number_id),
            _named_twice(number.zh, number.en, language)[0],
            version.value,
            units[number.unit][language],
            version.from_on,
            _code(number.selected_by.value),
            number.pack,
            _basis(version, language),
            _sure(version, language),
        )
        for number in load_book(BOOK).numbers.values()
        for version in number.versions
    )
    return _table("numbers", language, rows)


def _targets(language: str) -> str:
    rows = (
        (
            _code(target.target_id),
            *_named_twice(target.zh, target.en, language),
            target.words[language]
            if target.words
            else _amount(target.value, target.unit, language),
            "" if target.bound in (Bound.PLAIN, Bound.IN_WORDS) else target.bound.label(language),
            target.force.label(language),
            f"{target.starts_year or '?'}–{target.until_year}",
            target.base_year or "?",
            target.figure.label(language),
            _basis(target, language),
            _sure(target, language),
        )
        for target in load_book(BOOK).targets
    )
    return _table("targets", language, rows)


def _amount(value: Fraction | None, unit: TargetUnit, language: str) -> str:
    return f"{float(value):,.4g} {unit.label(language)}" if value is not None else ""


def _conflicts(language: str) -> str:
    rows = (
        (
            *(_side(side, language) for side in (each.first, each.second)),
            _amount(each.difference, each.unit, language),
            "; ".join(kind.label(language) for kind in each.kinds),
        )
        for each in conflicts(load_book(BOOK))
    )
    return _table("conflicts", language, rows)


def _side(side: Quantity, language: str) -> str:
    amount = _amount(side.value, side.unit, language)
    parts = " + ".join(f"{float(part.value or 0):,.4g}" for part in side.parts)
    return f"{_code(side.quantity_id)}: {amount}" + (f" = {parts}" if parts else "")


def _anchors(language: str) -> str:
    law = load_book(BOOK)
    counts = Counter((anchor.document, anchor.kind) for anchor in load_anchors(law))
    rows = (
        (
            law.instruments[document].title(language),
            *(counts[document, kind] for kind in AnchorKind),
        )
        for document in dict.fromkeys(document for document, _ in counts)
    )
    return _table("anchors", language, rows)


def _procedure(language: str) -> str:
    acts = sorted(load_book(BOOK).procedure.values(), key=lambda act: act.place)
    rows = (
        (
            _code(act.act_id),
            act.title(language),
            act.by.label(language),
            ", ".join(map(_code, act.after)),
            *_period(version.period),
            version.from_on,
            ", ".join(_code(disposal.value) for disposal in act.disposals),
            act.pack,
            _basis(version, language),
            _sure(version, language),
        )
        for act in acts
        for version in act.versions
    )
    return _table("procedure", language, rows)


def _transitions(language: str) -> str:
    rows = (
        (
            way.path.label(language),
            way.from_state.label(language),
            way.action.label(language),
            way.to_state.label(language),
            way.permission.label(language),
            "✓" if way.is_of_two else "",
            ", ".join(document.label(language) for document in way.documents),
            _code(way.act) if way.act else "",
            _code(way.after) if way.after else "",
            way.outcome.label(language) if way.outcome else "",
        )
        for way in TRANSITIONS
    )
    return _table("transitions", language, rows)


def _period(period: Period | None) -> Row:
    if period is None:
        return ("", "")
    length = _code(f"{period.kind.value}: {period.count}{period.unit.value}")
    return (length, "✓" if period.rolls else "")


def _working_days(language: str) -> str:
    known = load_book(BOOK).working_days
    first, last = as_date(known.first_day), as_date(known.past_last_day - 1)
    if language == "zh":
        return f"随产品提供的工作日历自 **{first}** 至 **{last}**。"
    return f"The tables shipped reach from **{first}** to **{last}**."


def of_confidence(law: LawBook, confidence: c.Confidence) -> list[str]:
    """Ids of the legal numbers, codes of the findings and acts of one confidence."""
    numbers = (key for key, n in law.numbers.items() for v in n.versions if _is(v, confidence))
    acts = (key for key, act in law.procedure.items() for v in act.versions if _is(v, confidence))
    findings = (code.value for code, one in law.findings.items() if _is(one, confidence))
    return [*dict.fromkeys((*numbers, *acts)), *findings]


def _is(entry: Any, confidence: c.Confidence) -> bool:
    return entry.confidence is confidence


def _of_confidence(confidence: c.Confidence, _language: str) -> str:
    return ", ".join(map(_code, of_confidence(load_book(BOOK), confidence)))


# --- The command, its settings, the house ------------------------------------------------------


def commands(
    command: click.Command = parcelwatch, name: str = "parcelwatch"
) -> Iterator[tuple[str, click.Command]]:
    """The command and all below it, each with its full name."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name)
        for part in command.list_commands(context):
            below = command.get_command(context, part)
            assert below is not None, part
            yield from commands(below, f"{name} {part}")


def _commands(language: str) -> str:
    return "\n\n".join(_command(name, command, language) for name, command in commands())


def _command(name: str, command: click.Command, language: str) -> str:
    context = click.Context(command, info_name=name)
    usage = " ".join((name, *command.collect_usage_pieces(context)))
    options = (one for one in command.params if isinstance(one, click.Option))
    rows = [(_names(one, context), one.help, _default(one)) for one in options]
    table = _table("commands", language, rows) if rows else "No options."
    return f"### {name}\n\n{command.help}\n\n```text\n{usage}\n```\n\n{table}"


def _names(option: click.Option, context: click.Context) -> str:
    *others, last = (*option.opts, *option.secondary_opts)
    value = "" if option.is_flag else f" {option.make_metavar(context)}"
    return ", ".join(map(_code, (*others, last + value)))


def _default(option: click.Option) -> str:
    default = option.to_info_dict()["default"]
    if isinstance(default, Path):
        return _code(default.as_posix())
    return _code(default) if isinstance(default, str) else ""


def _exit_status(language: str) -> str:
    rows = [
        (0, "Done.", ""),
        (
            1,
            (
                "Done, but some rows were rejected; `db status`: the schema is not the one needed; "
                "`runs verify`: the result is another one."
            ),
            "",
        ),
        *((n, _summary(kind.__doc__), _code(kind.__name__)) for kind, n in EXIT_STATUS.items()),
        (130, "Interrupted.", ""),
    ]
    rows.sort(key=lambda row: row[0])
    return _table("exit-status", language, rows)


def _summary(docstring: str | None) -> str:
    return (docstring or "").strip().partition("\n")[0]


def _interface(language: str) -> str:
    rows = (
        (
            _code(f"{route.method} {PREFIX}{route.path}"),
            route.zh if language == "zh" else route.en,
            route.permission.label(language) if route.permission else "",
            ", ".join(_code(one.name) for one in route.parameters if one not in EVERYWHERE),
        )
        for route in ROUTES
    )
    return _table("interface", language, rows)


def _settings(language: str) -> str:
    text = (PROJECT / "config.toml").read_text(encoding="utf-8")
    remarks = dict(re.findall(r"^(\w+) = .*?#\s*(.*)$", text, re.MULTILINE))
    rows = (
        (_code(f"{section}.{key}"), _code(json.dumps(value)), remarks[key])
        for section, entries in tomllib.loads(text).items()
        for key, value in entries.items()
    )
    return _table("settings", language, rows)


def _rooms(language: str) -> str:
    rows = (
        (_code(module.name), _summary(import_module(module.name).__doc__))
        for package in (geodata, service)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if module.ispkg or module.name.count(".") == 1
    )
    return _table("rooms", language, rows)


def _contracts(_language: str) -> str:
    setup = configparser.ConfigParser()
    setup.read(PROJECT / "setup.cfg", encoding="utf-8")
    rules = (section for section in setup if section.startswith("importlinter:contract:"))
    return "\n".join(f"- {setup[rule]['name']}" for rule in rules)


def _roles(language: str) -> str:
    """What each role allows, one column per role."""
    heads = ["", *(role.label(language) for role in Role)]
    rows = (
        [right.label(language), *("●" if right in role.permissions else "" for role in Role)]
        for right in Permission
    )
    lines = [heads, ["---", *(":-:" for _ in Role)], *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _revisions(language: str) -> str:
    files = sorted((PROJECT / "migrations" / "versions").glob("[0-9]*.py"))
    rows = (
        (file.stem[:4], ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))))
        for file in files
    )
    return _table("revisions", language, rows)


def _tables(language: str) -> str:
    rows = (
        (_code(table.name), (table.comment or "").rpartition(" · ")[-1], len(table.columns))
        for table in sorted(METADATA.tables.values(), key=lambda table: table.name)
    )
    return _table("tables", language, rows)


BLOCKS: Final[Mapping[str, Block]] = {
    "columns": _columns,
    "codes": _codes,
    "kinds": _kinds,
    "content": _content,
    "content-codes": _content_codes,
    "content-profiles": _content_profiles,
    "profiles": _profiles,
    "endings": _endings,
    "example": _example,
    "trace": _trace,
    "verdicts": _verdicts,
    "states": partial(_meanings, c.MilestoneState),
    "findings": partial(_meanings, c.FindingCode),
    "finding-values": _finding_values,
    "finding-law": _finding_law,
    "groups": partial(_meanings, c.Group),
    "movements": partial(_meanings, Movement),
    "buckets": partial(_meanings, c.UnusedBucket),
    "warnings": partial(_meanings, c.WarningCode),
    "remedies": partial(_meanings, RemedyKind),
    "shape-faults": partial(_faults, ShapeFault),
    "fact-faults": partial(_faults, [fault for fault in STANDING if fault not in ShapeFault]),
    "repairs": partial(_meanings, RepairPolicy),
    "confidences": partial(_meanings, c.Confidence),
    "claim-statuses": partial(_meanings, c.ClaimStatus),
    "packs": _packs,
    "instruments": _instruments,
    "numbers": _numbers,
    "targets": _targets,
    "conflicts": _conflicts,
    "anchors": _anchors,
    "selectors": partial(_meanings, law_lists.Selector),
    "period-kinds": partial(_meanings, law_lists.PeriodKind),
    "procedure": _procedure,
    "transitions": _transitions,
    "working-days": _working_days,
    "to-confirm": partial(_of_confidence, c.Confidence.UNCERTAIN),
    "conventions": partial(_of_confidence, c.Confidence.CONVENTION),
    "commands": _commands,
    "exit-status": _exit_status,
    "interface": _interface,
    "settings": _settings,
    "rooms": _rooms,
    "contracts": _contracts,
    "revisions": _revisions,
    "tables": _tables,
    "roles": _roles,
}
"""Generated parts by name; each is made in a language, ``zh`` for the pages below ``zh/``."""

if __name__ == "__main__":
    main()
