"""Every word a user may read exists in Chinese: literals are collected, the catalogue compared."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from geodata import errors
from tests.conftest import PROJECT

CATALOGUE = PROJECT / "service" / "translations" / "zh.po"
ERRORS = {
    name
    for name, kind in vars(errors).items()
    if inspect.isclass(kind) and issubclass(kind, errors.LandError)
}
WORDED = {
    "CellError": (0,),
    "Sentence": (0,),
    "Issue": (1,),
    "_": (0,),
    "translate": (0,),
    "say": (0,),
    "tell": (0,),
    "working": (0,),
    "issue_at": (4,),
} | dict.fromkeys(ERRORS, (0, 1))
IN_TEMPLATES = re.compile(r"""\b_\(\s*(?:"([^"]+)"|'([^']+)')\s*[,)]""")


def literals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.FunctionDef) and _is_command(node):
            yield ast.get_docstring(node) or ""


def _of_call(call: ast.Call) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    for place in WORDED.get(name, ()):
        if place < len(call.args):
            yield from _texts(call.args[place])
    for keyword in call.keywords:
        if keyword.arg in ("help", "template"):
            yield from _texts(keyword.value)


def _texts(node: ast.expr) -> Iterator[str]:
    """A literal, or either side of a choice between two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _is_command(function: ast.FunctionDef) -> bool:
    calls = [d.func for d in function.decorator_list if isinstance(d, ast.Call)]
    return any(isinstance(f, ast.Attribute) and f.attr in ("command", "group") for f in calls)


def collected() -> set[str]:
    found: set[str] = set()
    for package in ("geodata", "service"):
        for path in (PROJECT / package).rglob("*.py"):
            found.update(literals(path))
    for path in (PROJECT / "service" / "templates").rglob("*.html"):
        for double, single in IN_TEMPLATES.findall(path.read_text(encoding="utf-8")):
            found.add(double or single)
    return {text for text in found if re.search(r"[A-Za-z]{2}", re.sub(r"\{[^}]*\}", "", text))}


@pytest.fixture(scope="module")
def words() -> dict[str, str]:
    with CATALOGUE.open("rb") as stream:
        return {str(m.id): str(m.string) for m in read_po(stream, locale="zh") if m.id}


def test_every_word_has_a_chinese_one(words):
    missing = sorted(text for text in collected() if not words.get(text))
    assert not missing, "\n".join(missing)


def test_the_catalogue_holds_nothing_that_is_not_said(words):
    assert not sorted(set(words) - collected())


def test_fields_are_the_same_in_both_languages(words):
    def fields(text: str) -> set[str]:
        return {field for _, field, _, _ in Formatter().parse(text) if field is not None}

    differing = {text: zh for text, zh in words.items() if fields(text) != fields(zh)}
    assert not differing
