"""Pages of reviews and cases, over the real database."""

from __future__ import annotations

import html
import re
from uuid import UUID, uuid4

import pytest

from geodata.model.case_lists import CaseAction, CasePath
from geodata.model.codelists import FindingCode
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Role
from service.operations.auditing import audit
from service.operations.cards import refresh_cards
from tests.conftest import NOON
from tests.operations.test_entries import FACTS, take

from .forms import PAGE, csrf_of, send, text_of

pytestmark = pytest.mark.writes

TODAY = NOON.date()


@pytest.fixture
def key(demo, law) -> ContractKey:
    """A contract of this test alone, late with its start."""
    key = ContractKey(f"案件{uuid4().hex[:8]}号", "", uuid4().hex[:12])
    parts = {"contract_no": key.contract_no, "parcel_code": key.parcel_code}
    take(demo.engine, 0, {**FACTS, **parts})
    refresh_cards(demo.engine, law, TODAY)
    return key


@pytest.fixture
def clerk(client_as):
    return client_as(Role.AUDITOR)


def submit(clerk, key, **said):
    page = f"/contracts/{key.slug}/case"
    return clerk.post(page, data={"csrf": csrf_of(clerk, page), **said}, headers=PAGE)


def opened(clerk, key, **changes) -> str:
    """The address of a case that was opened with the form."""
    said = {
        "ground": FindingCode.SUSPECT_IDLE_1Y.value,
        "path": CasePath.IDLE_LAND.value,
        "opened_on": "2026-04-02",
        "reason": "现场核实",
    }
    answer = submit(clerk, key, **{**said, **changes})
    assert answer.status_code == 303, text_of(answer)
    return answer.location


def notify(client, path, number="沪示例〔2026〕1号", **changes):
    said = {
        "version": "0",
        "action": CaseAction.NOTIFY_INVESTIGATION.value,
        "acted_on": "2026-04-07",
        "document-investigation_notice": number,
        "document-service_receipt": "沪示例〔2026〕2号",
    }
    return send(client, f"{path}/steps", page=path, **{**said, **changes})


def drafted(clerk, path) -> str:
    """The address of an investigation notice, drafted and filled in with the forms."""
    made = send(clerk, f"{path}/documents", page=path, kind="investigation_notice")
    assert made.status_code == 303
    page = clerk.get(made.location, headers=PAGE).text
    blanks = [html.unescape(name) for name in re.findall(r'name="blank" value="([^"]+)"', page)]
    said = {"version": "0", "blank": blanks, "words": ["某某"] * len(blanks)}
    assert send(clerk, f"{made.location}/text", page=made.location, **said).status_code == 303
    return made.location


def served(legal, clerk, path) -> str:
    """The number of an investigation notice that was issued and served with the forms."""
    page, number = drafted(clerk, path), f"沪示例〔2026〕{uuid4().hex[:6]}号"
    said = {"version": "1", "number": number, "recipient": "某公司", "issued_on": "2026-04-03"}
    assert send(clerk, f"{page}/issue", page=page, **said).status_code == 403
    assert send(legal, f"{page}/issue", page=page, **said).status_code == 303
    said = {"way": "hand", "served_on": "2026-04-07", "receiver": "陈某某", "evidence": "回证"}
    assert send(legal, f"{page}/services", page=page, **said).status_code == 303
    return number


def test_a_case_is_opened_from_the_page_of_its_contract(clerk, key):
    page = clerk.get(f"/contracts/{key.slug}", headers=PAGE).text
    assert "Open a case" in page
    path = opened(clerk, key)
    told = text_of(clerk.get(path, headers=PAGE))
    assert "serve the investigation notice" in told
    assert "by 2026-05-06" in told  # 2 May and the days after it are holidays
    assert path in clerk.get(f"/contracts/{key.slug}", headers=PAGE).text
    assert path in clerk.get("/cases", headers=PAGE).text


def test_what_cannot_be_opened_is_said(clerk, key):
    refused = submit(
        clerk,
        key,
        ground="suspect_idle_2y",
        path="idle_land",
        opened_on="2026-06-30",
        reason="核实",
    )
    assert refused.status_code == 400
    assert "no such finding" in text_of(refused)


def test_a_step_is_taken_and_the_next_one_told(client_as, clerk, key):
    path, legal = opened(clerk, key), client_as(Role.LEGAL)
    assert notify(legal, path).status_code == 409
    number = served(legal, clerk, path)
    assert notify(clerk, path, number).status_code == 403
    assert notify(legal, path, number).status_code == 303
    told = text_of(legal.get(path, headers=PAGE))
    assert "record the explanation" in told
    assert "by 2026-05-07" in told
    assert number in told
    near = legal.get("/reminders?within=60", headers=PAGE)
    assert "record the explanation" in text_of(near)


