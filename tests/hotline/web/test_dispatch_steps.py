"""Each step of a dispatch through its form: the unit's side and the platform's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from luoshi.hotline import services
from luoshi.hotline.views.dispatch_actions import DISPATCH_ACTIONS
from luoshi.ledger.models import Matter

Browser = Callable[..., Client]
MakeLife = Callable[..., Any]
REPLY = {"handling": "已更换灯具", "problems": "无", "measures": "列入巡查"}
CASES: dict[str, tuple[str, str, dict[str, Any], str, str]] = {
    # code: (state before, role, form, state after, a field that must be filled)
    "sign": ("sent", "liaison", {}, "signed", ""),
    "hand_over": ("signed", "liaison", {"handler": "市政科"}, "handed_over", "handler"),
    "contact": ("handed_over", "liaison", {"note": "已电话联系"}, "handed_over", "note"),
    "report_preliminary": ("handed_over", "liaison", {"opinion": "拟更换"}, "handed_over", "opinion"),
    "draft": ("contacted", "handler", REPLY, "drafted", "measures"),
    "draft_early": ("handed_over", "handler", REPLY, "drafted", "problems"),
    "hand_on": (
        "handed_over",
        "liaison",
        {"handler": "路灯所", "reason": "原承办人出差"},
        "handed_over",
        "reason",
    ),
    "take_back": ("drafted", "handler", {}, "handed_over", ""),
    "submit": ("drafted", "unit_leader", {}, "submitted", ""),
    "send_back": ("drafted", "unit_leader", {"opinion": "写清时间"}, "handed_over", "opinion"),
    "mend": ("mending", "unit_leader", REPLY, "passed", "handling"),
    "report_progress": ("handed_over", "liaison", {"note": "正在施工"}, "handed_over", "note"),
    "request_return": (
        "signed",
        "liaison",
        {"reason": "不属本单位职责", "proposed_body": "住建"},
        "signed",
        "proposed_body",
    ),
    "request_coordination": ("handed_over", "liaison", {"reason": "涉及多家"}, "handed_over", "reason"),
    "pass": ("submitted", "reviewer", {"note": "属实"}, "passed", ""),
    "order_redo": ("submitted", "reviewer", {"reason": "没有写明原因"}, "redo", "reason"),
    "second_assign": ("submitted", "reviewer", {"reason": "敷衍应付"}, "redo", "reason"),
    "urge": ("sent", "platform_leader", {"text": "请尽快签收"}, "sent", "text"),
    "order_mend": ("dissatisfied", "callback", {"reason": "仍有一盏不亮"}, "mending", "reason"),
    "recall": ("sent", "dispatcher", {"reason": "派错单位"}, "recalled", "reason"),
}
ASKED = {
    "accept_return": ("return", "dispatcher", {"opinion": "同意"}),
    "reject_return": ("return", "dispatcher", {"opinion": "属于本单位职责"}),
    "refuse_extension": ("extension", "dispatcher", {"opinion": "理由不足"}),
    "grant_extension": ("extension", "dispatcher", {}),
    "refuse_coordination": ("coordination", "platform_leader", {"opinion": "不需协调"}),
    "approve_coordination": ("coordination", "platform_leader", {"opinion": "同意"}),
    "accept_no_redispatch": ("no_redispatch", "dispatcher", {"opinion": "同意"}),
    "reject_no_redispatch": ("no_redispatch", "dispatcher", {"opinion": "继续办理"}),
    "decline_assist": ("assist", "dispatcher", {"opinion": "不需要"}),
    "add_assist": ("assist", "dispatcher", {"instruction": "请配合"}),
}
ELSEWHERE = {
    "arrive", "answer_supervision", "supervise", "give_contact_person", "county_report", "request_assist",
    "request_extension", "request_no_redispatch", "adopt_report", "decline_report",
}  # fmt: skip


def test_every_step_of_a_dispatch_is_tried() -> None:
    assert set(CASES) | set(ASKED) | ELSEWHERE == {action.code for action in DISPATCH_ACTIONS}


def state(found: Any) -> str:
    return str(Matter.objects.get(pk=found.dispatch.pk).state)


def version(found: Any) -> int:
    return int(Matter.objects.get(pk=found.dispatch.pk).version)


@pytest.fixture
def reach(life: MakeLife) -> MakeLife:
    """reach("contacted"): a dispatch in a state, or a little further."""

    def make(state: str, **changes: Any) -> Any:
        if state == "contacted":
            return life("handed_over", **changes).contact()
        if state == "dissatisfied":
            return life("passed", **changes).dissatisfied()
        return life(state, **changes)

    return make


@pytest.fixture
def login(browser_of: Browser) -> Browser:
    """login("liaison"): the unit's people are those of chengguan."""

    def make(role: str) -> Client:
        return browser_of(role, "chengguan" if role in {"liaison", "handler", "unit_leader"} else None)

    return make


