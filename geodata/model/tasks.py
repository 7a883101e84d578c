"""Work that somebody asked for and the worker does: what it is, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from geodata.model.codelist import Codelist, Tone
from geodata.model.roles import Permission


class TaskKind(Codelist):
    """What can be asked for; `service.jobs` says how each is done."""

    AUDIT = ("audit", "全量判定", "full audit")
    REFRESH = ("refresh", "更新清单和地图", "bringing lists and maps up to date")
    RECOGNISE_UPLOAD = ("recognise_upload", "识别上传的文件", "recognising files")
    PLAN_UPLOAD = ("plan_upload", "比对上传的文件", "comparing files with what is known")
    ACCEPT_UPLOAD = ("accept_upload", "导入上传的文件", "importing files")
    BREACH_REPORTS = ("breach_reports", "生成违约情况报告", "making breach reports")
    APPLY_ENTRY = ("apply_entry", "录入内容生效", "putting an entry into effect")

    @property
    def permission(self) -> Permission:
        """What who asks for it has to be allowed."""
        return _NEEDED[self]


_NEEDED: Final[Mapping[TaskKind, Permission]] = {
    TaskKind.AUDIT: Permission.AUDIT,
    TaskKind.REFRESH: Permission.AUDIT,
    TaskKind.RECOGNISE_UPLOAD: Permission.IMPORT,
    TaskKind.PLAN_UPLOAD: Permission.IMPORT,
    TaskKind.ACCEPT_UPLOAD: Permission.IMPORT,
    TaskKind.BREACH_REPORTS: Permission.EXPORT,
    TaskKind.APPLY_ENTRY: Permission.VIEW,  # the operations ask for more before they submit it
}


class TaskState(Codelist):
    """Where a task stands."""

    WAITING = ("waiting", "排队中", "waiting", Tone.CLOSED)
    RUNNING = ("running", "进行中", "running", Tone.DUE_SOON)
    DONE = ("done", "已完成", "done", Tone.COMPLIANT)
    FAILED = ("failed", "未完成", "failed", Tone.OVERDUE)

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen."""
        return self in {TaskState.DONE, TaskState.FAILED}


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English wording with ``{name}`` fields, which is translated before they are filled.

    Attributes
    ----------
    values
        What fills the fields: plain values, and of a codelist's member its words by language.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What a task brought.

    Attributes
    ----------
    page
        Endpoint of the page that shows it; empty = none.
    place
        What of the page: the values of its address.
    """

    sentence: Sentence
    page: str = ""
    place: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskProblem:
    """Why a task failed, and what to do next; both texts have the same values."""

    sentence: Sentence
    next_step: str


@dataclass(frozen=True, slots=True)
class Task:
    """One thing somebody asked for.

    Attributes
    ----------
    arguments
        What the operation is told, as JSON has it.
    asked_by
        Name of the account.
    done_count, total_count
        How many of how many steps are done; a total of 0 = not known.
    step
        What is being done; None = nothing yet.
    """

    task_id: UUID
    kind: TaskKind
    arguments: Mapping[str, Any]
    asked_by: str
    asked_at: datetime
    state: TaskState
    done_count: int
    total_count: int
    step: Sentence | None
    result: TaskResult | None
    problem: TaskProblem | None
    started_at: datetime | None
    finished_at: datetime | None
