"""The report of an audit run as values: what its document and its workbook are made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from geodata.model.case_lists import ReviewStanding
from geodata.model.chain import Head
from geodata.model.codelists import FindingCode, Group, MilestoneKind
from geodata.model.columns import Flags
from geodata.model.contract_key import ContractKey
from geodata.model.entities import AuditRun
from geodata.model.reviews import FindingReview, RunSignoff
from service.clock import SHANGHAI
from service.compliance.rules.results import FindingResult, contract_results
from service.reports.comparison import ComparisonContent, Judged
from service.reports.content import GroupTotal, Summary, group_total

FindingName = tuple[int, FindingCode, MilestoneKind | None]
"""Number of the contract, finding and milestone: the same in every run."""


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """A finding with its contract, and what was said of it.

    Attributes
    ----------
    title
        Project, else grantee, else contract number.
    review
        The last one that counts; None where nobody has looked at it.
    """

    park: str
    key: ContractKey
    title: str
    finding: FindingResult
    review: FindingReview | None
    standing: ReviewStanding

    def is_of(self, group: Group) -> bool:
        """Whether it puts its contract into a group."""
        bucket = self.finding.bucket
        return self.finding.code in group.codes and not (bucket and bucket.is_beside)


@dataclass(frozen=True, slots=True, eq=False)
class AuditReport:
    """A run with everything its report tells.

    Attributes
    ----------
    district
        Its name in the language of the report.
    seen
        What was judged and found.
    changes
        What moved since the run before; None where there is none.
    is_intact
        Whether the judgements kept are the ones that were made; None where that is not known.
    reviews
        What was said last of findings of the run, and where they stand with it.
    reviewers
        Who reviewed findings in this run.
    signoff
        None where nobody has signed: the report is a draft.
    head
        Where the event log stood at the signature, else where it stands.
    """

    language: str
    district: str
    run: AuditRun
    seen: Judged
    summary: Summary
    changes: ComparisonContent | None
    is_intact: bool | None
    reviews: Mapping[FindingName, tuple[FindingReview, ReviewStanding]]
    reviewers: tuple[str, ...]
    signoff: RunSignoff | None
    head: Head

    @property
    def dated_on(self) -> date:
        """The day it was signed, else the day the run was made."""
        instant = self.signoff.at if self.signoff else self.run.started_at
        return instant.astimezone(SHANGHAI).date()

    def findings(self) -> list[ReportedFinding]:
        """Every finding, park by park and contract by contract; those of no park come last."""
        return sorted(self._findings(), key=lambda each: (not each.park, each.park, each.key))

    def parks(self) -> dict[str, Flags]:
        """The rows of each park, by name; those of no park under an empty one, last."""
        parks = np.array([park or "" for park in self.seen.columns.texts["park"]], dtype=object)
        names = sorted(set(parks.tolist()), key=lambda park: (not park, park))
        return {name: parks == name for name in names}

    def total(self, group: Group, rows: Flags) -> GroupTotal:
        """What of some rows is in a group."""
        columns, judged = self.seen.columns, self.seen.judged
        return group_total(columns, judged, group, judged.group(group) & rows)

    def _findings(self) -> Iterator[ReportedFinding]:
        seen = self.seen
        texts = seen.columns.texts
        names = zip(*(texts[name] for name in ("park", "project_name", "grantee")), strict=True)
        contracts = contract_results(seen.columns, seen.judged)
        rows = zip(seen.contract_id.tolist(), contracts, names, strict=True)
        for contract_id, contract, (park, project, grantee) in rows:
            title = project or grantee or contract.key.contract_no
            for finding in contract.findings:
                name = (contract_id, finding.code, finding.milestone)
                review, standing = self.reviews.get(name, (None, ReviewStanding.OPEN))
                yield ReportedFinding(park or "", contract.key, title, finding, review, standing)