def test_who_comes_second_is_told_and_keeps_what_was_typed(client_as, clerk, key):
    legal, path = client_as(Role.LEGAL), opened(clerk, key)
    notify(legal, path, served(legal, clerk, path))
    late = notify(legal, path, action="record_explanation", reason="企业来函")
    assert late.status_code == 409
    assert "has moved on meanwhile" in text_of(late)
    assert "企业来函" in late.text


def test_two_people_drop_a_case(client_as, clerk, key):
    path = opened(clerk, key)
    said = {"version": "0", "action": "drop", "acted_on": "2026-06-30", "reason": "查无此事"}
    assert send(clerk, f"{path}/steps", page=path, **said).status_code == 303
    reviewer = client_as(Role.REVIEWER)
    assert path in reviewer.get("/cases/work", headers=PAGE).text
    page = reviewer.get(path, headers=PAGE).text
    number = re.search(r'name="proposal_id" value="([^"]+)"', page)[1]
    agreed = send(reviewer, f"{path}/decisions", page=path, proposal_id=number, act="agree")
    assert agreed.status_code == 303
    assert "unfounded" in text_of(reviewer.get(path, headers=PAGE))
    assert path not in clerk.get("/cases", headers=PAGE).text
    assert path in clerk.get("/cases?closed=1", headers=PAGE).text


def test_a_document_is_read_kept_apart_and_taken_away(client_as, clerk, key):
    path = opened(clerk, key)
    page = drafted(clerk, path)
    told = text_of(clerk.get(page, headers=PAGE))
    assert "闲置土地调查通知书" in told
    assert "某某" in told
    assert "Missing before it is issued" not in told
    for form, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        first, second = (clerk.get(f"{page}.{form}").data for _ in range(2))
        assert first.startswith(start)
        assert first == second
    assert clerk.get(f"{page}.exe", headers=PAGE).status_code == 404
    manager = client_as(Role.PARK_MANAGER)
    assert manager.get(page, headers=PAGE).status_code == 404
    late = send(clerk, f"{page}/text", page=page, version="0", blank="x", words="y")
    assert late.status_code == 409
    assert "changed the draft meanwhile" in text_of(late)
    assert send(clerk, f"{page}/withdrawal", page=page, version="1").status_code == 303
    assert "draft withdrawn" in text_of(clerk.get(page, headers=PAGE))


def test_a_second_person_agrees_to_a_determination(client_as, clerk, key):
    path = opened(clerk, key)
    made = send(clerk, f"{path}/documents", page=path, kind="determination").location
    reviewer = client_as(Role.REVIEWER)
    early = send(reviewer, f"{made}/approval", page=made, version="0")
    assert early.status_code == 409
    assert "has to be filled in" in text_of(early)
    legal = client_as(Role.LEGAL)
    assert "A second person has to agree" in text_of(legal.get(made, headers=PAGE))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_is_exported_as_it_is_filtered(clerk, key, form):
    opened(clerk, key)
    whole, none = (
        clerk.get(f"/cases.{form}?{query}").data for query in ("", "path=damages&park=nowhere")
    )
    assert len(whole) > len(none)
    if form == "csv":
        assert key.contract_no in whole.decode("utf-8-sig")
        assert key.contract_no not in none.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/cases?path=nothing", 400), ("/cases?state=x", 400), (f"/cases/{UUID(int=0)}", 404)],
)
def test_a_wrong_address_is_answered_in_words(clerk, path, status):
    answer = clerk.get(path, headers=PAGE)
    assert answer.status_code == status
    assert text_of(answer).strip()


def test_findings_are_reviewed_and_the_run_signed_off(client_as, clerk, demo, law, key):
    run = audit(demo.engine, law, TODAY, "zh", actor="worker", clock=lambda: NOON).run
    path = f"/reviews?run={run.run_id}&code=suspect_idle_1y"
    page = clerk.get(path, headers=PAGE).text
    assert key.contract_no in page
    contract_id = re.findall(r'name="contract_id" value="(\d+)"', page)[0]
    said = {"contract_id": contract_id, "code": "suspect_idle_1y", "milestone": ""}
    bare = send(clerk, f"/reviews/{run.run_id}", page=path, **said, act="dismiss", reason="误判")
    assert bare.status_code == 400
    assert "dismissed on evidence" in text_of(bare)
    done = send(clerk, f"/reviews/{run.run_id}", page=path, **said, act="confirm", reason="属实")
    assert done.status_code == 303
    assert "属实" in text_of(clerk.get(f"{path}&standing=confirmed", headers=PAGE))
    reviewer = client_as(Role.REVIEWER)
    sign = f"/reviews/{run.run_id}/sign"
    assert send(reviewer, sign, page=path, statement="同意").status_code == 303
    assert "Signed off by" in text_of(clerk.get(path, headers=PAGE))
    again = send(
        clerk, f"/reviews/{run.run_id}", page="/cases/work", **said, act="confirm", reason="再核"
    )
    assert again.status_code == 400
