"""What an identity provider names is asked only where nobody can have changed it on its way."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests

from geodata.errors import SignInError
from service.auth.oidc import Provider
from service.settings import OidcSettings
from tests.conftest import NOON

ISSUER = "https://login.example"


class Answer:
    """The metadata of a provider, or what its address answers instead."""

    def __init__(self, said: dict[str, str]) -> None:
        self.said = said

    def raise_for_status(self) -> None:
        pass

    def json(self) -> dict[str, str]:
        return self.said


@pytest.fixture
def begin(monkeypatch):
    def begin(endpoint: str) -> str:
        asked = []

        def get(address: str, **options: object) -> Answer:
            asked.append((address, options["allow_redirects"]))
            return Answer({"issuer": ISSUER, "authorization_endpoint": endpoint})

        monkeypatch.setattr(requests, "get", get)
        settings = replace(OidcSettings(), issuer=ISSUER, client_id="pw")
        address = Provider(settings, None, lambda: NOON).begin("attempt", "state", "http://x/")
        assert asked == [(f"{ISSUER}/.well-known/openid-configuration", False)]
        return address

    return begin


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://login.example/auth",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:5432/",
        "file:///etc/passwd",
        "https:///auth",
        "//login.example/auth",
        "",
    ],
)
def test_an_address_in_clear_or_of_no_host_is_not_asked(begin, endpoint):
    with pytest.raises(SignInError, match="names the address"):
        begin(endpoint)


def test_its_own_and_another_address_with_https_are(begin):
    assert begin(f"{ISSUER}/auth").startswith(f"{ISSUER}/auth?")
    assert begin("https://accounts.example/auth").startswith("https://accounts.example/auth?")
