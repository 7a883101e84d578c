"""The district's land from one GeoPackage: parcels, parks, roads, water, inefficient land."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import InputFileError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.geometry.partition import Partition
from geodata.importers.claims import read_claims
from geodata.importers.content import ContentFile, read_content
from geodata.importers.detective import Ground
from geodata.importers.layers import read_layer
from geodata.importers.ledger import LedgerFile
from geodata.importers.vectors import layers_of
from geodata.model.content.typed_rows import TypedRows
from geodata.model.content_lists import ContentKind
from geodata.model.entities import Claim
from geodata.store.queries.collection_sources import Credit
from service.compliance.indicators.tally import Tally, counts_on, tally
from service.compliance.law import LawBook
from service.maps.view import Backdrop, no_shapes

Shapes = npt.NDArray[np.object_]

_BACKDROP = ("outline", "parks", "roads", "water")
_REGISTERS: Final = (ContentKind.PARCELS, ContentKind.CLAIMS)  # their layers have their names


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a layer; blank cells are taken from another column, else from the default."""

    name: str
    stand_in: str = ""
    default: str | None = None
    is_required: bool = False


_FEATURE = (_Column("name"), _Column("kind"), _Column("width_m"))

_COLUMNS: Final[Mapping[str, Sequence[_Column]]] = {
    "outline": _FEATURE,
    "parks": (
        _Column("name_zh", stand_in="name", is_required=True),
        _Column("name_en", stand_in="name_zh"),
        _Column("park_code", stand_in="name_zh"),
        _Column("kind", default="park"),
    ),
    "roads": _FEATURE,
    "water": _FEATURE,
}


@dataclass(frozen=True, slots=True, eq=False)
class District:
    """The layers of a district that are not the ledger; each may be missing.

    Attributes
    ----------
    parcels
        The register of parcels; None where it was not read.
    layers
        What makes a map readable: outline, parks, roads, water.
    claims, claim_shapes
        The inefficient-land register and the outline of each entry.
    registers
        The registers the file has, read or not.
    """

    parcels: ContentFile | None = None
    layers: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    claim_shapes: gpd.GeoSeries = field(default_factory=lambda: no_shapes().geometry)
    registers: frozenset[ContentKind] = frozenset()


def read_district(path: Path, crs: str | None = None, *, with_registers: bool = True) -> District:
    """Read the layers ``parcels, outline, parks, roads, water, claims`` of a GeoPackage.

    Parameters
    ----------
    crs
        Reference system of its layers; by default what each names.
    with_registers
        Read the parcels and the inefficient land too; the latter counts as a whole or not at all.

    Raises
    ------
    InputFileError
        When the file cannot be read, has none of these layers, or one lacks a column.
    """
    found = layers_of(path)
    registers = frozenset(kind for kind in _REGISTERS if kind.value in found)
    layers = {name: _layer(path, name, crs) for name in _BACKDROP if name in found}
    if not (registers or layers):
        raise InputFileError(
            "The file {path} has none of the layers of a district; its layers are: {layers}.",
            "Rename its layers to parcels, parks, roads, water, outline or claims.",
            path=path,
            layers=", ".join(found) or "–",
        )
    district = District(layers=layers, registers=registers)
    return _with_registers(path, crs, district) if with_registers else district


def _with_registers(path: Path, crs: str | None, district: District) -> District:
    if ContentKind.PARCELS in district.registers:
        parcels = read_content(
            path,
            ContentKind.PARCELS,
            layer=ContentKind.PARCELS.value,
            crs=crs,
            ground=ground_of(district),
            shapes_needed=True,
        )
        district = replace(district, parcels=parcels)
    if ContentKind.CLAIMS in district.registers:
        claims, shapes = read_claims(path, ContentKind.CLAIMS.value, crs=crs)
        district = replace(district, claims=tuple(claims), claim_shapes=shapes)
    return district


def _layer(path: Path, layer: str, crs: str | None) -> gpd.GeoDataFrame:
    frame = read_layer(path, layer, crs=crs)
    for column in _COLUMNS[layer]:
        sources = [name for name in (column.name, column.stand_in) if name in frame]
        if column.is_required and not sources:
            raise InputFileError(
                "The layer {layer} of {path} has no column {column}; its columns are: {columns}.",
                "Rename the column that holds it, or add it.",
                layer=layer,
                path=path,
                column=column.name,
                columns=", ".join(frame.columns.drop(frame.geometry.name)) or "–",
            )
        cells = pd.Series([column.default] * len(frame), index=frame.index, dtype=object)
        for name in reversed(sources):
            cells = frame[name].where(frame[name].notna() & (frame[name] != ""), cells)
        frame[column.name] = cells
    return frame


