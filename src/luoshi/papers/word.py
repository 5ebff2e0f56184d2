"""DOCX by python-docx: the same content as the PDF, on the same page, to be edited further in an office program."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from luoshi.papers.paper import Heading, Paper, Table, Text

BODY, TITLE, HEAD, SUBTITLE = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
LATIN = "Times New Roman"
SIZE = 16.0
PITCH = 225 / 22 * 72 / 25.4  # points from line to line
NARROWER = 156 / 28 * 72 / 25.4 - SIZE  # points taken from each character so that 28 fill a line


def docx(paper: Paper) -> bytes:
    """Return a paper as DOCX: A4, a block of 156 × 225 mm on a grid of 22 lines with 28 characters (GB/T 9704).

    Faces are named as the standard has them; the office program substitutes those that a machine lacks.
    """
    made: Any = Document()
    page(made)
    made.core_properties.title = paper.title
    made.core_properties.author = paper.issuer
    line(made, paper.title, TITLE, 22, WD_ALIGN_PARAGRAPH.CENTER)
    if paper.subtitle:
        line(made, paper.subtitle, SUBTITLE, SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    for block in paper.blocks:
        match block:
            case Heading(text):
                line(made, text, HEAD, SIZE, indent=2)
            case Text(text):
                line(made, text, BODY, SIZE, WD_ALIGN_PARAGRAPH.JUSTIFY, indent=2)
            case Table():
                _table(made, block)
    for words in (paper.issuer, paper.dated):
        if words:
            end = line(made, words, BODY, SIZE, WD_ALIGN_PARAGRAPH.RIGHT)
            end.paragraph_format.right_indent = Pt(4 * SIZE)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def page(made: Any) -> None:
    """Set page, grid, type and page number of a new document."""
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(round(PITCH * 20)))
    grid.set(qn("w:charSpace"), str(round(NARROWER * 4096)))
    normal = made.styles["Normal"]
    face(normal, BODY, SIZE)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = Pt(PITCH)
    _number(section.footer.paragraphs[0])


def face(styled: Any, name: str, size: float, *, bold: bool = False) -> None:
    """Set the Chinese face, the Latin one and the size of a style or run."""
    font = styled.font
    font.name, font.size, font.bold = LATIN, Pt(size), bold
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)


def line(made: Any, text: str, name: str, size: float, align: Any = None, *, indent: int = 0) -> Any:
    """Add a paragraph. indent: characters of its first line."""
    added = made.add_paragraph()
    face(added.add_run(text), name, size)
    if align is not None:
        added.alignment = align
    if indent:
        added.paragraph_format.first_line_indent = Pt(indent * size)
    return added


def _table(made: Any, block: Table) -> None:
    if block.caption:
        line(made, block.caption, HEAD, 12, WD_ALIGN_PARAGRAPH.CENTER)
    table = made.add_table(rows=0, cols=len(block.head), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _row(table, block.head, bold=True)
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in block.rows:
        _row(table, row, right=block.right)
    shares = block.widths or (1,) * len(block.head)
    for place, share in enumerate(shares):
        if share:
            width = Mm(156 * share / sum(shares))
            for cell in table.columns[place].cells:
                cell.width = width


def _row(table: Any, texts: tuple[str, ...], *, bold: bool = False, right: tuple[int, ...] = ()) -> None:
    cells = table.add_row().cells
    for place, text in enumerate(texts):
        words = cells[place].paragraphs[0]
        words.paragraph_format.line_spacing = Pt(16)
        face(words.add_run(text), BODY, 10.5, bold=bold)
        if bold:
            words.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif place in right:
            words.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _number(foot: Any) -> None:
    """The page number between dashes at the foot of the page."""
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, field in (("— ", ""), ("", "PAGE"), (" —", "")):
        run = foot.add_run(words)
        face(run, BODY, 14)
        if field:
            for kind in ("begin", "", "end"):
                part = OxmlElement("w:fldChar" if kind else "w:instrText")
                if kind:
                    part.set(qn("w:fldCharType"), kind)
                else:
                    part.text = field
                run._r.append(part)
