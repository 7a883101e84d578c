"""Every number and duty of both papers went somewhere, or the book says why it did not."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from geodata.errors import LawBookError
from geodata.model.law_lists import AnchorKind
from service.compliance.law import LawBook, load_book
from service.compliance.law.anchors import QUOTE_CHARACTERS, Anchor, gaps, load_anchors, stale
from service.compliance.law.papers import PREAMBLE, Sentence, sentences
from service.compliance.law.shelf import read_sheet
from tests.conftest import beside

PAPERS = {
    "jinshan-2023-24": "000_98373190d23ed32d.txt",
    "jinshan-manufacturing-plan": "004_b94a2146910110b7.txt",
}
Listed = list[dict[str, Any]]

each_paper = pytest.mark.parametrize("document", PAPERS)


@pytest.fixture(scope="module")
def anchors(law: LawBook) -> tuple[Anchor, ...]:
    return load_anchors(law)


@pytest.fixture
def paper(document: str) -> list[Sentence]:
    """The sentences of a paper, where its text is beside the project."""
    path = beside(f"seeds/{PAPERS[document]}")
    return list(sentences(path.read_text(encoding="utf-8")))


# --- Against the texts -------------------------------------------------------------------------


@each_paper
def test_every_number_and_duty_is_anchored(
    paper: list[Sentence], document: str, anchors: tuple[Anchor, ...]
) -> None:
    mine = [anchor for anchor in anchors if anchor.document == document]
    left = [(gap.sentence.section, gap.sentence.text, gap.number) for gap in gaps(paper, mine)]
    assert left == []


@each_paper
def test_every_anchor_holds(
    paper: list[Sentence], document: str, anchors: tuple[Anchor, ...]
) -> None:
    mine = [anchor for anchor in anchors if anchor.document == document]
    assert list(stale(paper, mine)) == []


@each_paper
def test_a_changed_number_is_a_gap(
    paper: list[Sentence], document: str, anchors: tuple[Anchor, ...]
) -> None:
    """One digit more in any sentence, and its anchors no longer account for it."""
    mine = [anchor for anchor in anchors if anchor.document == document]
    numbered = [sentence for sentence in paper if sentence.numbers]
    for sentence in numbered:
        end = sentence.numbers[-1][1]
        changed = Sentence(sentence.section, f"{sentence.text[:end]}9{sentence.text[end:]}")
        assert list(gaps([changed], mine))


# --- The anchors themselves --------------------------------------------------------------------


@each_paper
def test_every_target_of_a_paper_is_anchored_in_it(
    law: LawBook, document: str, anchors: tuple[Anchor, ...]
) -> None:
    anchored = {name for anchor in anchors if anchor.document == document for name in anchor.names}
    mine = {target.target_id for target in law.targets if target.document == document}
    assert mine <= anchored


def test_an_anchor_is_short_and_says_one_thing(anchors: tuple[Anchor, ...]) -> None:
    for anchor in anchors:
        assert len(anchor.quote) <= QUOTE_CHARACTERS
        assert bool(anchor.because) == (anchor.kind is AnchorKind.NOT_MODELLED)
        assert bool(anchor.names) != bool(anchor.because)


@pytest.fixture
def revised(tmp_path: Path) -> Callable[[Callable[[Listed], object]], Path]:
    """Makes a shelf on which the anchors of the 2023 paper were changed."""
    book = resources.files("service.compliance.law") / "book"

    def revise(change: Callable[[Listed], object]) -> Path:
        listed = read_sheet(book / "310116" / "anchors.yaml")["jinshan-2023-24"]
        change(listed)
        pack = tmp_path / "310116"
        pack.mkdir()
        text = yaml.safe_dump({"jinshan-2023-24": listed}, allow_unicode=True)
        (pack / "anchors.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return revise


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda a: a.append(a[0]), "anchored twice"),
        (lambda a: a[0].update(quote="字" * 31), "quotes 31 characters"),
        (lambda a: a[0].pop("quote"), "has no quote"),
        (lambda a: a[0].update(rule="rules.milestones"), "has 2 of target"),
        (lambda a: a[0].pop("not_modelled"), "has 0 of target"),
        (lambda a: a[2].update(rule="rules.nothing"), "the rule rules.nothing"),
        (lambda a: a[2].update(rule="../rules.milestones"), "names the rule"),
        (lambda a: (a[2].pop("rule"), a[2].update(target="vacated_2035")), "vacated_2035"),
        (lambda a: (a[2].pop("rule"), a[2].update(list="grey")), "the list grey"),
    ],
)
def test_an_anchor_to_nothing_does_not_load(
    law: LawBook, revised: Any, change: Callable[[Listed], object], told: str
) -> None:
    def changed(listed: Listed) -> None:
        modelled = next(at for at, one in enumerate(listed) if "rule" in one)
        listed.insert(2, listed.pop(modelled))
        change(listed)

    with pytest.raises(LawBookError, match=told):
        load_anchors(law, revised(changed))


def test_a_district_without_papers_has_no_anchors() -> None:
    assert load_anchors(load_book("999901")) == ()


# --- Reading a paper ---------------------------------------------------------------------------


def test_a_paper_is_read_by_chapter_section_and_item() -> None:
    text = (
        "某通知\n\n一、目标\n（一）土地\n1.腾退\n土地 100\n亩。应 2.5 亩；\n二、其他\n完。\n- 3 -\n"
    )
    read = [(one.section, one.text) for one in sentences(text)]
    assert read == [
        (PREAMBLE, "某通知"),
        ("一", "目标"),
        ("一（一）", "土地"),
        ("一（一）1", "腾退土地100亩。"),
        ("一（一）1", "应2.5亩；"),
        ("二", "其他完。"),
    ]


def test_two_numbers_of_a_table_stay_two() -> None:
    (row,) = sentences("产值 % 7\n2 税收 % 10\n")
    assert [row.text[start:end] for start, end in row.numbers] == ["7", "2", "10"]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        *(("企业应当报告", True), ("不得转让", True), ("租赁满三年", True), ("产出倍增", True)),
        *(("相应措施", False), ("产品供应", False), ("应用场景", False), ("区市场监管局", False)),
    ],
)
def test_what_asks_to_be_accounted_for(text: str, asks: bool) -> None:
    assert Sentence("一", text).asks is asks


def test_the_digest_is_that_of_the_words_alone() -> None:
    assert Sentence("一", "土地。").digest == Sentence("二", "土地。").digest
    assert Sentence("一", "土地。").digest != Sentence("一", "土地").digest
