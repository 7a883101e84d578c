"""What programs change: once, on the version they know, and only as their accounts may."""

from __future__ import annotations

from uuid import uuid4

import pytest

from geodata.errors import OutcomeUnknownError, StillAnsweringError
from geodata.model.case_lists import CaseAction, CasePath
from geodata.model.codelists import FindingCode
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Role
from service.operations.once import KEPT_FOR, Once
from tests.conftest import NOON
from tests.operations.test_entries import FACTS, GROUNDS, SAID, actor, take

pytestmark = pytest.mark.writes


@pytest.fixture
def key(demo) -> ContractKey:
    """A contract of this test alone, late with its start."""
    key = ContractKey(f"接口{uuid4().hex[:8]}号", "", uuid4().hex[:12])
    take(demo.engine, 0, {**FACTS, "contract_no": key.contract_no, "parcel_code": key.parcel_code})
    return key


@pytest.fixture
def body(key):
    """An entry of facts about the contract."""
    (kind, said), *_ = SAID.items()
    return {"contract": key.slug, "kind": kind.value, "said": dict(said), **GROUNDS}


def post(program, path, body, **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return program.ask(path, "POST", headers=sent, json=body)


def opened(program, key, **changes):
    said = {
        "contract": key.slug,
        "ground": FindingCode.SUSPECT_IDLE_1Y.value,
        "path": CasePath.IDLE_LAND.value,
        "opened_on": "2026-04-02",
        "reason": "现场核实",
    }
    return post(program, "/cases", {**said, **changes})


def step(program, case, version, **changes):
    """Ask for the case to be dropped, which two have to agree to."""
    said = {"action": CaseAction.DROP.value, "acted_on": "2026-04-10", "reason": "撤案"}
    return post(program, f"/cases/{case}/steps", {**said, **changes}, If_Match=version)


def test_an_entry_is_made_and_read_again(auditor, body, conforms):
    made = post(auditor, "/entries", body)
    assert made.status_code == 201, made.json
    conforms(made.json, "/entries", "post", "201")
    again = auditor.get(made.headers["Location"].removeprefix("/api/v1"))
    conforms(again, "/entries/{entry}")
    assert again["said"] == body["said"]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "nothing"},
        {"said": {"start_on": "2999-01-01"}},
        {"said": {"site_state": "piles"}},
        {"said": {}},
        {"said": "start_on"},
        {"source": ""},
        {"more": "1"},
    ],
)
def test_an_entry_that_cannot_be_is_refused(auditor, body, changes):
    refused = post(auditor, "/entries", {**body, **changes})
    assert refused.status_code == 400
    assert refused.json["next_step"] is not None


def test_a_request_with_a_key_is_done_once(auditor, body):
    key = uuid4().hex
    first, again = (post(auditor, "/entries", body, Idempotency_Key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert first.headers["Location"] == again.headers["Location"]
    other = post(auditor, "/entries", {**body, "reason": "另一理由"}, Idempotency_Key=key)
    assert other.status_code == 422


def test_a_key_of_a_refused_request_can_be_used_again(auditor, body):
    key = uuid4().hex
    refused = post(auditor, "/entries", {**body, "source": ""}, Idempotency_Key=key)
    assert refused.status_code == 400
    assert post(auditor, "/entries", body, Idempotency_Key=key).status_code == 201


def test_keys_are_of_accounts_and_last_a_day(district_app, program, body):
    accounts = district_app.extensions["parcelwatch"].access.accounts
    actor = program(Role.AUDITOR)
    key, moments = uuid4().hex, [NOON]
    once = Once(accounts.engine, lambda: moments[-1])

    class _Named:
        name = actor.name

    answers = iter([{"n": 1}, {"n": 2}])
    assert once.answer(_Named, key, "0" * 64, lambda: next(answers)) == {"n": 1}
    assert once.answer(_Named, key, "0" * 64, lambda: next(answers)) == {"n": 1}
    moments.append(NOON + KEPT_FOR * 1.01)
    assert once.answer(_Named, key, "1" * 64, lambda: next(answers)) == {"n": 2}


def test_a_request_that_was_broken_off_is_not_done_again(district_app, program):
    accounts = district_app.extensions["parcelwatch"].access.accounts
    once, key = Once(accounts.engine, lambda: NOON), uuid4().hex

    class _Named:
        name = uuid4().hex

    def die():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        once.answer(_Named, key, "0" * 64, die)
    with pytest.raises(Exception, match="broken off"):
        once.answer(_Named, key, "0" * 64, dict)


def test_a_request_whose_end_nobody_knows_is_not_done_again(own_engine):
    once, key, begun = Once(own_engine, lambda: NOON), uuid4().hex, []

    def do():
        begun.append(key)
        raise OutcomeUnknownError("gone")

    for expected in (OutcomeUnknownError, StillAnsweringError, StillAnsweringError):
        with pytest.raises(expected):
            once.answer(actor(Role.AUDITOR), key, "0" * 64, do)
    assert begun == [key]


def test_two_programs_move_a_case_on_the_version_they_know(program, key, conforms):
    one, other = program(Role.AUDITOR), program(Role.AUDITOR)
    made = opened(one, key)
    assert made.status_code == 201, made.json
    conforms(made.json, "/cases", "post", "201")
    case = made.json["id"]
    seen = [client.ask(f"/cases/{case}") for client in (one, other)]
    conforms(seen[0].json, "/cases/{case}")
    tags = [answer.headers["ETag"] for answer in seen]
    asked = step(one, case, tags[0])
    assert asked.status_code == 202, asked.json
    conforms(asked.json, "/cases/{case}/steps", "post", "202")
    path = f"/cases/{case}/proposals/{asked.json['proposal']}"
    assert post(one, path, {"decision": "agree"}).status_code == 403
    agreed = post(program(Role.REVIEWER), path, {"decision": "agree"})
    assert agreed.status_code == 200, agreed.json
    conforms(agreed.json, "/cases/{case}/proposals/{proposal}", "post")
    late = step(other, case, tags[1])
    assert late.status_code == 412, late.json
    assert one.name in late.json["detail"]
    assert other.get(f"/cases/{case}")["version"] == 1
    before = other.get(f"/cases/{case}", as_of="2026-04-05")
    assert (before["version"], before["state"]) == (0, "opened")
    assert other.ask(f"/cases/{case}", query={"as_of": "2026-04-01"}).status_code == 404


def test_a_step_has_to_name_a_version(program, key):
    clerk = program(Role.AUDITOR)
    case = opened(clerk, key).json["id"]
    bare = clerk.ask(
        f"/cases/{case}/steps", "POST", json={"action": "close", "acted_on": "2026-04-10"}
    )
    assert bare.status_code == 428
    assert step(clerk, case, "version one").status_code == 400


def test_who_may_not_changes_nothing(program, key, body):
    clerk, manager = program(Role.AUDITOR), program(Role.PARK_MANAGER, "西园")
    case = opened(clerk, key).json["id"]
    assert manager.ask(f"/cases/{case}").status_code == 404
    assert step(manager, case, "0").status_code == 403
    assert post(manager, f"/cases/{case}/comments", {"text": "嗯"}).status_code == 404
    assert post(manager, "/entries", body).status_code == 404
    assert post(program(Role.API_CLIENT), "/entries", body).status_code == 403
    assert clerk.get(f"/cases/{case}")["version"] == 0


def test_a_browser_changes_nothing_here(client_as, body):
    answer = client_as(Role.AUDITOR).post("/api/v1/entries", json=body)
    assert answer.status_code == 400
    assert "form" in answer.json["detail"]
