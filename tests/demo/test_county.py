"""A small demo county under a draft rulebook, built by the command in a home of its own; every role walks its pages."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from .test_city import _look, _run

pytestmark = pytest.mark.slow
PROBE = Path(__file__).with_name("county_probe.py")
PLACE = {
    "LUOSHI_RULEBOOK": "xiping",
    "LUOSHI_JURISDICTION": "xiping",
    "LUOSHI_RULEBOOK_ON_TRIAL": "1",
    "LUOSHI_WITHOUT": "hotline,knowledge,assessment,rounds,targets",
}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("county")
    built = _run(
        home, "-m", "luoshi.cli.entry", "demo", "--rulebook", "xiping", "--build-only", "--days", "30"
    )
    assert built.returncode == 0, built.stderr
    assert "county" in built.stdout and "mayor" in built.stdout
    patched = pytest.MonkeyPatch()
    try:
        for name, value in PLACE.items():
            patched.setitem(os.environ, name, value)
        looked = _run(home, "-c", _look(PROBE))
    finally:
        patched.undo()
    assert looked.returncode == 0, looked.stderr
    found: dict[str, Any] = json.loads(looked.stdout.splitlines()[-1])
    return found


def test_the_county_lives_under_the_draft_and_every_page_says_so(county: dict[str, Any]) -> None:
    assert (county["rulebook"], county["trial"], county["told"]) == ("xiping", True, True)


def test_no_page_that_a_role_is_shown_fails_for_want_of_a_rule(county: dict[str, Any]) -> None:
    assert county["wrong"] == []
    assert county["pages"] > 300


def test_it_has_townships_departments_and_departments_with_two_heads(county: dict[str, Any]) -> None:
    assert (county["townships"], county["two_heads"]) == (3, 2)
    assert county["departments"] >= 12


def test_what_it_does_without_is_not_there(county: dict[str, Any]) -> None:
    assert county["hotline"] == 404
    assert county["portal"] == "/login/"


def test_it_has_matters_to_decide_and_papers_in_hand(county: dict[str, Any]) -> None:
    assert county["decisions"] == 2
    assert county["papers"] >= 4
