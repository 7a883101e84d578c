"""OpenID Connect: authorization code with PKCE, and what the provider calls the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from geodata.errors import SignInError
from service.auth.tokens import derived
from service.clock import Clock
from service.settings import OidcSettings

_ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "EdDSA",
)
"""Signatures made with the provider's own key; never "none", never one with a shared secret."""
_LEEWAY_S: Final = 60
_TIMEOUT_S: Final = 10


@dataclass(slots=True)
class Provider:
    """The bureau's identity provider.

    An attempt to sign in is a secret that stays with one browser: nonce and code verifier follow
    from it, so nothing about the attempt has to be kept.
    """

    settings: OidcSettings
    secret: str | None
    clock: Clock
    _metadata: dict[str, Any] = field(default_factory=dict)
    _keys: KeySet | None = None

    def begin(self, attempt: str, state: str, return_to: str) -> str:
        """Address to send the browser to.

        Parameters
        ----------
        attempt
            Secret of the attempt.
        state
            Comes back with the browser.
        return_to
            Address the provider sends the browser back to.

        Raises
        ------
        SignInError
            When the provider does not answer.
        """
        with self._client(return_to) as client:
            address, _ = client.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=state,
                code_verifier=derived(attempt, "verifier"),
                nonce=derived(attempt, "nonce"),
            )
        return str(address)

    def finish(self, attempt: str, code: str, return_to: str) -> str:
        """What the provider calls the one who came back with a code.

        Raises
        ------
        SignInError
            When the provider does not accept the code, or its answer is not for this attempt.
        """
        try:
            with self._client(return_to) as client:
                answer = client.fetch_token(
                    self._endpoint("token_endpoint"),
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=derived(attempt, "verifier"),
                    timeout=_TIMEOUT_S,
                )
                claims = self._claims(answer, derived(attempt, "nonce"))
                if self.settings.claim not in claims:
                    claims = self._more_claims(client, claims)
        except (OAuthError, JoseError, requests.RequestException, ValueError) as error:
            raise SignInError(
                "The identity provider did not confirm who you are: {reason}",
                "Begin again; if it stays so, tell the administrator.",
                reason=type(error).__name__,
            ) from error
        return self._name(claims)

    def _client(self, return_to: str) -> OAuth2Session:
        return OAuth2Session(
            self.settings.client_id,
            self.secret,
            scope="openid" if self.settings.claim == "sub" else "openid profile email",
            redirect_uri=return_to,
            code_challenge_method="S256",
        )

    def _claims(self, answer: dict[str, Any], nonce: str) -> Mapping[str, Any]:
        """The claims of the ID token, signed by the provider for this site and this attempt."""
        written = str(answer.get("id_token", ""))
        try:
            token = jwt.decode(written, self._key_set(), algorithms=list(_ALGORITHMS))
        except InvalidKeyIdError:  # the provider has changed its keys
            token = jwt.decode(written, self._key_set(anew=True), algorithms=list(_ALGORITHMS))
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": self.settings.issuer},
                "aud": {"essential": True, "value": self.settings.client_id},
            },
            {
                "nonce": nonce,
                "client_id": self.settings.client_id,
                "access_token": answer.get("access_token"),
            },
        )
        claims.validate(now=int(self.clock().timestamp()), leeway=_LEEWAY_S)
        return dict(claims)

    def _more_claims(self, client: OAuth2Session, claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the provider tells about the same person when it is asked."""
        answer = client.get(
            self._endpoint("userinfo_endpoint"), timeout=_TIMEOUT_S, allow_redirects=False
        )
        answer.raise_for_status()
        found = dict(answer.json())
        return found if found.get("sub") == claims["sub"] else {}

    def _name(self, claims: Mapping[str, Any]) -> str:
        name = claims.get(self.settings.claim)
        if not isinstance(name, str) or not name:
            raise SignInError(
                "The identity provider sends no claim {claim}.",
                "Tell the administrator: the setting oidc.claim names it.",
                claim=self.settings.claim,
            )
        return name

    def _key_set(self, *, anew: bool = False) -> KeySet:
        if self._keys is None or anew:
            keys = self._fetched(self._endpoint("jwks_uri")).get("keys", [])
            self._keys = KeySet.import_key_set({"keys": keys})
        return self._keys

    def _endpoint(self, name: str) -> str:
        issuer = self.settings.issuer
        if not self._metadata:
            found = self._fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != issuer:
                raise SignInError(
                    "The identity provider calls itself {found}, not {issuer}.",
                    "Tell the administrator: the setting oidc.issuer has to be the same.",
                    found=found.get("issuer"),
                    issuer=issuer,
                )
            self._metadata = found
        return self._sound(str(self._metadata.get(name, "")))

    def _sound(self, address: str) -> str:
        """An address the provider names: no other host is asked in clear, nor any other scheme."""
        named, issuer = urlsplit(address), urlsplit(self.settings.issuer)
        is_own = (named.scheme, named.netloc) == (issuer.scheme, issuer.netloc)
        if not is_own and not (named.scheme == "https" and named.hostname):
            raise SignInError(
                "The identity provider names the address {address}, which is not asked.",
                "Tell the administrator: its addresses have to begin with https.",
                address=address,
            )
        return address

    def _fetched(self, address: str) -> dict[str, Any]:
        try:
            answer = requests.get(address, timeout=_TIMEOUT_S, allow_redirects=False)
            answer.raise_for_status()
            return dict(answer.json())
        except (requests.RequestException, ValueError, TypeError) as error:
            raise SignInError(
                "The identity provider does not answer at {address}.",
                "Sign in with a password, or tell the administrator.",
                address=address,
            ) from error
