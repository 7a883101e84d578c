"""The register of inefficient land and the parks against the database: what they would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import shapely

from geodata.errors import InputFileError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.importers.content import ContentFile
from geodata.importers.content_rows import ContentRows
from geodata.model.changes import ACCEPT_ALL, Decision, ImportCounts
from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.columns import Cell, Flags, Whole
from geodata.model.content import NaturalKey, Row, catalogue_of
from geodata.model.content_lists import ContentKind, ParkKind
from geodata.model.entities import Claim
from geodata.model.land_lists import Means
from geodata.store.digest import outline_digests
from geodata.store.engine import Connection
from geodata.store.queries.backdrop import write_parks
from geodata.store.queries.claims import ClaimDraft, draft_claims, read_claims, write_claims
from geodata.store.queries.imports import ImportBatch, last_change_at
from geodata.store.queries.parcels import PARK_COLUMNS, read_parks
from geodata.store.queries.versions import Differences
from service.operations.content_plans import aligned, names_gone, not_in, stated
from service.operations.land import Shapes
from service.operations.table_plans import TablePlan, compare, log_kinds
from service.reports.import_content import TableFile

_TEXTS = ("town", "park", "evidence")
_PLAIN = ("claim_code", "done_on", "reversed_on", "area_m2", "planned_on", "cost_yuan")


@dataclass(frozen=True, slots=True, eq=False)
class LandDraft:
    """Entries with outlines against those known, ready to be written.

    Attributes
    ----------
    facts, moved
        Rows about something new and rows that say or cover something else; rows that cover
        something else.
    rows, retired
        The rows, with the outline known where they have none; what is known no longer.
    claims
        The same as the store of the register takes it; None of parks.
    """

    facts: Differences
    moved: Flags
    rows: ContentRows
    retired: Sequence[str]
    claims: ClaimDraft | None = None


LandPlan: TypeAlias = TablePlan[ContentRows, LandDraft]


@dataclass(frozen=True, eq=False)
class KeptLand:
    """What is known of a kind that is compared as a whole, since there is little of it."""

    kind: ContentKind
    held: ContentRows
    vanished: tuple[NaturalKey, ...]

    @cached_property
    def _place(self) -> Mapping[NaturalKey, int]:
        return {self.held.key(row): row for row in range(len(self.held))}

    def draft(
        self,
        connection: Connection,
        rows: ContentRows,
        place: Whole | None = None,  # noqa: ARG002 - rows are found by their names
        gone: Flags | None = None,
    ) -> LandDraft:
        """Compare rows with what is known; without an outline, it stays as it is known."""
        places = [self._place.get(rows.key(row), -1) for row in range(len(rows))]
        known = np.array([*_shapes(self.held), None], dtype=np.object_)[places]
        own = _shapes(rows)
        complete = rows.beside({}, np.where(shapely.is_missing(own), known, own))
        moved = _differ(complete.shapes, known)
        retired = names_gone(self.vanished, gone)
        if self.kind is ContentKind.CLAIMS:
            claims = [claim_of(row) for row in rows.typed]
            written = draft_claims(connection, claims, _shapes(complete), retired)
            return LandDraft(written.facts, moved, complete, retired, written)
        added = np.array([at < 0 for at in places], dtype=np.bool_)
        pairs = zip(places, rows.typed, strict=True)
        same = np.array(
            [at >= 0 and self.held.typed[at] == row for at, row in pairs], dtype=np.bool_
        )
        facts = Differences(added, (~same | moved) & ~added, outdated=np.empty(0, dtype=np.int64))
        return LandDraft(facts, moved, complete, retired)

    def known(self, _connection: Connection, rows: ContentRows, is_compared: Flags) -> ContentRows:
        """What is known of some rows, a row for each."""
        return aligned(rows, self.held.typed, (), is_compared)

    def outlines(self, _connection: Connection, rows: ContentRows, moved: Flags) -> Shapes:
        """The outlines known of some rows."""
        before, held = np.full(len(rows), None), _shapes(self.held)
        for row in np.flatnonzero(moved).tolist():
            before[row] = held[self._place[rows.key(row)]]
        return before

    def write(self, connection: Connection, batch: ImportBatch, draft: LandDraft) -> ImportCounts:
        """Write what a draft adds."""
        if draft.claims is not None:
            return write_claims(connection, batch, draft.claims)
        counts = draft.facts.counts(declined=batch.declined, rejected=batch.rejected)
        counts = replace(counts, retired=len(draft.retired))
        written = draft.rows.take(np.array(draft.facts.rows, dtype=np.intp))
        write_parks(connection, batch, counts, _frame(written, batch.file_name), draft.retired)
        return counts


def plan_claims(connection: Connection, file: ContentFile) -> LandPlan:
    """Compare a register of inefficient land with the entries known; nothing is written."""
    claims, shapes = read_claims(connection)
    held = _rows(ContentKind.CLAIMS, [row_of(claim) for claim in claims], shapes)
    found = ContentRows.of_file(file)
    kept = _kept(ContentKind.CLAIMS, found, file.sent_back, held)
    return _plan(connection, file, found, kept, stated(file))


def plan_parks(
    connection: Connection,
    file: TableFile,
    found: ContentRows,
    stated_keys: frozenset[str],
    *,
    sent_back: Sequence[NaturalKey] = (),
    usual: Decision = ACCEPT_ALL,
) -> LandPlan:
    """Compare parks with those known; nothing is written.

    Parameters
    ----------
    connection
        A connection.
    file, found
        The file as read, and its rows.
    stated_keys
        Attributes it has columns for.
    sent_back
        Keys of rows that are not among them.
    usual
        What is accepted unless a person decides otherwise.
    """
    parks = read_parks(connection)
    typed = [_park(cells) for cells in parks[[*PARK_COLUMNS]].to_dict("records")]
    held = _rows(ContentKind.PARKS, typed, parks.geometry)
    named = replace(found, typed=[_named(row) for row in found.typed])
    kept = _kept(ContentKind.PARKS, named, sent_back, held)
    return replace(_plan(connection, file, named, kept, stated_keys), usual=usual)


def claim_of(row: Row) -> Claim:
    """The entry a typed row is."""
    texts = {key: row.get(key) or "" for key in _TEXTS}
    kind, status = row["kind"], row["status"]
    assert isinstance(kind, int)
    assert isinstance(status, int)
    means = row.get("means")
    assert means is None or isinstance(means, int)
    return Claim(
        kind=ClaimKind.at(kind),
        status=ClaimStatus.at(status),
        means=None if means is None else Means.at(means),
        **{key: row.get(key) for key in _PLAIN},  # type: ignore[arg-type]  # typed by the catalogue
        **texts,  # type: ignore[arg-type]  # typed by the catalogue
    )


def row_of(claim: Claim) -> Row:
    """The typed row of an entry."""
    texts: dict[str, Cell] = {key: getattr(claim, key) or None for key in _TEXTS}
    plain = {key: getattr(claim, key) for key in _PLAIN}
    return {
        **texts,
        **plain,
        "kind": claim.kind.position,
        "status": claim.status.position,
        "means": claim.means.position if claim.means else None,
    }


def _plan(
    connection: Connection,
    file: TableFile,
    found: ContentRows,
    kept: KeptLand,
    stated_keys: frozenset[str],
) -> LandPlan:
    found = found.beside({}, found.shapes)  # the store has no place for other columns
    diff, draft = compare(connection, kept, found, stated_keys, kept.vanished)
    known_at = last_change_at(connection, *log_kinds(kept.kind))
    return TablePlan(file, diff, (), known_at, kept, draft)


def _kept(
    kind: ContentKind, found: ContentRows, sent_back: Sequence[NaturalKey], held: ContentRows
) -> KeptLand:
    return KeptLand(kind, held, not_in(found, sent_back, held.names()))


def _rows(kind: ContentKind, typed: Sequence[Row], shapes: gpd.GeoSeries) -> ContentRows:
    numbers = np.arange(1, len(typed) + 1, dtype=np.int32)
    outlines = np.asarray(shapes.to_numpy(), dtype=np.object_)
    return ContentRows(catalogue_of(kind), typed, numbers, {}, outlines)


def _shapes(rows: ContentRows) -> Shapes:
    return np.full(len(rows), None) if rows.shapes is None else rows.shapes


def _differ(one: Shapes | None, other: Shapes) -> Flags:
    assert one is not None
    pairs = zip(outline_digests(one), outline_digests(other), strict=True)
    return np.array([ours != theirs for ours, theirs in pairs], dtype=np.bool_)


def _park(cells: Mapping[str, str]) -> Row:
    return {**cells, "kind": ParkKind.of(cells["kind"]).position}


def _named(park: Row) -> Row:
    """A park without an English name is called by its Chinese one."""
    return {**park, "name_en": park["name_en"] or park["name_zh"]} if "name_en" in park else park


def _frame(parks: ContentRows, file_name: str) -> gpd.GeoDataFrame:
    """Parks as the store takes them."""
    missing = int(shapely.is_missing(_shapes(parks)).sum())
    if missing:
        raise InputFileError(
            "The file {path} has {missing} new parks without an outline.",
            "Add their outlines, or decline the rows.",
            path=file_name,
            missing=missing,
        )
    columns = {key: [row.get(key) for row in parks.typed] for key in ("park_code", "name_zh")} | {
        "name_en": [row.get("name_en") or row["name_zh"] for row in parks.typed],
        "kind": [ParkKind.at(int(str(row["kind"]))).value for row in parks.typed],
    }
    return gpd.GeoDataFrame(columns, geometry=list(_shapes(parks)), crs=STORAGE_EPSG)
