"""The forms a document can be written in, by the ending of its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geodata.errors import NothingFoundError, UsageError
from service.reports.papers.document import Document
from service.reports.papers.docx import docx
from service.reports.papers.pdf import pdf


@dataclass(frozen=True, slots=True)
class PaperForm:
    """How a document is written."""

    write: Callable[[Document], bytes]
    media_type: str


FORMS: Final[Mapping[str, PaperForm]] = {
    "pdf": PaperForm(pdf, "application/pdf"),
    "docx": PaperForm(
        docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ),
}


def form_of(path: Path) -> PaperForm:
    """The form that the name of a file asks for.

    Raises
    ------
    UsageError
        When it ends otherwise.
    """
    form = FORMS.get(path.suffix.lower().removeprefix("."))
    if form is None:
        raise UsageError(
            "The file {path} asks for no form of a document.",
            "End its name in .pdf or in .docx.",
            path=path,
        )
    return form


def form_named(name: str) -> PaperForm:
    """The form that an address names.

    Raises
    ------
    NothingFoundError
        When there is no such form.
    """
    if name not in FORMS:
        raise NothingFoundError(
            "A report is not to be had as {form}.",
            "Choose one of: {forms}.",
            form=name,
            forms=", ".join(FORMS),
        )
    return FORMS[name]
