"""The forms a document can be written in, by the ending of its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from geodata.errors import NothingFoundError, UsageError
from service.reports.papers.document import Document
from service.reports.papers.docx import docx
from service.reports.papers.pdf import pdf

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Form(Generic[Content]):
    """How a report is written."""

    write: Callable[[Content], bytes]
    media_type: str


PaperForm = Form[Document]

FORMS: Final[Mapping[str, PaperForm]] = {
    "pdf": Form(pdf, "application/pdf"),
    "docx": Form(docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


def form_of(path: Path, forms: Mapping[str, Form[Content]]) -> Form[Content]:
    """The form that the name of a file asks for.

    Raises
    ------
    UsageError
        When it ends otherwise.
    """
    form = forms.get(path.suffix.lower().removeprefix("."))
    if form is None:
        raise UsageError(
            "The file {path} asks for no form of a document.",
            "End its name in one of: {endings}.",
            path=path,
            endings=", ".join(f".{name}" for name in forms),
        )
    return form


def form_named(name: str, forms: Mapping[str, Form[Content]]) -> Form[Content]:
    """The form that an address names.

    Raises
    ------
    NothingFoundError
        When there is no such form.
    """
    if name not in forms:
        raise NothingFoundError(
            "A report is not to be had as {form}.",
            "Choose one of: {forms}.",
            form=name,
            forms=", ".join(forms),
        )
    return forms[name]
