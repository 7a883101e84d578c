"""Forms for facts and the entries that wait, over the real database."""

from __future__ import annotations

import re
from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest

from geodata.model.contract_key import ContractKey
from geodata.model.entries import EntryKind
from geodata.model.roles import Role
from service.operations.cards import refresh_cards
from service.operations.entry_applying import apply_entry
from tests.conftest import NOON
from tests.operations.test_entries import FACTS, GROUNDS, SAID, take

from .forms import PAGE, csrf_of, text_of

pytestmark = pytest.mark.writes

FORGED = "<script>alert(1)</script>'; DROP TABLE parcelwatch.entry; --"


@pytest.fixture
def key(demo, law) -> ContractKey:
    """A contract of this test alone."""
    key = ContractKey(f"录入{uuid4().hex[:8]}号", "", uuid4().hex[:12])
    parts = {"contract_no": key.contract_no, "parcel_code": key.parcel_code}
    take(demo.engine, 0, {**FACTS, **parts})
    refresh_cards(demo.engine, law, NOON.date())
    return key


@pytest.fixture
def auditor(client_as):
    return client_as(Role.AUDITOR)


def path_of(key: ContractKey, kind: EntryKind) -> str:
    return f"/contracts/{key.slug}/enter/{kind.value}"


def press(client, key, kind, act="check", headers=PAGE, **changes):
    path = path_of(key, kind)
    said = {**SAID[kind], **GROUNDS, **changes}
    return client.post(
        path, data={"csrf": csrf_of(client, path), "act": act, **said}, headers=headers
    )


def enter(client, key, kind, **changes):
    """Look at what would change, then enter it."""
    shown = re.search(r'name="shown" value="(\w+)"', press(client, key, kind, **changes).text)[1]
    return press(client, key, kind, "enter", shown=shown, **changes)


def waiting_id(client, key) -> str:
    page = client.get(f"/contracts/{key.slug}").text
    return re.search(r'href="/entries/([0-9a-f-]{36})"', page)[1]


def decide(client, entry_id, act, reason=""):
    path = f"/entries/{entry_id}"
    data = {"csrf": csrf_of(client, path), "act": act, "reason": reason}
    return client.post(path, data=data, headers=PAGE)


def test_a_milestone_is_entered_and_the_verdict_changes(auditor, key, demo, law):
    shown = press(auditor, key, EntryKind.MILESTONE)
    assert shown.status_code == 200
    told = text_of(shown)
    assert re.search(r"suspected idle.*→\s+compliant", told, re.DOTALL)
    assert "overdue" in told
    entered = enter(auditor, key, EntryKind.MILESTONE)
    assert entered.status_code == 303
    assert unquote(entered.location) == f"/contracts/{key.slug}#entries"
    entry_id = UUID(waiting_id(auditor, key))
    apply_entry(demo.engine, entry_id, clock=lambda: NOON)
    refresh_cards(demo.engine, law, NOON.date())
    page = text_of(auditor.get(f"/contracts/{key.slug}"))
    assert "compliant" in page
    history = page.partition("What was known when")[2]
    assert "2026-05-20" in history
    assert GROUNDS["source"] in history


@pytest.mark.parametrize("kind", EntryKind)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_opens_and_shows_its_effect_in_both_languages(auditor, key, kind, language):
    query = {"lang": language}
    page = auditor.get(path_of(key, kind), query_string=query)
    assert page.status_code == 200
    for attribute in kind.fields:
        assert re.search(f'<label for="{attribute.key}">{attribute.title(language)}', page.text)
    assert page.text.count("<label for=") == len(kind.fields) + 2 + 1  # grounds, and the day
    assert press(auditor, key, kind).status_code == 200


def test_an_extension_is_approved_by_another(client_as, auditor, key, demo):
    assert enter(auditor, key, EntryKind.EXTENSION).status_code == 303
    entry_id = waiting_id(auditor, key)
    assert "waiting for approval" in text_of(auditor.get("/entries"))
    assert 'value="approve"' not in auditor.get(f"/entries/{entry_id}").text
    reviewer = client_as(Role.REVIEWER)
    shown = text_of(reviewer.get(f"/entries/{entry_id}"))
    assert GROUNDS["reason"] in shown
    assert "What it would change" in shown
    assert decide(reviewer, entry_id, "approve").status_code == 303
    again = decide(client_as(Role.REVIEWER), entry_id, "refuse", "late")
    assert again.status_code == 400
    assert "decided about already" in text_of(again)
    apply_entry(demo.engine, UUID(entry_id), clock=lambda: NOON)
    assert "in effect" in text_of(auditor.get(f"/entries/{entry_id}"))


