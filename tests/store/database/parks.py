"""A database of two parks, A and B: what is of one begins with its letter, N is of none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import numpy as np
import sqlalchemy as sa
from samples import batch, claim, ledger, squares

from geodata.model.cells import read_cell
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import LedgerColumns
from geodata.model.content import catalogue_of
from geodata.model.tasks import TaskKind
from geodata.store.queries.cells import count_cells
from geodata.store.queries.claims import import_claims
from geodata.store.queries.content import import_content
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.imports import ImportIssue
from geodata.store.queries.tasks import add_task
from geodata.store.session import unit_of_work
from geodata.store.tables import CONTENT, CONTRACT
from service.compliance.law import LawBook
from service.operations.auditing import audit
from service.operations.cards import refresh_cards
from service.operations.daily import audit_daily

AS_OF = date(2026, 6, 30)
PARKS = ("A", "B")

_STORY: dict[str, Any] = {
    "signed_on": date(2019, 1, 1),
    "start_agreed_on": date(2020, 1, 1),
    "instalments": [(date(2019, 2, 1), Fraction(100), None, None)],
    "start_extensions": [(None, None, date(2020, 6, 1))],
    "government_periods": [(date(2019, 3, 1), None, 1, 0)],
}

_BESIDE = """
    INSERT INTO parcelwatch.original_shape
        (fact_id, row_no, import_id, policies, change_share, shape, crs)
    SELECT fact_id, 1, import_id, '{make_valid}', 0, '\\x00', 'EPSG:4490'
    FROM parcelwatch.parcel_fact;
    INSERT INTO parcelwatch.parcel_lineage (from_fact_id, to_fact_id, kind, area_m2, import_id)
    SELECT old.fact_id, new.fact_id, 'boundary', 1, new.import_id
    FROM parcelwatch.parcel_fact AS old, parcelwatch.parcel_fact AS new
    ON CONFLICT DO NOTHING;
    INSERT INTO parcelwatch.entry
        (entry_id, contract_id, kind, said, before, source, reason, entered_by, entered_at, state)
    SELECT gen_random_uuid(), contract_id, 'extension', '{}', '{}', 'a document', 'a reason',
        'auditor', '2026-06-30', 'waiting'
    FROM parcelwatch.contract;
    INSERT INTO parcelwatch.evidence
        (evidence_id, contract_id, kind, sha256, byte_count, media_type, file_name, note, added_by,
        added_at)
    SELECT gen_random_uuid(), contract_id, 'photo', repeat('0', 64), 1, 'image/jpeg', 'a.jpg', '',
        'auditor', '2026-06-30'
    FROM parcelwatch.contract;
    INSERT INTO parcelwatch.scene
        (name, path, sha256, taken_on, bands, scale, crs, transform, height, width, resolution_m,
        geom, added_by, added_at)
    SELECT 'a.tif', 'a.tif', repeat('0', 64), '2026-06-30', '{red}', 1, 'EPSG:4490',
        '{1, 0, 0, 0, -1, 0}', 1, 1, 10, st_makeenvelope(121, 30, 122, 31, 4490), 'tests',
        '2026-06-30';
    INSERT INTO parcelwatch.scene_measure
        (scene_id, fact_id, pixel_count, covered_share, cloud_share, clear_share, built_low,
        built_high)
    SELECT scene_id, fact_id, 1, 1, 0, 1, 0, 1 FROM parcelwatch.scene, parcelwatch.parcel_fact;
    INSERT INTO parcelwatch.scene_change
        (from_scene_id, to_scene_id, fact_id, told, doubts, season_days, pixel_count,
        covered_share, clear_share)
    SELECT scene_id, scene_id, fact_id, 'unchanged', '{}', 0, 1, 1, 1
    FROM parcelwatch.scene, parcelwatch.parcel_fact;
    INSERT INTO parcelwatch.roll_entry
        (entry_id, roll, name, uscc, from_on, source, reason, entered_by, entered_at)
    SELECT gen_random_uuid(), 'inefficient_operation', contract_no, '', '2026-01-01', 'a document',
        'a reason', 'auditor', '2026-06-30'
    FROM parcelwatch.contract;
    INSERT INTO parcelwatch.site_statement
        (contract_id, statement, holds, source, reason, entered_by, entered_at)
    SELECT contract_id, 'vacant', true, 'a document', 'a reason', 'auditor', '2026-06-30'
    FROM parcelwatch.contract;
    INSERT INTO parcelwatch.project
        (project_id, kind, name, uscc, park, said, checked_on, state, checks, basis, book, digest,
        source, entered_by, entered_at)
    SELECT gen_random_uuid(), 'new_land', 'a project', '', park, '{}', '2026-06-30', 'unknown',
        '[]', '{}', 'a book', 'sha256:', 'a document', 'auditor', '2026-06-30'
    FROM unnest(ARRAY['A', 'B', '']) AS park;
    INSERT INTO parcelwatch.upload
        (upload_id, account, at, state, files, choices, recognised, token, decisions)
    SELECT gen_random_uuid(), account, '2026-06-30', 'received', '[]', '[]', '[]', '', '{}'
    FROM unnest(ARRAY['a', 'b']) AS account
