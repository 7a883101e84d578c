"""Reviews of findings, and cases, which move only as the table of transitions says."""
# ruff: noqa: E501 - frozen: one column, rule, policy or transition to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0026"
down_revision = "0025"

SCHEMA = "parcelwatch"
SITE = "parcelwatch_site"

INSTANT = sa.DateTime(timezone=True)
AMOUNT = sa.Numeric(24, 2)

FINDINGS = "'overdue_start', 'overdue_completion', 'overdue_production', 'overdue_target_output', 'suspect_idle_1y', 'suspect_idle_2y', 'idle_gov', 'suspect_idle_suspended', 'idle_confirmed', 'supplied_unused', 'late_extension', 'ext_over_cap', 'extension_ignored', 'needs_supplement', 'payment_overdue', 'delivery_late_by_grantor', 'rescission_expiring', 'rescission_lapsed', 'in_supervision_scope', 'track_conflict', 'damages_high', 'shortfall_investment', 'shortfall_far', 'excess_far', 'shortfall_output', 'shortfall_tax', 'used_not_full', 'data_gap', 'date_undetermined'"
PATHS = "'idle_land', 'negotiated', 'rescission', 'damages'"
STATES = "'opened', 'investigating', 'explained', 'determined', 'published', 'filed', 'hearing_offered', 'hearing_requested', 'hearing_called', 'heard', 'announced', 'fee_approved', 'fee_decided', 'fee_contested', 'fee_demanded', 'fee_in_court', 'fee_paid', 'recovery_approved', 'recovery_decided', 'recovery_contested', 'recovery_demanded', 'recovery_in_court', 'recovered', 'negotiating', 'planned', 'plan_approved', 'agreed', 'disposed', 'demanded', 'rescinded', 'rescission_contested', 'refunded', 'instalments_agreed', 'sued', 'adjudged', 'damages_paid', 'closed'"
OUTCOMES = "'fee_paid', 'recovered', 'disposed', 'rescinded', 'damages_paid', 'cured', 'waived', 'annulled', 'unfounded'"
OPTIONS = "'extend_start', 'change_use', 'temporary_use', 'paid_recovery', 'swap', 'other'"
ACTIONS = "'notify_investigation', 'record_explanation', 'determine', 'publish', 'file', 'offer_hearing', 'request_hearing', 'forgo_hearing', 'let_hearing_lapse', 'call_hearing', 'hold_hearing', 'announce_recovery', 'approve_fee', 'approve_recovery', 'decide_fee', 'decide_recovery', 'contest', 'uphold', 'annul', 'demand', 'apply_to_court', 'record_part_payment', 'record_payment', 'inform_mortgagee', 'deregister', 'cancel_registration', 'negotiate', 'plan', 'approve_plan', 'sign_agreement', 'record_performance', 'resume', 'rescind', 'refund', 'agree_instalments', 'sue', 'record_judgment', 'waive', 'record_cure', 'drop', 'close'"
PROPOSALS = "'waiting', 'agreed', 'refused'"
MILESTONES = "'start', 'completion', 'production', 'target_output'"
DECISIONS = "'confirm', 'dispute', 'dismiss'"

