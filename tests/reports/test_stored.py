"""A document that is kept as text is exactly the same document again, and so are its files."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.case_lists import DocumentKind
from geodata.model.codelists import Confidence
from service.compliance.law import LawBook
from service.reports.official.drafting import OFFICIAL_KINDS, draft
from service.reports.official.facts import CaseFacts
from service.reports.papers.blocks import (
    Align,
    Blank,
    Doubt,
    Facts,
    Figure,
    Heading,
    Listing,
    Media,
    Note,
    PageBreak,
    Paragraph,
    Table,
    Words,
)
from service.reports.papers.document import (
    Document,
    Layout,
    Letterhead,
    PageNumbers,
    Signature,
    missing_facts,
)
from service.reports.papers.docx import docx
from service.reports.papers.editing import passages, rewritten
from service.reports.papers.pdf import pdf
from service.reports.papers.stored import from_text, to_text
from tests.reports.documents import DRAFTED_ON, letter, report

TEXT = st.text(max_size=8)
RUN = st.one_of(
    st.builds(Words, TEXT, st.booleans()),
    st.builds(Blank, TEXT),
    st.builds(Doubt, TEXT, st.sampled_from(Confidence)),
    st.builds(Note, TEXT),
)
RUNS = st.lists(RUN, max_size=3).map(tuple)
SHARE = st.fractions(0, 1, max_denominator=20)


def tuples(each: st.SearchStrategy, **limits: int) -> st.SearchStrategy:
    return st.lists(each, **limits).map(tuple)


@st.composite
def tables(draw) -> Table:
    columns = draw(st.integers(1, 3))
    row = tuples(RUNS, min_size=columns, max_size=columns)
    return Table(
        heads=draw(tuples(TEXT, min_size=columns, max_size=columns)),
        rows=draw(tuples(row, max_size=2)),
        widths=draw(tuples(st.integers(1, 9), min_size=columns, max_size=columns)),
        aligns=draw(tuples(st.sampled_from(Align), min_size=columns, max_size=columns)),
        caption=draw(TEXT),
    )


BLOCK = st.one_of(
    st.builds(Heading, st.integers(1, 4), RUNS),
    st.builds(Paragraph, RUNS, st.booleans(), st.sampled_from(Align)),
    st.builds(Listing, tuples(RUNS, max_size=2)),
    st.builds(Facts, tuples(st.tuples(TEXT, RUNS), max_size=2), SHARE, st.integers(1, 3)),
    tables(),
    st.builds(Figure, st.binary(max_size=9), st.sampled_from(Media), TEXT, TEXT, SHARE),
    st.just(PageBreak()),
)
DOCUMENT = st.builds(
    Document,
    title=TEXT,
    blocks=tuples(BLOCK, max_size=4),
    dated_on=st.dates(),
    kind=st.none() | st.sampled_from(list(DocumentKind)),
    language=st.sampled_from(["zh", "en"]),
    layout=st.sampled_from(Layout),
    page_numbers=st.sampled_from(PageNumbers),
    head=st.none() | st.builds(Letterhead, RUNS, TEXT),
    addressee=RUNS,
    attachments=tuples(TEXT, max_size=2),
    signature=st.none() | st.builds(Signature, RUNS, RUNS),
    contact=RUNS,
    copy_to=tuples(TEXT, max_size=2),
    is_draft=st.booleans(),
    mark=TEXT,
)


@given(DOCUMENT)
def test_a_document_comes_back_as_it_was(document):
    text = to_text(document)
    again = from_text(text)
    assert again == document
    assert to_text(again) == text
    assert type(again.kind) is type(document.kind)


@pytest.mark.parametrize("made", [letter(), report()], ids=["letter", "report"])
def test_its_files_are_the_same_to_the_byte(made):
    again = from_text(to_text(made))
    assert pdf(again) == pdf(made)
    assert docx(again) == docx(made)


def blank_draft(kind: DocumentKind, law: LawBook) -> Document:
    return draft(kind, CaseFacts(), law, DRAFTED_ON)


@pytest.mark.parametrize("kind", OFFICIAL_KINDS)
def test_a_text_that_is_not_changed_changes_nothing(kind, law):
    document = blank_draft(kind, law)
    same = {passage.place: passage.text for passage in passages(document)}
    assert rewritten(document, same, {}) == document


@pytest.mark.parametrize("kind", OFFICIAL_KINDS)
def test_every_blank_can_be_filled_in(kind, law):
    document = blank_draft(kind, law)
    filled = rewritten(document, {}, dict.fromkeys(missing_facts(document), "某某"))
    assert missing_facts(filled) == ()
    assert "某某" in to_text(filled)


def test_words_written_by_hand_keep_what_they_leave_open(law):
    document = blank_draft(DocumentKind.RECOVERY_DECISION, law)
    first = next(iter(passages(document)))
    changed = rewritten(document, {first.place: "经〔待填：批准机关〕批准〔待核实〕。"}, {})
    block = changed.blocks[first.place]
    assert isinstance(block, Paragraph)
    assert block.text == (
        *(Words("经"), Blank("批准机关"), Words("批准")),
        *(Doubt("", Confidence.UNCERTAIN), Words("。")),
    )
    assert changed.dated_on == date(2026, 6, 25)
    assert Fraction(3, 10) in {b.share for b in changed.blocks if isinstance(b, Facts)}
