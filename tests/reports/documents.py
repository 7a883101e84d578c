"""Plainly fictitious documents and cases for the tests of documents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from geodata.model.case_lists import DocumentKind
from geodata.model.law_lists import Disposal
from service.compliance.law import LawBook
from service.reports.official.facts import (
    Amount,
    CaseFacts,
    Grant,
    Holder,
    Land,
    Office,
    Paper,
    Service,
)
from service.reports.official.wording import cited
from service.reports.papers.blocks import (
    Align,
    Block,
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
    runs,
)
from service.reports.papers.document import Document, Layout, Letterhead, PageNumbers, Signature

DRAFTED_ON = date(2026, 6, 25)
PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 20">'
    b'<rect width="80" height="20" fill="none" stroke="#222222"/></svg>'
)


def letter(*blocks: Block, title: str = "测试公文") -> Document:
    """A short official document."""
    return Document(
        kind=DocumentKind.DETERMINATION,
        title=title,
        blocks=blocks,
        dated_on=DRAFTED_ON,
        head=Letterhead(runs("示例市示范区自然资源和规划局")),
        addressee=runs("示例精密制造有限公司"),
        attachments=("宗地图", "合同复印件"),
        signature=Signature(runs("示例市示范区自然资源和规划局"), runs("2026年6月25日")),
        contact=runs("（联系人：陈某某；联系电话：000-00000000）"),
        copy_to=("示例银行示范支行",),
        mark="sha256:00ff",
    )


def report(language: str = "zh", rows: int = 3) -> Document:
    """A report that has every kind of block."""
    row = (runs("开工"), runs("2021-10-20"), runs("–"), runs("1,689"))
    return Document(
        kind=DocumentKind.BREACH_REPORT,
        title=DocumentKind.BREACH_REPORT.label(language),
        dated_on=DRAFTED_ON,
        language=language,
        layout=Layout.REPORT,
        page_numbers=PageNumbers.CENTRE,
        is_draft=True,
        blocks=(
            Heading(1, runs("基本情况")),
            Paragraph(runs("涉嫌", Words("逾期未开工", strong=True), Note("《示例办法》第一条"))),
            Facts((("合同编号", runs("示规资(2021)第12号")),)),
            Heading(2, runs("逐条对照")),
            Table(
                ("事项", "约定", "实际", "逾期天数"),
                (row,) * rows,
                (2, 2, 2, 1),
                (Align.LEFT, Align.CENTRE, Align.CENTRE, Align.RIGHT),
                "表1 逐条对照",
            ),
            Listing((runs("缺交地确认书"), runs("缺施工许可证"))),
            PageBreak(),
            Figure(PICTURE, Media.SVG, "图1 时间轴", "时间轴图", Fraction(1, 2)),
        ),
    )


def case(law: LawBook, disposal: Disposal = Disposal.FEE) -> CaseFacts:
    """A case in which everything is known."""
    years = law.entry("idle.second_years").on(DRAFTED_ON)
    share = law.entry("idle.fee_share").on(DRAFTED_ON)
    return CaseFacts(
        office=Office(
            name="示例市示范区自然资源和规划局", contact="陈某某", telephone="000-00000000"
        ),
        holder=Holder(
            name="示例精密制造有限公司",
            credit_code="91990000MA00000000",
            address="示范区虚构镇样板路88号",
        ),
        land=Land(
            parcel_code="999901001001GB00001",
            location="示范区虚构镇样板路以东",
            use="工业用地",
            area_m2=Fraction(100_000, 3),
        ),
        grant=Grant(
            contract_no="示规资(2021)出让合同第12号",
            supervision_no="9999012021B00012",
            signed_on=date(2021, 3, 15),
            premium_yuan=Decimal(38_250_000),
            delivered_on=date(2021, 4, 20),
            start_due_on=date(2026, 7, 20),
            completion_due_on=date(2026, 7, 25),
        ),
        matters=("截至2026年6月25日，该宗土地未动工开发。",),
        basis=cited(years.citations, years.confidence),
        cause="企业原因",
        evidence=("出让合同", "现场巡查记录"),
        papers={
            kind: Paper(number=f"示规资〔2026〕{kind.position + 1}号", served_on=date(2026, 5, 6))
            for kind in DocumentKind
        },
        disposal=disposal,
        amount=Amount(
            yuan=Decimal(7_650_000),
            steps=("38,250,000.00元×20%＝7,650,000.00元",),
            basis=cited(share.citations, share.confidence),
        ),
        account="示例账户",
        approval="示范区人民政府",
        ending=cited(years.citations, years.confidence),
        settlement=("请按合同约定交回土地。",),
        mortgagees=("示例银行示范支行",),
        service=Service(
            document=DocumentKind.FEE_DECISION,
            number="示规资缴〔2026〕1号",
            way="直接送达",
            place="受送达人住所",
        ),
    )