WAYS: tuple[tuple[object, ...], ...] = (
    ("idle_land", "opened", "notify_investigation", "investigating", "issue", ["investigation_notice", "service_receipt"], "investigation_notice", "", "", False, False, False, None),
    ("idle_land", "investigating", "record_explanation", "explained", "cases", [], "explanation", "", "", False, False, False, None),
    ("idle_land", "investigating", "determine", "determined", "issue", ["determination", "service_receipt"], "determination", "explanation", "", True, False, False, None),
    ("idle_land", "explained", "determine", "determined", "issue", ["determination", "service_receipt"], "determination", "", "", True, False, False, None),
    ("idle_land", "opened", "drop", "closed", "cases", [], "", "", "", True, False, False, "unfounded"),
    ("idle_land", "investigating", "drop", "closed", "cases", [], "", "", "", True, False, False, "unfounded"),
    ("idle_land", "explained", "drop", "closed", "cases", [], "", "", "", True, False, False, "unfounded"),
    ("idle_land", "determined", "publish", "published", "cases", [], "publication", "", "", False, False, False, None),
    ("idle_land", "published", "file", "filed", "cases", [], "filing", "", "", False, False, False, None),
    ("idle_land", "filed", "negotiate", "negotiating", "cases", [], "", "", "", True, False, False, None),
    ("idle_land", "filed", "offer_hearing", "hearing_offered", "issue", ["hearing_offer", "service_receipt"], "hearing_offer", "", "", False, False, False, None),
    ("idle_land", "hearing_offered", "request_hearing", "hearing_requested", "cases", [], "hearing_request", "", "", False, False, False, None),
    ("idle_land", "hearing_offered", "forgo_hearing", "heard", "cases", [], "", "", "", False, False, False, None),
    ("idle_land", "hearing_offered", "let_hearing_lapse", "heard", "cases", [], "", "hearing_request", "", False, False, False, None),
    ("idle_land", "hearing_requested", "call_hearing", "hearing_called", "cases", [], "hearing_notice", "", "", False, False, False, None),
    ("idle_land", "hearing_called", "hold_hearing", "heard", "cases", [], "hearing", "", "", False, False, False, None),
    ("idle_land", "heard", "approve_fee", "fee_approved", "cases", [], "approval", "", "", True, False, False, None),
    ("idle_land", "fee_approved", "decide_fee", "fee_decided", "issue", ["fee_decision", "service_receipt"], "fee_decision", "", "", True, True, False, None),
    ("idle_land", "heard", "announce_recovery", "announced", "issue", ["announcement"], "announcement", "", "", False, False, False, None),
    ("idle_land", "heard", "approve_recovery", "recovery_approved", "cases", [], "approval", "", "announcement", True, False, False, None),
    ("idle_land", "announced", "approve_recovery", "recovery_approved", "cases", [], "approval", "", "", True, False, False, None),
    ("idle_land", "recovery_approved", "decide_recovery", "recovery_decided", "issue", ["recovery_decision", "service_receipt"], "recovery_decision", "recovery_decision", "", True, False, False, None),
    ("idle_land", "fee_decided", "contest", "fee_contested", "cases", [], "suit", "", "", False, False, False, None),
    ("idle_land", "fee_contested", "uphold", "fee_decided", "cases", [], "", "", "", False, False, False, None),
    ("idle_land", "fee_contested", "annul", "closed", "cases", [], "", "", "", True, False, False, "annulled"),
    ("idle_land", "fee_decided", "demand", "fee_demanded", "issue", ["demand_letter", "service_receipt"], "demand_letter", "", "", False, False, False, None),
    ("idle_land", "fee_demanded", "apply_to_court", "fee_in_court", "cases", [], "court_application", "enforcement", "", True, False, False, None),
    ("idle_land", "fee_decided", "record_part_payment", "fee_decided", "cases", [], "", "", "", False, True, False, None),
    ("idle_land", "fee_decided", "record_payment", "fee_paid", "cases", [], "fee_payment", "", "", False, True, False, None),
    ("idle_land", "fee_demanded", "record_part_payment", "fee_demanded", "cases", [], "", "", "", False, True, False, None),
    ("idle_land", "fee_demanded", "record_payment", "fee_paid", "cases", [], "fee_payment", "", "", False, True, False, None),
    ("idle_land", "fee_in_court", "record_part_payment", "fee_in_court", "cases", [], "", "", "", False, True, False, None),
    ("idle_land", "fee_in_court", "record_payment", "fee_paid", "cases", [], "fee_payment", "", "", False, True, False, None),
    ("idle_land", "recovery_decided", "contest", "recovery_contested", "cases", [], "suit", "", "", False, False, False, None),
    ("idle_land", "recovery_contested", "uphold", "recovery_decided", "cases", [], "", "", "", False, False, False, None),
    ("idle_land", "recovery_contested", "annul", "closed", "cases", [], "", "", "", True, False, False, "annulled"),
    ("idle_land", "recovery_decided", "demand", "recovery_demanded", "issue", ["demand_letter", "service_receipt"], "demand_letter", "", "", False, False, False, None),
    ("idle_land", "recovery_demanded", "apply_to_court", "recovery_in_court", "cases", [], "court_application", "enforcement", "", True, False, False, None),
    ("idle_land", "recovery_decided", "deregister", "recovered", "cases", [], "deregistration", "", "", False, False, False, None),
    ("idle_land", "recovery_decided", "cancel_registration", "recovered", "issue", ["announcement"], "cancellation", "deregistration", "", True, False, False, None),
    ("idle_land", "recovery_demanded", "deregister", "recovered", "cases", [], "deregistration", "", "", False, False, False, None),
    ("idle_land", "recovery_demanded", "cancel_registration", "recovered", "issue", ["announcement"], "cancellation", "deregistration", "", True, False, False, None),
    ("idle_land", "recovery_in_court", "deregister", "recovered", "cases", [], "deregistration", "", "", False, False, False, None),
    ("idle_land", "recovery_in_court", "cancel_registration", "recovered", "issue", ["announcement"], "cancellation", "deregistration", "", True, False, False, None),
    ("idle_land", "recovery_decided", "inform_mortgagee", "recovery_decided", "issue", [], "mortgagee_copy", "", "", False, False, False, None),
    ("idle_land", "negotiating", "plan", "planned", "cases", [], "disposal_plan", "", "", False, False, True, None),
    ("idle_land", "planned", "approve_plan", "plan_approved", "cases", [], "", "", "", True, False, False, None),
    ("idle_land", "plan_approved", "sign_agreement", "agreed", "issue", [], "", "", "", False, False, False, None),
    ("idle_land", "agreed", "record_performance", "disposed", "cases", [], "", "", "", False, False, False, None),
    ("idle_land", "plan_approved", "inform_mortgagee", "plan_approved", "issue", [], "mortgagee_copy", "", "", False, False, False, None),
    ("idle_land", "negotiating", "resume", "filed", "cases", [], "", "", "", False, False, False, None),
    ("idle_land", "planned", "resume", "filed", "cases", [], "", "", "", False, False, False, None),
    ("idle_land", "plan_approved", "resume", "filed", "cases", [], "", "", "", False, False, False, None),
    ("idle_land", "agreed", "resume", "filed", "cases", [], "", "", "", False, False, False, None),
    ("idle_land", "disposed", "close", "closed", "cases", [], "", "", "", True, False, False, "disposed"),
    ("idle_land", "fee_paid", "close", "closed", "cases", [], "", "", "", True, False, False, "fee_paid"),
    ("idle_land", "recovered", "close", "closed", "cases", [], "", "", "", True, False, False, "recovered"),
    ("negotiated", "opened", "notify_investigation", "investigating", "issue", ["investigation_notice", "service_receipt"], "investigation_notice", "", "", False, False, False, None),
    ("negotiated", "investigating", "record_explanation", "explained", "cases", [], "explanation", "", "", False, False, False, None),
    ("negotiated", "investigating", "determine", "determined", "issue", ["determination", "service_receipt"], "determination", "explanation", "", True, False, False, None),
    ("negotiated", "explained", "determine", "determined", "issue", ["determination", "service_receipt"], "determination", "", "", True, False, False, None),
    ("negotiated", "opened", "drop", "closed", "cases", [], "", "", "", True, False, False, "unfounded"),
    ("negotiated", "investigating", "drop", "closed", "cases", [], "", "", "", True, False, False, "unfounded"),
    ("negotiated", "explained", "drop", "closed", "cases", [], "", "", "", True, False, False, "unfounded"),
    ("negotiated", "determined", "publish", "published", "cases", [], "publication", "", "", False, False, False, None),
    ("negotiated", "published", "file", "filed", "cases", [], "filing", "", "", False, False, False, None),
    ("negotiated", "filed", "negotiate", "negotiating", "cases", [], "", "", "", True, False, False, None),
    ("negotiated", "negotiating", "plan", "planned", "cases", [], "disposal_plan", "", "", False, False, True, None),
    ("negotiated", "planned", "approve_plan", "plan_approved", "cases", [], "", "", "", True, False, False, None),
    ("negotiated", "plan_approved", "sign_agreement", "agreed", "issue", [], "", "", "", False, False, False, None),
    ("negotiated", "agreed", "record_performance", "disposed", "cases", [], "", "", "", False, False, False, None),
    ("negotiated", "plan_approved", "inform_mortgagee", "plan_approved", "issue", [], "mortgagee_copy", "", "", False, False, False, None),
    ("negotiated", "negotiating", "resume", "filed", "cases", [], "", "", "", False, False, False, None),
    ("negotiated", "planned", "resume", "filed", "cases", [], "", "", "", False, False, False, None),
    ("negotiated", "plan_approved", "resume", "filed", "cases", [], "", "", "", False, False, False, None),
    ("negotiated", "agreed", "resume", "filed", "cases", [], "", "", "", False, False, False, None),
    ("negotiated", "disposed", "close", "closed", "cases", [], "", "", "", True, False, False, "disposed"),
    ("rescission", "opened", "demand", "demanded", "issue", ["demand_letter", "service_receipt"], "", "", "", False, False, False, None),
    ("rescission", "opened", "record_cure", "closed", "cases", [], "", "", "", True, False, False, "cured"),
    ("rescission", "opened", "drop", "closed", "cases", [], "", "", "", True, False, False, "unfounded"),
    ("rescission", "demanded", "record_cure", "closed", "cases", [], "", "", "", True, False, False, "cured"),
    ("rescission", "demanded", "drop", "closed", "cases", [], "", "", "", True, False, False, "unfounded"),
    ("rescission", "opened", "rescind", "rescinded", "issue", ["rescission_notice", "service_receipt"], "rescission_notice", "", "", True, False, False, None),
    ("rescission", "demanded", "rescind", "rescinded", "issue", ["rescission_notice", "service_receipt"], "rescission_notice", "", "", True, False, False, None),
    ("rescission", "rescinded", "contest", "rescission_contested", "cases", [], "", "", "", False, False, False, None),
    ("rescission", "rescission_contested", "uphold", "rescinded", "cases", [], "", "", "", False, False, False, None),
    ("rescission", "rescission_contested", "annul", "closed", "cases", [], "", "", "", True, False, False, "annulled"),
    ("rescission", "rescinded", "refund", "refunded", "cases", [], "", "", "", True, True, False, None),
    ("rescission", "refunded", "close", "closed", "cases", [], "", "", "", True, False, False, "rescinded"),
    ("damages", "opened", "demand", "demanded", "issue", ["demand_letter", "service_receipt"], "", "", "", False, True, False, None),
    ("damages", "opened", "record_cure", "closed", "cases", [], "", "", "", True, False, False, "cured"),
    ("damages", "opened", "drop", "closed", "cases", [], "", "", "", True, False, False, "unfounded"),
    ("damages", "demanded", "record_cure", "closed", "cases", [], "", "", "", True, False, False, "cured"),
    ("damages", "demanded", "drop", "closed", "cases", [], "", "", "", True, False, False, "unfounded"),
    ("damages", "demanded", "agree_instalments", "instalments_agreed", "cases", [], "", "", "", True, False, False, None),
    ("damages", "demanded", "sue", "sued", "issue", [], "", "", "", False, False, False, None),
    ("damages", "instalments_agreed", "sue", "sued", "issue", [], "", "", "", False, False, False, None),
    ("damages", "sued", "record_judgment", "adjudged", "cases", [], "", "", "", False, True, False, None),
    ("damages", "demanded", "record_part_payment", "demanded", "cases", [], "", "", "", False, True, False, None),
    ("damages", "demanded", "record_payment", "damages_paid", "cases", [], "", "", "", False, True, False, None),
    ("damages", "instalments_agreed", "record_part_payment", "instalments_agreed", "cases", [], "", "", "", False, True, False, None),
    ("damages", "instalments_agreed", "record_payment", "damages_paid", "cases", [], "", "", "", False, True, False, None),
    ("damages", "sued", "record_part_payment", "sued", "cases", [], "", "", "", False, True, False, None),
    ("damages", "sued", "record_payment", "damages_paid", "cases", [], "", "", "", False, True, False, None),
    ("damages", "adjudged", "record_part_payment", "adjudged", "cases", [], "", "", "", False, True, False, None),
    ("damages", "adjudged", "record_payment", "damages_paid", "cases", [], "", "", "", False, True, False, None),
    ("damages", "opened", "waive", "closed", "cases", [], "", "", "", True, True, False, "waived"),
    ("damages", "demanded", "waive", "closed", "cases", [], "", "", "", True, True, False, "waived"),
    ("damages", "instalments_agreed", "waive", "closed", "cases", [], "", "", "", True, True, False, "waived"),
    ("damages", "sued", "waive", "closed", "cases", [], "", "", "", True, True, False, "waived"),
    ("damages", "damages_paid", "close", "closed", "cases", [], "", "", "", True, False, False, "damages_paid"),
)  # fmt: skip
COLUMNS = (
    "path", "from_state", "action", "to_state", "permission", "documents", "act", "after", "unless",
    "is_of_two", "asks_amount", "asks_option", "outcome",
)  # fmt: skip

