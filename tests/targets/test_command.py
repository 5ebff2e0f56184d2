"""`luoshi import-targets`: checks first, names every fault, imports all or nothing."""

from __future__ import annotations

import json

import pytest

from luoshi.cli import main
from luoshi.targets.models import Plan

from .conftest import SAMPLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(bodies, tmp_path, capsys):
    """run("--dry-run", text=…): exit code, output and errors of the command on that file."""

    def make(*options, text=SAMPLE):
        file = tmp_path / "targets.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            code = main(["import-targets", str(file), *options])
        except SystemExit as left:
            code = left.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return make


def test_a_dry_run_tells_what_the_file_holds_and_imports_nothing(run):
    code, out, _ = run("--dry-run")
    assert code == 0 and "3 bodies" in out and "8 targets" in out and "doubtful" in out
    assert not Plan.objects.exists()


def test_faults_are_told_by_line_and_path(run):
    code, _, err = run("--yes", text=SAMPLE.replace("points: 400", "points: 390"))
    assert code == 1 and "targets.yaml:" in err and "重点目标合计590分" in err
    assert not Plan.objects.exists()


def test_it_imports_whole_only_after_a_yes(run):
    code, _, err = run()
    assert code == 2 and "--yes" in err and not Plan.objects.exists()
    code, out, _ = run("--yes", "--year", "2018")
    assert code == 0 and "imported: 15 targets of 2018" in out
    assert Plan.objects.get().year == 2018
    code, _, err = run("--yes")
    assert code == 2 and "已经建立" in err


def test_a_name_without_a_body_is_mapped_or_created(run):
    text = SAMPLE.replace("name: 市教育局", "name: 市虚构局")
    code, out, _ = run("--yes", text=text)
    assert code == 1 and "市虚构局" in out and not Plan.objects.exists()
    code, out, _ = run("--yes", "--json", "--map", "市虚构局=jiaoyu", text=text)
    assert code == 0 and json.loads(out)["targets"] == 15


@pytest.mark.parametrize("options", [("--year", "2017"), ("--map", "市虚构局")])
def test_wrong_options_are_one_clear_line(run, options):
    code, _, err = run("--dry-run", *options)
    assert code == 2 and err.startswith("luoshi: ") and err.count("\n") == 1
