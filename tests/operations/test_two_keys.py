"""A fact that rests on imagery takes effect only with a patrol or a document of its contract."""

from __future__ import annotations

import io
from datetime import date

import pytest

from geodata.errors import UsageError
from geodata.model.codelists import MilestoneKind
from geodata.model.content_lists import EvidenceKind
from geodata.model.contract_key import ContractKey
from geodata.model.entries import EntryKind
from geodata.store.blobs import BlobStore
from service.operations.entries import Entries, effect_of_form, propose
from service.operations.evidence import EvidenceRoom, add_to_contract
from tests.conftest import NOON

from .test_entries import AUDITOR, FACTS, KEY, OTHER, TODAY, done, form, take, ticking

BOTH = "2026-05-25卫星影像及现场核查"
MILESTONE, PATROL = EntryKind.MILESTONE, EntryKind.OBSERVATION
SECOND = ContractKey("C2", "", "P2")


@pytest.fixture
def entries(own_engine, law) -> Entries:
    take(own_engine, -1, FACTS, OTHER)
    return Entries(own_engine, law, ticking())


@pytest.fixture
def keep(own_engine, tmp_path):
    """Keeps a file as evidence of the contract."""
    room = EvidenceRoom(own_engine, BlobStore(tmp_path), 1 << 20, lambda: NOON)

    def kept(kind: EvidenceKind, key: ContractKey = KEY, **about) -> None:
        given = [("件.pdf", io.BytesIO(b"%PDF"))]
        assert add_to_contract(room, AUDITOR, key, given, kind=kind, **about)

    return kept


def refused(entries: Entries, kind: EntryKind = MILESTONE, **changes: str) -> bool:
    """Whether it is refused: alike when it is shown and when it is entered."""
    said = form(kind, **{"source": BOTH, **changes})
    try:
        effect_of_form(entries, AUDITOR, KEY, said, TODAY)
    except UsageError:
        with pytest.raises(UsageError, match="names imagery"):
            propose(entries, AUDITOR, KEY, said)
        return True
    return False


def test_words_about_a_patrol_are_no_patrol(entries):
    assert refused(entries)
    assert not refused(entries, source="施工单位来函")


@pytest.mark.parametrize(("day", "is_refused"), [("2026-05-19", True), ("2026-05-20", False)])
def test_a_patrol_confirms_what_it_can_have_seen(entries, own_engine, day, is_refused):
    done(entries, own_engine, PATROL, observed_on=day)
    assert refused(entries) is is_refused


def test_a_patrol_says_nothing_of_an_extension(entries, own_engine, keep):
    done(entries, own_engine, PATROL)
    assert refused(entries, EntryKind.EXTENSION)
    keep(EvidenceKind.DECISION, milestone=MilestoneKind.START)
    assert not refused(entries, EntryKind.EXTENSION)


@pytest.mark.parametrize(
    ("kind", "about", "is_refused"),
    [
        (EvidenceKind.PERMIT, {}, False),
        (EvidenceKind.PERMIT, {"milestone": MilestoneKind.START}, False),
        (EvidenceKind.PERMIT, {"milestone": MilestoneKind.COMPLETION}, True),
        (EvidenceKind.PATROL, {"observed_on": date(2026, 5, 20)}, False),
        (EvidenceKind.PATROL, {"observed_on": date(2026, 5, 19)}, True),
        (EvidenceKind.PHOTO, {}, True),  # it may be the very picture
        (EvidenceKind.PHOTO, {"observed_on": date(2026, 5, 20)}, True),
        (EvidenceKind.OTHER, {}, True),
    ],
)
def test_a_document_confirms_what_it_was_added_for(entries, keep, kind, about, is_refused):
    keep(kind, **about)
    assert refused(entries) is is_refused


def test_a_document_of_another_contract_confirms_nothing(entries, keep):
    keep(EvidenceKind.PERMIT, SECOND)
    assert refused(entries)


def test_a_patrol_itself_needs_no_second_key(entries):
    assert not refused(entries, PATROL)
