"""Working time of one body: drafted by form, approved by another, its open duties moved, undone before it holds."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from luoshi.engines.worktime import Hours
from luoshi.ledger import rules
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.ledger.models import Obligation
from luoshi.ledger.selectors import obligation_explain
from luoshi.ledger.services import matter_hand_over
from luoshi.ledger.services.owing import forget_tree
from luoshi.ledger.verify import Report, verify
from luoshi.organisation.pagekit import today
from luoshi.rulemaking import selectors, services
from luoshi.rulemaking.models import Change, Edition
from tests.hotline.conftest import agent, dispatch_of, dispatcher, request_of

__all__ = ["agent", "dispatch_of", "dispatcher", "request_of"]
pytestmark = pytest.mark.django_db
PAPER = {"document": "虚政〔2026〕9号", "reason": "窗口周六开放"}
SIGN = "hotline.sign_in"


@pytest.fixture(autouse=True)
def look_again():
    """Editions and the tree of bodies of a test end with it."""
    for _ in range(2):
        rules.forget_edition()
        rules._changed.cache_clear()
        forget_tree()
        if _ == 0:
            yield


def form(**changes):
    """Day and night from tomorrow on, as the form sends it."""
    begins = (today() + dt.timedelta(days=1)).isoformat()
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    given = {
        "weekdays": days,
        "holidays": "on",
        "time0_0": "0:00",
        "time1_0": "24:00",
        "valid_from": begins,
        **PAPER,
    }
    return {**given, **changes}


@pytest.fixture
def approved(page, actor, django_capture_on_commit_callbacks):
    """approved("chengguan", …): working time of a body, drafted on its page and approved."""

    def make(code, **changes):
        answer = page("rule_editor").post(reverse("own-hours-change", args=[code]), form(**changes))
        assert answer.status_code == 302, answer.content.decode()
        change, now = Change.objects.latest("pk"), timezone.now()
        services.change_submit(change=change, actor=actor("rule_editor"), at=now)
        with django_capture_on_commit_callbacks(execute=True):
            services.change_approve(change=change, actor=actor("secretary_general"), at=now)
        return change

    return make


@pytest.fixture
def signing(dispatch_of):
    """signing("chengguan"): the duty to sign in of a dispatch made at the city's closing time today."""

    def make(code):
        late = dt.datetime.combine(today(), dt.time(23, 30), rules.current().worktime.tz)
        return Obligation.objects.get(matter=dispatch_of(code, at=late).pk, rule=SIGN)

    return make


def differences():
    return [str(one) for one in verify(report=Report())]


def test_open_duties_move_with_their_bodys_hours_and_back_when_it_is_taken_back(
    page, actor, bodies, signing, approved, django_capture_on_commit_callbacks
):
    mine, other = signing("chengguan"), signing("zhujian")
    before = mine.due_at
    change = approved("chengguan")
    shown = page("rule_editor").get(reverse("own-hours", args=["chengguan"])).content.decode()
    assert "未施行" in shown and "全市作息时间" in shown
    assert len(services.recount_pending(now=timezone.now())) == 1
    mine.refresh_from_db()
    midnight = dt.datetime.combine(change.valid_from, dt.time(), rules.current().worktime.tz)
    assert mine.due_at == midnight + dt.timedelta(hours=4) < before
    assert Obligation.objects.get(pk=other.pk).due_at == other.due_at
    said = [step.note for step in obligation_explain(mine).steps if step.kind == "hours"]
    assert said and bodies["chengguan"].short_name in said[0]
    assert differences() == []
    with pytest.raises(NotAllowed):
        services.change_take_back(change=change, reason="写错", actor=actor("rule_editor"), at=timezone.now())
    client = page("secretary_general")
    assert "施行前收回" in client.get(reverse("rule-change", args=[change.pk])).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("rule-change-act", args=[change.pk, "take_back"]), {"reason": "依据文件缓发"})
    change.matter.refresh_from_db()
    assert change.matter.state == "taken_back"
    assert list(Edition.objects.order_by("number").values_list("undoes", flat=True)) == [False, True]
    assert not rules.current().own_hours
    assert len(services.recount_pending(now=timezone.now())) == 1
    assert services.recount_pending(now=timezone.now()) == []
    mine.refresh_from_db()
    assert mine.due_at == before
    assert differences() == []


