"""`luoshi import-requests --dry-run`: exit codes, JSON, lines for people, the file of bad rows."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from luoshi.cli import main
from tests.hotline.imports.kit import GOOD, HEADER, messages, town_folder, write

Result = tuple[int, str, str]
Run = Callable[..., Result]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the command under the town's rulebook; return exit code, standard output and standard error."""
    town = town_folder(tmp_path_factory.mktemp("rulebooks"))

    def call(*arguments: str | Path) -> Result:
        if "--rulebook" not in arguments:
            arguments = (*arguments, "--rulebook", town)
        try:
            code = main(["import-requests", *map(str, arguments)]) or 0
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        return code, out, err

    return call


BAD = "2,乙,,2019/6/26,井盖丢了,,"


def test_a_good_file_is_reported_as_json_and_nothing_else(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, messages(GOOD))
    code, out, err = run(path, "--mapping", "messages", "--dry-run", "--json")
    report = json.loads(out)
    assert (code, err) == (0, "")
    keys = ("rows", "good", "bad", "replied", "replied_in_time", "errors")
    assert [report[key] for key in keys] == [1, 1, 0, 1, 1, []]
    assert report["rule"]["rulebook"] == "town"


def test_bad_rows_give_exit_code_1_and_are_in_the_json(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, messages(GOOD, BAD))
    code, out, _ = run(path, "--mapping", "messages", "--dry-run", "--json")
    report = json.loads(out)
    assert (code, report["rows"], report["good"], report["bad"]) == (1, 2, 1, 1)
    assert report["errors"] == [{"row": 3, "column": "留言主题", "value": "", "expected": "a text"}]


def test_a_person_reads_counts_and_one_line_for_each_bad_row(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, messages(GOOD, BAD))
    code, out, err = run(path, "--mapping", "messages", "--dry-run")
    assert code == 1
    assert err == f"{path}: row 3, column 留言主题, empty: expected a text\n"
    assert out.splitlines() == [
        f"{path}: 2 rows (utf-8, mapping messages)",
        "  good 1, bad 1",
        "  replied 1, in time 1 (100.0 %): within 5 working days from the message (town hotline.close)",
    ]


def test_bad_rows_can_be_mended_in_a_file_of_their_own(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, messages(GOOD, BAD, "3,丙,下水,昨天,堵了,,").encode("gb18030"))
    mend = tmp_path / "mend.csv"
    assert run(path, "--mapping", "messages", "--dry-run", "--bad", mend)[0] == 1
    with mend.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = list(csv.reader(file))
    assert head == [*HEADER.split(","), "错误行号", "错误列", "应为"]
    assert [row[-3:-1] for row in rows] == [["3", "留言主题"], ["4", "留言时间"]]
    assert rows[0][:7] == BAD.split(",")
    mended = mend.read_text(encoding="utf-8-sig").replace("乙,,", "乙,井盖,").replace("昨天", "2019/6/26")
    again = write(tmp_path, mended, "mended.csv")
    assert run(again, "--mapping", "messages", "--dry-run", "--bad", mend)[0] == 0
    assert mend.read_text(encoding="utf-8-sig").count("\n") == 1


def test_the_file_to_import_is_never_overwritten(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, messages(BAD))
    code, _, err = run(path, "--mapping", "messages", "--dry-run", "--bad", path)
    assert (code, path.read_text(encoding="utf-8")) == (2, messages(BAD))
    assert "--bad names the file to import; give another file" in err


def test_the_bad_rows_cannot_be_written_to_a_folder_that_does_not_exist(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, messages(BAD))
    code, _, err = run(path, "--mapping", "messages", "--dry-run", "--bad", tmp_path / "none" / "bad.csv")
    assert (code, err) == (
        2,
        f"luoshi: --bad {tmp_path}/none/bad.csv: cannot be written (no such file or directory)\n",
    )


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "give the FILE to import"),
        (["{file}"], "give --mapping NAME or PATH; --list-mappings lists what ships"),
        (["{file}", "--mapping", "mesages"], "unknown mapping mesages; write messages, or give the path"),
        (["none.csv", "--mapping", "messages"], "none.csv: cannot be read (no such file or directory)"),
        (["{file}", "--mapping", "hot-topics"], "column 反对数 is missing; column 点赞数 is missing"),
        (["{file}", "--mapping", "messages", "--rulebook", "nowhere"], "no rulebook nowhere"),
        (["{file}", "--mapping", "messages", "--encoding", "gb2312"], "not written in gb2312"),
        (["--show-mapping", "mesages"], "unknown mapping mesages; write messages"),
    ],
)
def test_what_cannot_be_used_gives_one_line_and_exit_code_2(
    run: Run, tmp_path: Path, arguments: list[str], line: str
) -> None:
    path = write(tmp_path, messages(GOOD.replace("路灯", "𠮷路灯")))
    code, out, err = run(*(each.format(file=path) for each in arguments), "--dry-run")
    assert (code, out) == (2, "")
    assert line in err
    assert err.count("\n") == 1


def test_mappings_are_listed_and_shown(run: Run) -> None:
    code, out, _ = run("--list-mappings")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["hot-topics", "messages"]
    code, out, _ = run("--show-mapping", "messages")
    assert code == 0
    assert "subject: 留言主题" in out


def test_a_mapping_of_ones_own_is_used(run: Run, tmp_path: Path) -> None:
    mapping = write(
        tmp_path,
        "source: 311\ncolumns: {id: case, subject: title, received: opened, replied: closed}\n".replace(
            "311", "town"
        ),
        "town.yaml",
    )
    header = "case;title;opened;closed"
    path = write(
        tmp_path, messages("1;灯;2019-06-26 11:00:00;2019-06-27 11:00:00", "2;井;2019-06-26;", header=header)
    )
    code, out, _ = run(path, "--mapping", mapping, "--dry-run", "--json")
    report = json.loads(out)
    assert (code, report["good"], report["replied"], report["replied_in_time"]) == (0, 2, 1, 1)


def test_a_dry_run_needs_no_django(tmp_path: Path) -> None:
    import subprocess
    import sys

    path = write(tmp_path, messages(GOOD))
    script = (
        "import sys; from luoshi.cli import main; main(sys.argv[1:]);"
        " sys.exit(3 if 'django' in sys.modules else 0)"
    )
    town = town_folder(tmp_path)
    arguments = ["import-requests", path, "--mapping", "messages", "--dry-run", "--json", "--rulebook", town]
    assert subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True).returncode == 0


def test_replies_are_held_to_sanmenxia_unless_another_rulebook_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, messages(GOOD))
    assert main(["import-requests", str(path), "--mapping", "messages", "--dry-run", "--json"]) == 0
    rule = json.loads(capsys.readouterr().out)["rule"]
    assert (rule["rulebook"], rule["id"], rule["duration"]) == (
        "sanmenxia",
        "hotline.close",
        "5 working days",
    )
