"""What holds for the whole house: sizes, clocks, doors, locks, links."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "luoshi"
LIMIT = 500
LONGER: dict[str, int] = {}
"""Modules that may be longer, with their own limit; keep the list short."""


def modules(*under: str) -> list[Path]:
    """All modules below some packages, migrations left out."""
    roots = [SOURCE / name for name in under] or [SOURCE]
    return [path for root in roots for path in sorted(root.rglob("*.py")) if "migrations" not in path.parts]


def test_no_module_grows_beyond_its_limit():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules()}
    long = {name: lines for name, lines in lengths.items() if lines > LONGER.get(name, LIMIT)}
    assert not long


def test_engines_and_services_never_ask_the_clock_what_time_things_happened():
    asked = re.compile(r"timezone\.now\(\)|datetime\.now\(|date\.today\(|time\.time\(")
    told = [
        SOURCE / "engines",
        *(
            SOURCE / app / "services"
            for app in ("assessment", "hotline", "knowledge", "organisation", "rounds", "targets")
        ),
    ]
    found = [
        str(path) for root in told for path in sorted(root.rglob("*.py")) if asked.search(path.read_text())
    ]
    assert not found


@pytest.mark.parametrize("app", ["ledger", "hotline", "knowledge", "organisation"])
def test_public_services_that_act_take_keywords_only(app: str):
    package = importlib.import_module(f"luoshi.{app}.services")
    acting = []
    for name in package.__all__:
        parameters = inspect.signature(getattr(package, name)).parameters
        if "actor" in parameters and "at" in parameters:
            acting.append(name)
            kinds = {one.kind for one in parameters.values()}
            assert kinds == {inspect.Parameter.KEYWORD_ONLY}, name
    assert acting


def test_requirements_are_locked_by_hash_and_name_no_registry():
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--index-url|--find-links", text), path.name


def test_the_front_end_lock_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    entries = {name: entry for name, entry in lock["packages"].items() if name}
    assert entries
    assert all("resolved" not in entry and entry.get("integrity") for entry in entries.values())


def test_nothing_but_tests_reaches_outside_the_project():
    outside = re.compile(r"\.\./shared|/work/|/root/")
    assert not [str(path) for path in modules() if outside.search(path.read_text())]


def test_browser_tests_wait_for_what_stands_on_the_page():
    """`wait_for_function` looks again by evaluating text, which the pages' policy forbids: use locators and expect."""
    asked = re.compile(r"\.wait_for_function\(")
    folders = ("browser", "pages")
    paths = [path for name in folders for path in (ROOT / "tests" / name).glob("*.py")]
    assert paths
    assert not [path.name for path in paths if asked.search(path.read_text())]


def test_links_in_the_papers_lead_somewhere():
    broken = []
    for paper in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", paper.read_text()):
            if "://" not in target and not (paper.parent / target).exists():
                broken.append(f"{paper.relative_to(ROOT)}: {target}")
    assert not broken


def test_every_citation_in_the_source_is_of_a_clause_that_the_rulebooks_list():
    from luoshi.ledger import rules

    book = rules.book("sanmenxia")
    token = re.compile(r"\bsmx-[a-z-]+/[A-Za-z0-9._-]*[A-Za-z0-9]")
    unknown = set()
    for path in modules():
        for cited in token.findall(path.read_text()):
            try:
                book.clause(cited)
            except KeyError:
                unknown.add(f"{path.name}: {cited}")
    assert not unknown
