"""Who may enter the site: its accounts, who is known, and the identity provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from service.auth.oidc import Provider
from service.operations.accounts import Accounts
from service.operations.identities import Identity


class Identities(Protocol):
    """Finds out who makes a request."""

    def identify(self, session: str | None, api_token: str | None) -> Identity | None:
        """Who shows the token of an interface or, without one, that of a session."""
        ...

    def forget(self, identity: Identity) -> None:
        """Ask anew about an account that has just changed."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """Who may enter.

    Attributes
    ----------
    provider
        The bureau's identity provider; None = there is none.
    provider_title
        What the button to it says; empty = the site's own words.
    https
        Whether browsers reach the site through a proxy that speaks HTTPS.
    """

    accounts: Accounts
    identities: Identities
    provider: Provider | None = None
    provider_title: str = ""
    https: bool = False
