"""An official paper as DOCX: the elements of the PDF on the same page and grid, to be edited in an office program."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from luoshi.papers.official import Official, title_lines
from luoshi.papers.word import BODY, HEAD, PITCH, SIZE, SUBTITLE, TITLE, face, line, page

RED = RGBColor(0xE6, 0x00, 0x12)
FACES = {"one": HEAD, "two": SUBTITLE, "text": BODY}
TOP = {"document": 35, "minutes": 35, "letter": 0}
"""Millimetres from the upper edge of the text area to the red mark."""


def official_docx(paper: Official) -> bytes:
    """Return an official paper as DOCX: A4, 37 and 28 mm, 22 lines of 28 characters, faces named as the standard has them."""
    made: Any = Document()
    page(made)
    made.core_properties.title = paper.title
    made.core_properties.author = paper.issuer
    _head(made, paper)
    for words in title_lines(paper.title):
        line(made, words, TITLE, 22, WD_ALIGN_PARAGRAPH.CENTER)
    line(made, "", BODY, SIZE)
    if paper.addressees:
        line(made, paper.addressees.rstrip("：:。 ") + "：", BODY, SIZE)
    for one in paper.lines:
        line(made, one.text, FACES[one.kind], SIZE, WD_ALIGN_PARAGRAPH.JUSTIFY, indent=2)
    _annexes(made, paper)
    _signature(made, paper)
    if paper.closing:
        _closing(made, paper)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _head(made: Any, paper: Official) -> None:
    for words in paper.flags:
        line(made, words, HEAD, SIZE)
    mark = line(
        made, paper.mark, TITLE, min(42, round(150 / 0.3528 / len(paper.mark))), WD_ALIGN_PARAGRAPH.CENTER
    )
    mark.paragraph_format.space_before = Mm(max(0, TOP[paper.form] - len(paper.flags) * 225 / 22))
    mark.paragraph_format.line_spacing = None
    for run in mark.runs:
        run.font.color.rgb = RED
    if paper.form == "letter":
        _rule(mark, "thickThinSmallGap", 24)
        line(made, paper.number, BODY, SIZE, WD_ALIGN_PARAGRAPH.RIGHT)
    else:
        for _ in range(2):
            line(made, "", BODY, SIZE)
        words = f"　{paper.number}　　　　　　　签发人：{paper.signer}" if paper.signer else paper.number
        where = None if paper.signer else WD_ALIGN_PARAGRAPH.CENTER
        number = line(made, words, BODY, SIZE, where)
        _rule(number, "single", 12)
    for _ in range(2):
        line(made, "", BODY, SIZE)


def _rule(paragraph: Any, kind: str, eighths: int, color: str = "E60012") -> None:
    """A rule under a paragraph, 4 mm below its line. eighths: its width in eighths of a point."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", kind), ("sz", str(eighths)), ("space", "11"), ("color", color)):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def _annexes(made: Any, paper: Official) -> None:
    if not paper.annexes:
        return
    line(made, "", BODY, SIZE)
    many = len(paper.annexes) > 1
    for place, name in enumerate(paper.annexes, start=1):
        words = f"{place}. {name}" if many else name
        found = line(made, f"附件：{words}" if place == 1 else words, BODY, SIZE)
        found.paragraph_format.left_indent = Pt(SIZE * (2 if place == 1 else 5))


def _signature(made: Any, paper: Official) -> None:
    if paper.issuer or paper.dated:
        for _ in range(2):
            line(made, "", BODY, SIZE)
    spare = max(0.0, (len(paper.issuer) - 8) / 2)
    for words, indent in ((paper.issuer, max(1.0, 4 - spare)), (paper.dated, 4.0)):
        if words:
            found = line(made, words, BODY, SIZE, WD_ALIGN_PARAGRAPH.RIGHT)
            found.paragraph_format.right_indent = Pt(indent * SIZE)
    if paper.remark:
        line(made, f"（{paper.remark}）", BODY, SIZE, indent=2)


def _closing(made: Any, paper: Official) -> None:
    rows = [f"抄送：{paper.copies.rstrip('。 ')}。"] if paper.copies else []
    if paper.form != "letter":
        rows.append(f"{paper.printer}　　　　{paper.printed}印发" if paper.printed else paper.printer)
    if not rows:
        return
    line(made, "", BODY, SIZE)
    table = made.add_table(rows=0, cols=1)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for place, words in enumerate(rows):
        cell = table.add_row().cells[0]
        cell.width = Mm(156)
        found = cell.paragraphs[0]
        found.paragraph_format.line_spacing = Pt(PITCH * 14 / SIZE)
        face(found.add_run(words), BODY, 14)
        if paper.form != "letter":
            _edges(cell, top=8 if place == 0 else 6, bottom=8 if place == len(rows) - 1 else 6)


def _edges(cell: Any, *, top: int, bottom: int) -> None:
    """Rules above and below a cell, in eighths of a point: 8 is 0.35 mm, 6 is 0.26 mm."""
    borders = OxmlElement("w:tcBorders")
    for name, eighths in (("top", top), ("bottom", bottom)):
        edge = OxmlElement(f"w:{name}")
        edge.set(qn("w:val"), "single")
        edge.set(qn("w:sz"), str(eighths))
        borders.append(edge)
    cell._tc.get_or_add_tcPr().append(borders)
