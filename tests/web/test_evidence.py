"""Evidence and patrols on the pages: kept, shown, doubted, and saved by who may."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from uuid import uuid4

import pytest

from geodata.model.contract_key import ContractKey
from geodata.model.roles import Role
from geodata.store.blobs import BlobStore
from service.operations.cards import refresh_cards
from tests.conftest import NOON
from tests.importers.camera import photo
from tests.operations.test_entries import FACTS, take

from .forms import PAGE, csrf_of

pytestmark = pytest.mark.writes

_MOST_BYTES = 1 << 16
SAID = {"observed_on": "2026-06-15", "site_state": "bare", "source": "巡查记录", "reason": "现场"}


@pytest.fixture
def key(demo, law) -> ContractKey:
    """A contract of this test alone."""
    key = ContractKey(f"证据{uuid4().hex[:8]}号", "", uuid4().hex[:12])
    parts = {"contract_no": key.contract_no, "parcel_code": key.parcel_code}
    take(demo.engine, 0, {**FACTS, **parts})
    refresh_cards(demo.engine, law, NOON.date())
    return key


@pytest.fixture(autouse=True)
def files(district_app, tmp_path, monkeypatch):
    """Files of this test alone."""
    site = district_app.extensions["parcelwatch"]
    uploads = replace(site.uploads, blobs=BlobStore(tmp_path), most_bytes=_MOST_BYTES)
    monkeypatch.setitem(district_app.extensions, "parcelwatch", replace(site, uploads=uploads))


@pytest.fixture
def auditor(client_as):
    return client_as(Role.AUDITOR)


def send(client, path, *contents: bytes, **fields):
    given = [(io.BytesIO(content), f"现场{place}.jpg") for place, content in enumerate(contents)]
    data = {"csrf": csrf_of(client, path), **fields, "file": given}
    return client.post(f"{path}?lang=zh", data=data, headers=PAGE)


def shown(client, key) -> str:
    return client.get(f"/contracts/{key.slug}?lang=zh").text


def test_a_fact_without_evidence_says_so_and_shows_it_once_there_is_some(auditor, key):
    assert re.search(r"约定开工日期 <b>[^<]*</b>\s*<small[^>]*>证据： 无", shown(auditor, key))
    path = f"/contracts/{key.slug}/evidence"
    done = send(auditor, path, photo(), kind="photo", milestone="start", note="开工现场")
    assert done.status_code == 303
    page = shown(auditor, key)
    (evidence_id,) = set(re.findall(r'id="evidence-([0-9a-f-]{36})"', page))
    assert re.search(rf'证据：\s*<a href="#evidence-{evidence_id}">开工现场</a>', page)


def test_a_file_is_saved_and_never_shown_by_the_browser(auditor, key, client_as):
    send(auditor, f"/contracts/{key.slug}/evidence", b"<script>alert(1)</script>", kind="other")
    path = re.search(r"/evidence/[0-9a-f-]{36}/file", shown(auditor, key))[0]
    answer = auditor.get(path)
    assert answer.data == b"<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E7")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    leader, client = client_as(Role.LEADER), client_as(Role.API_CLIENT)
    assert (leader.get(path).status_code, client.get(path).status_code) == (403, 403)
    assert "/file" not in shown(client_as(Role.ADMINISTRATOR), key)


def test_what_cannot_be_kept_is_said(auditor, key):
    path = f"/contracts/{key.slug}/evidence"
    for contents, fields, told in (
        ((), {"kind": "photo"}, "没有选择文件"),
        ((b"",), {"kind": "photo"}, "空"),
        ((b"x",), {"kind": "nonsense"}, "没有说明文件属于哪一类"),
        ((bytes(_MOST_BYTES + 1),), {"kind": "photo"}, "超过"),
    ):
        answer = send(auditor, path, *contents, **fields)
        assert answer.status_code == 400
        assert told in answer.text


def test_a_patrol_is_recorded_with_photos(auditor, key):
    path = f"/contracts/{key.slug}/patrol"
    done = send(auditor, path, photo("2026:06:14 08:00:00"), **SAID, officers="甲、乙")
    assert (done.status_code, done.location[:9]) == (303, "/entries/")
    page = shown(auditor, key)
    assert "2026-06-15 巡查" in page
    assert "拍摄日期与巡查日期不符" in page
    assert "张三" not in page


def test_a_patrol_that_is_not_filled_in_keeps_what_was_typed(auditor, key):
    path = f"/contracts/{key.slug}/patrol"
    answer = send(
        auditor, path, photo(), **{**SAID, "site_state": ""}, conclusion="未动工，杂草丛生"
    )
    assert answer.status_code == 400, answer.text
    assert 'value="未动工，杂草丛生"' in answer.text
    assert "照片需要重新选择。" in answer.text
    assert "evidence-" not in shown(auditor, key)


def test_the_form_to_print_names_every_field(auditor, key):
    page = auditor.get(f"/contracts/{key.slug}/patrol/sheet?lang=zh").text
    assert all(word in page for word in ("履约巡查记录表", "现场状态", "巡查结论", "两人签字"))
