"""axe-core over the page types: nothing serious or critical for those who see, hear or move differently."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from luoshi.retention import services
from luoshi.retention.holding import hold_place
from tests.retention.conftest import agent, ended, request_of

__all__ = ["agent", "ended", "request_of"]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
Visit = Callable[..., Any]
DESK, PHONE = 1440, 375
TOP = "scrollTo({top: 0, behavior: 'instant'})"  # a page that goes to its first error is else met on the way there

PUBLIC = [
    "/portal/", "/portal/ask/", "/portal/ask/?again=20260105-0012", "/portal/track/", "/portal/open/",
    "/portal/accessibility/", "/portal/rules/", "/published/", "/published/?q=没有这样的事", "/rounds/public/",
    "/assessment/public/",
    "/deadlines/?limit=hotline.close&try=1&start=2017-10-09T09:05&urgency=routine",
    "/login/", "/nowhere/",
]  # fmt: skip
INSIDE = {
    ("command_centre", "command-centre"): [
        "/work/", "/organisation/", "/rules/",
        "/rules/hotline.sign_in/?try=1&start=2017-09-29T17:50&urgency=routine",
        "/assessment/", "/assessment/scheme/", "/assessment/sheets/", "/assessment/entries/", "/assessment/base/",
        "/assessment/whatif/",
    ],
    ("agent", "platform"): ["/requests/", "/console/"],
    ("liaison", "chengguan"): ["/work/", "/inbox/", "/inbox/topics/", "/dispatches/", "/knowledge/"],
    ("round_office", "zhengfuban"): ["/rounds/", "/rounds/new/"],
    ("target_office", "zhengfuban"): ["/targets/", "/targets/list/", "/targets/months/"],
    ("rule_editor", ""): [
        "/administration/", "/administration/hours/", "/administration/hours/change/", "/administration/hours/bodies/",
        "/administration/hours/bodies/chengguan/", "/administration/hours/bodies/chengguan/change/",
    ],
    ("administrator", ""): [
        "/organisation/bodies/chengguan/", "/administration/bodies/chengguan/merge/",
        "/administration/bodies/chengguan/split/",
    ],
}  # fmt: skip


def found(page: Any) -> list[str]:
    """Serious and critical findings: rule, how often, and the first element concerned."""
    page.evaluate(TOP)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate(
        "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    return [
        f"{one['id']} ×{len(one['nodes'])}: {one['nodes'][0]['html'][:160]} | {one['nodes'][0]['failureSummary'][:200]}"
        for one in result["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


def all_found(page: Any, paths: list[str]) -> dict[str, list[str]]:
    """The findings of several pages, by path; pages without any are left out."""
    troubles = {}
    for path in paths:
        page.goto(path)
        if here := found(page):
            troubles[path] = here
    return troubles


@pytest.fixture(scope="module", autouse=True)
def axe() -> None:
    """The checker comes with the front-end packages."""
    if not AXE.exists():
        pytest.skip("no axe-core: run `make assets`")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_no_public_page_shuts_anybody_out(visit: Visit, width: int) -> None:
    page = visit("/portal/", width=width)
    assert all_found(page, PUBLIC) == {}


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_no_page_inside_shuts_anybody_out(visit: Visit, width: int) -> None:
    troubles = {}
    for (role, body), paths in INSIDE.items():
        page = visit("/work/", role=role, body=body, width=width)
        troubles |= all_found(page, paths)
    assert troubles == {}


@pytest.fixture
def kept(ended: Callable[..., Any], actor: Callable[..., Any]) -> list[str]:
    """The pages of what is kept and for how long, where something is due and something is held."""
    first, _ = ended(), ended()
    who, now = actor("security_officer"), timezone.now()
    hold = hold_place(number=first.matter.number, ground="lawsuit", reason="（2020）初1号", actor=who, at=now)
    run = services.run_draw(rule="retention.contacts", actor=who, at=now)
    home = "/administration/retention/"
    return [
        home,
        f"{home}runs/{run.pk}/",
        f"{home}holds/",
        f"{home}holds/new/",
        f"{home}holds/{hold.pk}/lift/",
    ]


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_no_page_of_retention_shuts_anybody_out(visit: Visit, kept: list[str], width: int) -> None:
    page = visit(kept[0], role="security_officer", width=width)
    assert all_found(page, kept) == {}


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_every_component_is_sound(visit: Visit, settings: Any, width: int) -> None:
    settings.DEMO = True
    assert found(visit("/styleguide/", role="liaison", body="chengguan", width=width)) == []
