"""The table of requirements in docs/security.md names tests that exist, and says how or why where it names none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAPER = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAPER)))
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAPER.splitlines()
    if re.match(r"\| (V\d|8\.1|密码)", line)
]


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_the_paper_names_exists(path: str, name: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    wanted = name or r"test_\w+"
    assert re.search(rf"^def {wanted}\(", text, re.MULTILINE), f"{path}::{name}"


def test_every_requirement_has_its_test_or_its_reason() -> None:
    assert len(ROWS) > 50
    for requirement, how, shown in ROWS:
        assert "`" in shown or (shown == "–" and len(how) > 5), requirement
