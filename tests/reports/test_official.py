"""What each official document must contain (rulebook 1.7), and that nothing is invented in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import LawBookError
from geodata.model.case_lists import DocumentKind
from geodata.model.law_lists import Disposal
from service.compliance.law import load_book
from service.reports.official.drafting import OFFICIAL_KINDS, draft
from service.reports.official.facts import CaseFacts
from service.reports.official.wording import capital_yuan, law_text
from service.reports.papers.blocks import Blank, Doubt, Facts, Note, Words
from service.reports.papers.document import PageNumbers, missing_facts, unsettled
from service.reports.papers.pdf import pdf
from tests.reports.documents import DRAFTED_ON, case

RECOVERING = (DocumentKind.RECOVERY_DECISION, DocumentKind.ANNOUNCEMENT)
HOLDER = ("示例精密制造有限公司", "示规资(2021)出让合同第12号")
SIGNED = ("示例市示范区自然资源和规划局", "2026年6月25日", "陈某某", "000-00000000")
LAND = ("示范区虚构镇样板路88号", "33,333.33平方米（50.00亩）", "9999012021B00012")
REMEDY = ("60日内依法申请行政复议", "第二十条", "6个月内依法向人民法院提起行政诉讼", "第四十六条")
REQUIRED = {
    DocumentKind.INVESTIGATION_NOTICE: (
        *HOLDER,
        *LAND,
        *("涉嫌", "第五条", "自收到本通知书之日起30日内", "第七条", "陈述意见"),
    ),
    DocumentKind.DETERMINATION: (
        *(*HOLDER, *LAND, "示规资〔2026〕1号", "闲置原因：企业原因", "第九条、第十条"),
        "认定该宗土地为闲置土地",
    ),
    DocumentKind.HEARING_OFFER: (*HOLDER, "第十四条第（一）项", "5个工作日内", "第十五条"),
    DocumentKind.FEE_DECISION: (
        *(*HOLDER, *LAND, *REMEDY, "示范区人民政府批准", "第十四条第（一）项", "30日内"),
        *("7,650,000.00元（大写：柒佰陆拾伍万元整）", "×20%", "示例账户", "第十七条"),
    ),
    DocumentKind.RECOVERY_DECISION: (
        *(*HOLDER, *LAND, *REMEDY, "无偿收回", "第十四条第（二）项", "注销登记", "30日内"),
    ),
    DocumentKind.DEMAND_LETTER: (*HOLDER, "10个工作日内", "第五十四条", "第五十三条", "陈述"),
    DocumentKind.START_REMINDER: (*HOLDER, "2026年7月20日", "距今尚有25日", "30日", "第十六条"),
    DocumentKind.COMPLETION_REMINDER: (*HOLDER, "2026年7月25日", "竣工"),
    DocumentKind.RESCISSION_NOTICE: (*HOLDER, "到达你单位时解除", "请按合同约定交回土地"),
    DocumentKind.ANNOUNCEMENT: (*HOLDER, "公告期为自本公告发布之日起30日", "第三十九条"),
    DocumentKind.SERVICE_RECEIPT: (HOLDER[0], "示规资缴〔2026〕1号", "收到日期", "送达人签名"),
}


def said(document):
    """Everything a document says, in one text."""
    runs = [run for text in document.texts() for run in text]
    names = [
        name for block in document.blocks if isinstance(block, Facts) for name, _ in block.rows
    ]
    told = [_told(run) for run in runs]
    return "".join([*told, *names])


def _told(run):
    match run:
        case Words(text=text):
            return text
        case Note(words=words):
            return words
        case _:
            return run.text("zh")


def facts_for(kind, law):
    return case(law, Disposal.RECOVERY if kind in RECOVERING else Disposal.FEE)


def test_every_kind_but_the_report_is_drafted_from_a_case():
    assert set(OFFICIAL_KINDS) == set(REQUIRED) == set(DocumentKind) - {DocumentKind.BREACH_REPORT}


@pytest.mark.parametrize("kind", OFFICIAL_KINDS)
def test_a_document_contains_what_it_must(kind, law):
    document = draft(kind, facts_for(kind, law), law, DRAFTED_ON)
    wanted = REQUIRED[kind] if kind is DocumentKind.SERVICE_RECEIPT else REQUIRED[kind] + SIGNED
    text = said(document)
    assert [each for each in wanted if each not in text] == []
    assert missing_facts(document) == ()
    assert document.title == kind.zh
    assert document.head is None or document.head.number == ""


@pytest.mark.parametrize("kind", OFFICIAL_KINDS)
def test_what_is_not_known_is_blank_and_listed(kind, law):
    document = draft(kind, CaseFacts(), law, DRAFTED_ON)
    blanks = {run.fact for text in document.texts() for run in text if isinstance(run, Blank)}
    assert set(missing_facts(document)) == blanks != set()
    assert "None" not in said(document)


@pytest.mark.parametrize("kind", OFFICIAL_KINDS)
def test_every_article_cited_stands_in_the_law_book(kind, law):
    numbered = [version.citations for number in law.numbers.values() for version in number.versions]
    acts = [version.citations for act in law.procedure.values() for version in act.versions]
    known = {law_text(citations) for citations in (*numbered, *acts)}
    document = draft(kind, facts_for(kind, law), law, DRAFTED_ON)
    doubts = [run for text in document.texts() for run in text if isinstance(run, Doubt)]
    assert {run.words for run in doubts if run.words.startswith("《")} <= known


def test_periods_follow_the_law_of_the_day(law):
    early = draft(DocumentKind.HEARING_OFFER, case(law), law, date(2020, 3, 2))
    assert "3日" in said(early)
    assert "3日" in unsettled(early)


def test_the_order_of_remedies_against_a_recovery_is_marked_uncertain(law):
    recovery = draft(DocumentKind.RECOVERY_DECISION, case(law, Disposal.RECOVERY), law, DRAFTED_ON)
    fee = draft(DocumentKind.FEE_DECISION, case(law), law, DRAFTED_ON)
    assert any("前置程序" in words for words in unsettled(recovery))
    assert unsettled(fee) == ()


def test_the_office_may_word_the_remedy(law):
    own = replace(case(law, Disposal.RECOVERY), remedy="救济途径由本局另行规定。")
    document = draft(DocumentKind.RECOVERY_DECISION, own, law, DRAFTED_ON)
    assert "救济途径由本局另行规定。" in said(document)
    assert "行政复议" not in said(document)


def test_a_recovery_is_copied_to_the_mortgagees(law):
    facts = case(law, Disposal.RECOVERY)
    assert draft(DocumentKind.RECOVERY_DECISION, facts, law, DRAFTED_ON).copy_to == (
        "示例银行示范支行",
    )


def test_outside_shanghai_there_is_no_announcement_to_draft():
    other = load_book("999901")
    with pytest.raises(LawBookError, match="announcement"):
        draft(DocumentKind.ANNOUNCEMENT, case(other, Disposal.RECOVERY), other, DRAFTED_ON)


def test_a_determination_is_the_first_to_say_that_land_is_idle(law):
    notice = said(draft(DocumentKind.INVESTIGATION_NOTICE, case(law), law, DRAFTED_ON))
    assert "涉嫌构成闲置土地" in notice
    assert "认定该宗土地为闲置土地" not in notice


def test_a_receipt_has_no_page_number_and_fits_one_page(law):
    document = draft(DocumentKind.SERVICE_RECEIPT, case(law), law, DRAFTED_ON)
    assert document.page_numbers is PageNumbers.NONE
    assert pdf(document).count(b"/Type /Page\n") <= 1


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("10.50", "壹拾元伍角"),
        ("1005.03", "壹仟零伍元零叁分"),
        ("38250000", "叁仟捌佰贰拾伍万元整"),
        ("10203000.50", "壹仟零贰拾万叁仟元伍角"),
        ("100000001.00", "壹亿零壹元整"),
        ("100050000", "壹亿零伍万元整"),
        ("20000000000", "贰佰亿元整"),
    ],
)
def test_capital_numerals(amount, words):
    assert capital_yuan(Decimal(amount)) == words


@given(st.integers(0, 10**14 - 1))
def test_capital_numerals_are_read_back(cents):
    assert _read(capital_yuan(Decimal(cents).scaleb(-2))) == cents


def _read(words: str) -> int:
    """The amount in cents that capital numerals say."""
    digits = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
    whole = group = digit = 0
    cents = 0
    for sign in words:
        if sign in digits:
            digit = digits[sign]
        elif sign in "拾佰仟":
            group += digit * 10 ** ("拾佰仟".index(sign) + 1)
            digit = 0
        elif sign in "万亿":
            if sign == "亿":
                whole = (whole + group + digit) * 10**8
            else:
                whole += (group + digit) * 10**4
            group = digit = 0
        elif sign == "元":
            cents, group, digit = (whole + group + digit) * 100, 0, 0
        elif sign in "角分":
            cents += digit * (10 if sign == "角" else 1)
            digit = 0
    return cents
