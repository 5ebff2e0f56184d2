"""luoshi suggest works on any CSV without a database, and says what is wrong with a file."""

from __future__ import annotations

import csv
import json

import pytest

from luoshi.cli import main
from tests.engines.suggest.samples import requests


def run(capsys, *args: str) -> tuple[int, str, str]:
    code = 0
    try:
        main(["suggest", *args])
    except SystemExit as stop:
        code = int(stop.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


def write(path, rows, encoding="utf-8") -> str:
    with path.open("w", encoding=encoding, newline="") as out:
        csv.writer(out).writerows(rows)
    return str(path)


@pytest.fixture
def past(tmp_path):
    texts, labels = requests()
    rows = [(text, f"{text}，请处理。", label) for (text,), label in zip(texts, labels, strict=True)]
    return [("主题", "详情", "单位"), *rows]


@pytest.fixture
def model(tmp_path, past, capsys) -> str:
    out = str(tmp_path / "city.model")
    file = write(tmp_path / "past.csv", past)
    code, said, _ = run(
        capsys, "train", file, "--text", "主题", "--text", "详情", "--label", "单位", "--out", out
    )
    assert code == 0
    assert json.loads(said)["held_out"]["macro_f1"] > 0.9
    return out


def test_model_is_judged_on_another_file_in_either_encoding(tmp_path, model, past, capsys):
    for encoding in ("utf-8", "gb18030", "utf-8-sig"):
        code, said, _ = run(capsys, "evaluate", model, write(tmp_path / "later.csv", past[:20], encoding))
        report = json.loads(said)
        assert code == 0
        assert report["rows"] == 19
        assert report["macro_f1"] == 1
        assert report["labels"]["供热"]["support"] == 19
        assert report["majority"]["label"] == "供热"


def test_further_files_teach_even_without_one_of_the_columns(tmp_path, past, capsys):
    file = write(tmp_path / "past.csv", past)
    more = write(
        tmp_path / "titles.csv",
        [("单位", "主题"), ("民政", "低保"), *[("城管", f"{where}共享单车乱停放") for where in "东西南北"]],
    )
    columns = ("--text", "主题", "--text", "详情", "--label", "单位", "--out", str(tmp_path / "m"))
    code, said, _ = run(capsys, "train", file, "--more", more, *columns)
    assert code == 0
    assert json.loads(said)["more_rows"] == 4  # 民政 is no label of the file itself
    _, said, _ = run(capsys, "explain", str(tmp_path / "m"), "共享单车")
    assert json.loads(said)[0]["label"] == "城管"

    bare = write(tmp_path / "bare.csv", [("单位", "题目"), ("城管", "路灯")])
    code, _, told = run(capsys, "train", file, "--more", bare, *columns)
    assert code == 2 and "has no column 主题; it has: 单位, 题目" in told


def test_labels_that_the_model_never_saw_are_named(tmp_path, model, capsys):
    file = write(
        tmp_path / "later.csv", [("主题", "详情", "单位"), ("路灯不亮", "", "民政"), ("路灯不亮", "", "城管")]
    )
    _, said, _ = run(capsys, "evaluate", model, file)

    assert json.loads(said)["labels_unknown_to_the_model"] == ["民政"]


def test_one_text_is_explained(model, capsys):
    _, said, _ = run(capsys, "explain", model, "涧河路暖气不热")
    first = json.loads(said)[0]

    assert first["label"] == "供热" and first["words"] and first["cases"]


def test_groups_of_any_export(tmp_path, capsys):
    rows = [
        ("id", "title", "time", "who", "up"),
        ("a", "崤山花园旁搅拌站噪音扰民", "2017/10/9 8:00", "x", "3"),
    ]
    rows += [("b", "投诉崤山花园附近的搅拌站噪音", "2017-10-08 08:00:00", "y", "")]
    rows += [("c", "养老金认证怎么办", "", "", "")]
    file = write(tmp_path / "all.csv", rows)
    options = ("--text", "title", "--time", "time", "--who", "who", "--votes", "up", "--id", "id")
    code, said, _ = run(capsys, "groups", file, *options)
    report = json.loads(said)

    assert code == 0
    assert (report["rows"], report["groups"], report["grouped"]) == (3, 1, 2)
    group = report["shown"][0]
    assert [member["id"] for member in group["members"]] == ["b", "a"]
    assert (group["count"], group["people"], group["votes"]) == (2, 2, 3)
    assert group["first"].startswith("2017-10-08T08:00")


HEAD = ("主题", "单位")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("标题", "单位"), ("甲", "乙")], "has no column 主题; it has: 标题, 单位"),
        (
            [HEAD, ("路灯", "城管"), ("暖气", ""), ("水", "")],
            "line 3 and 1 more rows: the label (单位) is empty",
        ),
        ([HEAD, ("路灯", "城管"), ("暖气", "城管")], "every row has the same label, 城管"),
        ([HEAD], "has a header but no rows"),
        ([], "is empty"),
        ([HEAD, ("路灯", "城管", "多")], "line 2 has 3 values, the header 2"),
        ([("主题", "主题"), ("甲", "乙")], "column 主题 occurs twice"),
    ],
)
def test_bad_file_is_refused_with_what_where_and_how_to_mend(tmp_path, capsys, rows, said):
    file, out = write(tmp_path / "bad.csv", rows), tmp_path / "m"
    code, _, told = run(capsys, "train", file, "--text", "主题", "--label", "单位", "--out", str(out))

    assert code == 2
    assert said in told.splitlines()[-1]
    assert not out.exists()


def test_file_that_is_no_text_and_model_that_is_none(tmp_path, capsys):
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04\x00\x00\xff\xfe")
    code, _, told = run(
        capsys, "train", str(tmp_path / "x.xlsx"), "--text", "a", "--label", "b", "--out", str(tmp_path / "m")
    )
    assert code == 2 and "neither UTF-8 nor GB18030" in told

    file = write(tmp_path / "a.csv", [HEAD, ("路灯", "城管")])
    code, _, told = run(capsys, "evaluate", file, file)
    assert code == 2 and "is no model of luoshi suggest" in told


def test_bad_time_names_its_line(tmp_path, capsys):
    file = write(tmp_path / "a.csv", [("t", "w"), ("路灯", "昨天")])
    code, _, told = run(capsys, "groups", file, "--text", "t", "--time", "w")

    assert code == 2 and "line 2: 昨天 is no time" in told


def test_options_that_do_not_fit_together(capsys, tmp_path):
    file = write(tmp_path / "a.csv", [HEAD])
    assert run(capsys, "train", file, "--from-history")[0] == 2
    assert "give FILE, --text, --label and --out" in run(capsys, "train", file)[2]
