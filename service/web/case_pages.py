"""What the pages about cases share: where cases are kept."""

from __future__ import annotations

from service.operations.cases import Cases
from service.web.readings import current_site


def site_cases() -> Cases:
    """The cases of this site."""
    site = current_site()
    accounts = site.access.accounts
    return Cases(accounts.engine, site.readings.law, accounts.clock)
