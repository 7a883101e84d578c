"""Files given on a page on their way into the database, and what people said of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from geodata.model.codelist import Codelist, Tone
from geodata.model.content_lists import ContentKind

Document = Mapping[str, Any]
"""What JSON holds."""

CONVERTED_UNITS: Final = ("wan", "ha", "mu")
"""Units of a file beside that of the attribute: 万元, hectares and mu."""


class UploadState(Codelist):
    """How far files given on a page have come."""

    RECEIVED = ("received", "已上传", "received")
    RECOGNISED = ("recognised", "已识别", "recognised", Tone.DUE_SOON)
    PLANNED = ("planned", "待决定", "compared, to be decided", Tone.DUE_SOON)
    ACCEPTED = ("accepted", "已导入", "imported", Tone.COMPLIANT)
    DISCARDED = ("discarded", "已放弃", "discarded", Tone.CLOSED)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self not in (UploadState.ACCEPTED, UploadState.DISCARDED)


@dataclass(frozen=True, slots=True)
class GivenFile:
    """One file as it was given.

    Attributes
    ----------
    name
        What it was called, as text to be shown; it is no path.
    sha256, size
        Digest and number of its bytes; the digest is where it is kept.
    parts
        Digests of the files it was put together of.
    """

    name: str
    sha256: str
    size: int
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """How a file is to be read; what is None is found.

    Attributes
    ----------
    kind, profile, layer, crs, encoding
        As in `service.operations.import_sources.Source`.
    is_district
        Whether it brings the land of a district instead of one table.
    is_left_out
        Whether it is not imported.
    """

    kind: ContentKind | None = None
    profile: str | None = None
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    is_district: bool = False
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """Files given together: they are imported together or not at all.

    Attributes
    ----------
    account
        Name of the account that gave them.
    state
        How far they have come.
    choices
        How each file is to be read.
    recognised, preview, outcome
        What each file was recognised to be, what the import would change, and what it changed; as
        `geodata.importers.recognition`, `service.reports.import_preview` and the operation tell it.
    token
        What the preview rests on.
    decisions
        What is accepted of each table shown.
    task_id
        What the worker was asked for last; None before the first time.
    """

    upload_id: UUID
    account: str
    at: datetime
    state: UploadState
    files: tuple[GivenFile, ...]
    choices: tuple[Choice, ...]
    recognised: tuple[Document, ...] = ()
    preview: Document | None = None
    token: str = ""
    decisions: Document = field(default_factory=dict)
    outcome: Document | None = None
    task_id: UUID | None = None

    @property
    def title(self) -> str:
        """The names of its files."""
        return ", ".join(file.name for file in self.files)

    @property
    def given(self) -> frozenset[str]:
        """Digests of the files, and of what they were put together of."""
        return frozenset(digest for file in self.files for digest in (file.sha256, *file.parts))

    @property
    def shown(self) -> frozenset[str]:
        """Digests of what was kept to be shown of them."""
        return frozenset(
            digest for kept in (self.preview or {}).values() for digest in kept.values()
        )


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a person says a column of a supplier holds.

    Attributes
    ----------
    key
        Attribute it is read into; empty = none, its texts are kept as they stand.
    unit
        One of `CONVERTED_UNITS`; empty = the unit of the attribute, or the one its header names.
    """

    key: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SupplierMapping:
    """A supplier's columns as a person has told them.

    Attributes
    ----------
    name
        Name of the profile made of it.
    kind, like
        What the rows are about, and the profile it changes.
    headers
        Every header of the table it was made for; a table that has them all is of this supplier.
    meanings
        What was told otherwise than by the profile it changes, by header.
    """

    name: str
    kind: ContentKind
    like: str
    headers: tuple[str, ...]
    meanings: Mapping[str, Meaning]
    made_by: str
    made_at: datetime