"""

_CASES = """
    INSERT INTO parcelwatch.case
        (case_id, contract_id, ground, path, state, version, opened_by, opened_at, opened_on,
        reason, facts_digest)
    SELECT gen_random_uuid(), contract_id, 'overdue_start', 'damages', 'opened', 0, 'auditor',
        '2026-06-30', '2026-06-30', 'a reason', sha256('')
    FROM parcelwatch.contract;
    INSERT INTO parcelwatch.case_document
        (document_id, case_id, kind, state, version, drafted_by, drafted_at, drafted, content)
    SELECT gen_random_uuid(), case_id, 'demand_letter', 'draft', 0, 'auditor', '2026-06-30', '{}',
        '{}'
    FROM parcelwatch.case;
    UPDATE parcelwatch.case_document SET
        (state, version, number, recipient, issued_by, issued_on, issued_at, content_digest,
        pdf_digest, facts_digest, log_hash) = ('issued', 1, case_id::text, 'a holder', 'legal',
        '2026-06-30', '2026-06-30', sha256('{}'), sha256(''), sha256(''), sha256(''));
    INSERT INTO parcelwatch.document_service
        (service_id, document_id, way, served_on, counts_on, receiver, evidence, recorded_by,
        recorded_at)
    SELECT gen_random_uuid(), document_id, 'hand', '2026-06-30', '2026-06-30', '', 'a receipt',
        'legal', '2026-06-30'
    FROM parcelwatch.case_document;
    INSERT INTO parcelwatch.case_step
        (case_id, version, action, acted_on, reason, documents, amount_yuan, from_state, to_state,
        actor, at)
    SELECT case_id, 1, 'demand', '2026-06-30', '',
        jsonb_build_object('demand_letter', case_id, 'service_receipt', '1'), 1, 'opened',
        'demanded', 'legal',
        '2026-06-30'
    FROM parcelwatch.case;
    INSERT INTO parcelwatch.case_proposal
        (proposal_id, case_id, version, action, acted_on, reason, documents, proposed_by,
        proposed_at, state, decision)
    SELECT gen_random_uuid(), case_id, 2, 'drop', '2026-06-30', 'a reason', '{}', 'legal',
        '2026-06-30', 'waiting', ''
    FROM parcelwatch.case;
    INSERT INTO parcelwatch.case_comment (comment_id, case_id, account, at, text)
    SELECT gen_random_uuid(), case_id, 'manager', '2026-06-30', 'a word' FROM parcelwatch.case;
    INSERT INTO parcelwatch.finding_review
        (review_id, run_id, contract_id, code, milestone, facts_digest, decision, reason, evidence,
        actor, at)
    SELECT gen_random_uuid(), run_id, contract_id, code, milestone, sha256(''), 'confirm',
        'a reason', '', 'auditor', '2026-06-30'
    FROM parcelwatch.finding;
    INSERT INTO parcelwatch.run_signoff (run_id, actor, at, statement, open_count)
    SELECT run_id, 'reviewer', '2026-06-30', 'a statement', 0 FROM parcelwatch.audit_run
"""


def fill(engine: sa.Engine, law: LawBook) -> None:
    """Write to every table that holds what is of a park: two parks, and what is of none."""

    def now() -> datetime:
        return datetime(2026, 6, 30, 4, tzinfo=UTC)

    with unit_of_work(engine) as connection:
        _import_contracts(connection)
        for park in PARKS:
            _import_content(connection, park)
            add_task(connection, TaskKind.AUDIT, {}, "tests", frozenset({park}), now())
        add_task(connection, TaskKind.AUDIT, {}, "tests", None, now())
        import_claims(
            connection,
            batch(),
            [claim("A-claim", park="A"), claim("B-claim", park="B")],
            np.array([None, None], dtype=np.object_),
        )
        for statement in _BESIDE.split(";"):
            connection.exec_driver_sql(statement)
    audit(engine, law, AS_OF, "en", actor="tests", clock=now)
    audit_daily(engine, law, AS_OF, actor="tests", clock=now)
    cards = refresh_cards(engine, law, AS_OF)
    with unit_of_work(engine) as connection:
        for statement in _CASES.split(";"):
            connection.exec_driver_sql(statement)
    with unit_of_work(engine) as connection:
        count_cells(connection, AS_OF, cards.state.revision)


def _import_contracts(connection: sa.Connection) -> None:
    """Contracts; the keys of two and the park of one are corrected."""
    issue = ImportIssue(1, "note", "A", IssueSeverity.NOTED, "odd")
    first = _ledger(A1="A", B1="B", B9="A", N1=None)
    import_ledger(connection, batch(issues=(issue,)), first, squares(0, 2, 4, 6))
    known = dict(
        connection.execute(sa.select(CONTRACT.c.contract_no, CONTRACT.c.contract_id)).all()
    )
    corrected = _ledger(A2="A", B2="B", B9="B")
    numbers = np.array([known[number] for number in ("A1", "B1", "B9")])
    import_ledger(connection, batch(1), corrected, contract_id=numbers)


def _ledger(**parks: str | None) -> LedgerColumns:
    return ledger(
        *(
            {
                "contract_no": number,
                "grantee": number,
                "parcel_code": f"{number}-parcel",
                "park": park,
                **_STORY,
            }
            for number, park in parks.items()
        )
    )


def _import_content(connection: sa.Connection, park: str) -> None:
    """One row of each kind; what names it begins with the letter of the park."""
    own = {"contract_no": f"{park}2", "parcel_code": f"{park}2-parcel", "park": park}
    for hours, kind in enumerate(CONTENT, start=2 + len(CONTENT) * PARKS.index(park)):
        catalogue = catalogue_of(kind)
        example = {
            key: read_cell(catalogue.by_key[key], text) for key, text in catalogue.example.items()
        }
        named = {catalogue.key[0]: f"{park}-{kind}", "phase": None, **own}
        row = {key: named.get(key, cell) for key, cell in example.items()}
        import_content(connection, batch(hours), kind, [row])