def press(browser: Client, found: Any, code: str, data: dict[str, Any]) -> Any:
    return browser.post(f"/dispatches/{found.dispatch.pk}/do/{code}/", {**data, "version": version(found)})


@pytest.mark.parametrize("code", CASES)
def test_a_step_is_offered_posted_and_done(code: str, reach: MakeLife, login: Browser) -> None:
    before, role, data, after, _ = CASES[code]
    found, browser = reach(before), login(role)
    page = browser.get(f"/dispatches/{found.dispatch.pk}/").content.decode()
    assert f"/do/{code}/" in page
    answer = press(browser, found, code, data)
    assert answer.status_code == 302, answer.content.decode()
    assert state(found) == after
    assert browser.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("code", [code for code, case in CASES.items() if case[4]])
def test_a_step_that_lacks_something_says_so_and_keeps_what_was_typed(
    code: str, reach: MakeLife, login: Browser
) -> None:
    before, role, data, _, needed = CASES[code]
    found, browser = reach(before), login(role)
    earlier = state(found)
    given = {key: value for key, value in data.items() if key != needed}
    answer = press(browser, found, code, given)
    page = answer.content.decode()
    assert answer.status_code == 422 and "has-error" in page
    assert state(found) == earlier
    assert all(value in page for value in given.values())


@pytest.mark.parametrize("code", CASES)
def test_another_units_people_cannot_take_the_step(code: str, reach: MakeLife, browser_of: Browser) -> None:
    before, role, data, _, _ = CASES[code]
    found = reach(before)
    stranger = browser_of(role if role in {"liaison", "handler", "unit_leader"} else "liaison", "zhujian")
    assert press(stranger, found, code, data).status_code == 403


@pytest.fixture
def asked(reach: MakeLife) -> Callable[[str], Any]:
    """asked("return"): a dispatch whose unit waits for the answer to what it asked for."""

    def make(kind: str) -> Any:
        found = reach("handed_over", role="lead" if kind == "assist" else "sole")
        at = found.when(None)
        common: dict[str, Any] = {"dispatch": found.dispatch, "actor": found.by("liaison"), "at": at}
        other = found.dispatch.body.__class__.objects.get(code="jiaoyu")
        if kind == "return":
            services.return_request(reason="不属本单位职责", proposed_body=other, **common)
        elif kind == "extension":
            until = timezone.now() + dt.timedelta(days=9)
            services.extension_request(reason="须开挖", basis="工程验收规范", until=until, **common)
        elif kind == "coordination":
            services.coordination_request(reason="涉及多家", **common)
        elif kind == "assist":
            services.assist_request(reason="需要配合", proposed_bodies=[other], **common)
        else:
            paper = SimpleUploadedFile("盖章件.pdf", b"%PDF-1.4 stamped")
            services.no_redispatch_request(
                reason="多次核实无此事", file=paper, file_name=paper.name, **common
            )
        return found

    return make


