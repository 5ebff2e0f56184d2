"""Official papers after GB/T 9704-2012, measured by reading the PDF back: a millimetre, a line or a character tells.

`measure` is what the standard asks for; the tests that follow it change the template and show that it notices.
"""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader

from luoshi.papers import Official, official_docx, official_pdf
from luoshi.papers.official import body_lines, title_lines
from luoshi.papers.typeset import FONTS, TEMPLATES

MM = 72 / 25.4
PITCH = 225 / 22
CHAR = 156 / 28
SIZE = 16 / MM

pytestmark = pytest.mark.skipif(
    not any(FONTS.glob("*.ttf")), reason="the fonts are not built: run make assets"
)


@dataclass(frozen=True)
class Word:
    """A piece of text on a page: where its first character begins and where its baseline is, in millimetres."""

    x: float
    y: float
    text: str
    size: float


def words(data: bytes, page: int) -> list[Word]:
    """All pieces of text of a page, from above."""
    found: list[Word] = []

    def visit(text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            found.append(Word(x / MM, 297 - y / MM, text.strip(), abs(size * tm[0] * cm[0])))

    PdfReader(io.BytesIO(data)).pages[page].extract_text(visitor_text=visit)
    return sorted(found, key=lambda one: one.y)


def paper(lines: int = 60, **more: Any) -> Official:
    given: dict[str, Any] = {
        "title": "三门峡市人民政府关于加强城市管理的通知",
        "text": "国" * 28 * lines,
        "mark": "三门峡市人民政府文件",
        "number": "三政〔2017〕48号",
        "addressees": "各县（市、区）人民政府",
        "issuer": "三门峡市人民政府",
        "dated": "2017年10月16日",
        "copies": "市委各部门",
        "printer": "三门峡市人民政府办公室",
        "printed": "2017年10月17日",
    }
    return Official(**(given | more))


def near(found: float, wanted: float, what: str, within: float = 0.3) -> None:
    assert abs(found - wanted) <= within, f"{what}: {found:.2f} mm, wanted {wanted:.2f} mm"


def baseline(line: float) -> float:
    """Where the baseline of a line of the text area is (0: the first), from the upper edge of the page."""
    return 37 + line * PITCH + 0.88 * SIZE


def measure(data: bytes) -> None:
    """Hold a long red-headed paper against the standard. Errors: AssertionError naming what is off."""
    reader = PdfReader(io.BytesIO(data))
    box = reader.pages[0].mediabox
    near(float(box.width) / MM, 210, "width of the page")
    near(float(box.height) / MM, 297, "height of the page")
    body = [one for one in words(data, 1) if "国" in one.text]
    texts = [line for line in reader.pages[1].extract_text().splitlines() if "国" in line]
    assert len(texts) == 22, f"{len(texts)} lines on a page, wanted 22"
    assert {len(text) for text in texts} == {28}, f"{len(texts[1])} characters in a line, wanted 28"
    for place, y in enumerate(sorted({round(one.y, 1) for one in body})):
        near(y, baseline(place), f"line {place + 1}")
    near(min(one.x for one in body), 26, "outer margin of an even page")
    near(min(one.x for one in words(data, 2) if "国" in one.text), 28, "binding margin of an odd page")
    _head(words(data, 0))


def _head(first: list[Word]) -> None:
    mark = next(one for one in first if one.text.startswith("三门峡市人民政府文"))
    near(mark.y - 0.88 * mark.size / MM, 37 + 35, "upper edge of the red mark", 0.5)
    number = next(one for one in first if one.text.startswith("三政"))
    near(number.y, 37 + 8 * PITCH - 4 - 0.12 * SIZE, "number of the paper, 4 mm above the rule")
    title = next(one for one in first if one.text.startswith("三门峡市人民政府关于"))
    near(title.size, 22, "size of the title in points", 0.1)
    near(title.y, 37 + 10 * PITCH + SIZE / 2 + 0.38 * 22 / MM, "title, two lines under the rule")
    addressee = next(one for one in first if one.text.startswith("各县"))
    near(addressee.y, baseline(12), "main addressees, a line under the title")
    near(addressee.x, 28, "main addressees at the margin")
    start = min((one for one in first if "国" in one.text), key=lambda one: one.y)
    near(start.x, 28 + 2 * CHAR, "indent of a paragraph")


def test_a_paper_is_as_the_standard_asks() -> None:
    measure(official_pdf(paper()))


@pytest.mark.parametrize(
    ("file", "before", "after", "what"),
    [
        ("official.typ", "top: 37mm", "top: 38mm", "line 1"),
        ("official.typ", "inside: 28mm, outside: 26mm", "inside: 29mm, outside: 25mm", "outer margin"),
        ("official.typ", "inside: 28mm, outside: 26mm", "inside: 27mm, outside: 27mm", "outer margin"),
        ("official.typ", "bottom: 35mm", "bottom: 24mm", "23 lines on a page"),
        ("page.typ", "225mm / 22", "225mm / 23", "23 lines on a page"),
        ("page.typ", "225mm / 22", "225mm / 21", "21 lines on a page"),
        ("page.typ", "156mm / 28 - size", "156mm / 29 - size", "29 characters in a line"),
        ("page.typ", "156mm / 28 - size", "156mm / 27 - size", "27 characters in a line"),
        ("official.typ", "dy: 35mm", "dy: 36mm", "upper edge of the red mark"),
        ("official.typ", "8 * pitch - 4mm - size, box(width: 156mm, if", "8 * pitch - 5mm - size, box(width: 156mm, if",
         "4 mm above the rule"),
        ("official.typ", 'line(length: 156mm, stroke: 0.5mm + red))\n  })\n  lines(2, none)\n} else if',
         'line(length: 156mm, stroke: 0.5mm + red))\n  })\n  lines(3, none)\n} else if', "two lines under the rule"),
    ],
)  # fmt: skip
def test_the_measure_notices_a_millimetre_a_line_and_a_character(
    file: str, before: str, after: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after), encoding="utf-8")
    monkeypatch.setattr("luoshi.papers.typeset.TEMPLATES", folder)
    with pytest.raises(AssertionError, match=what):
        measure(official_pdf(paper()))


