"""The monthly notice and a unit's sheet as papers: read back from PDF and DOCX, figures of the sheet alone."""

from __future__ import annotations

import io

import pytest
from docx import Document
from pypdf import PdfReader

from luoshi.assessment.selectors import sheets as reading
from luoshi.assessment.services.papers import notice_paper, unit_paper
from luoshi.ledger.errors import WrongState
from luoshi.papers import docx, paper_pdf
from luoshi.papers.typeset import FONTS


def text_of(data: bytes) -> str:
    pages = PdfReader(io.BytesIO(data)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def words_of(data: bytes) -> str:
    made = Document(io.BytesIO(data))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "".join([*(line.text for line in made.paragraphs), *cells]).replace(" ", "")


@pytest.mark.skipif(not any(FONTS.glob("*.ttf")), reason="the fonts are not built: run make assets")
def test_the_notice_tells_the_league_table_and_how_to_appeal_alike_in_pdf_and_docx(counted, published):
    counted.units["zhujian"] |= {"municipal_awards": 1}
    sheet = published()
    made = notice_paper(sheet)
    for text in (text_of(paper_pdf(made)), words_of(docx(made))):
        for said in (
            "关于2017年10月12345社会公共服务联动工作考核情况的通报", "参加排名的责任单位3个", "另有1个单位",
            "二、肯定", "三、批评", "监督检查扣分较多", "四、失分较多的考核项", "按时办结率", "五、申诉",
            "11月13日18:00前", "单项指标成绩", "12345平台指挥中心", "2017年11月6日10:00",
        ):  # fmt: skip
            assert said in text, said
        for row in reading.unit_rows(sheet):
            assert row.name in text
            assert str(row.total) in text


def test_the_notice_names_the_greatest_losses_of_all_units_together(counted, published):
    tables = [block for block in notice_paper(published()).blocks if hasattr(block, "rows")]
    lost = tables[-1].rows
    assert [row[2] for row in lost[:2]] == ["150.00", "105.00"]
    assert lost[1][:2] == ("2.2.1", "按时办结率")
    assert lost[1][3].startswith(counted.bodies["chengguan"].name)
    assert lost[1][3].endswith("（70.00分）")


def test_a_notice_is_there_after_publication_and_a_year_s_says_who_appeals(counted, closed, published, at):
    with pytest.raises(WrongState, match="公布后"):
        notice_paper(closed())
    year = notice_paper(published("2017", at=at("2018-01-08 10:00")))
    assert any("主要负责人或分管领导" in getattr(block, "text", "") for block in year.blocks)
    quarter = notice_paper(published("2017-Q4", at=at("2018-01-08 10:00")))
    assert not any("申诉" in getattr(block, "text", "") for block in quarter.blocks)


def test_a_notice_after_an_appeal_says_so_and_the_first_one_can_still_be_made(
    published, appeal_of, decided, fix
):
    sheet = published()
    decided(appeal_of(sheet), [fix(sheet, "signed_in_time", 10)])
    sheet.refresh_from_db()
    assert "第2版" in notice_paper(sheet).subtitle
    first = notice_paper(sheet, revision=1)
    assert first.subtitle == ""
    league = next(block for block in first.blocks if hasattr(block, "rows"))
    totals = {row[1]: row[6] for row in league.rows}
    assert totals == {row.name: str(row.total) for row in reading.unit_rows(sheet, 1)}


@pytest.mark.skipif(not any(FONTS.glob("*.ttf")), reason="the fonts are not built: run make assets")
def test_a_unit_s_sheet_tells_each_item_with_its_counts_in_words(counted, published):
    sheet = published()
    text = text_of(paper_pdf(unit_paper(sheet, "chengguan")))
    row = reading.unit_row(sheet, counted.bodies["chengguan"].pk)
    for said in (f"总分{row.total}分，第3名", "工单实时签收率", "32.00", "已公布，第1版"):
        assert said in text, said
    assert "弄虚作假" not in text
    assert "不参加排名" in "".join(
        block.text for block in unit_paper(sheet, "jiaoyu").blocks if hasattr(block, "text")
    )


def test_a_sheet_that_is_not_closed_has_no_paper(counted, centre, at):
    from luoshi.assessment.services import sheets
    from luoshi.engines.assessment import Period

    opened = sheets.sheet_open(period=Period.parse("2017-10"), actor=centre, at=at("2017-11-01 09:00"))
    with pytest.raises(WrongState, match="结账"):
        unit_paper(opened, "chengguan")
