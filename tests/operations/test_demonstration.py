"""The demonstration shows everything the product can say, on a real database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from geodata.demo.writing import TABLES
from geodata.errors import UsageError
from geodata.model.codelists import (
    ClaimKind,
    ClaimStatus,
    FindingCode,
    Group,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
    WarningCode,
)
from geodata.model.content_lists import ContentKind
from geodata.store.queries.claims import read_claims
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.runs import read_run
from geodata.store.session import unit_of_work
from service.operations.auditing import audit
from service.operations.check import check_file
from service.operations.demonstration import DEMO_AS_OF, audit_demo, import_demo
from service.operations.developing import development_report
from service.operations.import_sources import Source
from service.operations.importing import import_now
from service.operations.mapping import map_of_database
from service.operations.parks import park_report
from tests.conftest import NOON


def test_every_verdict_occurs(demo):
    assert set(demo.audited.content.summary.verdicts) == set(Verdict)


def test_every_finding_code_occurs(demo):
    found = demo.audited.judged.findings
    assert {FindingCode.at(int(code)) for code in np.unique(found.code)} == set(FindingCode)


def test_every_bucket_of_unused_land_occurs(demo):
    buckets = demo.audited.judged.findings.bucket
    assert {UnusedBucket.at(int(b)) for b in np.unique(buckets[buckets >= 0])} == set(UnusedBucket)


def test_every_milestone_state_occurs(demo):
    states = np.concatenate([demo.audited.judged.milestones[k].state for k in MilestoneKind])
    assert {MilestoneState.at(int(state)) for state in np.unique(states)} == set(MilestoneState)


def test_every_kind_of_warning_about_facts_occurs(demo):
    told = {oddity.code for _, oddity in demo.audited.content.oddities()}
    valid_by_design = {WarningCode.UNUSUAL_PARCEL_CODE, WarningCode.USCC_CHECK}
    assert told == set(WarningCode) - valid_by_design


def test_most_land_is_in_order(demo):
    summary = demo.audited.content.summary
    assert 0.1 < summary.in_any_group / summary.contract_count < 0.35
    assert all(summary.groups[group].count for group in Group)


def test_the_tally_reaches_part_of_the_targets_and_shows_a_double_claim(demo):
    tally = demo.audited.content.tally
    shares = {line.kind: line.share for line in tally.lines}
    assert all(0.3 < shares[kind] < 1 for kind in ClaimKind)
    with unit_of_work(demo.engine) as connection:
        kinds = {claim.claim_code: claim.kind for claim in read_claims(connection)[0]}
    pairs = {(kinds[o.claim_code], kinds[o.other_code]) for o in tally.overlaps}
    assert (ClaimKind.VACATED, ClaimKind.UPGRADED) in pairs


def test_growth_and_counts_are_told_of_the_whole_district_and_every_park(demo, law):
    found = development_report(demo.engine, law, DEMO_AS_OF)
    assert found.growth
    assert found.counts
    assert all(place.rate is not None for line in found.growth for place in line.places)
    assert all(line.count.count for line in found.counts)


def test_every_park_has_a_champion_and_projects_that_reached_their_target(demo, law):
    report = park_report(demo.engine, law, DEMO_AS_OF)
    assert all(each.names for each in report.champions)
    assert {each.park for each in report.totals if each.reached_count} == {
        each.park for each in report.champions
    }


def test_a_second_import_changes_nothing(demo):
    again = import_demo(demo.engine, demo.files, lambda: NOON)
    kinds = (ContentKind.LEDGER, ContentKind.CLAIMS, *TABLES)
    for counts in (again.table(kind).counts for kind in kinds):
        assert counts.unchanged == counts.rows_in > 0
        assert counts.added == counts.changed == counts.rejected == 0


def test_a_second_audit_finds_the_first_one(demo, law):
    again = audit_demo(demo.engine, law, "en", lambda: NOON)
    assert not again.is_new
    assert again.run.run_id == demo.audited.run.run_id


def test_the_stored_run_equals_the_judgement(demo):
    with unit_of_work(demo.engine) as connection:
        kept = read_run(connection, demo.audited.run.run_id)
    assert kept.run.contract_count == len(kept.contract_id) == len(demo.audited.judged)
    np.testing.assert_array_equal(kept.judged.verdict, demo.audited.judged.verdict)
    np.testing.assert_array_equal(kept.judged.findings.code, demo.audited.judged.findings.code)
    np.testing.assert_array_equal(
        kept.judged.findings.amount.fen, demo.audited.judged.findings.amount.fen
    )


def test_the_database_says_what_the_file_says(demo, law):
    checked = check_file(demo.files.ledger, law, DEMO_AS_OF, "en").content.contracts
    stored = demo.audited.content.contracts
    assert [c | {"row": None} for c in checked] == [c | {"row": None} for c in stored]


def test_an_audit_can_be_repeated_as_it_was_known(demo, law):
    with unit_of_work(demo.engine) as connection:
        known_at = read_contracts(connection).known_at
    later = known_at + timedelta(hours=1)
    again = audit(
        demo.engine, law, DEMO_AS_OF, "en", actor="test", clock=lambda: later, known_at=known_at
    )
    assert again.run.facts_digest == demo.audited.run.facts_digest


def test_another_version_of_the_rules_is_another_run(demo, law, monkeypatch):
    """A changed rule must never be answered with what the old one found."""
    monkeypatch.setattr("service.operations.auditing.rule_set_digest", lambda _: "sha256:other")
    assert audit_demo(demo.engine, law, "en", lambda: NOON).is_new


def test_nobody_can_audit_what_will_be_known(demo, law):
    with pytest.raises(UsageError, match="2027"):
        audit(
            demo.engine, law, DEMO_AS_OF, "en",
            actor="test", clock=lambda: NOON, known_at=datetime(2027, 1, 1, tzinfo=UTC),
        )  # fmt: skip


def test_fiction_has_no_place_among_facts(own_engine, demo, clock):
    import_now(own_engine, [Source(demo.files.ledger)], actor="auditor", clock=clock)
    with pytest.raises(UsageError, match="auditor"):
        import_demo(own_engine, demo.files, clock)


def test_the_map_shows_the_register_as_it_stood_on_the_day(demo, law):
    then = map_of_database(demo.engine, law, date(2019, 1, 1), "en")
    assert not [placed for placed in then.claims if placed.claim.status is ClaimStatus.DONE]
    assert all(line.done_mu == 0 for line in then.tally.lines)
    now = map_of_database(demo.engine, law, DEMO_AS_OF, "en")
    done = [each.claim for each in now.claims if each.claim.status is ClaimStatus.DONE]
    assert done
    assert all(claim.done_on and claim.done_on <= DEMO_AS_OF for claim in done)