def test_page_numbers_stand_outside_and_the_closing_table_on_the_last_even_page() -> None:
    for lines in (2, 12, 25, 40, 60, 61, 62, 63, 64):
        data = official_pdf(paper(lines))
        reader = PdfReader(io.BytesIO(data))
        count = len(reader.pages)
        assert count % 2 == 0, lines
        ends = [page for page in range(count) if "抄送" in reader.pages[page].extract_text()]
        assert ends == [count - 1]
        foot = max((one for one in words(data, count - 1) if "印发" in one.text or "办公室" in one.text),
                   key=lambda one: one.y)  # fmt: skip
        near(foot.y, 297 - 35 - 2.2, "closing table at the foot of the text area", 1.0)
        assert "— 1 —" in reader.pages[0].extract_text()
        first = next(one for one in words(data, 0) if "—" in one.text)
        assert first.x > 105
        near(first.y, 297 - 35 + 7 + 0.37 * 14 / MM, "page number under the text area", 0.8)
        second = [one for one in words(data, 1) if one.text.startswith("—")]
        assert all(one.x < 105 for one in second)


def test_an_empty_page_and_the_closing_page_after_it_have_no_number() -> None:
    found = {}
    for lines in range(20, 33):
        reader = PdfReader(io.BytesIO(official_pdf(paper(lines))))
        found[len(reader.pages)] = [page.extract_text() for page in reader.pages]
    assert set(found) == {2, 4}
    pages = found[4]
    if not pages[2].strip():
        assert "—" not in pages[2] + pages[3]


def test_annexes_signature_remark_and_signer_stand_in_their_places() -> None:
    data = official_pdf(
        paper(
            1,
            text="正文。",
            annexes=("任务分工表", "时间安排表"),
            remark="此件公开发布",
            signer="某某某",
            flags=("加急",),
        )
    )
    first = words(data, 0)
    by = {one.text: one for one in first}
    annex = next(one for one in first if one.text.startswith("附件"))
    near(annex.x, 28 + 2 * CHAR, "annexes two characters in")
    issuer = next(one for one in first if one.text == "三门峡市人民政府")
    dated = next(one for one in reversed(first) if one.text.startswith("2017") and round(one.size) == 16)
    near(dated.y - issuer.y, PITCH, "date a line under the issuer")
    assert issuer.x > 105
    remark = next(one for one in first if "此件公开发布" in one.text)
    assert remark.y > dated.y
    signer = next(one for one in first if "签发人" in one.text)
    number = next(one for one in first if one.text.startswith("三政"))
    near(signer.y, number.y, "signer on the line of the number")
    near(number.x, 28 + CHAR, "number one character in on papers that go up")
    near(by["加急"].y, baseline(0), "urgency on the first line")


