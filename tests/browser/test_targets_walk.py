"""The pages of target management at desk and phone width: nothing sticks out, a unit reports, a year is imported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from luoshi.ledger.actors import SYSTEM
from luoshi.targets import services
from luoshi.targets.imports.load import file_check, file_load
from luoshi.targets.models import Notice, Report, Result, Sheet, Target
from tests.browser.walk import WAYS

from .conftest import DESK, PHONE

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Any]
SAMPLE = (Path(__file__).parents[1] / "targets" / "sample.yaml").read_text(encoding="utf-8")


@pytest.fixture
def year(visit: Visit, bodies: dict[str, Any]) -> Any:
    """The sample's year in force, January reported by nobody, the year's end begun."""
    now = timezone.now()
    at = dt.datetime(2018, 1, 12, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    plan = file_load(
        checked=file_check(name="a.yaml", content=SAMPLE.encode(), at=at), bodies={}, actor=SYSTEM, at=at
    )
    plan = services.plan_issue(
        plan=plan, document="虚政〔2018〕1号", issued_on=at.date(), actor=SYSTEM, at=at
    )
    services.month_open(plan=plan, month=dt.date(2018, 1, 1), actor=SYSTEM, at=now)
    services.result_open(plan=plan, actor=SYSTEM, at=now)
    return plan


def sticks_out(page: Any) -> int:
    """By how many pixels the page is wider than the window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wide


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_no_page_sticks_out(visit: Visit, year: Any, width: int) -> None:
    target = Target.objects.get(sheet__name="市城管局", number=1)
    paths = [
        "", f"plans/{year.pk}/", "list/", f"sheets/{Sheet.objects.get(name='湖滨区').pk}/", f"items/{target.pk}/", "months/",
        "reports/", f"reports/{Report.objects.get(sheet__name='市城管局').pk}/", f"notices/{Notice.objects.get().pk}/", "changes/",
        "certify/", f"results/{Result.objects.get().pk}/", "import/", "plans/new/",
    ]  # fmt: skip
    page = visit(f"/targets/{paths[0]}", role="target_office", width=width)
    for path in paths:
        page.goto(f"/targets/{path}")
        assert page.locator("h1").first.is_visible(), path
        assert sticks_out(page) <= 0, path
        for summary in page.locator("main details.ls-disclosure > summary").all():
            summary.click()
        assert sticks_out(page) <= 0, f"{path} with its forms open"


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_unit_reports_its_month(visit: Visit, year: Any, width: int, javascript: bool) -> None:
    page = visit("/targets/reports/", role="liaison", body="chengguan", width=width, javascript=javascript)
    page.get_by_role("link", name="2018年1月目标进展").click()
    page.get_by_label("数值（处）").fill("2")
    page.get_by_label("符合件数").fill("96")
    page.get_by_label("全部件数").fill("100")
    page.get_by_role("button", name="报送").click()
    page.get_by_text("进展已报送").first.wait_for()
    page.get_by_role("link", name="第1项").click()
    assert "96%" in page.locator("main").inner_text()