def test_a_refusal_says_why(client_as, auditor, key):
    enter(auditor, key, EntryKind.GOVERNMENT_PERIOD)
    entry_id, reviewer = waiting_id(auditor, key), client_as(Role.REVIEWER)
    bare = decide(reviewer, entry_id, "refuse")
    assert bare.status_code == 400
    assert "has to be filled in" in text_of(bare)
    assert decide(reviewer, entry_id, "refuse", FORGED).status_code == 303
    page = auditor.get(f"/entries/{entry_id}")
    assert FORGED in text_of(page)
    assert "<script>alert" not in page.text


def test_what_is_wrong_stands_at_its_field(auditor, key):
    refused = press(auditor, key, EntryKind.EXTENSION, milestone="", approved_on="2023-02-30")
    assert refused.status_code == 400
    for name in ("milestone", "approved_on"):
        field = re.search(rf'<(?:input|select) id="{name}"[^>]*>', refused.text)[0]
        assert 'aria-invalid="true"' in field
        assert f'aria-describedby="{name}-problem"' in field
        assert f'id="{name}-problem"' in refused.text
        assert f'<a href="#{name}">' in refused.text
    assert 'value="2026-03-31"' in refused.text, "what was typed is kept"


@pytest.mark.parametrize(
    "changes",
    [
        {"start_on": FORGED},
        {"start_on": "2027-01-01"},
        {"developed_m2": "1e99"},
        {"developed_m2": "9" * 5000},
        {"source": "a\0"},
        {"source": ""},
        {"reason": "x" * 600},
        {"act": "drop"},
    ],
)
def test_hostile_values_enter_nothing(auditor, key, changes):
    act = changes.pop("act", "enter") if "act" in changes else "enter"
    refused = press(auditor, key, EntryKind.MILESTONE, act, **changes)
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    assert "<script>alert" not in refused.text
    assert "/entries/" not in auditor.get(f"/contracts/{key.slug}").text


def test_what_was_not_shown_is_not_entered(auditor, key):
    for shown in ("", "0" * 64):
        unseen = press(auditor, key, EntryKind.MILESTONE, "enter", shown=shown)
        assert unseen.status_code == 409
        assert "What it would change" in unseen.text
    assert "/entries/" not in auditor.get(f"/contracts/{key.slug}").text


def test_a_script_gets_the_effect_alone(auditor, key):
    headers = {**PAGE, "HX-Request": "true"}
    part = press(auditor, key, EntryKind.MILESTONE, headers=headers)
    assert "<html" not in part.text
    assert 'name="shown"' in part.text
    early = press(auditor, key, EntryKind.MILESTONE, headers=headers, start_on="")
    assert (early.status_code, "<html" in early.text) == (200, False)


def test_contracts_and_entries_of_other_parks_are_not_there(client_as, auditor, key):
    enter(auditor, key, EntryKind.EXTENSION)
    entry_id = waiting_id(auditor, key)
    other, own = client_as(Role.PARK_MANAGER, "西园"), client_as(Role.PARK_MANAGER, "东园")
    assert own.get(f"/entries/{entry_id}").status_code == 200
    assert key.contract_no in own.get("/entries").text
    assert other.get(f"/entries/{entry_id}").status_code == 404
    assert key.contract_no not in other.get("/entries").text
    for kind in EntryKind:
        assert other.get(path_of(key, kind)).status_code == 404
        token = csrf_of(other, "/account")
        data = {"csrf": token, "act": "enter", **SAID[kind], **GROUNDS}
        assert other.post(path_of(key, kind), data=data, headers=PAGE).status_code == 404


@pytest.mark.parametrize("path", ["/contracts/{slug}/enter/rights", "/contracts/x/enter/milestone"])
def test_what_is_not_there_is_a_404(auditor, key, path):
    assert auditor.get(path.format(slug=key.slug)).status_code == 404


def test_no_form_is_taken_from_elsewhere(auditor, key):
    data = {"act": "enter", **SAID[EntryKind.MILESTONE], **GROUNDS}
    forged = auditor.post(path_of(key, EntryKind.MILESTONE), data=data, headers=PAGE)
    assert forged.status_code == 400
    assert "not one this site showed" in text_of(forged)
