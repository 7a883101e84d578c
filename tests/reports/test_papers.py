"""Documents as PDF and DOCX: same bytes, no code in words, no character lost, the right layout."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from geodata.errors import DocumentError, MissingProgramError
from geodata.model.codelists import Confidence
from service.reports.papers.blocks import (
    Blank,
    Doubt,
    Facts,
    Figure,
    Heading,
    Media,
    Note,
    Paragraph,
    Table,
    runs,
)
from service.reports.papers.document import (
    Letterhead,
    missing_facts,
    numeral,
    outline,
    unsettled,
)
from service.reports.papers.docx import docx
from service.reports.papers.fonts import Typeface, faces
from service.reports.papers.layout import MEASURES, POINTS_PER_MM
from service.reports.papers.pdf import pdf, png
from tests.programs import missing
from tests.reports.documents import letter, report

HOSTILE = st.text(
    alphabet=st.sampled_from([*'#$*_`\\"[](){}<>@=-+/~^&;:%', *"\n\t ", *"中文测试ab12"]),
    max_size=40,
)


def text_of(content: bytes) -> list[str]:
    """The text of each page, without blanks."""
    pages = PdfReader(BytesIO(content)).pages
    return ["".join(page.extract_text().split()) for page in pages]


def xml_of(content: bytes, part: str = "word/document.xml") -> str:
    with ZipFile(BytesIO(content)) as package:
        return package.read(part).decode()


@pytest.mark.parametrize("document", [letter(Paragraph(runs("正文"))), report(), report("en")])
def test_the_same_document_is_the_same_bytes(document):
    assert pdf(document) == pdf(replace(document))
    assert docx(document) == docx(replace(document))


def test_another_document_between_two_leaves_no_trace():
    first = pdf(letter(Paragraph(runs("甲"))))
    pdf(report())
    assert pdf(letter(Paragraph(runs("甲")))) == first


def test_files_say_they_were_made_on_the_day_the_document_bears():
    document = replace(report(), dated_on=date(2024, 2, 29))
    assert PdfReader(BytesIO(pdf(document))).metadata.creation_date.date() == date(2024, 2, 29)
    assert "2024-02-29" in xml_of(docx(document), "docProps/core.xml")
    with ZipFile(BytesIO(docx(document))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@settings(max_examples=15, deadline=None)
@given(name=HOSTILE, reason=HOSTILE)
def test_words_are_never_code(name, reason):
    document = letter(
        Heading(1, runs(name)),
        Paragraph(runs(reason, Blank(name), Note(f"x{reason}"))),
        Facts(((name, runs(reason)),)),
        Table((name,), ((runs(reason),),), (1,), caption=name),
        title=f"题{name}",
    )
    document = replace(
        document, addressee=runs(name), head=Letterhead(runs(f"局{name}")), copy_to=(reason,)
    )
    told = "".join(text_of(pdf(document)))
    assert "".join(reason.split()) in told
    docx(document)


def test_a_formula_of_the_typesetter_stays_a_text():
    attack = '#read("/etc/hostname") #eval("1+1") \\u{41} $x$ *b* "; panic("x")'
    told = text_of(pdf(letter(Paragraph(runs(attack)))))[0]
    assert "".join(attack.split()) in told


def test_a_character_that_no_font_shows_is_not_left_out_in_silence():
    with pytest.raises(DocumentError, match="e000"):
        pdf(letter(Paragraph(runs("缺字\ue000"))))
    assert pdf(letter(Paragraph(runs("不缺"))))


@pytest.mark.parametrize("write", [pdf, docx])
def test_control_characters_are_refused_in_every_format(write):
    with pytest.raises(DocumentError):
        write(letter(Paragraph(runs("甲\x07乙"))))


def test_without_a_chinese_font_the_package_to_install_is_named():
    with pytest.raises(MissingProgramError, match="fonts-noto-cjk"):
        faces(["DejaVu Sans"])


def test_the_faces_of_the_standard_come_first_where_they_are_installed():
    found = faces(["FangSong", "KaiTi", "Noto Serif CJK SC", "Noto Sans CJK SC"])
    assert found[Typeface.TEXT].families == ("FangSong", "Noto Serif CJK SC")
    assert found[Typeface.KAI].families[0] == "KaiTi"
    assert not found[Typeface.KAI].bold
    assert found[Typeface.BLACK] == faces(["Noto Sans CJK SC", "SimSun"])[Typeface.BLACK]
    assert found[Typeface.BLACK].bold


def test_a_page_holds_22_lines_of_28_characters():
    document = replace(letter(), head=None, addressee=(), attachments=(), signature=None)
    document = replace(document, contact=(), copy_to=(), mark="", title="题")
    full = Paragraph(runs("字" * 28 * 60), indented=False)
    content = pdf(replace(document, blocks=(full,)))
    lines = PdfReader(BytesIO(content)).pages[1].extract_text().split("\n")
    whole = [line for line in lines if "字" in line]
    assert [len(line.strip()) for line in whole] == [28] * 22
    measures = MEASURES[document.layout]
    assert 22 * measures.pitch_pt <= measures.height_mm * POINTS_PER_MM < 23 * measures.pitch_pt
    page = PdfReader(BytesIO(content)).pages[0].mediabox
    assert [round(float(side) / POINTS_PER_MM) for side in (page.width, page.height)] == [210, 297]


def test_page_numbers_stand_at_the_outer_edge():
    content = pdf(letter(*(Paragraph(runs("字" * 600)),) * 3))
    places = {}
    for page_no, page in enumerate(PdfReader(BytesIO(content)).pages, start=1):

        def visit(text, place, matrix, _font, _size, page_no=page_no):
            if re.fullmatch(rf"—\s*{page_no}\s*—", text.strip()):
                places[page_no] = place[4] + matrix[4]

        page.extract_text(visitor_text=visit)
    half = 210 * POINTS_PER_MM / 2
    assert places[1] > half > places[2]


def test_headings_are_numbered_by_their_place():
    levels = (1, 2, 2, 3, 4, 1, 2)
    document = letter(*(Heading(level, runs("题")) for level in levels))
    assert outline(document) == ["一、", "（一）", "（二）", "1. ", "（1）", "二、", "（一）"]
    english = replace(document, language="en")
    assert outline(english)[:4] == ["1 ", "1.1 ", "1.2 ", "1.2.1 "]
    assert [numeral(number) for number in (9, 10, 11, 20, 53)] == [
        "九",
        "十",
        "十一",
        "二十",
        "五十三",
    ]


def test_what_is_missing_or_doubtful_is_seen_and_listed():
    document = letter(
        Paragraph(runs(Blank("面积"), Doubt("甲法第一条", Confidence.UNCERTAIN))),
        Facts((("面积", runs(Blank("面积"))), ("用途", runs(Blank("用途"))))),
        Paragraph(runs(Doubt("乙法", Confidence.KNOWN), Doubt("丙法", Confidence.VERIFIED))),
    )
    assert missing_facts(document) == ("面积", "用途")
    assert unsettled(document) == ("甲法第一条", "乙法")
    told = "".join(text_of(pdf(document)))
    assert "〔待填：面积〕甲法第一条〔待核实〕" in told
    assert "乙法丙法" in told


def test_equal_notes_are_one_note():
    document = letter(Paragraph(runs("甲", Note("某法"), "乙", Note("另法"), "丙", Note("某法"))))
    assert document.notes == ("某法", "另法")
    assert "甲[1]乙[2]丙[1]" in "".join(text_of(pdf(document)))


@pytest.mark.parametrize("media", [Media.PNG, Media.JPEG])
def test_a_photo_or_a_chip_of_a_scene_is_set_on_the_page(media):
    stream = BytesIO()
    Image.new("RGB", (40, 20), "#204060").save(stream, media.value)
    figure = Figure(stream.getvalue(), media, "图1 现场", "现场照片", Fraction(1, 2))
    content = pdf(letter(figure))
    assert content == pdf(letter(figure))
    shown = [picture.image.size for picture in PdfReader(BytesIO(content)).pages[0].images]
    assert shown == [(40, 20)]
    with ZipFile(BytesIO(docx(letter(figure)))) as package:
        assert any(name.startswith("word/media") for name in package.namelist())


def test_a_picture_is_drawn_for_word_and_says_what_it_shows():
    content = docx(report())
    assert 'descr="时间轴图"' in xml_of(content)
    with ZipFile(BytesIO(content)) as package:
        pictures = [name for name in package.namelist() if name.startswith("word/media")]
        assert [package.read(name)[:4] for name in pictures] == [b"\x89PNG"]
    broken = Figure(b"<svg", Media.SVG, "", "")
    with pytest.raises(DocumentError):
        pdf(letter(broken))


def test_pictures_become_png_of_the_size_asked_for():
    assert png(b'<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt"/>', 100)[
        16:24
    ] == (100).to_bytes(4, "big") + (50).to_bytes(4, "big")


def test_word_gets_styles_grid_fields_and_repeated_heads():
    official, table = docx(letter(Paragraph(runs("正文")))), docx(report(rows=60))
    assert 'w:linePitch="579"' in xml_of(official)
    assert "w:evenAndOddHeaders" in xml_of(official, "word/settings.xml")
    assert "PAGE" in xml_of(official, "word/footer2.xml") + xml_of(official, "word/footer1.xml")
    assert 'w:eastAsia="仿宋"' in xml_of(official, "word/styles.xml")
    assert "w:tblHeader" in xml_of(table)
    assert 'w:eastAsia="' not in xml_of(official)  # faces come from styles alone


def test_libreoffice_reads_what_the_pdf_says(office, tmp_path):
    documents = {
        "letter": letter(Heading(1, runs("情况")), *(Paragraph(runs("正文内容" * 90)),) * 4),
        "report": report(rows=60),
        "english": report("en"),
    }
    paths = []
    for name, document in documents.items():
        paths.append(tmp_path / f"{name}.docx")
        paths[-1].write_bytes(docx(document))
    converted = office(paths, "pdf", tmp_path)
    if not converted[0].exists():
        missing("LibreOffice Writer is not installed: .ci/setup --for test")
    for (name, document), path in zip(documents.items(), converted, strict=True):
        own, read = text_of(pdf(document)), text_of(path.read_bytes())
        assert len(own) == len(read), name
        assert sorted("".join(own).replace("·", "•")) == sorted("".join(read)), name
