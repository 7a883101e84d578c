"""Evidence is kept byte for byte, bound to what it proves, logged, and handed out with care."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
import shapely

from geodata.errors import DatabaseStateError, InputFileError, NotAllowedError, NothingFoundError
from geodata.model.chain import GENESIS, EventKind, Flaw
from geodata.model.codelists import MilestoneKind
from geodata.model.content_lists import EvidenceKind
from geodata.model.entries import EntryKind, EntryState
from geodata.model.evidence import Evidence, PhotoDoubt, PhotoFacts, ProvenFact
from geodata.model.manifest import Manifest, Member, MemberFlaw
from geodata.model.roles import Actor, Permission, Role
from geodata.store.blobs import BlobStore
from geodata.store.log import read_events
from geodata.store.queries.evidence import evidence_of
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from service.operations.dossier import dossier
from service.operations.entries import Entries
from service.operations.entry_applying import apply_entry
from service.operations.entry_forms import read_form
from service.operations.evidence import EvidenceRoom, add_to_contract, original, picture
from service.operations.patrols import record_patrol
from service.operations.photo_checks import checked
from service.operations.verifying import (
    Proven,
    changed_files,
    known_as,
    log_lines,
    prove_bundle,
    prove_log,
    prove_log_file,
    what_is,
)
from tests.conftest import NOON
from tests.importers.camera import photo

from .test_entries import FACTS, GROUNDS, KEY, OTHER, SAID, TODAY, take

AUDITOR = Actor.of_role("hecha", Role.AUDITOR)
MANAGER = Actor("yuanqu", Role.PARK_MANAGER, frozenset({"东园"}), Role.PARK_MANAGER.permissions)
STRANGER = Actor("bieren", Role.PARK_MANAGER, frozenset({"西园"}), Role.PARK_MANAGER.permissions)


@pytest.fixture
def room(own_engine, tmp_path) -> EvidenceRoom:
    """The evidence of a database with a contract in each of two parks."""
    take(own_engine, 0, FACTS, OTHER)
    return EvidenceRoom(own_engine, BlobStore(tmp_path / "files"), 1 << 20, lambda: NOON)


def keep(room, *contents: bytes, actor: Actor = AUDITOR, **about) -> list[Evidence]:
    given = [(f"现场{place}.jpg", io.BytesIO(content)) for place, content in enumerate(contents)]
    return add_to_contract(room, actor, KEY, given, kind=EvidenceKind.PHOTO, **about)


def events(room) -> list[EventKind]:
    with unit_of_work(room.engine) as connection:
        return [logged.event.kind for logged in read_events(connection, 99)]


def test_a_photo_is_kept_read_shown_and_logged(room):
    (kept,) = keep(room, photo(), milestone=MilestoneKind.START, note="开工")
    assert (kept.media_type, kept.fact.milestone) == ("image/jpeg", MilestoneKind.START)
    assert kept.photo.longitude_deg == Decimal("121.3400000")
    assert original(room, AUDITOR, kept.evidence_id).content == photo()
    assert "张三".encode() not in picture(room, AUDITOR, kept.evidence_id).content
    with unit_of_work(room.engine) as connection:
        assert evidence_of(connection, kept.fact.contract_id) == [kept]
        (newest,) = read_events(connection, 1)
    assert newest.event.kind is EventKind.EVIDENCE_ADDED
    assert newest.event.payload["sha256"] == kept.sha256


def test_the_same_file_proves_the_same_fact_once(room):
    assert len(keep(room, photo(), photo())) == 1
    assert keep(room, photo()) == []
    assert len(keep(room, photo(), observed_on=date(2026, 6, 15))) == 1
    assert events(room).count(EventKind.EVIDENCE_ADDED) == 2


def test_what_the_camera_wrote_is_for_who_may_see_it_and_who_gave_it(room):
    (kept,) = keep(room, photo())
    (own,) = keep(room, photo("2026:06:16 10:00:00"), actor=MANAGER)
    with pytest.raises(NotAllowedError):
        original(room, MANAGER, kept.evidence_id)
    assert picture(room, MANAGER, kept.evidence_id).media_type == "image/jpeg"
    assert original(room, MANAGER, own.evidence_id).content
    assert Permission.EVIDENCE not in MANAGER.permissions


def test_another_park_sees_and_adds_nothing(room):
    (kept,) = keep(room, photo())
    url = room.engine.url.set(username=SITE_ROLE).render_as_string(hide_password=False)
    site = site_engine(url)
    outside = EvidenceRoom(site, room.blobs, room.most_bytes, room.clock)
    with pytest.raises(NothingFoundError):
        picture(outside, STRANGER, kept.evidence_id)
    with pytest.raises(NothingFoundError):
        keep(outside, photo(), actor=STRANGER)
    assert picture(outside, MANAGER, kept.evidence_id).content
    assert len(keep(outside, b"%PDF-1.7", actor=MANAGER)) == 1
    site.dispose()


def test_what_is_no_picture_has_none(room):
    (kept,) = keep(room, b"<svg onload='alert(1)'/>")
    assert (kept.media_type, kept.photo, kept.preview) == ("application/octet-stream", None, None)
    with pytest.raises(NothingFoundError):
        picture(room, AUDITOR, kept.evidence_id)


OUTLINE = shapely.box(121.339, 30.739, 121.341, 30.741)
TAKEN = datetime(2026, 6, 15, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "doubts"),
    [
        ({}, ()),
        ({"longitude_deg": Decimal("121.3412")}, ()),  # 19 m beside it
        ({"longitude_deg": Decimal("121.3500")}, (PhotoDoubt.OUTSIDE,)),
        ({"longitude_deg": Decimal("21.34")}, ()),
        ({"taken_at": TAKEN - timedelta(days=1)}, (PhotoDoubt.OTHER_DAY, PhotoDoubt.CLOCK)),
        ({"taken_at": TAKEN + timedelta(minutes=11)}, (PhotoDoubt.CLOCK,)),
        (
            {"taken_at": NOON + timedelta(hours=1), "located_at": None},
            (PhotoDoubt.OTHER_DAY, PhotoDoubt.FUTURE),
        ),
        ({"taken_at": None}, ()),
    ],
)
def test_a_photo_from_elsewhere_or_another_day_is_doubted(facts, doubts):
    told = {
        "taken_at": TAKEN,
        "located_at": TAKEN,
        "longitude_deg": Decimal("121.34"),
        "latitude_deg": Decimal("30.74"),
    }
    about = ProvenFact(1, observed_on=date(2026, 6, 15))
    evidence = Evidence(
        *(None, about, EvidenceKind.PHOTO, "0" * 64, 1, "image/jpeg", "a.jpg", "", "hecha", NOON),
        photo=PhotoFacts(**{**told, **facts}),
    )
    assert checked(evidence, OUTLINE).doubts == doubts


def test_the_distance_is_that_on_the_ground():
    photographed = PhotoFacts(longitude_deg=Decimal("121.342"), latitude_deg=Decimal("30.74"))
    about = (None, ProvenFact(1), EvidenceKind.PHOTO, "0" * 64, 1, "image/jpeg", "a.jpg", "")
    evidence = Evidence(*about, "hecha", NOON, photo=photographed)
    assert checked(evidence, OUTLINE).distance_m == pytest.approx(95.7, abs=0.2)
    assert checked(evidence, None).distance_m is None


def test_a_patrol_is_entered_with_its_photos_and_takes_effect(room, law):
    entries = Entries(room.engine, law, lambda: NOON)
    said = {**SAID[EntryKind.OBSERVATION], **GROUNDS, "officers": "甲、乙", "storeys_count": "3"}
    form = read_form(EntryKind.OBSERVATION, said, TODAY)
    given = [("1.jpg", io.BytesIO(photo())), ("2.jpg", io.BytesIO(photo()))]
    entry = record_patrol(entries, room, MANAGER, KEY, form, given)
    assert entry.state is EntryState.ACCEPTED
    assert apply_entry(room.engine, entry.entry_id, clock=lambda: NOON).state is EntryState.APPLIED
    with unit_of_work(room.engine) as connection:
        shown = dossier(connection, law, KEY, TODAY, "zh")
    assert [one.fact.observed_on for one in shown.evidence] == [date(2026, 6, 15)]
    newest = [EventKind.APPLIED, EventKind.ENTERED, EventKind.EVIDENCE_ADDED]
    assert events(room)[:3] == newest
    assert prove_log(room.engine).broken is None


def test_a_changed_byte_of_a_stored_photo_is_found(room):
    (kept,) = keep(room, photo())
    assert changed_files(room.engine, room.blobs) == (1, [])
    assert stored_flips_found(room, kept.sha256, 100) == 100
    room.blobs.path(kept.sha256).unlink()
    assert changed_files(room.engine, room.blobs) == (1, [kept.sha256])


@pytest.mark.faults
def test_a_thousand_changed_bytes_of_a_stored_photo_are_found(room):
    (kept,) = keep(room, photo())
    assert stored_flips_found(room, kept.sha256, 1_000) == 1_000


def stored_flips_found(room: EvidenceRoom, sha256: str, count: int) -> int:
    """How many of so many single changed bytes of a file are found."""
    chance, path, found = Random(5), room.blobs.path(sha256), 0
    content = path.read_bytes()
    for _ in range(count):
        damaged = bytearray(content)
        damaged[chance.randrange(len(content))] ^= chance.randint(1, 255)
        path.write_bytes(damaged)
        found += changed_files(room.engine, room.blobs)[1] == [sha256]
    path.write_bytes(content)
    return found


def test_a_changed_photo_is_not_handed_out(room):
    (kept,) = keep(room, photo())
    room.blobs.path(kept.sha256).write_bytes(b"another")
    with pytest.raises(DatabaseStateError, match="was changed since"):
        original(room, AUDITOR, kept.evidence_id)


def test_a_file_is_known_by_its_bytes(room, tmp_path):
    (kept,) = keep(room, photo())
    path = tmp_path / "renamed.bin"
    path.write_bytes(photo())
    assert what_is(path) is Proven.FILE
    assert known_as(room.engine, path) == (kept.sha256, [kept])
    path.write_bytes(photo() + b"\0")
    assert known_as(room.engine, path)[1] == []


def test_an_exported_log_is_proved_without_the_database(room, tmp_path):
    keep(room, photo())
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(log_lines(room.engine)))
    assert what_is(path) is Proven.LOG
    proof = prove_log_file(path)
    assert (proof, proof.broken) == (prove_log(room.engine), None)
    lines = path.read_bytes().splitlines(keepends=True)
    assert all(json.loads(line)["event"]["seq"] for line in lines)
    path.write_bytes(b"".join(lines[:-1]))
    assert prove_log_file(path, proof.head.text).broken.flaw is Flaw.HEAD


@pytest.fixture(params=["folder", "zip"])
def bundle(request, tmp_path):
    """Writes members and a manifest, as a folder or packed."""
    files = {"卷宗.pdf": b"%PDF-1.7", "photos/1.jpg": photo()}
    members = {name: Member.of(content) for name, content in files.items()}
    manifest = Manifest(NOON, GENESIS, members)

    def write(**changes: bytes | None):
        whole = {**files, "manifest.json": manifest.to_bytes(), **changes}
        written = {name: content for name, content in whole.items() if content is not None}
        if request.param == "zip":
            path = tmp_path / "bundle.zip"
            with zipfile.ZipFile(path, "w") as archive:
                for name, content in written.items():
                    archive.writestr(name, content)
            return path
        path = tmp_path / "bundle"
        for name, content in written.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)
        return path

    return write


def test_a_bundle_is_proved_by_its_manifest(bundle):
    path = bundle()
    assert what_is(path) is Proven.BUNDLE
    assert prove_bundle(path).flaws == {}


def test_what_is_wrong_with_a_bundle_is_named(bundle):
    flaws = prove_bundle(bundle(**{"卷宗.pdf": b"%PDF-1.8", "photos/1.jpg": None, "a": b""})).flaws
    assert flaws == {
        "a": MemberFlaw.FOREIGN,
        "photos/1.jpg": MemberFlaw.MISSING,
        "卷宗.pdf": MemberFlaw.CHANGED,
    }


def test_a_bundle_without_its_manifest_is_none(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputFileError, match="it is no bundle"):
        prove_bundle(tmp_path / "empty")


def test_a_damaged_archive_is_said(tmp_path):
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "manifest.json", Manifest(NOON, GENESIS, {"a": Member.of(b"abc")}).to_bytes()
        )
        archive.writestr("a", b"abc")
    path.write_bytes(path.read_bytes().replace(b"abc", b"abd"))
    with pytest.raises(InputFileError, match="damaged"):
        prove_bundle(path)
