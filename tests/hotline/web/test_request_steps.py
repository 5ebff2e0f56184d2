"""Each step of a request through its form: what the form sends, what the service did, what is said when it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from luoshi.hotline.models import Request
from luoshi.hotline.views.request_actions import REQUEST_ACTIONS
from luoshi.ledger.models import Matter

Browser = Callable[..., Client]
RequestIn = Callable[..., Request]
GRADES = {
    "contacted": "yes",
    "conduct": "satisfied",
    "result": "basically",
    "opinion": "无",
    "suggestion": "无",
}
ORDER = {"instruction": "请核实", "principle": "competence", "urgency": "routine"}
CASES: dict[str, tuple[str, str, dict[str, Any], str, str]] = {
    # code: (state before, role, form, state after, a field that must be filled)
    "dispatch": (
        "received",
        "dispatcher",
        {"mode": "sole", "unit": "城管", **ORDER},
        "in_progress",
        "instruction",
    ),
    "feed_back": ("concluded", "callback", {"text": "已修好", "told_now": "on"}, "fed_back", "text"),
    "call_back": ("fed_back", "callback", GRADES, "called_back", "result"),
    "call_back_again": ("called_back", "callback", GRADES, "called_back", "opinion"),
    "try_callback": ("fed_back", "callback", {"note": "无人接听"}, "fed_back", ""),
    "publish": (
        "called_back",
        "reviewer",
        {"title": "路灯", "content": "路灯不亮", "reply": "已修好", "confirmed": "on"},
        "called_back",
        "reply",
    ),
    "unpublish": ("published", "reviewer", {"reason": "内容有误"}, "called_back", "reason"),
    "archive": ("called_back", "callback", {}, "archived", ""),
    "classify": ("received", "dispatcher", {"handling": "public"}, "received", "handling"),
    "connect": (
        "received",
        "agent",
        {"kind": "three_way", "unit": "城管", "to": "值班室", "connected": "on"},
        "received",
        "to",
    ),
    "refuse": (
        "received",
        "agent",
        {"code": "8.11", "reason": "不属本市", "told_now": "on"},
        "refused",
        "code",
    ),
    "offer": (
        "returned",
        "dispatcher",
        {"reason": "理由成立", "unsuitable": "涉及多家", "acceptable": "on"},
        "offered",
        "reason",
    ),
    "withdraw_offer": ("offered", "dispatcher", {"reason": "无人领办"}, "received", "reason"),
    "dispatch_more": (
        "in_progress",
        "dispatcher",
        {"mode": "parallel", "unit_1": "教育", "part_1": "校门口", **ORDER},
        "in_progress",
        "instruction",
    ),
    "escalate": (
        "in_progress",
        "platform_leader",
        {"to": "government", "summary": "意见不一"},
        "escalated",
        "summary",
    ),
    "leader_decide": ("escalated", "city_leader", {"decision": "由城管牵头"}, "escalated", "decision"),
    "resume": ("decided", "platform_leader", {}, "in_progress", ""),
    "instruct": (
        "in_progress",
        "platform_leader",
        {"level": "city", "leader": "某市领导", "instruction": "抓紧办理"},
        "in_progress",
        "leader",
    ),
    "set_joint": (
        "in_progress",
        "command_centre",
        {"unit": "城管", "assists": ["住建"], "instruction": "由城管主办"},
        "in_progress",
        "instruction",
    ),
    "note": ("received", "agent", {"note": "来电催问"}, "received", "note"),
}
ELSEWHERE = {"answer", "link", "not_redispatch", "claim", "give_up_callback"}  # each has a test of its own


def test_every_step_of_a_request_is_tried() -> None:
    assert set(CASES) | ELSEWHERE == {action.code for action in REQUEST_ACTIONS}


def filled(data: dict[str, Any], bodies: dict[str, Any]) -> dict[str, Any]:
    """The form with the units' numbers where several are ticked."""
    if "assists" in data:
        return {**data, "assists": [str(bodies["zhujian"].pk)]}
    return data


def state(request: Request) -> str:
    return str(Matter.objects.get(pk=request.pk).state)


