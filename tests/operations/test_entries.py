"""Facts entered by hand: by one or two persons, as new versions, with nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import NotAllowedError, NothingFoundError, UsageError
from geodata.model.codelists import FindingCode, Verdict
from geodata.model.columns import from_rows
from geodata.model.content_lists import ContentKind
from geodata.model.contract_key import ContractKey
from geodata.model.entries import Entry, EntryKind, EntryState
from geodata.model.roles import Actor, Role
from geodata.model.rows import row_cells
from geodata.store.queries.content import read_content
from geodata.store.queries.contracts import import_ledger, read_contracts
from geodata.store.queries.entries import entries_of
from geodata.store.queries.identities import contract_of_key
from geodata.store.queries.imports import ImportBatch
from geodata.store.scope import EVERYTHING
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from service.compliance.law import LawBook
from service.operations.cards import refresh_cards
from service.operations.dossier import Dossier, dossier
from service.operations.entries import (
    Entries,
    decide,
    effect_of_form,
    entries_shown,
    entry_file,
    propose,
)
from service.operations.entry_applying import apply_entry
from service.operations.entry_forms import EntryForm, read_form
from tests.conftest import NOON

TODAY = date(2026, 6, 30)
KEY = ContractKey("C1", "", "P1")
FACTS: Mapping[str, Any] = {
    "contract_no": "C1",
    "parcel_code": "P1",
    "project_name": "项目",
    "park": "东园",
    "signed_on": date(2024, 1, 10),
    "delivered_on": date(2024, 2, 1),
    "start_agreed_on": date(2025, 3, 31),
    "completion_agreed_on": date(2027, 3, 31),
}
OTHER = {**FACTS, "contract_no": "C2", "parcel_code": "P2", "park": "西园"}
GROUNDS = {"source": "示例规函〔2026〕1号", "reason": "现场核实"}
SAID: Mapping[EntryKind, Mapping[str, str]] = {
    EntryKind.MILESTONE: {"start_on": "2026-05-20"},
    EntryKind.EXTENSION: {
        "milestone": "start",
        "extended_to": "2026-03-31",
        "approved_on": "2025-03-01",
    },
    EntryKind.GOVERNMENT_PERIOD: {
        "begins_on": "2024-06-01",
        "ends_on": "2026-05-31",
        "cause": "G2",
    },
    EntryKind.OBSERVATION: {
        "observed_on": "2026-06-15",
        "site_state": "piles",
        "developed_share": "20%",
        "note": "打桩中",
    },
}


def actor(role: Role, name: str = "", *parks: str) -> Actor:
    return Actor(name or role.value, role, frozenset(parks) or None, role.permissions)


AUDITOR, REVIEWER = actor(Role.AUDITOR), actor(Role.REVIEWER)


def form(kind: EntryKind, **changes: str) -> EntryForm:
    return read_form(kind, {**SAID[kind], **GROUNDS, **changes}, TODAY)


def take(engine: sa.Engine, hours: int, *rows: Mapping[str, Any]) -> None:
    at = NOON + timedelta(hours=hours)
    with unit_of_work(engine) as connection:
        batch = ImportBatch("ledger.xlsx", "0" * 64, at, "files")
        import_ledger(connection, batch, from_rows(list(rows)))


@pytest.fixture
def owner(own_engine: sa.Engine) -> sa.Engine:
    """A district of two contracts in two parks."""
    take(own_engine, -1, FACTS, OTHER)
    return own_engine


@pytest.fixture
def entries(owner: sa.Engine, law: LawBook) -> Iterator[Entries]:
    """The district as the site reaches it; its clock goes on a minute each time it is asked."""
    engine = site_engine(owner.url.set(username=SITE_ROLE).render_as_string(hide_password=False))
    yield Entries(engine, law, ticking())
    engine.dispose()


def ticking() -> Callable[[], datetime]:
    told = iter(range(10**6))
    return lambda: NOON + timedelta(minutes=next(told))


def apply(owner: sa.Engine, entry: Entry) -> Entry:
    return apply_entry(owner, entry.entry_id, clock=ticking())


def done(entries: Entries, owner: sa.Engine, kind: EntryKind, **changes: str) -> Entry:
    """An entry that was proposed, approved where needed, and put into effect."""
    entry = propose(entries, AUDITOR, KEY, form(kind, **changes))
    if kind.needs_two:
        entry = decide(entries, REVIEWER, entry.entry_id, approves=True)
    return apply(owner, entry)


def page(entries: Entries, known_at: datetime | None = None) -> Dossier:
    with unit_of_work(entries.engine, EVERYTHING) as connection:
        return dossier(connection, entries.law, KEY, TODAY, "en", known_at)


def facts(engine: sa.Engine) -> dict[str, Any]:
    with unit_of_work(engine) as connection:
        return row_cells(read_contracts(connection).columns, 0)


def everything(engine: sa.Engine) -> list[Any]:
    """Every row of the facts and the entries."""
    tables = ("contract_fact", "observation_fact", "government_period_fact", "entry", "task")
    rows = (f"SELECT t::text FROM parcelwatch.{table} AS t ORDER BY 1" for table in tables)
    with unit_of_work(engine) as connection:
        return [connection.scalars(sa.text(query)).all() for query in rows]


@pytest.mark.parametrize("kind", EntryKind)
def test_an_entry_becomes_a_new_version_and_the_old_one_stays(entries, owner, kind):
    before = facts(owner)
    applied = done(entries, owner, kind)
    assert applied.state is EntryState.APPLIED
    assert facts(owner) != before
    told = page(entries)
    newest, first = told.history
    assert newest.entry == applied
    assert first.is_first
    assert (newest.entry.source, newest.entry.reason) == tuple(GROUNDS.values())
    then = page(entries, first.since.known_from)
    assert dict(then.parcel.facts).keys() == before.keys()
    assert told.entries == (applied,)


def test_a_milestone_that_is_done_changes_the_verdict(entries, owner):
    shown = effect_of_form(entries, AUDITOR, KEY, form(EntryKind.MILESTONE), TODAY)
    assert page(entries).parcel.verdict is shown.before.verdict is Verdict.SUSPECT_IDLE_1Y
    done(entries, owner, EntryKind.MILESTONE)
    refresh_cards(owner, entries.law, TODAY)
    assert page(entries).parcel.verdict is shown.after.verdict is Verdict.COMPLIANT
    assert FindingCode.OVERDUE_START in {finding.code for finding in shown.lost}


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        (EntryKind.EXTENSION, Verdict.OVERDUE_START),
        (EntryKind.GOVERNMENT_PERIOD, Verdict.SUPPLIED_UNUSED),
        (EntryKind.OBSERVATION, Verdict.SUSPECT_IDLE_1Y),
    ],
)
def test_what_is_shown_before_is_what_comes_out(entries, owner, kind, verdict):
    shown = effect_of_form(entries, AUDITOR, KEY, form(kind), TODAY)
    done(entries, owner, kind)
    result = page(entries).parcel.result
    assert result.verdict is shown.after.verdict is verdict
    assert result.milestones == shown.after.milestones
    assert result.findings == shown.after.findings


def test_a_late_approval_is_told_and_not_refused(entries):
    late = form(EntryKind.EXTENSION, approved_on="2025-04-30")
    shown = effect_of_form(entries, AUDITOR, KEY, late, TODAY)
    assert shown.approved_late_days == 30
    assert FindingCode.LATE_EXTENSION in {finding.code for finding in shown.gained}
    far = form(EntryKind.EXTENSION, extended_to="2026-09-30")
    gained = effect_of_form(entries, AUDITOR, KEY, far, TODAY).gained
    assert FindingCode.EXT_OVER_CAP in {finding.code for finding in gained}


def test_a_period_of_the_ledger_gets_its_end_there(entries, owner):
    take(owner, 0, {**FACTS, "government_periods": [(date(2024, 6, 1), None, 1, 0)]})
    done(entries, owner, EntryKind.GOVERNMENT_PERIOD)
    assert facts(owner)["government_periods"] == [(date(2024, 6, 1), date(2026, 5, 31), 1, 0)]
    with unit_of_work(owner) as connection:
        assert not read_content(connection, ContentKind.GOVERNMENT_PERIODS).rows


def test_a_period_of_its_own_keeps_its_document_and_can_be_corrected(entries, owner):
    done(entries, owner, EntryKind.GOVERNMENT_PERIOD)
    done(entries, owner, EntryKind.GOVERNMENT_PERIOD, ends_on="2026-04-30", source="二号")
    with unit_of_work(owner) as connection:
        (row,) = read_content(connection, ContentKind.GOVERNMENT_PERIODS).rows
    assert (row["ends_on"], row["document"]) == (date(2026, 4, 30), "二号")


def test_a_patrol_says_that_somebody_looked(entries, owner):
    done(entries, owner, EntryKind.OBSERVATION)
    assert facts(owner)["observed_on"] == date(2026, 6, 15)
    done(entries, owner, EntryKind.OBSERVATION, observed_on="2026-05-01")
    assert facts(owner)["observed_on"] == date(2026, 6, 15), "the last day stays"
    with unit_of_work(owner) as connection:
        assert len(read_content(connection, ContentKind.OBSERVATIONS).rows) == 2


def test_applying_twice_changes_nothing(entries, owner):
    applied = done(entries, owner, EntryKind.EXTENSION)
    before = everything(owner)
    assert apply(owner, applied) == applied
    assert everything(owner) == before


def test_what_waits_is_not_applied(entries, owner):
    entry = propose(entries, AUDITOR, KEY, form(EntryKind.EXTENSION))
    before = everything(owner)
    with pytest.raises(UsageError, match="waits for a second person"):
        apply(owner, entry)
    assert everything(owner) == before
    assert [each for each, _ in entries_shown(entries, REVIEWER, are_open=True)] == [entry]


@pytest.mark.parametrize("approves", [True, False])
def test_nobody_decides_about_the_own_entry(entries, owner, approves):
    entry = propose(entries, AUDITOR, KEY, form(EntryKind.EXTENSION))
    same = actor(Role.REVIEWER, AUDITOR.name)
    before = everything(owner)
    with pytest.raises(UsageError, match="second person"):
        decide(entries, same, entry.entry_id, approves=approves, reason="no")
    assert everything(owner) == before


def test_who_may_not_is_refused(entries):
    for role in set(Role) - {Role.AUDITOR, Role.PARK_MANAGER}:
        with pytest.raises(NotAllowedError):
            propose(entries, actor(role), KEY, form(EntryKind.MILESTONE))
    entry = propose(entries, AUDITOR, KEY, form(EntryKind.EXTENSION))
    for role in set(Role) - {Role.REVIEWER}:
        with pytest.raises(NotAllowedError):
            decide(entries, actor(role, "other"), entry.entry_id, approves=True)


def test_a_refusal_needs_a_reason_and_ends_the_entry(entries, owner):
    entry = propose(entries, AUDITOR, KEY, form(EntryKind.EXTENSION))
    with pytest.raises(UsageError, match="filled in"):
        decide(entries, REVIEWER, entry.entry_id, approves=False, reason=" ")
    refused = decide(entries, REVIEWER, entry.entry_id, approves=False, reason="文号不符")
    assert (refused.state, refused.decision) == (EntryState.REFUSED, "文号不符")
    with pytest.raises(UsageError, match="decided about already"):
        decide(entries, REVIEWER, entry.entry_id, approves=True)
    assert apply(owner, refused) == refused
    again = propose(entries, AUDITOR, KEY, form(EntryKind.EXTENSION))
    assert again.state is EntryState.WAITING


def test_of_two_who_decide_at_once_one_wins(entries):
    entry = propose(entries, AUDITOR, KEY, form(EntryKind.EXTENSION))
    start, told = threading.Barrier(4), list[str]()

    def one(number: int) -> None:
        person = actor(Role.REVIEWER, f"reviewer-{number}")
        start.wait()
        try:
            decide(entries, person, entry.entry_id, approves=bool(number % 2), reason="n")
        except UsageError as error:
            told.append(error.template)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 3
    assert {text.partition(":")[0] for text in told} == {"This has been decided about already"}


def test_the_same_is_not_entered_twice(entries, owner):
    entry = propose(entries, AUDITOR, KEY, form(EntryKind.MILESTONE))
    with pytest.raises(UsageError, match="entered already"):
        propose(entries, AUDITOR, KEY, form(EntryKind.MILESTONE))
    apply(owner, entry)
    with pytest.raises(UsageError, match="known already"):
        propose(entries, AUDITOR, KEY, form(EntryKind.MILESTONE))


@pytest.mark.parametrize("kind", [EntryKind.MILESTONE, EntryKind.EXTENSION])
def test_facts_that_changed_meanwhile_are_told_and_not_overwritten(entries, owner, kind):
    entry = propose(entries, AUDITOR, KEY, form(kind))
    if kind.needs_two:
        entry = decide(entries, REVIEWER, entry.entry_id, approves=True)
    changed = {"start_on": date(2026, 5, 1)}
    if kind is EntryKind.EXTENSION:
        changed = {"start_extensions": [(None, date(2025, 2, 1), date(2025, 12, 31))]}
    take(owner, 1, {**FACTS, **changed})
    failed = apply(owner, entry)
    assert failed.state is EntryState.FAILED
    assert "have changed" in failed.problem["template"]
    assert facts(owner).items() >= changed.items()
    assert entry_file(entries, REVIEWER, entry.entry_id, TODAY).effect is None


def test_what_changed_meanwhile_is_not_approved(entries, owner):
    entry = propose(entries, AUDITOR, KEY, form(EntryKind.EXTENSION))
    take(
        owner,
        1,
        {**FACTS, "start_extensions": [(None, date(2025, 2, 1), date(2025, 12, 31))]},
    )
    assert "have changed" in str(entry_file(entries, REVIEWER, entry.entry_id, TODAY).obstacle)
    with pytest.raises(UsageError, match="have changed"):
        decide(entries, REVIEWER, entry.entry_id, approves=True)
    decide(entries, REVIEWER, entry.entry_id, approves=False, reason="已变更")


def test_other_facts_may_change_meanwhile(entries, owner):
    entry = propose(entries, AUDITOR, KEY, form(EntryKind.MILESTONE))
    take(owner, 1, {**FACTS, "note": "新备注", "grantee": "甲公司"})
    assert apply(owner, entry).state is EntryState.APPLIED
    known = facts(owner)
    assert (known["note"], known["start_on"]) == ("新备注", date(2026, 5, 20))


def test_a_contract_of_another_park_is_not_there(entries):
    manager = actor(Role.PARK_MANAGER, "manager", "西园")
    with pytest.raises(NothingFoundError):
        propose(entries, manager, KEY, form(EntryKind.MILESTONE))
    entry = propose(entries, AUDITOR, KEY, form(EntryKind.EXTENSION))
    with pytest.raises(NothingFoundError):
        entry_file(entries, manager, entry.entry_id, TODAY)
    assert entries_shown(entries, manager, are_open=True) == []
    own = actor(Role.PARK_MANAGER, "manager", "东园")
    assert len(entries_shown(entries, own, are_open=True)) == 1


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        (EntryKind.MILESTONE, {"start_on": "2023-02-30"}, "start_on"),
        (EntryKind.MILESTONE, {"start_on": "2026-07-01"}, "start_on"),
        (EntryKind.MILESTONE, {"start_on": "'; DROP TABLE contract"}, "start_on"),
        (EntryKind.MILESTONE, {"start_on": ""}, ""),
        (EntryKind.MILESTONE, {"developed_m2": "9" * 40}, "developed_m2"),
        (EntryKind.MILESTONE, {"developed_m2": "9" * 9000}, "developed_m2"),
        (EntryKind.MILESTONE, {"far_actual": "-1"}, "far_actual"),
        (EntryKind.MILESTONE, {"far_actual": "NaN"}, "far_actual"),
        (EntryKind.EXTENSION, {"milestone": "topping_out"}, "milestone"),
        (EntryKind.EXTENSION, {"approved_on": ""}, "approved_on"),
        (EntryKind.EXTENSION, {"approved_on": "2026-07-01"}, "approved_on"),
        (EntryKind.EXTENSION, {"applied_on": "2025-03-02"}, "applied_on"),
        (EntryKind.GOVERNMENT_PERIOD, {"ends_on": "2024-05-31"}, "ends_on"),
        (EntryKind.GOVERNMENT_PERIOD, {"begins_on": "2026-08-01", "ends_on": ""}, "begins_on"),
        (EntryKind.GOVERNMENT_PERIOD, {"cause": "G9"}, "cause"),
        (EntryKind.OBSERVATION, {"developed_share": "120%"}, "developed_share"),
        (EntryKind.OBSERVATION, {"note": "x" * 501}, "note"),
        (EntryKind.OBSERVATION, {"site_state": ""}, "site_state"),
        (EntryKind.OBSERVATION, {"source": " \t"}, "source"),
        (EntryKind.OBSERVATION, {"reason": "a\0b"}, "reason"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(kind, changes, field):
    assert set(form(kind, **changes).problems) == {field}


def test_a_form_with_problems_is_not_entered(entries, owner):
    before = everything(owner)
    with pytest.raises(UsageError, match="not a day of the calendar"):
        propose(entries, AUDITOR, KEY, form(EntryKind.MILESTONE, start_on="2023-02-30"))
    assert everything(owner) == before


def test_days_that_are_set_may_lie_ahead():
    assert not form(EntryKind.EXTENSION, extended_to="2027-01-31").problems
    assert not form(EntryKind.GOVERNMENT_PERIOD, ends_on="2027-01-31").problems
    assert not form(EntryKind.GOVERNMENT_PERIOD, ends_on="").problems


_days = st.dates(date(2024, 3, 1), TODAY).map(str)
_said = st.one_of(
    st.tuples(st.just(EntryKind.MILESTONE), st.fixed_dictionaries({"start_on": _days})),
    st.tuples(st.just(EntryKind.EXTENSION), st.fixed_dictionaries({"approved_on": _days})),
    st.tuples(
        st.just(EntryKind.GOVERNMENT_PERIOD),
        st.fixed_dictionaries({"begins_on": _days, "ends_on": st.just("")}),
    ),
    st.tuples(st.just(EntryKind.OBSERVATION), st.fixed_dictionaries({"observed_on": _days})),
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_said, min_size=1, max_size=4))
def test_no_sequence_of_entries_loses_a_version(entries, owner, sequence):
    """Every state of the facts that ever was can be read again, and each entry is told of."""
    key = ContractKey(f"N{uuid4().hex}")
    take(owner, 0, {**FACTS, "contract_no": key.contract_no, "parcel_code": None})
    seen, refused = [state_of(owner, key)], list[str]()
    for kind, changes in sequence:
        try:
            entry = propose(entries, AUDITOR, key, form(kind, **changes))
        except UsageError as error:
            refused.append(error.template)
            continue
        if kind.needs_two:
            decide(entries, REVIEWER, entry.entry_id, approves=True)
        assert apply(owner, entry).state is EntryState.APPLIED
        seen.append(state_of(owner, key))
    assert [state_of(owner, key, at) for at, _ in seen] == seen
    with unit_of_work(owner) as connection:
        kept = entries_of(connection, contract_of_key(connection, key))
    assert len(kept) == len(seen) - 1 == len(sequence) - len(refused)
    assert all(text.startswith("This is known already") for text in refused)


def state_of(
    engine: sa.Engine, key: ContractKey, known_at: datetime | None = None
) -> tuple[datetime | None, Mapping[str, Any]]:
    """From when the facts of a contract are known, and what they are."""
    with unit_of_work(engine) as connection:
        number = np.array([contract_of_key(connection, key)])
        stored = read_contracts(connection, known_at=known_at, contract_ids=number)
    return stored.known_at, row_cells(stored.columns, 0)


def test_imagery_alone_is_no_ground_for_a_fact() -> None:
    texts = {"start_on": "2025-03-01", "source": "2025年4月卫星影像", "reason": "已开工"}
    assert "source" in read_form(EntryKind.MILESTONE, texts, TODAY).problems
    with_patrol = texts | {"source": "2025年4月卫星影像、4月9日巡查记录"}
    assert not read_form(EntryKind.MILESTONE, with_patrol, TODAY).problems