# A step is what moves a case. Two that are taken at once wait for each other at the row of the
# case, and the later one is told that it has moved on.
MOVES = f"""
CREATE FUNCTION {SCHEMA}.guard_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved {SCHEMA}.case;
    way {SCHEMA}.transition;
    fault text;
BEGIN
    SELECT * INTO moved FROM {SCHEMA}.case WHERE case_id = NEW.case_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no case %', NEW.case_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF NEW.version <> moved.version + 1 OR NEW.from_state <> moved.state THEN
        RAISE EXCEPTION 'the case % has moved on', NEW.case_id USING ERRCODE = 'unique_violation';
    END IF;
    SELECT * INTO way FROM {SCHEMA}.transition AS t
        WHERE t.path = moved.path AND t.from_state = NEW.from_state AND t.action = NEW.action AND t.to_state = NEW.to_state;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no case on path % goes from % to % by %', moved.path, NEW.from_state, NEW.to_state, NEW.action
            USING ERRCODE = 'check_violation';
    END IF;
    fault := CASE
        WHEN way.is_of_two <> (NEW.second_person IS NOT NULL) THEN 'second person'
        WHEN way.is_of_two AND NOT EXISTS (
            SELECT FROM {SCHEMA}.case_proposal AS p WHERE p.state = 'agreed'
                AND (p.case_id, p.version, p.action, p.acted_on, p.reason, p.documents, p.proposed_by, p.decided_by)
                    = (NEW.case_id, NEW.version, NEW.action, NEW.acted_on, NEW.reason, NEW.documents, NEW.actor, NEW.second_person)
                AND (p.amount_yuan, p.option) IS NOT DISTINCT FROM (NEW.amount_yuan, NEW.option)
        ) THEN 'agreement'
        WHEN EXISTS (SELECT FROM unnest(way.documents) AS kind WHERE coalesce(NEW.documents ->> kind, '') = '') THEN 'documents'
        WHEN way.asks_amount <> (NEW.amount_yuan IS NOT NULL) THEN 'amount'
        WHEN way.asks_option <> (NEW.option IS NOT NULL) THEN 'option'
        WHEN NEW.acted_on < moved.opened_on OR EXISTS (
            SELECT FROM {SCHEMA}.case_step AS s WHERE s.case_id = NEW.case_id AND s.acted_on > NEW.acted_on
        ) THEN 'order of days'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'the step % of case % lacks what it needs: %', NEW.action, NEW.case_id, fault USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION {SCHEMA}.move_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE {SCHEMA}.case AS c SET state = NEW.to_state, version = NEW.version, outcome = way.outcome,
        closed_on = CASE WHEN way.outcome IS NOT NULL THEN NEW.acted_on END
    FROM {SCHEMA}.transition AS way
    WHERE c.case_id = NEW.case_id AND way.path = c.path AND way.from_state = NEW.from_state AND way.action = NEW.action;
    RETURN NULL;
END $$;

CREATE FUNCTION {SCHEMA}.guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved {SCHEMA}.case := OLD;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (NEW.state, NEW.version) <> ('opened', 0) THEN
            RAISE EXCEPTION 'a case begins as opened, without a step' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT s.to_state, s.version, way.outcome, CASE WHEN way.outcome IS NOT NULL THEN s.acted_on END
        INTO moved.state, moved.version, moved.outcome, moved.closed_on
        FROM {SCHEMA}.case_step AS s JOIN {SCHEMA}.transition AS way
            ON way.path = OLD.path AND way.from_state = s.from_state AND way.action = s.action
        WHERE s.case_id = OLD.case_id AND s.version = OLD.version + 1 AND s.from_state = OLD.state;
    IF NOT FOUND OR NEW *<> moved THEN
        RAISE EXCEPTION 'the case % is moved by its steps only', OLD.case_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION {SCHEMA}.guard_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided {SCHEMA}.case_proposal := OLD;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' THEN
            RAISE EXCEPTION 'a step is asked for before it is agreed to' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    decided.state := NEW.state;
    decided.decided_by := NEW.decided_by;
    decided.decided_at := NEW.decided_at;
    decided.decision := NEW.decision;
    IF OLD.state <> 'waiting' OR NEW *<> decided THEN
        RAISE EXCEPTION 'what was asked for is decided about once, as it stands' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_step BEFORE INSERT ON {SCHEMA}.case_step FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.guard_step();
CREATE TRIGGER move_case AFTER INSERT ON {SCHEMA}.case_step FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.move_case();
CREATE TRIGGER guard_case BEFORE INSERT OR UPDATE ON {SCHEMA}.case FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.guard_case();
CREATE TRIGGER guard_proposal BEFORE INSERT OR UPDATE ON {SCHEMA}.case_proposal FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.guard_proposal();
"""  # noqa: S608 - nothing of it comes from outside

