from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.identifiers import (
    is_parcel_code,
    is_supervision_no,
    is_uscc,
    organisation_check_character,
    uscc_check_character,
)

PUBLIC_CODES = [
    "9144030071526726XG",
    "914403001922038216",
    "91310000132260250X",
    "91350900587527783P",
]
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("code", PUBLIC_CODES)
def test_public_credit_codes_are_valid(code):
    assert is_uscc(code)
    assert uscc_check_character(code[:17]) == code[17]


@pytest.mark.parametrize("code", PUBLIC_CODES)
def test_the_embedded_organisation_code_checks_too(code):
    assert organisation_check_character(code[8:16]) == code[16]


@given(st.sampled_from(PUBLIC_CODES), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_changed_character_is_noticed(code, place, character):
    changed = code[:place] + character + code[place + 1 :]
    assert is_uscc(changed) == (changed == code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9144030071526726X",  # too short
        "9144030071526726XG0",
        "9144030071526726xG",  # small letters are repaired on import, not accepted here
        "9144030071526726IG",  # a letter the alphabet leaves out
        "914403007152672 6XG",
    ],
)
def test_other_texts_are_no_credit_codes(text):
    assert not is_uscc(text)


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (uscc_check_character, "9144030071526726"),
        (uscc_check_character, "9144030071526726O"),
        (organisation_check_character, "7152672"),
        (organisation_check_character, "7152672 "),
    ],
)
def test_a_check_of_something_else_is_an_error(function, text):
    with pytest.raises(ValueError, match=r"character|substring|argument"):
        function(text)


@pytest.mark.parametrize("text", ["450102101202GB00046", "310116001002GB00012"])
def test_parcel_codes(text):
    assert is_parcel_code(text)
    assert not is_parcel_code(text[:-1])
    assert not is_parcel_code(text + "\n")
    assert not is_parcel_code(text.replace("GB", "XB"))


def test_full_width_digits_are_not_digits_of_a_code():
    assert not is_parcel_code("３１０１１６001002GB00012")


@pytest.mark.parametrize(
    "text", ["2101122019B00494", "4501002013B13034", "4418002016A01159", "5107002021A00416"]
)
def test_supervision_numbers(text):
    assert is_supervision_no(text)
    assert not is_supervision_no(text[:-1])
    assert not is_supervision_no(text.lower())
