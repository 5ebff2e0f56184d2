"""Papers measured by reading them back: page, block, lines and characters after GB/T 9704; DOCX of the same content."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from luoshi.papers import Heading, Paper, PaperError, Table, Text, docx, paper_pdf, pdf
from luoshi.papers.typeset import FONTS

MM = 72 / 25.4

pytestmark = pytest.mark.skipif(
    not any(FONTS.glob("*.ttf")), reason="the fonts are not built: run make assets"
)


def paper(*blocks: Any, **more: str) -> Paper:
    return Paper(title="关于考核情况的通报", blocks=blocks, **more)


def placed(data: bytes, page: int) -> dict[float, list[tuple[float, str]]]:
    """The texts of a page by the distance of their line from the upper edge in millimetres: (from the left, text)."""
    lines: dict[float, list[tuple[float, str]]] = {}

    def visit(text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            lines.setdefault(round(297 - y / MM, 1), []).append((x / MM, text.strip()))

    PdfReader(io.BytesIO(data)).pages[page].extract_text(visitor_text=visit)
    return lines


def test_the_page_is_a4_with_22_lines_of_28_characters_within_its_margins() -> None:
    made = paper_pdf(paper(Text("国" * 28 * 60)))
    reader = PdfReader(io.BytesIO(made))
    box = reader.pages[1].mediabox
    assert (round(float(box.width) / MM), round(float(box.height) / MM)) == (210, 297)
    lines = placed(made, 1)
    body = {y: parts for y, parts in lines.items() if "国" in parts[0][1]}
    texts = [line for line in reader.pages[1].extract_text().splitlines() if "国" in line]
    assert [len(text) for text in texts] == [28] * 22
    tops = sorted(body)
    assert len(tops) == 22
    assert tops[0] == pytest.approx(37 + 0.88 * 16 / MM, abs=0.2)
    assert (tops[-1] - tops[0]) / 21 == pytest.approx(225 / 22, abs=0.02)
    assert tops[-1] < 297 - 35


def test_the_binding_edge_changes_sides_from_page_to_page() -> None:
    made = paper_pdf(paper(Text("国" * 28 * 60)))
    left = [
        min(x for parts in placed(made, page).values() for x, text in parts if "国" in text)
        for page in (1, 2)
    ]
    assert left == [pytest.approx(26, abs=0.3), pytest.approx(28, abs=0.3)]


def test_a_paper_says_its_headings_paragraphs_and_tables_and_repeats_a_table_s_head() -> None:
    rows = tuple((str(number), f"第{number}单位", "1,000.00") for number in range(1, 60))
    made = paper_pdf(
        paper(
            Heading("一、名次"),
            Text("各单位名次如下。"),
            Table(("名次", "单位", "总分"), rows, widths=(1, 4, 2), right=(2,), caption="名次表"),
            subtitle="（2017年10月）",
            issuer="12345平台指挥中心",
            dated="2017年11月7日",
        )
    )
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    whole = "".join(pages)
    for words in (
        "关于考核情况的通报",
        "（2017年10月）",
        "一、名次",
        "各单位名次如下。",
        "名次表",
        "第59单位",
    ):
        assert words in whole
    assert all("总分" in page for page in pages if "单位" in page)
    assert "— 1 —" in pages[0]
    assert whole.index("12345平台指挥中心") < whole.index("2017年11月7日")


def test_content_is_never_markup() -> None:
    tricky = "#panic() $x$ *粗* _斜_ <标签> @引用 \\换行 // 注释"
    assert tricky.replace(" ", "") in "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(paper_pdf(paper(Text(tricky))))).pages
    ).replace(" ", "").replace("\n", "")


def test_the_same_content_gives_the_same_text_in_word() -> None:
    made = Document(
        io.BytesIO(
            docx(
                paper(
                    Heading("一、名次"),
                    Text("各单位名次如下。"),
                    Table(
                        ("名次", "单位"), (("1", "甲"), ("2", "乙")), widths=(1, 3), right=(0,), caption="表"
                    ),
                    subtitle="（2017年10月）",
                    issuer="12345平台指挥中心",
                    dated="2017年11月7日",
                )
            )
        )
    )
    assert [line.text for line in made.paragraphs] == [
        "关于考核情况的通报", "（2017年10月）", "一、名次", "各单位名次如下。", "表", "12345平台指挥中心", "2017年11月7日",
    ]  # fmt: skip
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows] == [
        ["名次", "单位"],
        ["1", "甲"],
        ["2", "乙"],
    ]
    section = made.sections[0]
    measures = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(value.mm) for value in measures] == [210, 297, 37, 28]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("linesAndChars", "580")
    assert made.styles["Normal"].font.size.pt == 16


def test_mistakes_are_told_in_one_line() -> None:
    with pytest.raises(PaperError, match="no template nonsense"):
        pdf("nonsense.typ", {})
    with pytest.raises(PaperError, match="no template"):
        pdf("../paper.typ", {})
    with pytest.raises(PaperError, match=r"paper\.typ: "):
        pdf("paper.typ", {"title": "缺内容"})
    with pytest.raises(ValueError, match="row 2 has 1 cells, the head 2"):
        Table(("甲", "乙"), (("1", "2"), ("3",)))
    with pytest.raises(ValueError, match="1 widths for 2 columns"):
        Table(("甲", "乙"), (), widths=(1,))


def test_without_its_fonts_no_paper_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr("luoshi.papers.typeset.FONTS", tmp_path)
    with pytest.raises(PaperError, match="run make assets"):
        paper_pdf(paper(Text("甲")))
