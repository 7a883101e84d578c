"""Breach reports: what they must say, what they may not, and that a batch goes on where it was."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from geodata.errors import NotAllowedError, NothingFoundError
from geodata.model.case_lists import CaseAction, DocumentKind
from geodata.model.cases import Proposal, Taken
from geodata.model.codelists import (
    DamagesScheme,
    GovernmentCause,
    MilestoneKind,
    PeriodStatus,
    Verdict,
)
from geodata.model.content_lists import EvidenceKind
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Actor, Permission, Role
from geodata.store.blobs import BlobStore
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from service.operations.breach_facts import Asked, breach_facts
from service.operations.breach_land import district_outline
from service.operations.breach_reports import (
    JOURNAL_NAME,
    breach_document,
    contracts_in_breach,
    write_reports,
)
from service.operations.cases import Cases, act, decide
from service.operations.dossier import stored_contract
from service.operations.evidence import EvidenceRoom, add_to_contract
from service.operations.verifying import prove_bundle
from service.reports.papers.blocks import Block, Figure, Heading, Table, Words, texts
from service.reports.papers.document import Document
from tests.conftest import NOON
from tests.operations.casework import REVIEWER, opened
from tests.operations.test_entries import FACTS, KEY, OTHER, take

TODAY = date(2026, 6, 30)
AUDITOR = Actor.of_role("hecha", Role.AUDITOR)
MANAGER = Actor("yuanqu", Role.PARK_MANAGER, frozenset({"西园"}), Role.PARK_MANAGER.permissions)
PERIOD = (date(2025, 6, 1), date(2025, 8, 31), GovernmentCause.G2.position)
LATE = {
    **FACTS,
    "premium_yuan": 10_000_000,
    "premium_paid_yuan": 10_000_000,
    "deposit_yuan": 2_000_000,
    "damages_scheme": DamagesScheme.DAILY_PERMILLE.position,
    "start_permille": 1,
    "government_periods": [(*PERIOD, PeriodStatus.CLAIMED.position)],
}


@pytest.fixture
def asked(law) -> Asked:
    return Asked(law, TODAY, "en")


@pytest.fixture
def engine(own_engine):
    """A district with one contract that is late in each of two parks."""
    take(own_engine, 0, LATE, OTHER)
    return own_engine


def words(blocks: Sequence[Block]) -> str:
    """Everything blocks say, in order."""
    said = []
    for block in blocks:
        if isinstance(block, Table):
            said += [block.caption, *block.heads]
        for text in texts(block):
            said.append("".join(run.text for run in text if isinstance(run, Words)))
    return "\n".join(said)


def section(report: Document, title: str) -> list[Block]:
    """The blocks under a heading."""
    titles = [block.text[0].text if isinstance(block, Heading) else "" for block in report.blocks]
    first = titles.index(title) + 1
    ends = [place for place in range(first, len(titles)) if titles[place]]
    return list(report.blocks[first : min(ends, default=None)])


def row(blocks: Sequence[Block], name: str) -> list[str]:
    """The cells of the row of a table that begins with a name."""
    for block in blocks:
        for cells in block.rows if isinstance(block, Table) else ():
            told = ["".join(run.text for run in cell if isinstance(run, Words)) for cell in cells]
            if told[0] == name:
                return told
    raise AssertionError(name)


def test_a_report_has_every_part_and_calls_everything_suspected(engine, asked):
    report = breach_document(engine, AUDITOR, asked, KEY)
    assert [block.text[0].text for block in report.blocks if isinstance(block, Heading)] == [
        *("In short", "Parties and contract", "Map of the parcel", "Clause by clause"),
        *("Milestones through time", "Causes of government", "Calculations", "Alternatives"),
        *("Right to rescind and limitation", "Evidence", "Procedure"),
    ]
    start = row(section(report, "Clause by clause"), "Start of construction")
    assert start[1:4] == ["2025-03-31", "Not done", "456 days late"]
    assert start[4].startswith("Damages 4,560,000.00 yuan; suspected: start overdue")
    assert "until a determination or decision is served, nothing of it is established" in words(
        report.blocks
    )
    assert report.kind is DocumentKind.BREACH_REPORT
    assert "idle (determined)" not in words(report.blocks)


def test_a_served_determination_is_told_and_only_the_rest_is_suspected(own_engine, asked):
    take(own_engine, 0, {**LATE, "idle_determined_on": date(2026, 6, 1)}, OTHER)
    report = breach_document(own_engine, AUDITOR, asked, KEY)
    said = words(report.blocks)
    assert "The determination as idle land was served on 2026-06-01" in said
    assert "suspected: idle (determined)" not in said
    assert "suspected: start overdue" in said
    before = Asked(asked.law, date(2026, 5, 31), "en")
    assert "was served" not in words(breach_document(own_engine, AUDITOR, before, KEY).blocks)


def test_government_time_is_told_with_and_without_deduction(own_engine, asked):
    verified = [(*PERIOD, PeriodStatus.VERIFIED.position)]
    claimed = section(_report(own_engine, asked, LATE), "Causes of government")
    assert row(claimed, "Start late by")[1:] == ["456 days", "456 days", "364 days"]
    assert row(claimed, "Verdict")[1:] == [
        *("Suspected idle, one year", "Suspected idle, one year"),
        "Unused by government cause",
    ]
    deducted = section(
        _report(own_engine, asked, {**LATE, "government_periods": verified}, turn=1),
        "Causes of government",
    )
    assert row(deducted, "Start late by")[1:] == ["364 days", "456 days"]
    assert row(deducted, "Damages for late milestones")[1:] == [
        "3,640,000.00 yuan",
        "4,560,000.00 yuan",
    ]


def test_days_before_an_extension_that_runs_are_claimed_by_the_day(own_engine, asked):
    granted = (date(2026, 2, 22), date(2026, 3, 17), date(2026, 8, 22))
    extended = {"start_agreed_on": date(2026, 2, 5), "start_extensions": [granted]}
    take(own_engine, 0, {**LATE, "government_periods": [], **extended}, OTHER)
    (claim,) = _facts(own_engine, asked).rights.claims.values()
    assert (claim.late_days, claim.barred_days) == (40, 0)
    assert claim.next_barred_on == date(2029, 2, 7)


def _report(engine, asked: Asked, facts, turn: int = 0) -> Document:
    take(engine, turn, facts, OTHER)
    return breach_document(engine, AUDITOR, asked, KEY)


def test_ways_that_exclude_each_other_stand_side_by_side(own_engine, asked):
    ways = section(_report(own_engine, asked, LATE), "Alternatives")
    assert row(ways, "Damages: daily per mille")[1:] == [
        "4,560,000.00 yuan",
        "Agreed in the contract",
    ]
    assert row(ways, "Deposit kept")[1:] == [
        "2,000,000.00 yuan",
        "Instead of damages, never beside them",
    ]
    with pytest.raises(AssertionError, match="bond tiers"):
        row(ways, "Damages: bond tiers")
    shares = tuple(Fraction(share) for share in (60, 20, 20))
    tiers = {**LATE, "bond_yuan": Fraction(3_000_000), "bond_split": shares}
    ways = section(_report(own_engine, asked, tiers, turn=1), "Alternatives")
    assert row(ways, "Damages: bond tiers")[1:] == [
        "1,800,000.00 yuan",
        "Only if the contract has it; for comparison",
    ]


def test_facts_without_evidence_are_counted_as_gaps(engine, asked, tmp_path):
    room = EvidenceRoom(engine, BlobStore(tmp_path / "files"), 1 << 20, lambda: NOON)
    given = [("开工核查.pdf", io.BytesIO(b"%PDF-1.7"))]
    before = _facts(engine, asked)
    add_to_contract(
        room, AUDITOR, KEY, given, kind=EvidenceKind.PATROL, milestone=MilestoneKind.START
    )
    after = _facts(engine, asked)
    assert not before.exhibits
    assert [one.title for one in after.exhibits] == ["开工核查.pdf"]
    proven = [one.fact.key for one in after.facts if one.exhibits]
    assert "start_agreed_on" in proven
    assert "premium_yuan" not in proven
    assert after.gap_count < before.gap_count


def _facts(engine, asked: Asked):
    with unit_of_work(engine) as connection:
        wanted = stored_contract(connection, KEY).contract_id
        (facts,) = breach_facts(connection, asked, wanted, district_outline(connection))
    return facts


def test_the_procedure_tells_what_was_done_and_what_is_next(engine, asked):
    cases = Cases(engine, asked.law, lambda: NOON)
    case = opened(cases)
    running = words(_procedure(engine, asked))
    assert "Idle land procedure, opened on 2026-04-02: opened" in running
    assert "Serve the investigation notice\n2026-05-06" in running
    assert "No case is open" not in running
    taken = Taken(CaseAction.DROP, date(2026, 4, 10), "现场已动工")
    asked_for = act(cases, AUDITOR, case.case_id, case.version, taken)
    assert isinstance(asked_for, Proposal)
    decide(cases, REVIEWER, asked_for.proposal_id, agrees=True)
    ended = words(_procedure(engine, asked))
    assert "Drop the case\n2026-04-10\n现场已动工" in ended
    assert "No case is open" in ended


def _procedure(engine, asked: Asked) -> list[Block]:
    report = breach_document(engine, AUDITOR, asked, KEY)
    titles = [block.text[0].text if isinstance(block, Heading) else "" for block in report.blocks]
    return list(report.blocks[titles.index("Procedure") :])


def test_no_map_is_drawn_of_land_nobody_has_an_outline_of(engine, asked):
    part = section(breach_document(engine, AUDITOR, asked, KEY), "Map of the parcel")
    assert not any(isinstance(block, Figure) for block in part)


def test_a_report_is_for_who_sees_the_contract_and_may_take_things_out(engine, asked):
    site = site_engine(engine.url.set(username=SITE_ROLE).render_as_string(hide_password=False))
    with pytest.raises(NothingFoundError):
        breach_document(site, MANAGER, asked, KEY)
    assert breach_document(site, MANAGER, asked, ContractKey("C2", "", "P2")).blocks
    site.dispose()
    leader = Actor.of_role("lingdao", Role.LEADER)
    assert not leader.may(Permission.EXPORT)
    with pytest.raises(NotAllowedError):
        breach_document(engine, leader, asked, KEY)
    with pytest.raises(NotAllowedError):
        contracts_in_breach(engine, leader, asked)
    assert len(contracts_in_breach(engine, AUDITOR, asked)) == 2
    assert len(contracts_in_breach(engine, MANAGER, asked)) == 1
    with pytest.raises(NothingFoundError):
        contracts_in_breach(engine, AUDITOR, asked, "北园")


def test_a_batch_goes_on_where_it_was_and_is_proved(engine, asked, tmp_path):
    wanted = contracts_in_breach(engine, AUDITOR, asked)

    def made() -> int:
        kept = write_reports(engine, asked, wanted, tmp_path, form="docx", clock=lambda: NOON)
        assert [line.verdict for line in kept.lines] == [Verdict.SUSPECT_IDLE_1Y] * 2
        assert kept.lines[0].damages_yuan == Decimal(4_560_000)
        assert not prove_bundle(tmp_path).flaws
        return kept.made_count

    assert made() == 2
    assert made() == 0
    journal = tmp_path / JOURNAL_NAME
    first, second = journal.read_text(encoding="utf-8").splitlines()
    journal.write_text(f"{first}\n{second[:40]}", encoding="utf-8")  # killed in the middle
    (tmp_path / ".parcelwatch-half").mkdir()
    assert made() == 1
    next(tmp_path.glob("C1*")).write_bytes(b"altered")
    assert made() == 1
    take(engine, 1, {**LATE, "project_name": "新项目"}, OTHER)
    assert made() == 1
