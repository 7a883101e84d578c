"""Case files: everything in its place, provable, and the same bytes for the same case."""

from __future__ import annotations

import io
import zipfile

import pypdf
import pytest

from geodata.errors import NotAllowedError
from geodata.model.case_lists import DocumentKind
from geodata.model.content_lists import EvidenceKind
from geodata.model.file_places import OF_DOCUMENT, OF_EVIDENCE
from geodata.model.manifest import MANIFEST_NAME, MemberFlaw
from geodata.model.roles import Role
from geodata.store.blobs import BlobStore
from service.operations.case_bundles import FILE_NAME, case_bundle
from service.operations.cases import Cases
from service.operations.evidence import EvidenceRoom, add_to_contract
from service.operations.verifying import prove_bundle
from tests.conftest import NOON
from tests.importers.camera import photo
from tests.operations.casework import AUDITOR, opened
from tests.operations.test_entries import FACTS, KEY, OTHER, actor, take


@pytest.fixture
def cases(own_engine, law) -> Cases:
    take(own_engine, 0, FACTS, OTHER)
    return Cases(own_engine, law, lambda: NOON)


@pytest.fixture
def room(cases, tmp_path) -> EvidenceRoom:
    return EvidenceRoom(cases.engine, BlobStore(tmp_path / "files"), 1 << 20, lambda: NOON)


def test_every_paper_has_a_place():
    assert set(OF_EVIDENCE) == set(EvidenceKind)
    assert set(OF_DOCUMENT) == set(DocumentKind)


def test_a_file_is_bound_in_order_with_bookmarks_and_proved(cases, room, tmp_path):
    case = opened(cases)
    given = {EvidenceKind.PHOTO: ("现场.jpg", photo()), EvidenceKind.PERMIT: ("许可.txt", b"text")}
    for kind, (name, content) in given.items():
        add_to_contract(room, AUDITOR, KEY, [(name, io.BytesIO(content))], kind=kind)
    content = case_bundle(cases, room, AUDITOR, case.case_id, "zh")
    assert content == case_bundle(cases, room, AUDITOR, case.case_id, "zh")
    place = tmp_path / "bundle.zip"
    place.write_bytes(content)
    assert not prove_bundle(place).flaws
    with zipfile.ZipFile(place) as archive:
        names = archive.namelist()
        bound = pypdf.PdfReader(io.BytesIO(archive.read(FILE_NAME)))
        originals = [archive.read(name) for name in names if name.startswith("originals/")]
    assert sorted(originals) == sorted([photo(), b"text"])
    assert names[-1] == MANIFEST_NAME
    chapters = [one.title for one in bound.outline if not isinstance(one, list)]
    assert chapters == ["卷内目录", "立案与办理记录", "权属、宗地图与照片", "副卷：违约情况报告"]
    index = bound.pages[0].extract_text()
    first = bound.get_destination_page_number(bound.outline[1]) + 1
    assert f"办理记录{first}" in "".join(index.split())
    assert "许可.txt" in index
    count = len(bound.pages)
    for number, page in enumerate(bound.pages, start=1):
        assert f"卷内第{number}页，共{count}页" in "".join(page.extract_text().split())


def test_a_bundle_that_was_altered_is_found_out(cases, room, tmp_path):
    content = case_bundle(cases, room, AUDITOR, opened(cases).case_id, "zh")
    folder = tmp_path / "taken"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    assert not prove_bundle(folder).flaws
    (folder / FILE_NAME).write_bytes(b"%PDF-1.7 altered")
    assert prove_bundle(folder).flaws == {FILE_NAME: MemberFlaw.CHANGED}


def test_a_file_is_for_who_sees_originals(cases, room):
    case = opened(cases)
    with pytest.raises(NotAllowedError):
        case_bundle(cases, room, actor(Role.PARK_MANAGER, "", "东园"), case.case_id, "zh")
