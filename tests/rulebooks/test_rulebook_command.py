"""`luoshi rulebook check`, `show` and `list` as an administrator uses them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from luoshi import rulebooks
from luoshi.cli import main
from luoshi.engines.rulebook import parse
from luoshi.engines.worktime import Calendar
from luoshi.rulebooks import calendars

BASE = Path(__file__).parent / "base"
BROKEN = Path(__file__).parent / "broken"


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(["rulebook", *arguments]) or 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        out = capsys.readouterr()
        return code, out.out, out.err

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(BASE, tmp_path / "demo")
    return tmp_path / "demo"


def test_the_shipped_rulebooks_are_without_a_problem(run: Run) -> None:
    code, out, err = run("check")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1].startswith("3 rulebooks, ")
    assert out.endswith(": no problem\n")


def test_each_problem_is_one_line_with_the_path_and_the_exit_code_is_2(run: Run, folder: Path) -> None:
    shutil.copy(BROKEN / "unknown_owner.yaml", folder)
    code, out, err = run("check", str(folder))
    assert (code, err) == (2, "")
    assert out.splitlines() == [
        f"{folder}/unknown_owner.yaml:10: demo.sign.owner: unknown value mayor; "
        "use one of: body, citizen, person, platform",
        "1 rulebook, 0 rules: 1 problem",
    ]


def test_a_folder_of_rulebooks_is_checked_whole(run: Run, folder: Path) -> None:
    shutil.copytree(folder, folder.parent / "other")
    shutil.copy(BROKEN / "gb18030.yaml", folder.parent / "other")
    code, out, _ = run("check", str(folder.parent))
    assert code == 2
    assert f"{folder.parent}/other/gb18030.yaml:3: yaml: the file is not UTF-8; save it as UTF-8" in out
    assert out.endswith("2 rulebooks, 0 rules: 1 problem\n")


def test_json_tells_every_problem_with_its_parts(run: Run, folder: Path) -> None:
    shutil.copy(BROKEN / "unknown_owner.yaml", folder)
    code, out, _ = run("check", str(folder), "--json")
    assert code == 2
    found = json.loads(out)
    assert found["ok"] is False
    problem = found["rulebooks"][0]["problems"][0]
    assert (problem["line"], problem["key"]) == (10, "demo.sign.owner")
    assert problem["mend"] == "use one of: body, citizen, person, platform"


@pytest.mark.parametrize("name", ["missing", "file.txt", "empty"])
def test_a_path_that_is_no_rulebook_is_one_clear_line(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    code, out, err = run("check", str(tmp_path / name))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("luoshi: ")
    assert str(tmp_path / name) in err


def test_a_file_that_ends_in_yml_is_not_passed_over_in_silence(run: Run, folder: Path) -> None:
    shutil.copy(BROKEN / "unknown_owner.yaml", folder / "rules.yml")
    code, out, _ = run("check", str(folder))
    assert code == 2
    assert f"{folder}/rules.yml:1: file: is not read; rename it to end in .yaml" in out


def test_a_rule_is_shown_with_clause_validity_status_and_durations(run: Run) -> None:
    code, out, _ = run("show", "hotline.sign_in")
    assert code == 0
    for text in (
        "hotline.sign_in  签收",
        "第十四条(一)  (smx-hotline-ops/14.1)",
        "2017-09-21 to …, in_force",
        "urgency = urgent: 30 minutes",
        "4 working hours",
        "hotline/limits.yaml:",
    ):
        assert text in out


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("hotline.make_public", "nobody: 诉求人选择不公开办理"),
        ("hotline.channel", "transfer_110 110转来"),
        ("hotline.unverifiable", "cannot_verify 因而无法核实"),
        ("hotline.identity", "weak: name, ip"),
        ("hotline.reply", "problems 存在问题"),
        ("hotline.internal_notice", "您所反映的问题已转由{unit}内部办理"),
    ],
)
def test_a_rule_of_every_kind_can_be_shown(run: Run, id: str, text: str) -> None:
    code, out, _ = run("show", id)
    assert code == 0
    assert text in out


def test_a_rule_is_given_as_json(run: Run) -> None:
    _, out, _ = run("show", "hotline.close", "--as-of", "2018-01-02", "--json")
    found = json.loads(out)
    assert found["clauses"][0]["cite"] == "第十四条(二)"
    assert found["valid"] == {"from": "2017-09-21", "until": None}
    assert found["duration"][0]["duration"] == "24 hours"
    assert found["add"][0]["when"] == {"urgency": "routine", "role": ["lead", "assist"]}


def test_a_draft_is_shown_as_a_draft(run: Run) -> None:
    _, out, _ = run("show", "hotline.read_letter", "--rulebook", "xiping")
    assert "draft" in out
    assert "in person" in out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("show", "hotline.sing_in"), "no rule hotline.sing_in in rulebook sanmenxia; did you mean"),
        (("show", "hotline.close", "--as-of", "2017-09-20"), "does not hold on 2017-09-20"),
        (("show", "hotline.close", "--as-of", "9/20"), "--as-of 9/20: not a date; write it as YYYY-MM-DD"),
        (("show", "hotline.close", "--rulebook", "sanmexia"), "did you mean sanmenxia?"),
        (("list", "--rulebook", "nowhere"), "no rulebook nowhere; shipped are: sanmenxia, xiping, yueyang"),
    ],
)
def test_what_cannot_be_shown_is_one_clear_line(run: Run, arguments: tuple[str, ...], text: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert text in err
    assert err.count("\n") == 1


def test_a_broken_rulebook_cannot_be_shown_and_the_first_problem_is_named(run: Run, folder: Path) -> None:
    shutil.copy(BROKEN / "unknown_owner.yaml", folder)
    code, _, err = run("show", "demo.sign", "--rulebook", str(folder))
    assert code == 2
    assert "has 1 problem, the first:" in err
    assert "unknown value mayor" in err


def test_a_rulebook_outside_the_program_is_listed_by_its_folder(run: Run, folder: Path) -> None:
    text = (BROKEN / "unknown_owner.yaml").read_text(encoding="utf-8").replace("mayor", "body")
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    code, out, _ = run("list", "--rulebook", str(folder))
    assert code == 0
    assert out.splitlines()[-1] == "demo: 1 rule"
    assert "demo.sign" in out


def test_rules_are_listed_by_kind_and_as_json(run: Run) -> None:
    _, out, _ = run("list", "--kind", "ground")
    known = {name: Calendar.parse(calendars.read(name)) for name in calendars.names()}
    book = parse(rulebooks.read("sanmenxia"), calendars=known)
    grounds = [rule for rule in book.rules() if rule.kind == "ground"]
    assert out.splitlines()[-1] == f"sanmenxia: {len(grounds)} rules"
    _, out, _ = run("list", "--kind", "ground", "--json")
    assert {row["kind"] for row in json.loads(out)} == {"ground"}