def test_what_holds_already_is_not_taken_back(approved, actor):
    change = approved("chengguan")
    later = timezone.now() + dt.timedelta(days=2)
    with pytest.raises(WrongState, match="已经施行"):
        services.change_take_back(change=change, reason="晚了", actor=actor("secretary_general"), at=later)


def test_a_body_below_follows_and_the_preview_lists_what_would_move(page, bodies, signing, approved, actor):
    county, duty = bodies["chengguan"], signing("zhujian")
    bodies["zhujian"].parent = county
    bodies["zhujian"].save()
    forget_tree()
    change = approved("chengguan")
    shown = page("rule_editor").get(reverse("own-hours", args=["zhujian"])).content.decode()
    assert "全市作息时间" in shown  # not before its day
    found = selectors.effect(rules.current(), now=timezone.now(), body="chengguan")
    assert duty.pk in [one.obligation.pk for one in found.moved]
    assert selectors.effect(rules.current(), now=timezone.now(), body="shenjiju").moved == ()
    services.recount_pending(now=timezone.now())
    assert Obligation.objects.get(pk=duty.pk).due_at < duty.due_at
    listed = page("rule_editor").get(reverse("worktime-effect", args=[change.pk]))
    assert listed.status_code == 200
    assert differences() == []


def test_a_matter_handed_over_runs_on_by_the_hours_of_its_new_body(bodies, signing, approved, actor):
    duty, mine = signing("zhujian"), signing("chengguan")
    approved("chengguan")
    services.recount_pending(now=timezone.now())
    for row, to in ((duty, "chengguan"), (mine, "zhujian")):
        matter_hand_over(
            matter=row.matter_id, to_body=bodies[to].pk, to_name=to, from_name="原单位", document="虚政〔2026〕8号",
            actor=actor("platform_leader"), at=timezone.now(),
        )  # fmt: skip
    fresh = Obligation.objects.in_bulk([duty.pk, mine.pk])
    assert fresh[duty.pk].due_at < duty.due_at
    assert fresh[mine.pk].due_at == mine.due_at
    assert differences() == []


def test_a_body_goes_back_to_the_hours_above_it(page, approved):
    first = approved("chengguan")
    begins = (first.valid_from + dt.timedelta(days=30)).isoformat()
    approved("chengguan", follows="on", valid_from=begins)
    worktime = rules.current().worktime_of(["chengguan"])
    assert worktime.own_on(first.valid_from + dt.timedelta(days=29)) is not None
    assert worktime.own_on(first.valid_from + dt.timedelta(days=30)) is None
    shown = page("rule_editor").get(reverse("own-hours-list")).content.decode()
    assert "已恢复随上级" in shown or "未施行" in shown


def test_a_night_shift_is_cut_at_midnight(page, approved):
    approved("chengguan", time0_0="20:00", time1_0="8:00", weekdays=["mon", "tue"], holidays="")
    [own] = rules.current().own_hours["chengguan"]
    assert own.rows[0].spans == ((0, 28800), (72000, 86400))
    assert own.weekdays == {0, 1} and not own.holidays


SUMMER = {"season0_0": "6-1", "season1_0": "9-30", "time0_0_0": "8:00", "time1_0_0": "12:00"}
WINTER = {"season0_1": "12月1日", "season1_1": "2-28", "time0_0_1": "8:30", "time1_0_1": "17:00"}


