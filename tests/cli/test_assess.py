"""`luoshi assess`, as typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from luoshi import rulebooks
from luoshi.cli import main
from luoshi.cli.books import load
from tests.exchange.conftest import Maker


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    """Exit code, output and errors of `luoshi assess` with the words given."""
    code = 0
    try:
        main(["assess", *map(str, words)])
    except SystemExit as stop:
        code = int(stop.code or 0)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small export: one dispatch in time, one not, one of another unit."""
    target = tmp_path / "export"
    target.mkdir()
    return Maker(target, load("sanmenxia")).write(
        dispatches=[
            {
                "signed_at": "2017-10-09 09:00",
                "handed_over_at": "2017-10-09 10:00",
                "closed_at": "2017-10-10 09:00",
            },
            {"signed_at": "2017-10-09 14:30"},
            {"unit": "乙", "signed_at": "2017-10-09 09:00", "closed_at": "2017-10-10 09:00"},
        ]
    )


def scored(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Any:
    """The JSON of a run that must go well."""
    code, out, err = run(capsys, *words)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_the_json_leads_from_the_total_to_the_dispatches(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    result = scored(capsys, folder, "--period", "2017-10")
    assert (result["period"], result["as_of"], result["skipped"]["rows"]) == (
        "2017-10",
        "2017-11-01T00:00:00+08:00",
        0,
    )
    unit = next(unit for unit in result["units"] if unit["unit"] == "甲")
    item = next(item for item in unit["items"] if item["id"] == "2.1.1")
    assert {key: item[key] for key in ("points", "max", "counts", "formula", "matters", "no_data")} == {
        "points": "20.00",
        "max": "40",
        "counts": {"timely_signed": 1, "dispatched": 2},
        "formula": "timely_signed / dispatched * 40",
        "matters": {"timely_signed": ["P1"], "dispatched": ["P1", "P2"]},
        "no_data": None,
    }
    assert item["cite"] == ["smx-hotline-assessment-annex/2.1.1"]
    parts = [unit[part] for part in ("base", "regular", "bonus", "deduction", "total")]
    assert all(len(part.partition(".")[2]) == 2 for part in parts)
    assert (unit["deduction"], unit["rank"], unit["grade"]) == ("2.00", 2, None)


def test_the_points_of_the_items_add_up_to_the_parts(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    from decimal import Decimal

    for unit in scored(capsys, folder, "--period", "2017")["units"]:
        regular = [Decimal(item["points"]) for item in unit["items"] if item["id"].startswith("2.")]
        assert sum(regular) == Decimal(unit["regular"])


def test_an_as_of_time_leaves_out_what_came_later(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    result = scored(capsys, folder, "--period", "2017-10", "--as-of", "2017-10-09 09:30")
    unit = next(unit for unit in result["units"] if unit["unit"] == "甲")
    item = next(item for item in unit["items"] if item["id"] == "2.1.1")
    assert item["counts"] == {"timely_signed": 1, "dispatched": 1}


def test_a_long_list_of_dispatches_says_what_it_leaves_out(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    result = scored(capsys, folder, "--period", "2017-10", "--matters", "1")
    item = next(item for item in result["units"][1]["items"] if item["id"] == "2.1.1")
    assert (item["matters"]["dispatched"], item["matters_left_out"]) == (["P1"], {"dispatched": 1})


def test_bad_rows_are_all_named_and_nothing_is_scored(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    path = folder / "dispatches.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("routine", "soon", 2), encoding="utf-8")
    code, out, err = run(capsys, folder, "--period", "2017-10")
    assert (code, out, len(err.splitlines())) == (2, "", 3)
    assert "dispatches.csv, row 2, urgency: found soon" in err
    assert "luoshi: 2 bad value(s), nothing is scored; mend them, or add --skip-bad" in err
    result = scored(capsys, folder, "--period", "2017-10", "--skip-bad")
    assert (result["skipped"]["rows"], result["skipped"]["tables"]["dispatches"]) == (2, 2)
    assert [row["row"] for row in result["skipped"]["bad"]] == [2, 3]


def test_the_workbook_has_a_league_table_and_a_sheet_for_each_unit(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "score.xlsx"
    assert run(capsys, folder, "--period", "2017-10", "--out", target)[0] == 0
    book = openpyxl.load_workbook(target, read_only=True)
    assert book.sheetnames == ["总表", "乙", "甲"]
    cells = [row for row in book["甲"].iter_rows(values_only=True) if row]
    line = next(row for row in cells if row[0] == "2.1.1")
    assert line[1:5] == ("工单实时签收率", 20, 40, "及时签收工单数 1 ÷ 派单总数(不含未到签收期限的) 2 × 40")
    assert [row[4] for row in cells if row[0] == "2.1.1" and row[2] == 2] == ["P1", "P2"]
    book.close()


def test_a_name_that_looks_like_a_formula_stays_a_text(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    export = tmp_path / "export"
    export.mkdir()
    Maker(export, load("sanmenxia")).write(units="=1+1", dispatches=[{"unit": "=1+1"}])
    assert run(capsys, export, "--period", "2017-10", "--out", tmp_path / "s.xlsx")[0] == 0
    sheet = openpyxl.load_workbook(tmp_path / "s.xlsx")["总表"]
    assert [cell.data_type for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"] == ["s"]


def test_the_page_stands_alone_and_escapes_what_it_shows(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    export = tmp_path / "export"
    export.mkdir()
    Maker(export, load("sanmenxia")).write(units="<b>甲</b>", dispatches=[{"unit": "<b>甲</b>"}])
    code, out, err = run(capsys, export, "--period", "2017-10", "--format", "html")
    assert (code, err) == (0, "")
    assert "&lt;b&gt;甲&lt;/b&gt;" in out and "<b>甲" not in out
    assert "http" not in out and "<script" not in out
    told = (
        "本月派单1件（未到签收期限的不计），其中0件在规定时间内签收、超过4个工作小时未签收、计为不合格的1件"
    )
    assert f"{told}，按0÷1×40计，得0.00分。" in out
    assert '<span class="bad">超过4个工作小时未签收(不合格)工单数</span>：1 件' in out


def test_a_draft_rulebook_can_be_compared(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    draft = tmp_path / "draft"
    for name, text in rulebooks.read("sanmenxia").items():
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        (draft / name).write_text(text, encoding="utf-8")
    (draft / "assessment" / "schemes_draft.yaml").unlink()  # a draft would take the changed scheme's place
    path = draft / "assessment" / "schemes.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("2 * overdue_tickets", "3 * overdue_tickets"), "utf-8"
    )
    result = scored(capsys, folder, "--period", "2017-10", "--compare", draft)["compare"]
    change = next(unit for unit in result["units"] if unit["unit"] == "甲")
    assert (change["difference"], change["items"][0]["id"]) == ("-1.00", "3.1.1")
    assert change["items"][0]["why"] == ["公式由“2 × 未按期办结工单数”改为“3 × 未按期办结工单数”"]
    same = next(unit for unit in result["units"] if unit["unit"] == "乙")
    assert (same["difference"], same["items"]) == ("0.00", [])
    shutil.rmtree(draft)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--period", "October"], "period October: write a month 2017-10, a quarter 2017-Q4 or a year 2017"),
        (["--period", "2017-10", "--rulebook", "sanmenxa"], "no rulebook sanmenxa; did you mean sanmenxia?"),
        (
            ["--period", "2017-10", "--scheme", "hotlin"],
            "no scheme assessment.hotlin in rulebook sanmenxia; did you",
        ),
        (["--period", "2016-10"], "scheme assessment.hotline does not hold on 2016-10-31"),
        (["--period", "2017-10", "--as-of", "soon"], "--as-of soon is no time"),
        (["--period", "2017-10", "--as-of", "2017-09-01"], "lies before the period 2017-10"),
        (["--period", "2017-10", "--format", "xlsx"], "--format xlsx needs --out FILE.xlsx"),
        (["--period", "2017-10", "--matters", "many"], "--matters many: write a whole number, or all"),
        (["--period", "2017-10", "--out", "/nowhere/x.json"], "/nowhere/x.json: No such file or directory"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], folder: Path, words: list[str], message: str
) -> None:
    code, out, err = run(capsys, folder, *words)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert message in err


def test_the_draft_of_the_shipped_rulebook_counts_only_where_it_is_asked_for(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    plain = scored(capsys, folder, "--period", "2017-10")
    asked = scored(capsys, folder, "--period", "2017-10", "--compare", "sanmenxia")
    assert "compare" not in plain
    assert asked["units"] == plain["units"]
    happy = Maker(folder, load("sanmenxia")).write(
        dispatches=[
            {
                "closed_at": "2017-10-10 09:00",
                "callback_at": "2017-10-11 09:00",
                "callback_answered": "yes",
                "result": "satisfied",
            }
        ]
    )
    (first, *_) = scored(capsys, happy, "--period", "2017-10", "--compare", "sanmenxia")["compare"]["units"]
    assert [(item["id"], item["before"], item["after"]) for item in first["items"]] == [
        ("4.2.2", "2.00", "0.00")
    ]
