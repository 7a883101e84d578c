"""Which job does which kind of task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geodata.model.tasks import TaskKind
from service.jobs.audits import audit_day, refresh
from service.jobs.breach import report_breaches
from service.jobs.entries import apply
from service.jobs.job import Job
from service.jobs.uploads import accept, plan, recognise

JOBS: Final[Mapping[TaskKind, Job]] = {
    TaskKind.AUDIT: Job(audit_day),
    TaskKind.REFRESH: Job(refresh),
    TaskKind.RECOGNISE_UPLOAD: Job(recognise),
    TaskKind.PLAN_UPLOAD: Job(plan),
    TaskKind.ACCEPT_UPLOAD: Job(accept, writes_facts=True),
    TaskKind.BREACH_REPORTS: Job(report_breaches),
    TaskKind.APPLY_ENTRY: Job(apply, writes_facts=True),
}
