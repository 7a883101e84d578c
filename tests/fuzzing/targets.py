"""Every reader of what strangers write, and what it reads well."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

import yaml
from sqlalchemy.dialects import postgresql

from geodata.errors import LandError
from geodata.importers.photos import preview, read_photo
from geodata.model.attributes import ATTRIBUTES
from geodata.model.cells import read_cell
from geodata.model.contract_key import ContractKey
from geodata.model.feature_collections import Published
from geodata.model.scalars import CellError
from geodata.store.queries.collection_sources import Moment, Revision, source_of
from geodata.store.queries.collections import passing
from service.compliance.law import load_book
from service.config import load_config
from service.ogc.parameters import items_question
from tests.conftest import PROJECT
from tests.importers.camera import photo
from tests.importers.drawn import KML
from tests.importers.test_boundary_points import SAMPLE
from tests.importers.test_fuzz import require_sound

_DAY: Final = date(2026, 6, 30)
_MOMENT: Final = Moment(_DAY, Revision("1", 1, _DAY))
_GEOJSON: Final = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"合同编号":"C1",'
    '"宗地代码":"P1"},"geometry":{"type":"Polygon","coordinates":'
    "[[[121.3,30.7],[121.31,30.7],[121.31,30.71],[121.3,30.7]]]}}]}"
)
_TABLE: Final = (
    "合同编号,受让人,约定开工日期,出让价款\nC1,甲公司,2024-02-30,1/3\nC2,,2024.2.1,12万\n"
)
_PACK: Final = """\
idle.first_years:
  {zh: 年, en: years, unit: years, selected_by: as_of, versions: [{from: 2012-07-01, value: "2",
   cites: [idle-land-2012 2], confidence: convention}]}
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A reader.

    Attributes
    ----------
    read
        Given any bytes, it ends well or raises an error of the product; whatever else is a fault.
    seeds
        What it reads well, to begin with.
    """

    read: Callable[[bytes], None]
    seeds: Sequence[bytes]


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _asked(given: Mapping[str, str]) -> None:
    for collection in (Published.CONTRACTS, Published.FINDINGS):
        with suppress(LandError):
            question = items_question(collection, given, _DAY)
            query = passing(source_of(collection, _MOMENT), collection, question.asked)
            str(query.compile(dialect=postgresql.dialect()))


def _filter(raw: bytes) -> None:
    _asked({"filter": _text(raw)})
    _asked({"filter": _text(raw), "filter-lang": "cql2-json"})


def _question(raw: bytes) -> None:
    _asked(dict(parse_qsl(_text(raw), keep_blank_values=True)))


def _settings(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_bytes(raw)
        with suppress(LandError):
            load_config(path, {})


def _law(raw: bytes) -> None:
    """Numbers of a pack of one's own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "own").mkdir()
        packs = {"own": {"zh": "自编", "en": "own", "parent": "310116"}}
        (folder / "packs.yaml").write_text(yaml.safe_dump(packs), encoding="utf-8")
        (folder / "own" / "numbers.yaml").write_bytes(raw)
        with suppress(LandError):
            load_book("own", folder)


def _photo(raw: bytes) -> None:
    read_photo(raw)
    preview(raw)


def _cell(raw: bytes) -> None:
    for attribute in ATTRIBUTES:
        with suppress(CellError):
            read_cell(attribute, _text(raw))


def _slug(raw: bytes) -> None:
    with suppress(LandError):
        key = ContractKey.from_slug(_text(raw))
        assert ContractKey.from_slug(key.slug) == key


def _file(name: str) -> Callable[[bytes], None]:
    def read(raw: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            path = Path(folder) / name
            path.write_bytes(raw)
            require_sound(path)

    return read


def _seeds(*texts: str) -> list[bytes]:
    return [text.encode() for text in texts]


TARGETS: Final[Mapping[str, Target]] = {
    "filter": Target(
        _filter,
        _seeds(
            "grantee LIKE '甲%' AND NOT (area_m2 BETWEEN 1 AND 2.5e3 OR phase IS NULL)",
            "S_INTERSECTS(geometry, POLYGON((121 30, 122 30, 122 31, 121 30)))",
            "T_AFTER(due_on, DATE('2024-02-29')) AND park IN ('A', 'B')",
            '{"op":"and","args":[{"op":"=","args":[{"property":"park"},"A"]},'
            '{"op":"<","args":[{"property":"days"},9]}]}',
        ),
    ),
    "question": Target(
        _question,
        _seeds(
            "bbox=121,30,122,31&datetime=2024-01-01/..&limit=10&crs=EPSG:4490&park=A",
            "filter=days>1&filter-lang=cql2-text&after=1.2&f=json&resultType=hits",
        ),
    ),
    "settings": Target(_settings, [(PROJECT / "config.toml").read_bytes()]),
    "law": Target(_law, _seeds(_PACK)),
    "photo": Target(_photo, [photo()]),
    "cell": Target(
        _cell,
        _seeds("2024年2月29日", "6个月 after delivery", "1,234.5万元", "30/40/30", "2024-13-01"),
    ),
    "slug": Target(_slug, _seeds("C%2F1~2~P%7E1")),
    "table": Target(_file("a.csv"), _seeds(_TABLE)),
    "points": Target(_file("a.txt"), [SAMPLE.encode("gb18030")]),
    "geojson": Target(_file("a.geojson"), _seeds(_GEOJSON)),
    "kml": Target(_file("a.kml"), _seeds(KML)),
}
"""By name, as `make fuzz` says it."""