@pytest.mark.parametrize("code", ASKED)
def test_what_a_unit_asks_for_is_listed_and_decided(
    code: str, asked: Callable[[str], Any], login: Browser, bodies: dict[str, Any]
) -> None:
    kind, role, data = ASKED[code]
    found, browser = asked(kind), login(role)
    if role == "dispatcher":
        assert found.dispatch.matter.number in browser.get(f"/applications/?kind={kind}").content.decode()
    url = f"/dispatches/{found.dispatch.pk}/"
    assert f"/do/{code}/" in browser.get(url).content.decode()
    if code == "approve_coordination":
        data = {**data, "until": (timezone.localtime() + dt.timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")}
    given = {**data, "bodies": [str(bodies["jiaoyu"].pk)]} if code == "add_assist" else data
    answer = press(browser, found, code, given)
    assert answer.status_code == 302, answer.content.decode()
    page = browser.get(url).content.decode()
    assert f"/do/{code}/" not in page and "待批复</span>" not in page
    unit = login("liaison").get(url)
    assert unit.status_code == 200


def test_a_unit_asks_for_more_time_and_is_told_what_is_missing(reach: MakeLife, login: Browser) -> None:
    found, browser = reach("handed_over"), login("liaison")
    until = (timezone.localtime() + dt.timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    data = {"reason": "须开挖路面", "basis": "工程验收规范", "until": until}
    assert press(browser, found, "request_extension", {**data, "basis": ""}).status_code == 422
    wrong = press(browser, found, "request_extension", {**data, "until": "明天"})
    assert "时间写法不对" in wrong.content.decode()
    assert press(browser, found, "request_extension", data).status_code == 302
    page = browser.get(f"/dispatches/{found.dispatch.pk}/").content.decode()
    assert "已提出延时申请" in page and "/do/request_extension/" not in page


def test_a_unit_asks_for_assisting_units_and_offers_a_person_to_call(
    reach: MakeLife, login: Browser, bodies: dict[str, Any]
) -> None:
    lead, assist = reach("handed_over", role="lead"), reach("handed_over", role="assist")
    browser = login("liaison")
    data = {"reason": "需要配合", "proposed_bodies": [str(bodies["jiaoyu"].pk)]}
    assert press(browser, lead, "request_assist", data).status_code == 302
    contact = {"name": "闻人屿", "phone": "19900007100"}
    assert press(browser, assist, "give_contact_person", {**contact, "phone": ""}).status_code == 422
    assert press(browser, assist, "give_contact_person", contact).status_code == 302


def test_arrival_on_the_spot_is_recorded_once(reach: MakeLife, login: Browser) -> None:
    found, browser = reach("handed_over", onsite=True), login("handler")
    url = f"/dispatches/{found.dispatch.pk}/"
    assert "请到现场核实" in browser.get(url).content.decode()
    assert press(browser, found, "arrive", {"scene": "灯杆完好"}).status_code == 302
    assert "/do/arrive/" not in browser.get(url).content.decode()


def test_a_supervision_notice_is_answered_by_the_unit(reach: MakeLife, login: Browser) -> None:
    found = reach("handed_over")
    until = (timezone.localtime() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    sent = press(login("platform_leader"), found, "supervise", {"text": "限期答复", "until": until})
    assert sent.status_code == 302
    unit = login("liaison")
    assert press(unit, found, "answer_supervision", {"answer": ""}).status_code == 422
    assert press(unit, found, "answer_supervision", {"answer": "已安排"}).status_code == 302
    page = unit.get(f"/dispatches/{found.dispatch.pk}/").content.decode()
    assert "已安排" in page and "/do/answer_supervision/" not in page


@pytest.mark.parametrize(
    ("code", "data"), [("adopt_report", {}), ("decline_report", {"opinion": "属于辖区"})]
)
def test_a_countys_report_is_made_and_decided(
    code: str, data: dict[str, Any], life_of: MakeLife, earlier: dt.datetime, browser_of: Browser
) -> None:
    found = life_of("hubin", at=earlier)
    report = {"reason": "属于市级管理的道路", "suggestion": "请由市城管局办理", "proposed_body": "城管"}
    made = press(browser_of("liaison", "hubin"), found, "county_report", report)
    assert made.status_code == 302, made.content.decode()
    assert press(browser_of("dispatcher"), found, code, data).status_code == 302


def test_a_countys_report_is_adopted_with_units_that_assist_it(
    life_of: MakeLife, earlier: dt.datetime, browser_of: Browser, bodies: dict[str, Any]
) -> None:
    found = life_of("hubin", at=earlier)
    report = {"reason": "须市住建局配合", "suggestion": "请增加协办单位"}
    assert press(browser_of("liaison", "hubin"), found, "county_report", report).status_code == 302
    bare = press(browser_of("dispatcher"), found, "adopt_report", {"bodies": [str(bodies["zhujian"].pk)]})
    assert bare.status_code == 422
    data = {"bodies": [str(bodies["zhujian"].pk)], "instruction": "请配合核实"}
    done = press(browser_of("dispatcher"), found, "adopt_report", data)
    assert done.status_code == 302, done.content.decode()
    roles = found.dispatch.request.dispatches.values_list("body__code", "role")
    assert dict(roles) == {"hubin": "lead", "zhujian": "assist"}


def test_a_written_opinion_needs_its_stamped_paper_which_can_then_be_fetched(
    reach: MakeLife, login: Browser, browser_of: Browser
) -> None:
    found, browser = reach("handed_over"), login("liaison")
    bare = press(browser, found, "request_no_redispatch", {"reason": "多次核实无此事"})
    assert bare.status_code == 422 and "盖章件" in bare.content.decode()
    paper = SimpleUploadedFile("盖章件.pdf", b"%PDF-1.4 stamped")
    data = {"reason": "多次核实无此事", "file": paper}
    assert press(browser, found, "request_no_redispatch", data).status_code == 302
    file = found.dispatch.matter.attachments.get()
    got = login("dispatcher").get(f"/attachments/{file.pk}/")
    assert b"".join(got.streaming_content) == b"%PDF-1.4 stamped"  # type: ignore[attr-defined]
    assert browser_of("liaison", "zhujian").get(f"/attachments/{file.pk}/").status_code == 403


def test_two_who_press_at_the_same_page_act_once_and_the_second_is_told(
    reach: MakeLife, login: Browser
) -> None:
    found = reach("sent")
    seen = {"version": version(found)}
    url = f"/dispatches/{found.dispatch.pk}/do/sign/"
    assert login("liaison").post(url, seen).status_code == 302
    late = login("liaison").post(url, seen)
    assert late.status_code == 409
    assert "ls-toast ls-tone-danger" in late.content.decode()


def test_a_step_that_the_rules_give_to_the_liaison_officer_is_not_offered_to_the_handler(
    reach: MakeLife, login: Browser
) -> None:
    found = reach("sent")
    url = f"/dispatches/{found.dispatch.pk}/"
    assert "/do/sign/" in login("liaison").get(url).content.decode()
    page = login("handler").get(url).content.decode()
    assert "/do/sign/" not in page and "由本单位联络员或分管领导办理" in page
    assert press(login("handler"), found, "sign", {}).status_code == 403


def test_a_reply_approved_meanwhile_does_not_swallow_the_leaders_remark(
    reach: MakeLife, login: Browser
) -> None:
    found = reach("submitted")
    late = login("unit_leader").post(
        f"/dispatches/{found.dispatch.pk}/do/send_back/", {"opinion": "请写清修复时间", "version": 1}
    )
    assert late.status_code == 409
    assert "请写清修复时间" in late.content.decode()