def test_hours_by_season_hold_in_their_season_and_stand_in_the_form_again(page, approved):
    approved("chengguan", **SUMMER, **WINTER, time1_0="18:00", time0_0="8:00")
    worktime, year = rules.current().worktime_of(["chengguan"]), today().year + 1
    for day, spans in (
        (dt.date(year, 5, 31), ((28800, 64800),)),
        (dt.date(year, 6, 1), ((28800, 43200),)),
        (dt.date(year, 9, 30), ((28800, 43200),)),
        (dt.date(year, 10, 1), ((28800, 64800),)),
        (dt.date(year, 12, 1), ((30600, 61200),)),
        (dt.date(year + 1, 2, 28), ((30600, 61200),)),
        (dt.date(year + 1, 3, 1), ((28800, 64800),)),
    ):
        assert worktime.own_on(day).spans_on(day) == spans, day
    client = page("rule_editor")
    listed = client.get(reverse("own-hours-list")).content.decode()
    assert "6月1日至9月30日8:00至12:00；12月1日至2月28日8:30至17:00；其余时间8:00至18:00" in listed
    form = client.get(reverse("own-hours-change", args=["chengguan"])).context["form"]
    begun = {name: form[name].value() for name in (*SUMMER, *WINTER, "season0_2")}
    assert begun == {
        "season0_0": "6-1", "season1_0": "9-30", "time0_0_0": "08:00", "time1_0_0": "12:00",
        "season0_1": "12-1", "season1_1": "2-28", "time0_0_1": "08:30", "time1_0_1": "17:00", "season0_2": "",
    }  # fmt: skip
    assert form.by_season


def test_the_form_begins_with_the_citys_seasons(page, bodies, monkeypatch):
    city = [{"spans": ["08:00-12:00"], "season": "06-01/09-30"}, {"spans": ["08:30-12:00"]}]
    monkeypatch.setattr("luoshi.administration.views.own_hours.newest_rows", lambda: Hours.parse(city).rows)
    form = page("rule_editor").get(reverse("own-hours-change", args=["chengguan"])).context["form"]
    assert (form["season0_0"].value(), form["time1_0_0"].value()) == ("6-1", "12:00")
    assert form["time0_0"].value() == "08:30"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({**SUMMER, "season1_0": ""}, "请写成 6-1 的样子"),
        ({**SUMMER, "season0_0": "2-30"}, "请写成 6-1 的样子"),
        ({**SUMMER, "time0_0_0": "", "time1_0_0": ""}, "请填写这个季节的上班时间"),
        ({**SUMMER, **WINTER, "season1_1": "6-1"}, "与前面的季节重叠"),
        ({**SUMMER, "time0_1_0": "11:00", "time1_1_0": "15:00"}, "有重叠"),
        ({"time0_0": "8点"}, "请写成 8:00 的样子"),
        ({"time1_0": "24:30"}, "请写成 8:00 的样子"),
        ({"time1_0": "0:00"}, "起止时间相同"),
        ({"time0_1": "9:00", "time1_1": "10:00"}, "有重叠"),
        ({"time0_0": "", "time1_0": ""}, "请填写上班时间"),
        ({"weekdays": []}, "请勾选上班的日子"),
        ({"valid_from": "2020-01-01"}, "不溯及既往"),
    ],
)
def test_hours_that_cannot_be_are_refused_at_their_field_and_kept(page, bodies, changes, said):
    answer = page("rule_editor").post(reverse("own-hours-change", args=["chengguan"]), form(**changes))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text and PAPER["reason"] in text
    assert not Change.objects.exists()


def test_the_list_is_empty_at_first_and_leads_to_the_body_that_is_chosen(page, bodies):
    client = page("platform_leader")
    assert "没有单位单独规定作息" in client.get(reverse("own-hours-list")).content.decode()
    there = client.get(reverse("own-hours-list"), {"body": "chengguan"})
    assert there.url == reverse("own-hours", args=["chengguan"])
    assert client.get(reverse("own-hours-change", args=["chengguan"])).status_code == 403
    assert client.get(reverse("own-hours", args=["nobody"])).status_code == 404