# Who reviewed findings of a run, or asked for it, does not sign it off; after that nobody reviews
# it any more. Reviews share a lock that signing off takes alone.
SIGNING = f"""
CREATE FUNCTION {SCHEMA}.guard_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('{SCHEMA}.run_signoff'), NEW.run_id::integer);
    IF EXISTS (SELECT FROM {SCHEMA}.run_signoff AS s WHERE s.run_id = NEW.run_id) THEN
        RAISE EXCEPTION 'run % is signed off', NEW.run_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM {SCHEMA}.finding AS f WHERE (f.run_id, f.contract_id, f.code) = (NEW.run_id, NEW.contract_id, NEW.code)
            AND f.milestone IS NOT DISTINCT FROM NEW.milestone
    ) THEN
        RAISE EXCEPTION 'run % has no such finding', NEW.run_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION {SCHEMA}.guard_signoff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('{SCHEMA}.run_signoff'), NEW.run_id::integer);
    IF EXISTS (SELECT FROM {SCHEMA}.audit_run AS r WHERE r.run_id = NEW.run_id AND r.actor = NEW.actor)
        OR EXISTS (SELECT FROM {SCHEMA}.finding_review AS r WHERE r.run_id = NEW.run_id AND r.actor = NEW.actor)
    THEN
        RAISE EXCEPTION 'run % is signed off by a second person', NEW.run_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_review BEFORE INSERT ON {SCHEMA}.finding_review FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.guard_review();
CREATE TRIGGER guard_signoff BEFORE INSERT ON {SCHEMA}.run_signoff FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.guard_signoff();
"""  # noqa: S608 - nothing of it comes from outside