def ground_of(district: District) -> Ground:
    """What the district says of the place of shapes."""
    outline, parks = district.layers.get("outline"), district.layers.get("parks")
    drawn = district.parcels.geometry if district.parcels else None
    return Ground(
        outline=outline.geometry.union_all() if outline is not None and len(outline) else None,
        parcels=None if drawn is None else drawn.dropna().to_numpy(),
        parks=parks.set_index("name_zh").geometry if parks is not None and len(parks) else None,
    )


def backdrop(layers: Mapping[str, gpd.GeoDataFrame], language: str) -> Backdrop:
    """The layers under the parcels, parks named in the language of the map."""
    chosen = {name: frame for name, frame in layers.items() if name in _BACKDROP}
    title = f"name_{language}"
    if "parks" in chosen and title in chosen["parks"].columns:
        chosen["parks"] = chosen["parks"].assign(name=chosen["parks"][title])
    return Backdrop(**chosen)


def district_name(layers: Mapping[str, gpd.GeoDataFrame], law: LawBook, language: str) -> str:
    """What the land calls itself, else the district of the law book."""
    outline = layers.get("outline")
    names = [] if outline is None or "name" not in outline else outline["name"].dropna().tolist()
    return str(names[0]) if names else law.title(language)


def shapes_of(ledger: LedgerFile, district: District) -> Shapes | None:
    """The outline of each contract: its own, else that of its parcel in the district's register."""
    if ledger.geometry is not None:
        return np.asarray(ledger.geometry.to_numpy(), dtype=np.object_)
    if district.parcels is None or district.parcels.geometry is None:
        return None
    named = TypedRows.of(district.parcels.rows).column("parcel_code")
    outlines = dict(zip(named, district.parcels.geometry.to_numpy(), strict=True))
    codes = ledger.columns.texts["parcel_code"]
    shapes = np.empty(len(codes), dtype=np.object_)
    shapes[:] = [outlines.get(code) if code else None for code in codes]
    return shapes


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """The register of inefficient land, its land laid out once for any day.

    Attributes
    ----------
    claims
        All entries.
    placed
        Rows of those that are done and have an outline.
    partition
        The land of these.
    """

    claims: Sequence[Claim]
    placed: Sequence[int]
    partition: Partition

    @classmethod
    def of(cls, claims: Sequence[Claim], shapes: gpd.GeoSeries) -> Register:
        """The register of entries and their outlines, None where an entry has none."""
        outlined = ~shapes.isna().to_numpy()
        placed = [row for row, claim in enumerate(claims) if claim.is_done and outlined[row]]
        done = [claims[row] for row in placed]
        frame = gpd.GeoDataFrame(
            {
                "claim_code": [claim.claim_code for claim in done],
                "column": [claim.kind for claim in done],
                "done_on": [claim.done_on for claim in done],
            },
            geometry=list(shapes.iloc[placed]),
            crs=shapes.crs,
        )
        return cls(claims, placed, Partition.of(frame))

    def credited(self, day: date) -> dict[str, Fraction]:
        """Share of its land that each entry with an outline is credited with on a day, by code."""
        counts = self._counting(day)
        shares = self.partition.shares(counts)[counts].tolist()
        codes = self.partition.codes[counts].tolist()
        return {code: Fraction(share) for code, share in zip(codes, shares, strict=True)}

    def credits(self, day: date) -> list[Credit]:
        """What each entry that counts on a day is credited with, and the land where it is a part.

        An entry without an outline is credited in full: it overlaps nobody that can be shown.
        """
        shares, pieces = self.partition.credited(self._counting(day))
        land = gpd.GeoSeries(pieces, crs=self.partition.crs).to_crs(STORAGE_EPSG)
        found = zip(self.partition.codes, shares.tolist(), land.to_wkb(), strict=True)
        placed = {
            code: Credit(code, share, piece if share < 1 else None) for code, share, piece in found
        }
        counting = (claim.claim_code for claim in self.claims if counts_on(claim, day))
        return [placed.get(code, Credit(code, 1.0, None)) for code in counting]

    def tally(self, law: LawBook, as_of: date) -> Tally:
        """Every square metre credited once among the entries that count, and added up."""
        overlaps = self.partition.overlaps(self._counting(as_of))
        return tally(self.claims, self.credited(as_of), overlaps, law, as_of)

    def _counting(self, day: date) -> npt.NDArray[np.bool_]:
        counts = (counts_on(self.claims[row], day) for row in self.placed)
        return np.fromiter(counts, dtype=np.bool_, count=len(self.placed))


def tally_claims(
    claims: Sequence[Claim], shapes: gpd.GeoSeries, law: LawBook, as_of: date
) -> Tally:
    """Credit every square metre once among the entries that count, and add them up."""
    return Register.of(claims, shapes).tally(law, as_of)
