"""The main pages of the site, by name, with somebody whose page each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geodata.model.roles import Role

from .case_on_file import CASE, DRAFT, ISSUED, KEY

CONTRACT: Final = f"/contracts/{KEY.slug}"


@dataclass(frozen=True, slots=True)
class MainPage:
    """One page.

    Attributes
    ----------
    name
        Of its pictures.
    path
        Where it is on the site.
    role
        Whose page it is; None = of somebody who has not signed in.
    """

    name: str
    path: str
    role: Role | None = Role.AUDITOR

    def __str__(self) -> str:
        return self.name


MAIN_PAGES: Final = (
    MainPage("login", "/login", None),
    MainPage("home", "/"),
    MainPage("home-leader", "/", Role.LEADER),
    MainPage("home-park", "/", Role.PARK_MANAGER),
    MainPage("home-administrator", "/", Role.ADMINISTRATOR),
    MainPage("targets", "/targets"),
    MainPage("targets-leader", "/targets", Role.LEADER),
    MainPage("target-entries", "/targets/entries"),
    MainPage("forecast", "/targets/forecast"),
    MainPage("plan", "/targets/plan"),
    MainPage("plan-out-of-reach", "/targets/plan?limit:town:mu=1"),
    MainPage("lists", "/lists"),
    MainPage("list", "/lists/inefficient_development"),
    MainPage("registers", "/registers"),
    MainPage("ratings", "/ratings"),
    MainPage("parks", "/parks"),
    MainPage("projects", "/projects"),
    MainPage("project-form", "/projects/new"),
    MainPage("statements", f"{CONTRACT}/statements"),
    MainPage("map", "/map"),
    MainPage("contracts", "/contracts"),
    MainPage("contracts-none", "/contracts?q=nowhere-at-all"),
    MainPage("contract", CONTRACT),
    MainPage("imagery", f"{CONTRACT}/imagery"),
    MainPage("entries", "/entries"),
    MainPage("evidence", f"{CONTRACT}/evidence"),
    MainPage("patrol", f"{CONTRACT}/patrol"),
    MainPage("patrol-plan", "/patrols/plan"),
    MainPage("patrol-sheet", f"{CONTRACT}/patrol/sheet"),
    MainPage("entry-form", f"{CONTRACT}/enter/milestone"),
    MainPage("imports", "/imports"),
    MainPage("tasks", "/tasks"),
    MainPage("reminders", "/reminders"),
    MainPage("runs", "/runs"),
    MainPage("run", "/runs/2"),
    MainPage("reviews", "/reviews"),
    MainPage("cases", "/cases"),
    MainPage("work", "/cases/work", Role.LEGAL),
    MainPage("case", f"/cases/{CASE}"),
    MainPage("document-draft", f"/documents/{DRAFT}"),
    MainPage("document-issued", f"/documents/{ISSUED}", Role.LEGAL),
    MainPage("case-ledger", "/cases/ledger"),
    MainPage("case-form", f"{CONTRACT}/case"),
    MainPage("runs-diff", "/runs/diff?from=1&to=2"),
    MainPage("rules", "/rules"),
    MainPage("rule", "/rules/suspect_idle_1y"),
    MainPage("accounts", "/accounts", Role.ADMINISTRATOR),
    MainPage("account-file", "/accounts/demo-park-manager", Role.ADMINISTRATOR),
    MainPage("account", "/account"),
    MainPage("password", "/account/password"),
    MainPage("help", "/help"),
    MainPage("nothing-found", "/contracts/nothing~~here"),
)
