"""`luoshi due` and `luoshi elapsed`, as typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from luoshi import rulebooks
from luoshi.cli import main

START = ("--start", "2017-09-29 17:50")
PAUSES = ("--pause", "2017-10-09/2017-10-10", "--pause", "2017-10-12/2017-10-13")
ELAPSED = ("--counting", "elapsed")
SIGN = ("due", "hotline.sign_in", "--rulebook", "sanmenxia", *START)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command line."""
    code = 0
    try:
        main(list(words))
    except SystemExit as stop:
        code = int(stop.code or 0)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def as_json(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    code, out, err = run(capsys, *words, "--json")
    assert (code, err) == (0, "")
    values: dict[str, Any] = json.loads(out)
    return values


def test_a_duration_is_computed_without_a_rulebook(capsys: pytest.CaptureFixture[str]) -> None:
    values = as_json(capsys, "due", "4 working hours", *START)
    assert values["due"] == "2017-09-30T11:50:00+08:00"
    assert values["provisional"] is False
    assert values["cite"] == []
    assert [step["kind"] for step in values["steps"]] == ["start", "counted", "off_hours", "makeup", "due"]
    assert (values["duration"], values["counting"]) == ("4 working hours", "elapsed")


@pytest.mark.parametrize(
    ("urgency", "due"),
    [("routine", "2017-09-30T11:50:00+08:00"), ("urgent", "2017-09-29T18:20:00+08:00")],
)
def test_a_rule_is_computed_with_its_clauses(
    capsys: pytest.CaptureFixture[str], urgency: str, due: str
) -> None:
    values = as_json(capsys, *SIGN, "--set", f"urgency={urgency}")
    assert values["due"] == due
    assert values["cite"][0].endswith("14.1")
    assert values["rule"] == "hotline.sign_in"
    assert values["rulebook"].startswith("sanmenxia@")


def test_a_rulebook_may_be_a_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name, text in rulebooks.read("sanmenxia").items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    words = ("due", "hotline.sign_in", "--rulebook", str(tmp_path), *START, "--set", "urgency=routine")
    assert as_json(capsys, *words)["due"] == "2017-09-30T11:50:00+08:00"


@pytest.mark.parametrize(
    ("words", "due"),
    [
        (("due", "5个工作日", *START), "2017-10-12T18:00:00+08:00"),
        (("due", "5个工作日", *START, "--pause", "2017-10-09/2017-10-11"), "2017-10-16T18:00:00+08:00"),
        (
            (
                "due",
                "5个工作日",
                *START,
                "--pause",
                "2017-10-09/2017-10-10",
                "--pause",
                "2017-10-12/2017-10-13",
            ),
            "2017-10-16T18:00:00+08:00",
        ),
        (
            ("due", "1 day", "--start", "2017-09-29T17:50", *ELAPSED),
            "2017-09-30T17:50:00+08:00",
        ),
        (("due", "1 day", "--start", "2017-09-29T09:50:00Z"), "2017-09-30T18:00:00+08:00"),
        (("due", "1 day", "--start", "2017-09-29", "--counting", "civil"), "2017-09-30T18:00:00+08:00"),
        (("due", "1 working day", *START, "--rulebook", "sanmenxia"), "2017-09-30T18:00:00+08:00"),
    ],
)
def test_options_change_the_count(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], due: str
) -> None:
    assert as_json(capsys, *words)["due"] == due


def test_without_json_the_explanation_is_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, *SIGN, "--set", "urgency=routine")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "到期：2017-09-30 11:50"
    assert "＋ 2017-09-29 17:50至18:00，计10分钟，累计10分钟" in lines
    assert "－ 2017-09-29 18:00至2017-09-30 08:00，非工作时间，不计" in lines
    assert any(line.startswith("依据：《") and "第十四条(一)" in line for line in lines)


def test_a_provisional_result_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("due", "1 working day", "--start", "2026-12-31 09:00")
    assert as_json(capsys, *words)["provisional"] is True
    assert "（暂定）" in run(capsys, *words)[1].splitlines()[0]


