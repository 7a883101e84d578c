"""A name is found by every part of it, however it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.spelling import coded, folded, has_han, looked_for, search_text, spelled

NAME = "重庆银行（金山）智能装备有限公司Ａ２期"
NUMBERS = ("310116-2023-0012", "91310116MA1J0000X7", None)
SEARCHED = search_text([*NUMBERS, NAME])

names = st.text(st.sampled_from("上海金山重庆银行长城有限公司 ab12（）·"), min_size=2, max_size=20)


@pytest.mark.parametrize(
    "typed",
    [
        "重庆", "(金山)", "A2期", "chongqing", "chongqingyinhang", "zhongqing", "cqyh", "CQ",
        "znzb", "310116", "2023-0012", "91310116ma1j", "ａ２期",
    ],
)  # fmt: skip
def test_a_name_is_found_by_signs_sounds_and_initials(typed):
    assert all(looked_for(word) in SEARCHED for word in folded(typed).split())


@pytest.mark.parametrize("typed", ["银山", "yqh", "0012x", "shanghai", "ng"])
def test_what_a_name_does_not_have_is_not_found(typed):
    assert looked_for(folded(typed)) not in SEARCHED


@given(names, st.data())
def test_every_part_of_a_name_is_found_by_its_code_and_its_spelling(name, data):
    whole = folded(name)
    if not whole:
        return
    begin = data.draw(st.integers(0, len(whole) - 1))
    part = whole[begin : data.draw(st.integers(begin + 1, len(whole)))]
    searched = search_text([name])
    assert part in searched
    assert coded(part) in searched
    assert spelled(part) in searched


def test_no_folded_word_is_found_in_a_code():
    """Each three signs of a code have a capital, which no folded word has."""
    codes = coded("".join(map(chr, range(0x4E00, 0x4E00 + 4000))))
    assert len(codes) == 3 * 4000
    assert all(any(sign.isupper() for sign in codes[at : at + 3]) for at in range(len(codes) - 2))
    assert len({codes[at : at + 3] for at in range(0, len(codes), 3)}) == 4000


def test_few_letters_are_looked_for_at_the_beginning_of_words():
    assert looked_for("ab") == " ab"
    assert looked_for("abc") == "abc"
    assert looked_for("山") == "山"
    assert has_han("a山")
    assert not has_han("shan")