NEVER_CHANGED = {
    "transition": "INSERT OR UPDATE OR DELETE OR TRUNCATE",
    "case": "DELETE OR TRUNCATE",
    "case_step": "UPDATE OR DELETE OR TRUNCATE",
    "case_proposal": "DELETE OR TRUNCATE",
    "case_comment": "UPDATE OR DELETE OR TRUNCATE",
    "finding_review": "UPDATE OR DELETE OR TRUNCATE",
    "run_signoff": "UPDATE OR DELETE OR TRUNCATE",
}

OF_CONTRACT = f'EXISTS (SELECT FROM {SCHEMA}.contract_park AS other WHERE other.contract_id = "{{table}}".contract_id)'
OF_CASE = f'EXISTS (SELECT FROM {SCHEMA}.case AS other WHERE other.case_id = "{{table}}".case_id)'
SEEN = {
    "case": OF_CONTRACT,
    "case_step": OF_CASE,
    "case_proposal": OF_CASE,
    "case_comment": OF_CASE,
    "finding_review": OF_CONTRACT,
    "run_signoff": None,
}
"""Which rows are seen by who sees some parks: of the last one, none."""

WRITTEN = {
    "transition": "SELECT",
    "case": "SELECT, INSERT, UPDATE (state, version, closed_on, outcome)",
    "case_step": "SELECT, INSERT",
    "case_proposal": "SELECT, INSERT, UPDATE (state, decided_by, decided_at, decision)",
    "case_comment": "SELECT, INSERT",
    "finding_review": "SELECT, INSERT",
    "run_signoff": "SELECT, INSERT",
}

PERMISSIONS = "'totals', 'view', 'export', 'runs', 'audit', 'import', 'enter', 'approve', 'choose', 'list', 'evidence', 'administer'"
OF_CASEWORK = "'review', 'cases', 'issue', 'agree', 'comment'"
WITH_CASES = PERMISSIONS.replace("'choose'", f"{OF_CASEWORK}, 'choose'")