def test_elapsed_measures(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("elapsed", "2017-09-29 17:50", "2017-09-30 11:50", "--unit", "working minutes")
    values = as_json(capsys, *words)
    assert (values["amount"], values["unit"], values["seconds"]) == (240, "working minutes", 14400)
    paused = as_json(capsys, *words, "--pause", "2017-09-30 08:00/2017-09-30 09:00")
    assert paused["amount"] == 180
    assert run(capsys, *words)[1].splitlines()[0] == "历时：240个工作分钟"
    in_days = ("elapsed", "2017-09-29 17:50", "2017-09-30 11:50", "--unit", "天", "--counting", "elapsed")
    assert as_json(capsys, *in_days)["amount"] == 0.75


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("due", "4 workin hours", *START), "unknown unit workin hours: did you mean working hours?"),
        (("due", "4.5 hours", *START), "4.5 is no whole number"),
        (("due", "soon", *START), "duration soon: no amount"),
        (("due", "1 day"), "Missing option '--start'"),
        (
            ("due", "1 day", "--start", "yesterday"),
            '--start yesterday is no time: write it as "2017-',
        ),
        (("due", "1 day", "--start", "2017-02-30"), "--start 2017-02-30 does not exist"),
        (("due", "1 day", "--start", "2070-01-01"), "2070-01-01 lies outside 1992 to 2059"),
        (("due", "1 day", *START, "--pause", "2017-10-10/2017-10-09"), "ends before it begins: swap the two"),
        (("due", "1 day", *START, "--pause", "2017-10-10"), "pause 2017-10-10: write FROM/TO"),
        (("due", "1 day", *START, "--counting", "lunar"), "--counting lunar: write civil or elapsed"),
        (("due", "1 day", *START, "--set", "urgency=routine"), "--set needs a rule: 1 day is a duration"),
        (("due", "1 day", *START, "--as-of", "2017-01-01"), "--as-of needs a rule"),
        (("due", "1 day", *START, "--rulebook", "sanmenxa"), "no rulebook sanmenxa: did you mean sanmenxia"),
        (("due", "hotline.sign_in", *START), "say in which rulebook, e.g. --rulebook sanmenxia"),
        (("due", "hotline.sign_im", "--rulebook", "sanmenxia", *START), "did you mean hotline.sign_in?"),
        (SIGN, "hotline.sign_in depends on urgency: add --set urgency=VALUE (urgent, or another)"),
        ((*SIGN, "--set", "urgency"), "--set urgency: write NAME=VALUE"),
        ((*SIGN, "--set", "urgancy=routine"), "did you mean urgency?"),
        ((*SIGN, "--set", "urgency=urgnt"), "did you mean urgency=urgent?"),
        ((*SIGN, "--set", "urgency=routine", "--counting", "elapsed"), "leave --counting out"),
        ((*SIGN, "--set", "urgency=routine", "--as-of", "1.1.2017"), "--as-of 1.1.2017 is no date"),
        ((*SIGN, "--set", "urgency=routine", "--as-of", "2001-01-01"), "does not hold on 2001-01-01"),
        (("elapsed", "2017-09-30", "2017-09-29", "--unit", "days"), "lies before start 2017-09-30 00:00"),
        (
            ("elapsed", "2017-09-29", "2017-09-30", "--unit", "fortnights"),
            "unknown unit fortnights: write one of",
        ),
        (("elapsed", "2017-09-29", "2017-09-32", "--unit", "days"), "END 2017-09-32 does not exist"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert err.startswith("luoshi: ")


def test_a_broken_rulebook_is_one_clear_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "rulebook.yaml").write_text("id: x\n", encoding="utf-8")
    code, _, err = run(capsys, "due", "a.b", "--rulebook", str(tmp_path), *START)
    assert code == 2
    assert "does not hold, first: " in err
    assert err.count("\n") == 1
