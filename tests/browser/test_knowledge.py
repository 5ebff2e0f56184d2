"""The knowledge base in a real browser: found while typing, kept up without JavaScript, nothing sticks out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from luoshi.knowledge import services
from luoshi.ledger.actors import SYSTEM
from tests.browser.walk import WAYS
from tests.knowledge.conftest import BASIC, SCRIPT

DESK, PHONE = 1440, 375
Visit = Callable[..., Any]
LONG = (
    "关于城市建成区内既有多层住宅加装电梯财政补助资金申请受理审核公示拨付和后续维护管理责任划分等事项的办理说明"
    * 2
)


@pytest.fixture
def library(bodies: dict[str, Any]) -> dict[str, int]:
    """An entry with two versions, one with long words, a draft, a script, a request and bulletins."""
    now = timezone.now()
    common = {"actor": SYSTEM, "at": now - dt.timedelta(days=2)}
    unit = bodies["chengguan"]
    entry = services.entry_create(
        body=unit,
        form="basic",
        title="新生儿参保登记",
        question="怎么上医保？",
        content=BASIC,
        publish=True,
        **common,
    )
    services.entry_edit(
        entry=entry, title=entry.title, question="孩子怎么上医保？", content=BASIC, actor=SYSTEM, at=now
    )
    services.entry_correct(entry=entry, what="窗口电话已停用", actor=SYSTEM, at=now)
    services.entry_create(
        body=unit,
        form="basic",
        title=LONG[:120],
        question="A" * 300,
        content={"service": "B" * 900},
        **common,
    )
    services.entry_create(
        body=unit,
        form="script",
        title="停暖口径",
        question="何时恢复？",
        content=SCRIPT,
        publish=True,
        **common,
    )
    asked = services.request_open(
        body=unit, form="basic", subject=LONG[:120], due_at=now + dt.timedelta(days=1), **common
    )
    bulletin = services.bulletin_create(
        body=unit, topic="emergency", title=LONG[:120], text=LONG * 3, valid_from=common["at"], **common
    )
    services.bulletin_issue(bulletin=bulletin, **common)
    return {"entry": entry.pk, "request": asked.pk, "bulletin": bulletin.pk}


def paths(library: dict[str, int]) -> list[str]:
    """Every page that one opens by GET."""
    entry, asked, bulletin = (library[name] for name in ("entry", "request", "bulletin"))
    return [
        "/knowledge/",
        "/knowledge/?q=新生儿",
        "/knowledge/?q=量子",
        "/knowledge/entries/",
        "/knowledge/entries/new/",
        f"/knowledge/entries/{entry}/",
        f"/knowledge/entries/{entry}/edit/",
        f"/knowledge/entries/{entry}/versions/",
        "/knowledge/requests/",
        "/knowledge/requests/new/",
        f"/knowledge/requests/{asked}/",
        "/knowledge/bulletins/",
        "/knowledge/bulletins/new/",
        f"/knowledge/bulletins/{bulletin}/",
        f"/knowledge/bulletins/{bulletin}/edit/",
    ]


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_no_page_sticks_out_even_with_long_names(
    visit: Visit, fits: Callable[[Any], None], library: dict[str, int], width: int, javascript: bool
) -> None:
    page = visit("/knowledge/", role="platform_leader", width=width, javascript=javascript)
    for path in paths(library):
        page.goto(path)
        fits(page)


def test_hits_follow_while_one_types(visit: Visit, library: dict[str, int]) -> None:
    page = visit("/knowledge/", role="agent")
    page.locator("main [name=q]").press_sequentially("新生儿", delay=20)
    page.locator("#hits mark").first.wait_for()
    assert "新生儿参保登记" in page.locator("#hits").inner_text()
    page.locator("main [name=q]").fill("量子对撞")
    page.get_by_text("没有查到").wait_for()


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_unit_writes_publishes_and_mends_an_entry(
    visit: Visit, library: dict[str, int], width: int, javascript: bool
) -> None:
    page = visit(
        "/knowledge/entries/new/", role="liaison", body="chengguan", width=width, javascript=javascript
    )
    page.fill("[name=title]", "占道经营许可")
    page.fill("[name=question]", "门口能摆摊吗？")
    for key, text in BASIC.items():
        if key != "materials":
            page.fill(f"[name=content-{key}]", text)
    page.get_by_role("button", name="发布").click()
    assert "还缺：所需材料" in page.locator(".has-error").inner_text()
    page.fill("[name=content-materials]", "身份证。")
    page.get_by_role("button", name="发布").click()
    page.wait_for_url("**/knowledge/entries/*/")
    assert page.get_by_text("门口能摆摊吗？").is_visible()
    page.goto(f"/knowledge/entries/{library['entry']}/edit/")
    page.get_by_label("窗口电话已停用").check()
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已改正", exact=True).wait_for()
