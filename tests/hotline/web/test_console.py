"""The agent's console: a call taken, matched, answered or dispatched in one go; drafts; what is sent twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luoshi.hotline.models import Category, Dispatch, Draft, Request, RequestLink, Urging
from luoshi.hotline.services import categories
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Event
from luoshi.organisation.models import Body

Browser = Callable[..., Client]
FORM = {
    "key": "a1b2c3",
    "channel": "phone",
    "kind": "consultation",
    "content": "路灯不亮找谁报修？",
    "mobile": "19900007009",
    "urgency": "routine",
}
HELP = {**FORM, "kind": "help", "content": "崤山路中段的路灯已经三天不亮,晚上走路看不清。"}
TO_UNIT = {"dispatch": "1", "unit": "城管", "instruction": "请现场核实并修复。", "principle": "competence"}
MOST_QUERIES = 16


def test_a_call_is_registered_and_the_page_is_ready_for_the_next_one(browser_of: Browser) -> None:
    answer = browser_of("agent").post("/console/", FORM, follow=True)
    page = answer.content.decode()
    request = Request.objects.get()
    assert "已登记" in page and request.matter.number in page
    assert request.contact.mobile == "19900007009"
    assert "找谁报修？</textarea>" not in page


def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(browser_of: Browser) -> None:
    answer = browser_of("agent").post("/console/", {**FORM, "email": "不是邮箱"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "电子邮箱的格式不对" in page and "找谁报修" in page
    assert '<details class="ls-disclosure" open' in page
    assert Request.objects.count() == 0


def test_registered_and_dispatched_in_one_go(browser_of: Browser) -> None:
    answer = browser_of("dispatcher").post("/console/", {**HELP, **TO_UNIT, "assists": "住建"}, follow=True)
    request = Request.objects.get()
    assert request.matter.state == "in_progress"
    rows = list(request.dispatches.order_by("pk").values_list("body__code", "role"))
    assert rows == [("chengguan", "lead"), ("zhujian", "assist")]
    page = answer.content.decode()
    assert "已登记并派单" in page and request.matter.number in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unit": ""}, "请选择承办单位"),
        ({"unit": "局"}, "不能确定是哪个单位"),
        ({"assists": "不存在的单位"}, "不能确定是哪个单位"),
        ({"instruction": " "}, "请填写处置指令"),
        ({"urgency": "urgent"}, "紧急的认定依据"),
    ],
)
def test_what_dispatching_lacks_registers_nothing(
    browser_of: Browser, changes: dict[str, str], said: str
) -> None:
    answer = browser_of("dispatcher").post("/console/", {**HELP, **TO_UNIT, **changes})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert (Request.objects.count(), Dispatch.objects.count()) == (0, 0)


def test_an_agent_without_the_permission_hands_on_and_cannot_dispatch(browser_of: Browser) -> None:
    agent = browser_of("agent")
    page = agent.get("/console/").content.decode()
    assert "登记并派单" not in page and "登记，转派单员" in page
    assert agent.post("/console/", {**HELP, **TO_UNIT}).status_code == 403
    assert Request.objects.count() == 0


def test_an_entry_answers_at_once(browser_of: Browser, entry: Any) -> None:
    answer = browser_of("agent").post("/console/", {**FORM, "entry": entry.pk}, follow=True)
    assert "已登记并答复" in answer.content.decode()
    assert Request.objects.get().matter.state == "answered"


def test_what_must_be_dispatched_is_not_answered_and_nothing_is_registered(
    browser_of: Browser, entry: Any
) -> None:
    answer = browser_of("agent").post("/console/", {**FORM, "kind": "complaint", "entry": entry.pk})
    assert answer.status_code == 422
    assert "不能当场答复办结" in answer.content.decode()
    assert Request.objects.count() == 0


def test_the_knowledge_base_answers_while_typing(browser_of: Browser, entry: Any) -> None:
    agent = browser_of("agent")
    page = agent.post("/console/answers/", FORM).content.decode()
    assert f'name="entry" value="{entry.pk}"' in page
    page = agent.post("/console/answers/", {**FORM, "kind": "complaint"}).content.decode()
    assert f"/knowledge/entries/{entry.pk}/" in page and 'name="entry"' not in page


class TestTheCaller:
    """Earlier requests of the one who calls."""

    def test_they_appear_while_typing_with_the_grounds_and_masked(
        self, browser_of: Browser, today_request: Callable[..., Request]
    ) -> None:
        known = today_request()
        typed = {**HELP, "mobile": "19900007001", "content": known.content, "title": known.matter.title}
        page = browser_of("agent").post("/console/caller/", typed).content.decode()
        assert known.matter.number in page and "联系手机相同" in page
        assert "虞听澜" not in page
        other = browser_of("agent").post("/console/caller/", {**typed, "mobile": "19900007999"})
        assert known.matter.number not in other.content.decode()

    def test_another_matter_of_the_same_number_is_listed_but_not_as_a_repeat(
        self, browser_of: Browser, today_request: Callable[..., Request]
    ) -> None:
        known = today_request()
        typed = {**HELP, "mobile": "19900007001", "content": "公交车首末班时间是几点？"}
        page = browser_of("agent").post("/console/caller/", typed).content.decode()
        assert known.matter.number in page and "疑似同一问题" not in page and "共 1 件" in page

    def test_half_a_number_finds_nobody(
        self, browser_of: Browser, today_request: Callable[..., Request]
    ) -> None:
        known = today_request()
        page = browser_of("agent").post("/console/caller/", {"mobile": "19900"}).content.decode()
        assert known.matter.number not in page

    def test_a_repeat_is_linked_and_goes_no_further(
        self, browser_of: Browser, today_request: Callable[..., Request]
    ) -> None:
        known = today_request(at=timezone.now() - dt.timedelta(minutes=30))
        typed = {**HELP, "mobile": "19900007001", "content": known.content}
        answer = browser_of("dispatcher").post("/console/", {**typed, "close": known.pk}, follow=True)
        assert "不再批转" in answer.content.decode()
        new = Request.objects.exclude(pk=known.pk).get()
        assert new.matter.state == "not_redispatched" and new.same_as_id == known.pk

    def test_without_a_ground_nothing_is_closed_and_nothing_registered(
        self, browser_of: Browser, today_request: Callable[..., Request]
    ) -> None:
        known = today_request()
        answer = browser_of("dispatcher").post("/console/", {**HELP, "close": known.pk})
        assert answer.status_code == 422
        assert "没有不再批转的依据" in answer.content.decode()
        assert Request.objects.count() == 1

    def test_a_repeat_is_linked_and_left_to_the_dispatcher(
        self, browser_of: Browser, today_request: Callable[..., Request]
    ) -> None:
        known = today_request()
        browser_of("agent").post("/console/", {**HELP, "mobile": "19900007001", "attach": known.pk})
        new = Request.objects.exclude(pk=known.pk).get()
        assert new.matter.state == "received"
        assert RequestLink.objects.get(request=new).other_id == known.pk

    def test_a_call_that_only_asks_is_noted_on_the_old_one(
        self, browser_of: Browser, today_request: Callable[..., Request]
    ) -> None:
        known = today_request()
        typed = {**HELP, "content": "", "ask": known.pk}
        answer = browser_of("agent").post("/console/", typed, follow=True)
        assert "已记入原件" in answer.content.decode()
        assert Request.objects.count() == 1
        note = Event.objects.filter(matter_id=known.pk, kind="hotline.noted").get()
        assert "询问办理进度" in note.data["note"]

    def test_only_who_may_supervise_urges(
        self, browser_of: Browser, life: Callable[..., Any], make_both: Callable[[str, str], None]
    ) -> None:
        found = life("signed")
        pk = found.dispatch.request_id
        typed = {**HELP, "urge": pk}
        assert browser_of("agent").post("/console/", typed).status_code == 403
        assert not Urging.objects.exists() and not Event.objects.filter(kind="hotline.noted").exists()
        make_both("agent", "platform_leader")
        browser_of("agent").post("/console/", typed)
        assert Urging.objects.get().dispatch_id == found.dispatch.pk


@pytest.fixture
def make_both(bodies: dict[str, Any]) -> Callable[[str, str], None]:
    """make_both("agent", "platform_leader"): the first account of a role is given another one too."""
    from luoshi.organisation.models import Grant, Role

    def make(role: str, other: str) -> None:
        first = Grant.objects.filter(role__code=role).order_by("id").first()
        assert first is not None
        extra = Grant(user=first.user, body=first.body, role=Role.objects.get(code=other), since=first.since)
        extra.save()

    return make


class TestTheDraft:
    """What was typed is kept on the server until the call is registered."""

    def test_it_comes_back_on_another_machine_and_for_nobody_else(self, browser_of: Browser) -> None:
        agent = browser_of("agent")
        assert "草稿已存" in agent.post("/console/draft/", HELP).content.decode()
        assert "三天不亮" in browser_of("agent").get("/console/").content.decode()
        assert "三天不亮" not in browser_of("dispatcher").get("/console/").content.decode()

    def test_a_box_that_was_not_ticked_stays_so(self, browser_of: Browser) -> None:
        agent = browser_of("agent")
        agent.post("/console/draft/", HELP)
        form = agent.get("/console/").context["form"]
        assert form["wants_public"].value() is False

    def test_it_is_emptied_when_the_call_is_registered_and_a_late_save_changes_nothing(
        self, browser_of: Browser
    ) -> None:
        agent = browser_of("agent")
        agent.post("/console/draft/", HELP)
        agent.post("/console/", HELP)
        agent.post("/console/draft/", HELP)
        draft = Draft.objects.get()
        assert draft.done and draft.data == {}
        assert "三天不亮" not in agent.get("/console/").content.decode().partition("<form")[2]

    def test_it_can_be_given_up(self, browser_of: Browser) -> None:
        agent = browser_of("agent")
        agent.post("/console/draft/", HELP)
        agent.post("/console/draft/", {**HELP, "drop": "1"})
        assert "三天不亮" not in agent.get("/console/").content.decode()
        assert Request.objects.count() == 0

    def test_what_is_too_long_is_refused_in_words(self, browser_of: Browser) -> None:
        answer = browser_of("agent").post("/console/draft/", {**HELP, "content": "长" * 50000})
        assert answer.status_code == 422 and "草稿太长" in answer.content.decode()

    def test_a_key_that_is_none_is_refused(self, browser_of: Browser) -> None:
        answer = browser_of("agent").post("/console/draft/", {**HELP, "key": "../x"})
        assert answer.status_code == 422 and not Draft.objects.exists()


def test_a_form_sent_twice_is_registered_once(browser_of: Browser) -> None:
    agent = browser_of("agent")
    first, second = agent.post("/console/", HELP), agent.post("/console/", HELP)
    assert first["Location"] == second["Location"]
    assert Request.objects.count() == 1


def test_another_call_from_a_second_window_is_not_lost(browser_of: Browser) -> None:
    agent = browser_of("agent")
    agent.post("/console/", HELP)
    agent.post("/console/", {**HELP, "content": "公交车首末班时间是几点？"})
    assert Request.objects.count() == 2


class TestWithoutJavaScript:
    """The same form with a step for looking up."""

    def test_looking_up_fills_the_panels_and_registers_nothing(
        self, browser_of: Browser, today_request: Callable[..., Request], entry: Any
    ) -> None:
        known = today_request()
        typed = {**HELP, "mobile": "19900007001", "look": "1"}
        page = browser_of("dispatcher").post("/console/", typed).content.decode()
        assert (
            known.matter.number in page and f"/knowledge/entries/{entry.pk}/" in page and "三天不亮" in page
        )
        assert Request.objects.count() == 1

    def test_the_keyboard_reaches_everything_and_goes_on_where_the_answer_stands(
        self, browser_of: Browser, request_in: Callable[..., Request]
    ) -> None:
        known = request_in("in_progress")
        browser = browser_of("dispatcher")
        first = browser.get("/console/").content.decode()
        assert all(f'accesskey="{key}"' in first for key in "wldsr")
        assert first.index('name="look"') < first.index('name="dispatch"')  # what Enter in a line presses
        typed = {**HELP, "content": known.content}
        looked = browser.post("/console/", {**typed, "look": "1"}).content.decode()
        assert looked.count("autofocus") == 1 and 'accesskey="1" autofocus' in looked
        picked = browser.post("/console/", {**typed, "pick": "城管局"})
        assert picked.context["form"]["instruction"].field.widget.attrs["autofocus"]
        assert picked.content.decode().count("autofocus") == 1

    def test_a_suggested_unit_is_taken_over(self, browser_of: Browser) -> None:
        page = browser_of("dispatcher").post("/console/", {**HELP, "pick": "城管局"})
        assert page.context["form"]["unit"].value() == "城管局"


def test_units_are_suggested_with_their_grounds_and_the_due_times_for_each_urgency(
    browser_of: Browser, request_in: Callable[..., Request]
) -> None:
    known = request_in("in_progress")
    page = (
        browser_of("dispatcher").post("/console/units/", {**HELP, "content": known.content}).content.decode()
    )
    body = Dispatch.objects.get().body.short_name
    assert f'data-pick="{body}"' in page and known.matter.title in page
    assert "签收" in page and "办结" in page
    alone = browser_of("agent").post("/console/units/", HELP).content.decode()
    assert "data-pick" not in alone and "签收" in alone


def test_the_default_unit_of_the_category_is_named_as_such_and_not_by_a_percentage(
    browser_of: Browser, platform_leader: Actor, bodies: dict[str, Body]
) -> None:
    now = timezone.now()
    categories.categories_import(rows=[["城乡建设"]], actor=platform_leader, at=now)
    categories.category_defaults(
        category=Category.objects.get(), unit=bodies["zhujian"], entry=None, actor=platform_leader, at=now
    )
    page = browser_of("dispatcher").post("/console/units/", {**HELP, "category": "城乡建设"}).content.decode()
    assert f'data-pick="{bodies["zhujian"].short_name}"' in page
    assert "分类默认" in page and "%" not in page


@pytest.mark.parametrize("part", ["caller", "answers", "units"])
def test_a_panel_asks_as_many_questions_for_five_earlier_requests_as_for_two(
    browser_of: Browser, request_in: Callable[..., Request], part: str
) -> None:
    browser = browser_of("dispatcher")
    typed = {**HELP, "mobile": "19900007001"}

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.post(f"/console/{part}/", typed).status_code == 200
        return len(found)

    for _ in range(2):
        request_in("in_progress")
    asked()
    few = asked()
    for _ in range(3):
        request_in("in_progress")
    assert asked() == few <= MOST_QUERIES
