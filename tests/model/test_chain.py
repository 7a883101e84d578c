"""A chain of events says what was done; whatever is changed in it is found."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.chain import (
    GENESIS,
    Break,
    Event,
    EventKind,
    EventSubject,
    Flaw,
    Head,
    Link,
    Proof,
    canonical,
    link_after,
    prove,
    read_lines,
)

AT = datetime(2026, 6, 30, 12, tzinfo=timezone(timedelta(hours=8)))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abcé中"), inner),
)


def event(number: int, **payload: object) -> Event:
    kind, subject = EventKind.ENTERED, EventSubject.ENTRY
    return Event(AT, "核查员", kind, subject, str(number), payload)


def chain(count: int) -> list[Link]:
    links, head = list[Link](), GENESIS
    for number in range(1, count + 1):
        links.append(link_after(head, event(number, amount=Decimal("12000000.00"))))
        head = Head(number, links[-1].hash)
    return links


def flaw(links: list[Link], printed: str = "") -> Break | None:
    return prove(links, printed).broken


def test_the_canonical_form_is_as_it_is_written_down():
    said = {"z": Decimal("1.50"), "a": [True, None, AT, date(2024, 2, 29)], "中": EventKind.ENTERED}
    assert canonical(said).decode() == (
        '{"a":[true,null,"2026-06-30T04:00:00.000000Z","2024-02-29"],"z":"1.50","中":"entered"}'
    )


def test_the_first_hash_is_the_one_anybody_computes():
    """By: printf '\\x01' + 32 zero bytes + the text | sha256sum."""
    link = link_after(GENESIS, Event(AT, "a", EventKind.AUDITED, EventSubject.RUN, "1"))
    assert link.said.decode() == (
        '{"actor":"a","at":"2026-06-30T04:00:00.000000Z","kind":"audited","payload":{},"seq":1,'
        '"subject":"run","subject_id":"1"}'
    )
    assert link.hash.hex() == "37d7c8d7d8409c7acfe83f9a4f33e0fb6a83c4907d28ea3db130660b5f372902"


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), Fraction(1, 3), b"x", {1.5}, AT.replace(tzinfo=None)]
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical({"value": value})


@given(VALUES)
def test_a_canonical_form_read_and_written_again_is_the_same(value):
    links = [link_after(GENESIS, event(1, value=value))]
    assert list(read_lines([links[0].line()])) == links
    assert prove(links) == Proof(Head(1, links[0].hash))


def test_an_empty_log_is_whole_and_a_printed_head_is_missed_in_it():
    assert prove([]) == Proof(GENESIS)
    assert flaw([], "ab") == Break(0, Flaw.HEAD)


def test_a_whole_chain_leads_to_its_head():
    links = chain(5)
    assert prove(links) == Proof(Head(5, links[-1].hash))
    assert all(prove(links, link.hash.hex()[:16].upper()).broken is None for link in links)
    assert all(one.hash == other.previous for one, other in pairwise(links))


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        (lambda links: links[1:], Break(1, Flaw.NUMBER)),
        (lambda links: [*links[:2], *links[3:]], Break(3, Flaw.NUMBER)),
        (lambda links: [links[1], links[0], *links[2:]], Break(1, Flaw.NUMBER)),
        (lambda links: [*links, links[-1]], Break(6, Flaw.NUMBER)),
        (
            lambda links: [*links[:2], link_after(Head(2, bytes(32)), event(9)), *links[3:]],
            Break(3, Flaw.PREVIOUS),
        ),
        (
            lambda links: [*links[:2], Link(b'{"seq": 3}', links[1].hash, links[2].hash)],
            Break(3, Flaw.FORM),
        ),
        (
            lambda links: [*links[:2], Link(canonical({"seq": 3}), links[1].hash, links[2].hash)],
            Break(3, Flaw.HASH),
        ),
    ],
)
def test_the_first_broken_link_is_named_with_its_flaw(damage, broken):
    assert flaw(damage(chain(5))) == broken


def test_a_chain_cut_off_or_written_anew_lacks_the_head_that_was_printed():
    links, printed = chain(5), chain(5)[-1].hash.hex()
    assert flaw(links[:4]) is None
    assert flaw(links[:4], printed) == Break(4, Flaw.HEAD)
    anew, head = list[Link](), GENESIS
    for number in range(1, 6):
        anew.append(link_after(head, event(number, amount=Decimal("1.00"))))
        head = Head(number, anew[-1].hash)
    assert flaw(anew) is None
    assert flaw(anew, printed) == Break(5, Flaw.HEAD)


@pytest.mark.parametrize(
    "line",
    [b"", b"{}", b"[1]", b"null", b"\xff", b'{"event":1,"hash":"","previous":""}', b"[" * 9999],
)
def test_a_line_that_is_no_event_breaks_the_chain(line):
    assert flaw(list(read_lines([chain(1)[0].line(), line]))) == Break(2, Flaw.FORM)


def flips_found(count: int) -> int:
    """How many of so many exported logs are refused after one byte of each was changed."""
    content, chance, found = b"\n".join(link.line() for link in chain(6)), Random(7), 0
    for _ in range(count):
        place = chance.randrange(len(content))
        other = chance.choice([byte for byte in range(256) if byte != content[place]])
        damaged = content[:place] + bytes([other]) + content[place + 1 :]
        found += flaw(list(read_lines(damaged.split(b"\n")))) is not None
    return found


def test_every_changed_byte_of_an_exported_log_is_found():
    assert flips_found(100) == 100


@pytest.mark.faults
def test_a_thousand_changed_bytes_of_an_exported_log_are_found():
    assert flips_found(1_000) == 1_000
