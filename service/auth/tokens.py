"""Tokens: random secrets of which only a digest is kept, and values derived from them."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import Final

_BYTES: Final = 32
_API_PREFIX: Final = "pw_"
"""Lets a token be recognised where it should not be: in a file, in a log."""


def new_token() -> str:
    """A random secret of 256 bits, for a cookie."""
    return secrets.token_urlsafe(_BYTES)


def new_api_token() -> str:
    """A random secret of 256 bits, for a program."""
    return _API_PREFIX + new_token()


def digest(token: str) -> bytes:
    """What is kept of a token: its SHA-256. A secret of 256 bits needs no slower hash."""
    return sha256(token.encode()).digest()


def derived(token: str, purpose: str) -> str:
    """A secret that follows from a token and does not lead back to it."""
    return hmac.new(token.encode(), purpose.encode(), sha256).hexdigest()


def is_derived(value: str, token: str, purpose: str) -> bool:
    """Whether a value is the one derived from a token; takes as long when it is not."""
    return hmac.compare_digest(value.encode(), derived(token, purpose).encode())