def test_a_letter_and_minutes_have_heads_of_their_own() -> None:
    letter = official_pdf(paper(30, form="letter", mark="三门峡市人民政府"))
    reader = PdfReader(io.BytesIO(letter))
    mark = next(one for one in words(letter, 0) if one.text == "三门峡市人民政府" and one.size > 20)
    near(mark.y - 0.88 * mark.size / MM, 30, "mark of a letter 30 mm from the edge of the page", 0.5)
    assert "— 1 —" not in reader.pages[0].extract_text()
    assert "— 2 —" in reader.pages[1].extract_text()
    assert "印发" not in reader.pages[-1].extract_text()
    minutes = official_pdf(paper(5, form="minutes", mark="三门峡市人民政府常务会议纪要"))
    head = next(one for one in words(minutes, 0) if "常务会议纪要" in one.text)
    near(head.y - 0.88 * head.size / MM, 37 + 35, "mark of minutes", 0.5)
    with pytest.raises(ValueError, match="none of document, letter, minutes"):
        paper(1, form="poster")


def test_levels_of_the_body_are_known_by_their_numbers() -> None:
    kinds = [one.kind for one in body_lines("一、总则\n（一）范围。\n1.全市。\n（1）城区。\n\n　正文")]
    assert kinds == ["one", "two", "text", "text", "text"]


def test_titles_are_broken_into_even_lines_without_a_mark_or_particle_at_the_start() -> None:
    long = "三门峡市人民政府关于印发三门峡市城市精细化管理工作实施方案的通知"
    lines = title_lines(long)
    assert "".join(lines) == long
    assert len(lines) == 2
    assert max(map(len, lines)) <= 20
    assert not any(line.startswith(("的", "，")) for line in lines)
    assert title_lines("甲\n乙") == ["甲", "乙"]


def test_the_note_of_the_meeting_is_a_paragraph_of_its_own() -> None:
    note = "已经2017年10月11日市政府第12次常务会议审议通过"
    made = paper(1, note=note)
    assert made.lines[-1].text == f"{note}。"
    text = PdfReader(io.BytesIO(official_pdf(made))).pages[0].extract_text().replace("\n", "")
    assert note in text


def test_word_has_the_same_elements_on_the_same_page() -> None:
    made = Document(
        io.BytesIO(official_docx(paper(1, annexes=("甲", "乙"), remark="此件公开发布", flags=("加急",))))
    )
    texts = [one.text for one in made.paragraphs if one.text]
    assert texts[:3] == ["加急", "三门峡市人民政府文件", "三政〔2017〕48号"]
    assert {"各县（市、区）人民政府：", "附件：1. 甲", "2. 乙", "2017年10月16日", "（此件公开发布）"} <= set(
        texts
    )
    assert [row.cells[0].text for row in made.tables[0].rows] == [
        "抄送：市委各部门。",
        "三门峡市人民政府办公室　　　　2017年10月17日印发",
    ]
    section = made.sections[0]
    assert [round(v.mm) for v in (section.page_width, section.top_margin, section.left_margin)] == [
        210,
        37,
        28,
    ]
    letter = Document(io.BytesIO(official_docx(paper(1, form="letter", signer="", copies=""))))
    assert not letter.tables
    upward = Document(io.BytesIO(official_docx(paper(1, signer="某某某"))))
    assert any("签发人：某某某" in one.text for one in upward.paragraphs)


def test_content_is_never_markup() -> None:
    tricky = "#panic() $x$ *粗* _斜_ <标签> @引用 \\换行 // 注释"
    text = PdfReader(io.BytesIO(official_pdf(paper(1, text=tricky)))).pages[0].extract_text()
    assert tricky.replace(" ", "") in text.replace(" ", "").replace("\n", "")
