"""Identifiers of land and parties: their form, and their check character where they have one.

Nothing here says that a number was ever issued; it only says that it could have been.
"""

from __future__ import annotations

import re
from typing import Final

# GB 32100-2015: digits and capital letters without I, O, S, V, Z; a character's value is its index.
_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_MODULUS: Final = len(_USCC_ALPHABET)
_USCC_BODY_LENGTH: Final = 17

# GB 11714: digits and all capital letters, A = 10 … Z = 35.
_ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECK: Final = "0123456789X"

_PARCEL_CODE: Final = re.compile(r"[0-9]{12}[GJZ][A-Z][0-9]{5}")
_SUPERVISION_NO: Final = re.compile(r"[0-9]{10}[A-Z][0-9]{5}")


def uscc_check_character(first17: str) -> str:
    """Check character of a unified social credit code (GB 32100-2015).

    Parameters
    ----------
    first17
        The first seventeen characters, in capitals.

    Raises
    ------
    ValueError
        When there are not seventeen of them or one is outside the code's alphabet.
    """
    if len(first17) != _USCC_BODY_LENGTH:
        msg = f"a credit code has {_USCC_BODY_LENGTH} characters before its check: {first17!r}"
        raise ValueError(msg)
    total = sum(
        _USCC_ALPHABET.index(character) * pow(3, place, _USCC_MODULUS)
        for place, character in enumerate(first17)
    )
    return _USCC_ALPHABET[-total % _USCC_MODULUS]


def organisation_check_character(first8: str) -> str:
    """Check character of an organisation code (GB 11714), the ninth to sixteenth of a credit code.

    Raises
    ------
    ValueError
        When there are not eight characters or one is neither digit nor capital letter.
    """
    total = sum(
        _ORGANISATION_ALPHABET.index(character) * weight
        for character, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True)
    )
    return _ORGANISATION_CHECK[-total % len(_ORGANISATION_CHECK)]


def is_uscc(text: str) -> bool:
    """Whether `text` is a unified social credit code with the right check character.

    The embedded organisation code is not asked for: not every kind of holder has one.
    """
    body, check = text[:_USCC_BODY_LENGTH], text[_USCC_BODY_LENGTH:]
    known = len(body) == _USCC_BODY_LENGTH and set(body) <= set(_USCC_ALPHABET)
    return known and check == uscc_check_character(body)


def is_parcel_code(text: str) -> bool:
    """Whether `text` has the nineteen characters of a parcel code (GB/T 37346-2019)."""
    return _PARCEL_CODE.fullmatch(text) is not None


def is_supervision_no(text: str) -> bool:
    """Whether `text` has the sixteen characters of an electronic supervision number."""
    return _SUPERVISION_NO.fullmatch(text) is not None
