"""The report of an audit run as tables of typed cells, which paper and workbook show alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from decimal import Decimal
from typing import Final

import numpy as np

from geodata.model.case_lists import ReviewStanding
from geodata.model.codelists import FindingCode, Group
from service.clock import minute_text
from service.i18n import translator
from service.reports.audit.content import AuditReport, ReportedFinding
from service.reports.tables import Cells, Table

_SETTLED: Final = tuple(standing for standing in ReviewStanding if not standing.is_open)


def record_table(report: AuditReport) -> Table:
    """What was asked, by whom, with what digests, and who signed for it."""
    _, run, signoff = translator(report.language), report.run, report.signoff
    joint = "、" if report.language == "zh" else ", "
    intact = {True: _("as they were made"), False: _("changed since they were made")}
    unheld = _("not held against their digest")
    rows: list[Cells] = [
        [_("Run"), run.run_id],
        [_("Judged as of"), run.as_of],
        [_("Known at"), minute_text(run.known_at)],
        [_("Contracts"), run.contract_count],
        [_("Parks judged"), run.scope or _("every park")],
        [_("Made by"), f"{run.actor} ({minute_text(run.started_at)})"],
        [_("Reviewed by"), joint.join(report.reviewers) or _("nobody")],
        [_("Signed off by"), _signed(report)],
        [_("Statement"), signoff.statement if signoff else None],
        [_("Findings not reviewed then"), signoff.open_count if signoff else None],
        [_("Law book"), " ".join(filter(None, (run.book, run.book_digest)))],
        [_("Rules"), " ".join(filter(None, (run.code_version, run.rule_digest)))],
        [_("Facts"), run.inputs_digest or run.facts_digest],
        [_("Result"), run.result_digest],
        [_("Judgements kept"), unheld if report.is_intact is None else intact[report.is_intact]],
        [_("Event log"), _("event {number}: {hash}").format(
            number=report.head.seq, hash=report.head.text)],
    ]  # fmt: skip
    told = [row for row in rows if row[1] is not None]
    return Table(_("Record of the run"), [_("Of the run"), _("On record")], told, text_count=2)


def group_table(report: AuditReport) -> Table:
    """The three groups: contracts, land, and money at stake."""
    _ = translator(report.language)
    heads = [_("Group"), _("Contracts"), _("Area (mu)"), _("Area unknown")]
    heads += [_("At stake (yuan)"), _("Amount unknown")]
    rows = [[group, *astuple(total)] for group, total in report.summary.groups.items()]
    return Table(_("Groups (a contract may stand in several)"), heads, rows)


def park_table(report: AuditReport) -> Table:
    """The groups park by park; money never adds up across groups."""
    _, language = translator(report.language), report.language
    heads = [_("Park"), _("Contracts"), _("In any group")]
    for group in Group:
        label = group.label(language)
        heads += [label, _("{group}: at stake (yuan)").format(group=label)]
    in_any = np.any([report.seen.judged.group(group) for group in Group], axis=0)
    rows = []
    for park, inside in report.parks().items():
        cells = [park or _("not given"), int(inside.sum()), int(in_any[inside].sum())]
        for group in Group:
            total = report.total(group, inside)
            cells += [total.count, total.at_stake_yuan]
        rows.append(cells)
    return Table(_("By park"), heads, rows)


def kind_table(report: AuditReport, findings: Iterable[ReportedFinding]) -> Table:
    """Findings by kind, and where they stand with their reviews."""
    _, language = translator(report.language), report.language
    heads = [_("Finding"), _("Findings"), _("Known amounts (yuan)"), _("To be reviewed")]
    heads += [standing.label(language) for standing in _SETTLED]
    kinds: dict[FindingCode, list[ReportedFinding]] = {}
    for each in findings:
        kinds.setdefault(each.finding.code, []).append(each)
    rows = [[code, *_kind(kinds[code])] for code in FindingCode if code in kinds]
    return Table(_("Findings by kind"), heads, rows)


def finding_table(report: AuditReport, title: str, findings: Iterable[ReportedFinding]) -> Table:
    """Findings one by one."""
    _ = translator(report.language)
    heads = [_("Park"), _("Contract"), _("Project"), _("Finding"), _("How long unused")]
    heads += [_("Standing"), _("Since"), _("Days"), _("Amount (yuan)")]
    rows = [
        [
            *(*_named(each, _("not given")), each.finding.bucket, each.standing),
            *(each.finding.since_on, each.finding.days, each.finding.amount_yuan),
        ]
        for each in findings
    ]
    return Table(title, heads, rows, text_count=7)


def review_table(report: AuditReport, findings: Iterable[ReportedFinding]) -> Table:
    """What was said of findings: by whom, why, on what evidence, and until when it stands."""
    _ = translator(report.language)
    heads = [_("Park"), _("Contract"), _("Project"), _("Finding"), _("Standing"), _("Reason")]
    heads += [_("Evidence"), _("Stands until"), _("Reviewed by"), _("Reviewed at")]
    rows = [
        [
            *(*_named(each, _("not given")), each.standing, said.reason, said.evidence),
            *(said.expires_on, said.actor, minute_text(said.at)),
        ]
        for each in findings
        if (said := each.review)
    ]
    return Table(_("Reviews of findings"), heads, rows, text_count=len(heads))


def _signed(report: AuditReport) -> str:
    _, signoff = translator(report.language), report.signoff
    if signoff is None:
        return _("not signed: this is a draft")
    return f"{signoff.actor} ({minute_text(signoff.at)})"


def _named(each: ReportedFinding, no_park: str) -> Cells:
    contract = " ".join(filter(None, (each.key.contract_no, each.key.phase)))
    return [each.park or no_park, contract, each.title, each.finding.code]


def _kind(found: Sequence[ReportedFinding]) -> Cells:
    known = sum((each.finding.amount_yuan or Decimal() for each in found), Decimal())
    counts = Counter(each.standing for each in found)
    waiting = len(found) - sum(counts[standing] for standing in _SETTLED)
    return [len(found), known, waiting, *(counts[standing] for standing in _SETTLED)]
