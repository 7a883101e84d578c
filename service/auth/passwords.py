"""Passwords: what is accepted, how it is kept, and those given to somebody for the first time."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from importlib import resources
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from geodata.errors import UsageError

LONGEST: Final = 256
_FEWEST_CHARACTERS: Final = 5
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that look alike on paper."""
_GROUPS, _GROUP_LENGTH = 4, 5

_HASHER: Final = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
_AT_ONCE: Final = BoundedSemaphore(2)
"""Hashing is dear on purpose; a worker spends no more memory on it than this many take."""


def hash_password(password: str) -> str:
    """The Argon2id hash of a password, with its salt and cost."""
    with _AT_ONCE:
        return _HASHER.hash(_normal(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether a hash is that of a password; takes as long where there is no hash."""
    try:
        with _AT_ONCE:
            _HASHER.verify(password_hash or _hash_of_nothing(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Whether a hash was made at another cost than is asked for now."""
    return _HASHER.check_needs_rehash(password_hash)


def first_password() -> str:
    """A random password to be handed over and replaced: 99 bits, easy to read out."""
    groups = ("".join(map(secrets.choice, [_ALPHABET] * _GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def check_password(password: str, account: str, shortest: int) -> None:
    """Accept a password somebody chose.

    Length counts most; then that it is neither widely used nor made of the account's name.

    Raises
    ------
    UsageError
        When it is not accepted; the message never repeats it.
    """
    plain = _normal(password).casefold()
    if len(plain) < shortest or len(password) > LONGEST:
        raise UsageError(
            "The password has {length} characters.",
            "Choose one of {shortest} to {longest} characters; several words do well.",
            length=len(password),
            shortest=shortest,
            longest=LONGEST,
        )
    if len(set(plain)) < _FEWEST_CHARACTERS or plain in _common():
        raise UsageError(
            "The password is one of the first that others try.",
            "Choose several words that have nothing to do with each other.",
        )
    if account and plain.replace(account, "").strip("0123456789!@#$%^&*._- ") == "":
        raise UsageError(
            "The password is made of the account's name.",
            "Choose several words that have nothing to do with each other.",
        )


@cache
def _common() -> frozenset[str]:
    text = (resources.files(__package__) / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


@cache
def _hash_of_nothing() -> str:
    return hash_password(secrets.token_urlsafe())


def _normal(password: str) -> str:
    """The same characters however a keyboard composes them; no longer than is ever accepted."""
    return unicodedata.normalize("NFKC", password[:LONGEST])
