"""The main pages of the site, by name, with somebody whose page each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geodata.model.roles import Role

CONTRACT: Final = "/contracts/演示-2023-089~~310116906018GB00048"


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
    MainPage("map", "/map"),
    MainPage("contracts", "/contracts"),
    MainPage("contracts-none", "/contracts?q=nowhere-at-all"),
    MainPage("contract", CONTRACT),
    MainPage("entries", "/entries"),
    MainPage("entry-form", f"{CONTRACT}/enter/milestone"),
    MainPage("imports", "/imports"),
    MainPage("tasks", "/tasks"),
    MainPage("reminders", "/reminders"),
    MainPage("runs", "/runs"),
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
