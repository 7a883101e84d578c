"""Identifiers of land and parties: their form, and their check character where they have one.

Nothing here says that a number was ever issued; it only says that it could have been. Many texts
are looked at together, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Characters = npt.NDArray[np.uint32]

Numbers = npt.NDArray[np.int64]

_DIGITS: Final = "0123456789"
_CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# GB 32100-2015: digits and capital letters without I, O, S, V, Z; a character's value is its index.
_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_MODULUS: Final = len(_USCC_ALPHABET)
_USCC_BODY_LENGTH: Final = 17
_USCC_WEIGHTS: Final = np.array([pow(3, place, 31) for place in range(_USCC_BODY_LENGTH)])

# GB 11714: digits and all capital letters, A = 10 … Z = 35.
_ORGANISATION_ALPHABET: Final = _DIGITS + _CAPITALS
_ORGANISATION_WEIGHTS: Final = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ORGANISATION_CHECK: Final = "0123456789X"
_ORGANISATION: Final = slice(8, 17)  # of a credit code

_PARCEL_CODE: Final = (_DIGITS,) * 12 + ("GJZ", _CAPITALS) + (_DIGITS,) * 5
_SUPERVISION_NO: Final = (_DIGITS,) * 10 + (_CAPITALS,) + (_DIGITS,) * 5
_OLD_PARCEL_NO: Final = re.compile(r"[0-9]{2} ?[0-9]{3} ?[0-9]{4} ?[0-9]{4} ?[0-9]{3}")
# A number of a part behind the serial, a second letter in place of its first digit, or the serial
# alone; all three are met in public records.
_SUPERVISION_VARIANT: Final = re.compile(
    r"([0-9]{10})?[A-Z][0-9]{5}-[0-9]{1,3}|[0-9]{10}[A-Z]{2}[0-9]{4}|[A-Z][0-9]{5}"
)
_ASCII: Final = 128


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
    values = np.array([[_USCC_ALPHABET.index(character) for character in first17]])
    return _USCC_ALPHABET[_uscc_checks(values)[0]]


def organisation_check_character(first8: str) -> str:
    """Check character of an organisation code (GB 11714), the ninth to sixteenth of a credit code.

    Raises
    ------
    ValueError
        When there are not eight characters or one is neither digit nor capital letter.
    """
    if len(first8) != len(_ORGANISATION_WEIGHTS):
        msg = f"an organisation code has 8 characters before its check: {first8!r}"
        raise ValueError(msg)
    values = np.array([[_ORGANISATION_ALPHABET.index(character) for character in first8]])
    return _ORGANISATION_CHECK[_organisation_checks(values)[0]]


def are_usccs(texts: Sequence[str]) -> Flags:
    """Which texts are unified social credit codes with the right check character.

    The embedded organisation code is not asked for (`hold_organisation_codes`): not every kind of
    holder has one.
    """
    values = _values(texts, _USCC_BODY_LENGTH + 1, _USCC_ALPHABET)
    check = _uscc_checks(values[:, :_USCC_BODY_LENGTH])
    known = (values >= 0).all(axis=1)
    return np.asarray(known & (values[:, _USCC_BODY_LENGTH] == check))


def hold_organisation_codes(usccs: Sequence[str]) -> Flags:
    """Which credit codes embed an organisation code (GB 11714) with the right check character."""
    length = _USCC_BODY_LENGTH + 1
    values = _values(usccs, length, _ORGANISATION_ALPHABET)[:, _ORGANISATION]
    given = _values(usccs, length, _ORGANISATION_CHECK)[:, _ORGANISATION][:, -1]
    return np.asarray((values >= 0).all(axis=1) & (given == _organisation_checks(values[:, :-1])))


def are_parcel_codes(texts: Sequence[str]) -> Flags:
    """Which texts have the nineteen characters of a parcel code (GB/T 37346-2019)."""
    return _follow(texts, _PARCEL_CODE)


def are_supervision_nos(texts: Sequence[str]) -> Flags:
    """Which texts have the sixteen characters of an electronic supervision number."""
    return _follow(texts, _SUPERVISION_NO)


def is_uscc(text: str) -> bool:
    """Whether one text is a credit code (`are_usccs`)."""
    return bool(are_usccs([text])[0])


def is_parcel_code(text: str) -> bool:
    """Whether one text is a parcel code (`are_parcel_codes`)."""
    return bool(are_parcel_codes([text])[0])


def is_supervision_no(text: str) -> bool:
    """Whether one text is a supervision number (`are_supervision_nos`)."""
    return bool(are_supervision_nos([text])[0])


def is_old_parcel_no(text: str) -> bool:
    """Whether a text is a parcel number of Shanghai's old cadastre: 17 005 0002 0012 003."""
    return _OLD_PARCEL_NO.fullmatch(text) is not None


def is_supervision_variant(text: str) -> bool:
    """Whether a text is a supervision number as some records write it: B00269-1."""
    return _SUPERVISION_VARIANT.fullmatch(text) is not None


def _uscc_checks(bodies: Numbers) -> Numbers:
    return np.asarray(-(bodies @ _USCC_WEIGHTS) % _USCC_MODULUS)


def _organisation_checks(bodies: Numbers) -> Numbers:
    return np.asarray(-(bodies @ _ORGANISATION_WEIGHTS) % len(_ORGANISATION_CHECK))


def _characters(texts: Sequence[str], length: int) -> Characters:
    """Code points of the texts, one more than the length; 0 behind the end."""
    width = length + 1
    return np.array(texts, dtype=f"U{width}").view(np.uint32).reshape(len(texts), width)


def _values(texts: Sequence[str], length: int, alphabet: str) -> Numbers:
    """Place of each character in an alphabet; -1 where it is not in it or the text is longer."""
    table = np.full(_ASCII, -1, dtype=np.int64)
    table[[ord(character) for character in alphabet]] = range(len(alphabet))
    points = _characters(texts, length)
    values = np.where(points < _ASCII, table[np.minimum(points, _ASCII - 1)], -1)
    return np.where(points[:, length:] == 0, values[:, :length], -1)


def _follow(texts: Sequence[str], form: Sequence[str]) -> Flags:
    """Which texts have, place by place, a character of the form."""
    table = np.zeros((len(form), _ASCII), dtype=np.bool_)
    for place, alphabet in enumerate(form):
        table[place, [ord(character) for character in alphabet]] = True
    points = _characters(texts, len(form))
    known = (points < _ASCII).all(axis=1) & (points[:, -1] == 0)
    fits = table[np.arange(len(form)), np.minimum(points[:, :-1], _ASCII - 1)].all(axis=1)
    return np.asarray(known & fits)