def upgrade() -> None:
    _create_cases()
    _create_reviews()
    ways = sa.table("transition", *map(sa.column, COLUMNS), schema=SCHEMA)
    op.bulk_insert(ways, [dict(zip(COLUMNS, way, strict=True)) for way in WAYS])
    op.execute(MOVES)
    op.execute(SIGNING)
    for table, changes in NEVER_CHANGED.items():
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE {changes} ON {SCHEMA}.{table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change()"
        )
    for table, condition in SEEN.items():
        op.execute(
            f"ALTER TABLE {SCHEMA}.{table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        )
        op.execute(f"CREATE POLICY whole ON {SCHEMA}.{table} USING ((SELECT {SCHEMA}.sees_all()))")
        if condition:
            # Of a park one speaks about a case; nothing else is done there.
            acts = "ALL" if table == "case_comment" else "SELECT"
            op.execute(
                f"CREATE POLICY parks ON {SCHEMA}.{table} FOR {acts} TO {SITE}"
                f" USING ({condition.format(table=table)})"
            )
    for table, rights in WRITTEN.items():
        op.execute(f"GRANT {rights} ON {SCHEMA}.{table} TO {SITE}")
    _permit(WITH_CASES)


def downgrade() -> None:
    op.execute(
        f"UPDATE {SCHEMA}.api_token SET permissions = ARRAY(SELECT unnest(permissions) EXCEPT SELECT unnest(ARRAY[{OF_CASEWORK}]))"  # noqa: S608 - nothing of it comes from outside
    )
    _permit(PERMISSIONS)
    for table in reversed(WRITTEN):
        op.drop_table(table, schema=SCHEMA)
    for guard in ("step", "case", "proposal", "review", "signoff"):
        op.execute(f"DROP FUNCTION {SCHEMA}.guard_{guard}()")
    op.execute(f"DROP FUNCTION {SCHEMA}.move_case()")


def _permit(permissions: str) -> None:
    """What tokens may allow at most."""
    name = op.f("ck_api_token_permissions")
    op.drop_constraint(name, "api_token", schema=SCHEMA)
    op.create_check_constraint(
        name, "api_token", f"permissions <@ ARRAY[{permissions}]", schema=SCHEMA
    )


def _create_cases() -> None:
    op.create_table(
        "transition",
        sa.Column("path", sa.Text(), nullable=False, comment="案件类型 · path"),
        sa.Column("from_state", sa.Text(), nullable=False, comment="原状态 · state it leads from"),
        sa.Column("action", sa.Text(), nullable=False, comment="办理事项 · what is done"),
        sa.Column("to_state", sa.Text(), nullable=False, comment="新状态 · state it leads to"),
        sa.Column("permission", sa.Text(), nullable=False, comment="权限 · what who does it has to be allowed"),
        sa.Column("documents", ARRAY(sa.Text()), nullable=False, comment="文书 · documents to be on file"),
        sa.Column("act", sa.Text(), nullable=False, comment="程序步骤 · act of the procedure sheet; may be blank"),
        sa.Column("after", sa.Text(), nullable=False, comment="前置期限 · act whose period has to be over; may be blank"),
        sa.Column("unless", sa.Text(), nullable=False, comment="本地程序 · act a law book must not have; may be blank"),
        sa.Column("is_of_two", sa.Boolean(), nullable=False, comment="双人 · a second person has to agree"),
        sa.Column("asks_amount", sa.Boolean(), nullable=False, comment="金额 · states an amount"),
        sa.Column("asks_option", sa.Boolean(), nullable=False, comment="处置方式 · states a way of disposal"),
        sa.Column("outcome", sa.Text(), nullable=True, comment="结果 · what became of a case it closes"),
        sa.PrimaryKeyConstraint("path", "from_state", "action", name=op.f("pk_transition")),
        schema=SCHEMA,
        comment="办案流程 · every way a case may move; never changed by the product",
    )  # fmt: skip
    op.create_table(
        "case",
        sa.Column("case_id", sa.Uuid(), nullable=False, comment="names it in addresses"),
        sa.Column("contract_id", sa.BigInteger(), nullable=False, comment="the contract it is about"),
        sa.Column("ground", sa.Text(), nullable=False, comment="立案事由 · finding it was opened on"),
        sa.Column("path", sa.Text(), nullable=False, comment="案件类型 · path"),
        sa.Column("state", sa.Text(), nullable=False, comment="状态 · where it stands"),
        sa.Column("version", sa.Integer(), nullable=False, comment="步骤数 · steps taken"),
        sa.Column("opened_by", sa.Text(), nullable=False, comment="立案人 · name of the account"),
        sa.Column("opened_at", INSTANT, nullable=False, comment="立案时间 · when it was entered"),
        sa.Column("opened_on", sa.Date(), nullable=False, comment="立案日期 · its day in law"),
        sa.Column("reason", sa.Text(), nullable=False, comment="立案理由 · why"),
        sa.Column("facts_digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the facts of the contract when it was opened"),
        sa.Column("closed_on", sa.Date(), nullable=True, comment="结案日期 · its day in law"),
        sa.Column("outcome", sa.Text(), nullable=True, comment="结果 · what became of it"),
        sa.CheckConstraint(f"ground IN ({FINDINGS})", name=op.f("ck_case_ground")),
        sa.CheckConstraint(f"path IN ({PATHS})", name=op.f("ck_case_path")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_case_state")),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_case_outcome")),
        sa.CheckConstraint("version >= 0", name=op.f("ck_case_version")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_case_reason")),
        sa.CheckConstraint("octet_length(facts_digest) = 32", name=op.f("ck_case_facts_digest")),
        sa.CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL) AND (state = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_case_closed")),
        sa.ForeignKeyConstraint(["contract_id"], [f"{SCHEMA}.contract.contract_id"], name=op.f("fk_case_contract_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case")),
        schema=SCHEMA,
        comment="案件 · cases about contracts; the steps move them, and nothing else",
    )  # fmt: skip
    op.create_index("ix_case_contract_id", "case", ["contract_id"], schema=SCHEMA)
    op.create_index(
        "uq_case_open",
        "case",
        ["contract_id", "ground"],
        schema=SCHEMA,
        unique=True,
        postgresql_where=sa.text("NOT (state = 'closed')"),
    )
    op.create_table(
        "case_step",
        sa.Column("case_id", sa.Uuid(), nullable=False, comment="案件 · the case"),
        sa.Column("version", sa.Integer(), nullable=False, comment="步骤 · number of the step"),
        sa.Column("action", sa.Text(), nullable=False, comment="办理事项 · what is done"),
        sa.Column("acted_on", sa.Date(), nullable=False, comment="发生日期 · its day in law"),
        sa.Column("reason", sa.Text(), nullable=False, comment="说明 · why; may be blank"),
        sa.Column("documents", JSONB(), nullable=False, comment="文书 · number of each document, by kind"),
        sa.Column("amount_yuan", AMOUNT, nullable=True, comment="金额 · amount (yuan)"),
        sa.Column("option", sa.Text(), nullable=True, comment="处置方式 · way of disposal"),
        sa.Column("from_state", sa.Text(), nullable=False, comment="原状态 · state it led from"),
        sa.Column("to_state", sa.Text(), nullable=False, comment="新状态 · state it led to"),
        sa.Column("actor", sa.Text(), nullable=False, comment="办理人 · name of the account"),
        sa.Column("at", INSTANT, nullable=False, comment="办理时间 · when it was entered"),
        sa.Column("second_person", sa.Text(), nullable=True, comment="复核人 · who agreed to it"),
        sa.CheckConstraint(f"option IN ({OPTIONS})", name=op.f("ck_case_step_option")),
        sa.CheckConstraint("second_person <> actor", name=op.f("ck_case_step_four_eyes")),
        sa.CheckConstraint("amount_yuan >= 0", name=op.f("ck_case_step_amount_yuan")),
        sa.ForeignKeyConstraint(["case_id"], [f"{SCHEMA}.case.case_id"], name=op.f("fk_case_step_case_id")),
        sa.PrimaryKeyConstraint("case_id", "version", name=op.f("pk_case_step")),
        schema=SCHEMA,
        comment="办案步骤 · steps of cases; never changed",
    )  # fmt: skip
    op.create_table(
        "case_proposal",
        sa.Column("proposal_id", sa.Uuid(), nullable=False, comment="names it in addresses"),
        sa.Column("case_id", sa.Uuid(), nullable=False, comment="案件 · the case"),
        sa.Column("version", sa.Integer(), nullable=False, comment="步骤 · number of the step"),
        sa.Column("action", sa.Text(), nullable=False, comment="办理事项 · what is done"),
        sa.Column("acted_on", sa.Date(), nullable=False, comment="发生日期 · its day in law"),
        sa.Column("reason", sa.Text(), nullable=False, comment="说明 · why; may be blank"),
        sa.Column("documents", JSONB(), nullable=False, comment="文书 · number of each document, by kind"),
        sa.Column("amount_yuan", AMOUNT, nullable=True, comment="金额 · amount (yuan)"),
        sa.Column("option", sa.Text(), nullable=True, comment="处置方式 · way of disposal"),
        sa.Column("proposed_by", sa.Text(), nullable=False, comment="提出人 · name of the account"),
        sa.Column("proposed_at", INSTANT, nullable=False, comment="提出时间 · when"),
        sa.Column("state", sa.Text(), nullable=False, comment="状态 · where it stands"),
        sa.Column("decided_by", sa.Text(), nullable=True, comment="复核人 · who agreed or refused"),
        sa.Column("decided_at", INSTANT, nullable=True, comment="复核时间 · when"),
        sa.Column("decision", sa.Text(), nullable=False, comment="复核意见 · what was said of it; may be blank"),
        sa.CheckConstraint(f"action IN ({ACTIONS})", name=op.f("ck_case_proposal_action")),
        sa.CheckConstraint(f"option IN ({OPTIONS})", name=op.f("ck_case_proposal_option")),
        sa.CheckConstraint(f"state IN ({PROPOSALS})", name=op.f("ck_case_proposal_state")),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_case_proposal_four_eyes")),
        sa.CheckConstraint("amount_yuan >= 0", name=op.f("ck_case_proposal_amount_yuan")),
        sa.CheckConstraint("(decided_by IS NULL) = (state = 'waiting') AND (decided_at IS NULL) = (state = 'waiting') AND (state <> 'refused' OR decision <> '')", name=op.f("ck_case_proposal_decided")),
        sa.ForeignKeyConstraint(["case_id"], [f"{SCHEMA}.case.case_id"], name=op.f("fk_case_proposal_case_id")),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_case_proposal")),
        schema=SCHEMA,
        comment="待复核步骤 · steps that one person asks for and another agrees to",
    )  # fmt: skip
    op.create_index("ix_case_proposal_case_id", "case_proposal", ["case_id"], schema=SCHEMA)
    op.create_index(
        "uq_case_proposal_waiting",
        "case_proposal",
        ["case_id"],
        schema=SCHEMA,
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "case_comment",
        sa.Column("comment_id", sa.Uuid(), nullable=False, comment="number of the comment"),
        sa.Column("case_id", sa.Uuid(), nullable=False, comment="案件 · the case"),
        sa.Column("account", sa.Text(), nullable=False, comment="留言人 · name of the account"),
        sa.Column("at", INSTANT, nullable=False, comment="留言时间 · when"),
        sa.Column("text", sa.Text(), nullable=False, comment="留言 · what was said"),
        sa.CheckConstraint("text <> ''", name=op.f("ck_case_comment_text")),
        sa.ForeignKeyConstraint(["case_id"], [f"{SCHEMA}.case.case_id"], name=op.f("fk_case_comment_case_id")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_case_comment")),
        schema=SCHEMA,
        comment="案件留言 · what was said about cases; never changed",
    )  # fmt: skip
    op.create_index("ix_case_comment_case_id", "case_comment", ["case_id"], schema=SCHEMA)


def _create_reviews() -> None:
    op.create_table(
        "finding_review",
        sa.Column("review_id", sa.Uuid(), nullable=False, comment="number of the review"),
        sa.Column("run_id", sa.BigInteger(), nullable=False, comment="the run it was made in"),
        sa.Column("contract_id", sa.BigInteger(), nullable=False, comment="the contract"),
        sa.Column("code", sa.Text(), nullable=False, comment="发现 · what was found"),
        sa.Column("milestone", sa.Text(), nullable=True, comment="履约节点 · milestone it concerns"),
        sa.Column("facts_digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the facts of the contract that were looked at"),
        sa.Column("decision", sa.Text(), nullable=False, comment="核查意见 · what was said of it"),
        sa.Column("reason", sa.Text(), nullable=False, comment="理由 · why"),
        sa.Column("evidence", sa.Text(), nullable=False, comment="证据 · what it rests on; may be blank"),
        sa.Column("expires_on", sa.Date(), nullable=True, comment="有效期至 · last day on which it stands"),
        sa.Column("actor", sa.Text(), nullable=False, comment="核查人 · name of the account"),
        sa.Column("at", INSTANT, nullable=False, comment="核查时间 · when"),
        sa.CheckConstraint(f"code IN ({FINDINGS})", name=op.f("ck_finding_review_code")),
        sa.CheckConstraint(f"milestone IN ({MILESTONES})", name=op.f("ck_finding_review_milestone")),
        sa.CheckConstraint(f"decision IN ({DECISIONS})", name=op.f("ck_finding_review_decision")),
        sa.CheckConstraint("octet_length(facts_digest) = 32", name=op.f("ck_finding_review_facts_digest")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_finding_review_reason")),
        sa.CheckConstraint("decision <> 'dismiss' OR (evidence <> '' AND expires_on IS NOT NULL)", name=op.f("ck_finding_review_dismissed")),
        sa.ForeignKeyConstraint(["contract_id"], [f"{SCHEMA}.contract.contract_id"], name=op.f("fk_finding_review_contract_id")),
        sa.ForeignKeyConstraint(["run_id"], [f"{SCHEMA}.audit_run.run_id"], name=op.f("fk_finding_review_run_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_finding_review")),
        schema=SCHEMA,
        comment="发现核查 · what was said of findings; never changed",
    )  # fmt: skip
    op.create_index(
        "ix_finding_review_finding",
        "finding_review",
        ["contract_id", "code", "milestone", "at"],
        schema=SCHEMA,
    )
    op.create_index("ix_finding_review_run_id", "finding_review", ["run_id"], schema=SCHEMA)
    op.create_table(
        "run_signoff",
        sa.Column("run_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the run"),
        sa.Column("actor", sa.Text(), nullable=False, comment="签署人 · name of the account"),
        sa.Column("at", INSTANT, nullable=False, comment="签署时间 · when"),
        sa.Column("statement", sa.Text(), nullable=False, comment="签署意见 · what was declared"),
        sa.Column("open_count", sa.Integer(), nullable=False, comment="待核查 · findings nobody had reviewed"),
        sa.CheckConstraint("statement <> ''", name=op.f("ck_run_signoff_statement")),
        sa.CheckConstraint("open_count >= 0", name=op.f("ck_run_signoff_open_count")),
        sa.ForeignKeyConstraint(["run_id"], [f"{SCHEMA}.audit_run.run_id"], name=op.f("fk_run_signoff_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_signoff")),
        schema=SCHEMA,
        comment="判定签署 · runs signed off by a second person; never changed",
    )  # fmt: skip
