"""Pages of suggestion, topics and the day's report."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from luoshi.hotline.models import SuggestionUse
from luoshi.hotline.services.suggesting import Offered, model_train
from luoshi.hotline.services.topics import topics_draw
from luoshi.hotline.views.shown import shown_to, to_carry
from luoshi.ledger.actors import SYSTEM
from tests.hotline.suggest.test_topics import SAID
from tests.web.conftest import browser_of

__all__ = ["browser_of"]


def text_of(page) -> str:
    assert page.status_code == 200
    return page.content.decode()


@pytest.fixture
def mixer(request_of):
    """Three people about one mixing plant, lately."""
    now = timezone.now()
    return [
        request_of(
            title=title,
            content=title,
            contact={"mobile": f"1990000800{number}"},
            at=now - dt.timedelta(hours=9 - number),
        )
        for number, title in enumerate(SAID[:3])
    ]


def test_empty_pages_say_so(browser_of):
    browser = browser_of("dispatcher")
    assert "没有热点诉求" in text_of(browser.get("/hot/"))
    assert "还没有学习过" in text_of(browser.get("/suggestions/"))
    assert "12345 热线日报" in text_of(browser.get("/daily/"))


def test_topics_are_drawn_up_on_demand_and_open_their_requests(browser_of, mixer):
    browser = browser_of("dispatcher")
    assert browser.post("/hot/draw/").status_code == 302

    page = text_of(browser.get("/hot/"))
    assert "正在上升" in page and f"/hot/{mixer[0].pk}/" in page
    detail = text_of(browser.get(f"/hot/{mixer[0].pk}/"))
    assert all(row.matter.number in detail for row in mixer)
    assert "都还没有派单" in detail
    assert browser.get("/hot/1/").status_code == 404


def test_request_page_names_the_others_with_the_same_trouble(browser_of, mixer):
    topics_draw(actor=SYSTEM, at=timezone.now())
    page = text_of(browser_of("dispatcher").get(f"/requests/{mixer[1].pk}/"))

    assert "另有 2 件诉求反映同一麻烦" in page


def test_report_of_a_day_names_what_rises(browser_of, mixer):
    topics_draw(actor=SYSTEM, at=timezone.now())
    browser = browser_of("city_leader")
    today = timezone.localdate()

    report = text_of(browser.get("/daily/"))
    assert "热点汇总于" in report
    group = f"/hot/{mixer[0].pk}/?day={today}"
    assert group in report, "a topic leads to its group as it was drawn up that day"
    assert all(row.matter.number in text_of(browser.get(group)) for row in mixer)
    assert browser.get(f"/hot/{mixer[0].pk}/?day={today - dt.timedelta(days=30)}").status_code == 404
    assert browser.get(f"/hot/{mixer[0].pk}/?day=soon").status_code == 404
    assert f"?day={today - dt.timedelta(days=1)}" in text_of(browser.get("/daily/"))
    assert browser.get("/daily/?day=soon").status_code == 404
    assert browser.get(f"/daily/?day={today + dt.timedelta(days=1)}").status_code == 404


def test_suggestion_stands_in_the_dispatch_form_and_its_choice_is_kept(
    browser_of, history, request_of, bodies
):
    model_train(actor=SYSTEM, at=timezone.now())
    request = request_of(
        title="新华小区暖气不热", content="暖气一直不热", at=timezone.now() - dt.timedelta(hours=1)
    )
    browser = browser_of("dispatcher")
    heat = bodies["reli"].short_name

    page = text_of(browser.get(f"/requests/{request.pk}/?do=dispatch"))
    assert "建议单位" in page and heat in page and "暖气" in page and "相似：" in page
    picked = text_of(browser.get(f"/requests/{request.pk}/", {"do": "dispatch", "unit": heat}))
    assert f'name="unit" value="{heat}"' in picked
    [shown] = re.findall(r'name="shown" value="([^"]+)"', picked)
    sent = browser.post(
        f"/requests/{request.pk}/do/dispatch/",
        {
            "shown": shown,
            "mode": "sole", "unit": heat, "instruction": "请测温并答复", "principle": "competence",
            "urgency": "routine",
        },
    )  # fmt: skip
    assert sent.status_code == 302
    use = SuggestionUse.objects.get(request=request)
    assert (use.place, use.body_id) == (1, bodies["reli"].pk)
    assert use.offered[0][0] == bodies["reli"].pk

    page = text_of(browser.get("/suggestions/"))
    assert "100%" in page and heat in page and "使用中" in page


def test_only_what_the_page_of_this_request_suggested_is_recorded(request_of):
    one, other = request_of(), request_of()
    offered = Offered(((3, 80), (5, 20)), "abc")
    carried = to_carry(one, offered)
    assert shown_to(one, carried) == offered
    assert shown_to(one, "") is shown_to(one, f"{carried}x") is shown_to(other, carried) is None


def test_retraining_is_handed_to_the_worker(browser_of, history, monkeypatch):
    from luoshi.hotline import tasks

    asked = []
    monkeypatch.setattr(tasks.learn, "defer", lambda: asked.append(1))
    assert browser_of("dispatcher").post("/suggestions/train/").status_code == 403
    assert browser_of("platform_leader").post("/suggestions/train/").status_code == 302
    assert asked == [1]


def test_retraining_without_history_is_refused_in_words(browser_of):
    page = browser_of("platform_leader").post("/suggestions/train/")

    assert page.status_code == 422
    assert "还不足以学习" in page.content.decode()


def test_worker_tasks_learn_and_draw(history, mixer):
    from luoshi.hotline import tasks
    from luoshi.hotline.models import SuggestionModel, TopicSheet

    tasks.every_week(0)
    tasks.every_shift(0)
    assert SuggestionModel.objects.count() == 1
    assert TopicSheet.objects.count() == 1


def test_worker_task_is_quiet_while_there_is_too_little(db):
    from luoshi.hotline import tasks
    from luoshi.hotline.models import SuggestionModel

    tasks.every_week(0)
    assert not SuggestionModel.objects.exists()
