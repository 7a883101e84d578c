"""New projects, recorded and held against the entry standard of their kind (准入)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Final
from uuid import UUID, uuid4

from geodata.errors import NotAllowedError, NothingFoundError, UsageError
from geodata.model.attributes import Attribute, Kind
from geodata.model.case_lists import CasePath
from geodata.model.cells import CellError, read_cell
from geodata.model.chain import Event, EventKind, EventSubject
from geodata.model.columns import Cell
from geodata.model.land_lists import ProjectKind
from geodata.model.roles import Actor, Permission
from geodata.model.supervised import (
    PROJECT_FIGURES,
    PROJECT_NAMES,
    CheckedRequirement,
    ProjectCheck,
    last_words,
)
from geodata.store.engine import Engine
from geodata.store.log import append
from geodata.store.queries import supervised as rows
from geodata.store.queries.cases import CaseFilter, CaseRow, list_cases
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.compliance.casework.flags import restricts
from service.compliance.indicators.entry_standards import EntryCheck, check_entry
from service.compliance.indicators.figures import Figure, Figures
from service.compliance.law import LawBook
from service.operations.entry_forms import SOURCE, ground
from service.settings import LANGUAGES
from service.wording import cell_value

KIND: Final = "kind"
_SHOWN: Final = 200
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class ProjectForm:
    """A form as it was read.

    Attributes
    ----------
    named, figures
        The texts that name the project, and its figures that are filled and could be read.
    problems
        What is wrong, by field.
    """

    kind: ProjectKind | None
    named: Mapping[str, str]
    figures: Mapping[str, Cell]
    source: str
    problems: Mapping[str, UsageError]


@dataclass(frozen=True, slots=True)
class Projects:
    """Where projects are recorded."""

    engine: Engine
    law: LawBook
    clock: Clock


def read_project_form(texts: Mapping[str, str]) -> ProjectForm:
    """Read what was typed; a figure that is blank is unknown."""
    problems: dict[str, UsageError] = {}
    kind = texts.get(KIND, "")
    if kind not in ProjectKind.positions():
        problems[KIND] = UsageError("This has to be filled in.")
    named, figures = {}, {}
    for attribute in (*PROJECT_NAMES, *PROJECT_FIGURES):
        try:
            cell = _read(attribute, texts.get(attribute.key, ""))
        except UsageError as problem:
            problems[attribute.key] = problem
            continue
        if attribute.kind is Kind.TEXT:
            named[attribute.key] = str(cell or "")
        elif cell is not None:
            figures[attribute.key] = cell
    source = ""
    try:
        source = ground(texts.get(SOURCE, ""))
    except UsageError as problem:
        problems[SOURCE] = problem
    return ProjectForm(
        ProjectKind.of(kind) if KIND not in problems else None, named, figures, source, problems
    )


def checked(form: ProjectForm, law: LawBook, as_of: date) -> EntryCheck:
    """A project that could be read, against the standard in force on a day."""
    assert form.kind is not None
    row = {key: _figure(cell) for key, cell in form.figures.items()}
    keys = [attribute.key for attribute in PROJECT_FIGURES]
    return check_entry(Figures.of_rows({"": row}, keys), 0, form.kind, law, as_of)


def record_project(
    projects: Projects, actor: Actor, form: ProjectForm, as_of: date
) -> ProjectCheck:
    """Keep a project with what came out; it is never changed, only recorded anew.

    Raises
    ------
    NotAllowedError
        When the actor enters no facts, or the project is in a park that is not the actor's.
    UsageError
        When a field could not be read.
    """
    actor.require(Permission.ENTER)
    if form.kind is None or form.problems:
        raise UsageError(
            "Nothing was entered yet: {count} points have to be put right.",
            "Look at the fields named.",
            count=len(form.problems),
        )
    park = form.named["park"]
    if actor.parks is not None and park not in actor.parks:
        raise NotAllowedError(
            "The account {account} records no projects in {park}.",
            "Choose one of: {parks}.",
            account=actor.name,
            park=park or "–",
            parks=", ".join(sorted(actor.parks)),
        )
    found, law = checked(form, projects.law, as_of), projects.law
    standard = found.standard
    citations = standard.citations if standard else ()
    project = ProjectCheck(
        project_id=uuid4(),
        kind=form.kind,
        name=form.named["project_name"],
        uscc=form.named["uscc"],
        park=park,
        said={
            a.key: cell_value(a, form.figures[a.key])
            for a in PROJECT_FIGURES
            if a.key in form.figures
        },
        checked_on=as_of,
        state=found.state,
        checks=[
            CheckedRequirement(
                zh=each.requirement.zh,
                en=each.requirement.en,
                at_least=str(each.requirement.at_least),
                actual=None if each.actual is None else str(each.actual),
                state=each.state,
            )
            for each in found.checks
        ],
        basis={language: [each.text(language) for each in citations] for language in LANGUAGES},
        confidence=standard.confidence if standard else None,
        book=law.code,
        digest=law.digest,
        source=form.source,
        entered_by=actor.name,
        entered_at=projects.clock(),
    )
    with unit_of_work(projects.engine, Scope.of(actor)) as connection:
        rows.add_project(connection, project)
        append(connection, _event(project))
    return project


def project_file(projects: Projects, actor: Actor, project_id: UUID) -> ProjectCheck:
    """A project that was recorded.

    Raises
    ------
    NothingFoundError
        When the actor sees no such project.
    """
    actor.require(Permission.VIEW)
    with unit_of_work(projects.engine, Scope.of(actor)) as connection:
        project = rows.find_project(connection, project_id)
    if project is None:
        raise NothingFoundError(
            "There is no project {project}.", "Look for it among the projects.", project=project_id
        )
    return project


def bars(projects: Projects, actor: Actor, project: ProjectCheck, as_of: date) -> list[CaseRow]:
    """The cases for which no application for new land is taken from who plans a project (R1.42).

    As far as the actor sees them: land was determined idle that the same credit code hoards.
    """
    actor.require(Permission.VIEW)
    if not project.uscc:
        return []
    wanted = CaseFilter(is_open=True, path=CasePath.IDLE_LAND, uscc=project.uscc)
    with unit_of_work(projects.engine, Scope.of(actor)) as connection:
        return [
            row
            for row in list_cases(connection, wanted)
            if restricts(
                row.case, last_words(rows.statements_of(connection, row.case.contract_id)), as_of
            )
        ]


def projects_shown(projects: Projects, actor: Actor) -> list[ProjectCheck]:
    """The projects recorded last."""
    actor.require(Permission.VIEW)
    with unit_of_work(projects.engine, Scope.of(actor)) as connection:
        return rows.list_projects(connection, _SHOWN)


def _event(project: ProjectCheck) -> Event:
    return Event(
        at=project.entered_at,
        actor=project.entered_by,
        kind=EventKind.PROJECT_RECORDED,
        subject=EventSubject.PROJECT,
        subject_id=str(project.project_id),
        payload=asdict(project),
    )


def _read(attribute: Attribute, text: str) -> Cell:
    if attribute.kind is Kind.TEXT:
        return ground(text, is_needed=attribute.is_required) or None
    try:
        return read_cell(attribute, text[:_LONGEST])
    except CellError as error:
        raise UsageError(error.template, "Correct it, or leave it blank.", **error.values) from None


def _figure(cell: Cell) -> Figure:
    return cell if isinstance(cell, Fraction | int) else None
