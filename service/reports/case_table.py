"""The list of cases as a table, for files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from geodata.model.cases import Case
from geodata.model.contract_key import ContractKey
from service.i18n import translator
from service.reports.tables import Table


class NamedCase(Protocol):
    """A case and what people call its contract."""

    @property
    def case(self) -> Case:
        """The case."""
        ...

    @property
    def key(self) -> ContractKey:
        """The key of its contract."""
        ...

    @property
    def title(self) -> str:
        """Project, else grantee, else contract number."""
        ...

    @property
    def park(self) -> str:
        """The park it is of; blank = of none."""
        ...


def case_table(rows: Iterable[NamedCase], language: str) -> Table:
    """One row per case, in the order given."""
    _ = translator(language)
    heads = (
        _("Contract number"),
        _("Project"),
        _("Park"),
        _("Procedure"),
        _("Ground"),
        _("State"),
        _("Opened"),
        _("Opened by"),
        _("Closed"),
        _("Outcome"),
        _("Steps"),
    )
    told = [
        (
            row.key.contract_no,
            row.title,
            row.park,
            row.case.path.label(language),
            row.case.ground.label(language),
            row.case.state.label(language),
            row.case.opened_on,
            row.case.opened_by,
            row.case.closed_on,
            row.case.outcome.label(language) if row.case.outcome else None,
            row.case.version,
        )
        for row in rows
    ]
    return Table(_("Cases"), heads, told, text_count=len(heads) - 1)