@pytest.mark.parametrize("code", CASES)
def test_a_step_is_offered_posted_and_done(
    code: str, request_in: RequestIn, browser_of: Browser, bodies: dict[str, Any]
) -> None:
    before, role, data, after, _ = CASES[code]
    request, browser = request_in(before), browser_of(role)
    url = f"/requests/{request.pk}/"
    assert f"{url}do/{code}/" in browser.get(url).content.decode()
    version = Matter.objects.get(pk=request.pk).version
    answer = browser.post(f"{url}do/{code}/", {**filled(data, bodies), "version": version}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200, page
    assert state(request) == after
    assert "ls-tone-success" in page


@pytest.mark.parametrize("code", [code for code, case in CASES.items() if case[4]])
def test_a_step_that_lacks_something_says_so_at_the_field_and_keeps_what_was_typed(
    code: str, request_in: RequestIn, browser_of: Browser, bodies: dict[str, Any]
) -> None:
    before, role, data, _, needed = CASES[code]
    request, browser = request_in(before), browser_of(role)
    given = {key: value for key, value in filled(data, bodies).items() if key != needed}
    earlier = state(request)
    answer = browser.post(f"/requests/{request.pk}/do/{code}/", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "has-error" in page
    assert state(request) == earlier
    for value in given.values():
        assert isinstance(value, list) or value in page


@pytest.mark.parametrize("code", CASES)
def test_a_step_is_refused_to_whoever_may_not_take_it(
    code: str, request_in: RequestIn, browser_of: Browser, bodies: dict[str, Any]
) -> None:
    before, _, data, _, _ = CASES[code]
    request = request_in(before)
    role = "callback" if code not in {"feed_back", "archive"} and "call" not in code else "dispatcher"
    earlier = state(request)
    answer = browser_of(role).post(f"/requests/{request.pk}/do/{code}/", filled(data, bodies))
    assert answer.status_code == 403
    assert state(request) == earlier


def test_whoever_has_not_seen_the_last_change_is_told_keeps_the_input_and_may_press_again(
    request_in: RequestIn, browser_of: Browser
) -> None:
    request, browser = request_in("received"), browser_of("agent")
    seen = Matter.objects.get(pk=request.pk).version
    url = f"/requests/{request.pk}/do/refuse/"
    browser.post(f"/requests/{request.pk}/do/note/", {"note": "补充"})
    data = {"code": "8.11", "reason": "不属本市管辖", "version": seen}
    stale = browser.post(url, data)
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "已有变动" in page and "不属本市管辖" in page
    version = Matter.objects.get(pk=request.pk).version
    assert f'name="version" value="{version}"' in page
    assert browser.post(url, {**data, "version": version}).status_code == 302


def test_a_step_that_somebody_else_has_taken_is_explained_and_the_text_is_not_lost(
    request_in: RequestIn, browser_of: Browser
) -> None:
    request = request_in("received")
    browser_of("agent").post(f"/requests/{request.pk}/do/refuse/", {"code": "8.11", "reason": "不属本市"})
    late = browser_of("dispatcher").post(
        f"/requests/{request.pk}/do/dispatch/",
        {"mode": "sole", "unit": "城管", **ORDER, "instruction": "到场看看"},
    )
    page = late.content.decode()
    assert late.status_code == 409
    assert "不予受理" in page and "到场看看" in page


def test_an_unknown_step_is_not_found(request_in: RequestIn, browser_of: Browser) -> None:
    assert browser_of("agent").post(f"/requests/{request_in('received').pk}/do/fly/").status_code == 404


def test_a_question_is_answered_from_a_knowledge_entry(
    request_in: RequestIn, browser_of: Browser, entry: Any
) -> None:
    request = request_in("received", kind="consultation")
    url = f"/requests/{request.pk}/do/answer/"
    wrong = browser_of("agent").post(url, {"means": "knowledge", "entry": "999999999", "told_now": "on"})
    assert wrong.status_code == 422 and "has-error" in wrong.content.decode()
    assert (
        browser_of("agent").post(url, {"means": "knowledge", "entry": entry.pk, "told_now": "on"}).status_code
        == 302
    )
    request.refresh_from_db()
    assert state(request) == "answered" and "二十四小时" in request.outcome


def test_a_repeat_is_linked_and_not_dispatched_again(
    request_in: RequestIn, browser_of: Browser, today_request: Callable[..., Request]
) -> None:
    first, again = request_in("in_progress"), today_request()
    page = browser_of("dispatcher").get(f"/requests/{again.pk}/").content.decode()
    assert first.matter.number in page and "疑似重复" in page
    browser = browser_of("dispatcher")
    unknown = browser.post(f"/requests/{again.pk}/do/link/", {"number": "20200101-9999", "kind": "same"})
    assert unknown.status_code == 422
    known = {"number": first.matter.number, "kind": "same"}
    assert browser.post(f"/requests/{again.pk}/do/link/", known).status_code == 302
    reason = {"ground": "in_progress", "reason": "原件正在办理", "told_now": "on"}
    assert browser.post(f"/requests/{again.pk}/do/not_redispatch/", reason).status_code == 302
    assert state(again) == "not_redispatched"


def test_a_unit_claims_from_the_voluntary_list_and_the_second_one_is_told(
    request_in: RequestIn, browser_of: Browser
) -> None:
    request = request_in("offered")
    url = f"/voluntary/{request.pk}/claim/"
    got = browser_of("liaison", "zhujian").post(url, follow=True)
    assert got.status_code == 200 and "已领办" in got.content.decode()
    assert state(request) == "in_progress"
    late = browser_of("liaison", "jiaoyu").post(url)
    assert late.status_code == 409


def test_one_who_cannot_be_reached_is_given_up_after_the_calls_that_the_rule_asks_for(
    request_in: RequestIn, browser_of: Browser
) -> None:
    request, browser = request_in("fed_back"), browser_of("callback")
    url = f"/requests/{request.pk}/do/"
    early = browser.post(f"{url}give_up_callback/", {"note": "联系不上"})
    assert early.status_code in {409, 422}
    for _ in range(5):
        browser.post(f"{url}try_callback/", {"note": "无人接听"})
    assert browser.post(f"{url}give_up_callback/", {"note": "联系不上"}).status_code == 302
    assert state(request) == "called_back"


def test_the_dispatch_form_warns_of_units_that_no_liaison_can_be_told_at(
    request_in: RequestIn, browser_of: Browser, bodies: dict[str, Any]
) -> None:
    from luoshi.organisation.models import Post

    url = f"/requests/{request_in('received').pk}/"
    warning = "收不到短信"
    assert warning not in browser_of("dispatcher").get(url).content.decode()
    for post in Post.objects.filter(body=bodies["jiaoyu"], kind=Post.Kind.LIAISON):
        post.delete()
    page = browser_of("dispatcher").get(url).content.decode()
    assert f"{warning}，派单后请电话告知：{bodies['jiaoyu'].short_name}" in page
