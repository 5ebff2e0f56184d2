"""Every template of every app keeps the house rules: no inline script or style, nothing from outside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines

import luoshi

PACKAGE = Path(luoshi.__file__).parent
TEMPLATES = sorted(path for path in PACKAGE.glob("*/templates/**/*.html"))
STYLES = sorted((PACKAGE / "web" / "static" / "luoshi").glob("*.css"))
SCRIPTS = sorted((PACKAGE / "web" / "static" / "luoshi").glob("*.js"))
ICONS = set((PACKAGE / "web" / "icons.txt").read_text(encoding="utf-8").split())

FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "an inline style": re.compile(r"\sstyle\s*=|<style", re.IGNORECASE),
    "an inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "an htmx handler": re.compile(r"\shx-on|hx-vals=[\"']js:", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "something from outside": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
}


def _name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_templates_are_found() -> None:
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_can_be_read(path: Path) -> None:
    engines["django"].get_template(_short(path))


def _short(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return "/".join(parts[parts.index("templates") + 1 :])


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_holds_nothing_that_the_content_security_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"{#.*?#}", "", text)
    for what, pattern in FORBIDDEN.items():
        assert not pattern.search(text), f"{_name(path)} holds {what}"


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_form_that_posts_carries_the_token(path: Path) -> None:
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"))
    for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL | re.IGNORECASE):
        opening = form[: form.index(">")]
        if re.search(r"method\s*=\s*[\"']post", opening, re.IGNORECASE):
            assert "{% csrf_token %}" in form, f"{_name(path)}: a form without csrf_token"


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_comment_ends_on_its_line(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        assert line.count("{#") == line.count("#}"), f"{_name(path)}:{number}: use {{% comment %}}"


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_icon_is_in_the_sprite(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    used = set(re.findall(r"{%\s*icon\s+[\"']([^\"']+)", text))
    used |= set(re.findall(r"icon_name=[\"']([^\"']+)", text))
    assert used <= ICONS, f"{_name(path)}: add {', '.join(sorted(used - ICONS))} to web/icons.txt"


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS], ids=_name)
def test_styles_and_scripts_load_nothing_from_outside(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"https?://|@import|eval\(|new Function", text)
    assert "innerHTML" not in text
