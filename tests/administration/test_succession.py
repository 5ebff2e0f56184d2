"""Bodies merged and split: what is under way goes over with its clocks, what is done stays, nothing is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luoshi.administration import succession
from luoshi.hotline import services as hotline
from luoshi.hotline.models import Category, Dispatch
from luoshi.hotline.selectors.suggestions import suggest_units
from luoshi.hotline.services.categories import category_defaults
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Matter, Obligation, Tally, door
from luoshi.ledger.services import matter_open
from luoshi.ledger.verify import Report, verify
from luoshi.meetings.models import CityMeeting
from luoshi.organisation.models import Body, Grant, Person, Post
from luoshi.organisation.selectors import actor_for
from luoshi.supervision.models import Task
from luoshi.targets.models import TargetMeasure
from tests.hotline.conftest import agent, dispatch_of, dispatcher, request_of
from tests.supervision.conftest import set_task
from tests.targets.conftest import drafted, plan

from .conftest import DAY, MONDAY

__all__ = ["agent", "dispatch_of", "dispatcher", "drafted", "plan", "request_of", "set_task"]
pytestmark = pytest.mark.django_db
LATER = MONDAY + dt.timedelta(hours=3)


@pytest.fixture
def old(bodies):
    return bodies["zhujian"]


@pytest.fixture
def new(bodies):
    return bodies["chengguan"]


def merge(old, new, actor, *, since=DAY, seen="", **given):
    plan = succession.plan_of(old=old, new=new, day=since)
    return succession.merge(
        old=old, new=new, since=since, document="虚政〔2017〕9号", seen=seen or plan.digest, actor=actor, at=LATER,
        version=given.pop("version", old.version), **given,
    )  # fmt: skip


def found_by_verify():
    return [str(one) for one in verify(report=Report())]


def test_a_dispatch_under_way_goes_over_with_its_clocks_and_counts(old, new, keeper, dispatch_of):
    life = dispatch_of("zhujian")
    before = dict(Obligation.objects.filter(matter=life.pk).values_list("rule", "due_at"))
    merge(old, new, keeper)
    life = Dispatch.objects.select_related("matter").get(pk=life.pk)
    assert (life.body, life.matter.body) == (new, new)
    rows = Obligation.objects.filter(matter=life.pk, owner="body")
    assert rows.exists() and {row.body_id for row in rows} == {new.pk}
    assert dict(Obligation.objects.filter(matter=life.pk).values_list("rule", "due_at")) == before
    event = Event.objects.get(matter=life.pk, kind="ledger.handed_over")
    assert (event.data["from"], event.data["to"]) == (old.name, new.name)
    assert not [
        row for row in Tally.objects.filter(body=old, metric__startswith="opened:hotline") if row.count
    ]
    assert found_by_verify() == []


def test_the_successor_s_liaison_signs_what_came_over(old, new, keeper, dispatch_of, actor):
    life = dispatch_of("zhujian")
    merge(old, new, keeper)
    life = Dispatch.objects.select_related("matter").get(pk=life.pk)
    hotline.dispatch_sign(dispatch=life, actor=actor("liaison", "chengguan", at=LATER), at=LATER)
    life.matter.refresh_from_db()
    assert life.matter.state == "signed"
    assert found_by_verify() == []


def test_what_was_finished_stays_under_the_old_name(old, new, keeper, dispatch_of, dispatcher):
    done = dispatch_of("zhujian")
    hotline.dispatch_recall(dispatch=done, reason="重复派单", actor=dispatcher, at=LATER)
    merge(old, new, keeper)
    done = Dispatch.objects.select_related("matter").get(pk=done.pk)
    assert (done.body, done.matter.body) == (old, old)
    assert not Event.objects.filter(matter=done.pk, kind="ledger.handed_over").exists()


def test_people_liaisons_and_grants_go_along_and_leaders_end(old, new, keeper):
    liaison = Post.objects.filter(body=old, kind="liaison", until__isnull=True).first().person
    grant = Grant.objects.filter(body=old, user__person=liaison, until__isnull=True).first()
    merge(old, new, keeper)
    assert Person.objects.get(pk=liaison.pk).body == new
    assert Post.objects.filter(person=liaison, body=new, kind="liaison", since=DAY).exists()
    assert not Post.objects.filter(body=old).exclude(until__lte=DAY).exists()
    assert not Post.objects.filter(body=new, kind="deputy_leader", since=DAY).exists()
    acting = actor_for(user=grant.user, at=LATER)
    assert (acting.body_id, grant.role.code in acting.roles) == (new.pk, True)
    old.refresh_from_db()
    assert (old.active, old.until, old.merged_into) == (False, DAY, new)
    kinds = set(Event.objects.filter(matter__kind="organisation.body").values_list("kind", flat=True))
    assert {"organisation.body_merged", "organisation.duties_taken_over"} <= kinds


def test_a_task_that_the_body_set_or_leads_goes_over_too(old, new, keeper, set_task):
    task = set_task(lead="zhujian")
    merge(old, new, keeper)
    task = Task.objects.select_related("matter").get(pk=task.pk)
    assert task.body == new
    assert found_by_verify() == []


def test_default_units_of_categories_follow(old, new, keeper, tree):
    category_defaults(category=tree["城乡建设"], unit=old, entry=None, actor=keeper, at=MONDAY)
    merge(old, new, keeper)
    assert Category.objects.get(path="城乡建设").unit == new


def test_what_the_successor_has_already_stays_behind_and_is_asked_for_no_more(old, new, keeper, dispatch_of):
    mine = dispatch_of("chengguan", role="lead")  # zhujian assists in the same request
    other = mine.request.dispatches.exclude(pk=mine.pk).get()
    merge(other.body, mine.body, keeper)
    other = Dispatch.objects.select_related("matter").get(pk=other.pk)
    assert other.body != mine.body
    assert not Obligation.objects.filter(matter=other.pk, state__in=["open", "paused"], owner="body").exists()
    assert found_by_verify() == []


def test_requests_like_those_of_the_old_body_are_proposed_to_the_successor(
    old, new, keeper, dispatch_of, dispatcher
):
    done = dispatch_of("zhujian", title="屋面漏水", content="家属院屋面漏水，没有人管。")
    with door():
        Matter.objects.filter(pk=done.pk).update(state="passed", closed_at=LATER)
    merge(old, new, keeper)
    found = suggest_units(title="屋面漏水", content="单元屋面漏水", at=LATER)
    assert [one.body_id for one in found] == [new.pk]


def test_a_merger_is_refused_where_something_would_be_lost(old, new, keeper, bodies, agent):
    with pytest.raises(WrongState, match="工作主体"):
        merge(bodies["platform"], new, keeper)
    with pytest.raises(Incomplete, match="自己"):
        merge(old, old, keeper)
    with pytest.raises(Incomplete, match="未到"):
        merge(old, new, keeper, since=DAY + dt.timedelta(days=1))
    with pytest.raises(WrongState, match="预览之后"):
        merge(old, new, keeper, seen="0" * 64)
    with pytest.raises(NotAllowed):
        merge(old, new, agent)
    assert Body.objects.get(pk=old.pk).active
    merge(old, new, keeper)
    with pytest.raises(WrongState):
        merge(new, Body.objects.get(pk=old.pk), keeper)


def test_part_of_the_duties_goes_and_the_rest_stays(old, new, keeper, dispatch_of):
    going, staying = dispatch_of("zhujian"), dispatch_of("zhujian", title="屋面漏水")
    chosen = {"old": old, "new": new, "matters": [going.pk], "people": []}
    plan = succession.plan_of(**chosen, day=DAY)
    with pytest.raises(Incomplete, match="勾选"):
        succession.split(
            old=old,
            new=new,
            matters=[],
            people=[],
            since=DAY,
            document="分工",
            seen="",
            actor=keeper,
            at=LATER,
        )
    succession.split(**chosen, since=DAY, document="分工通知", seen=plan.digest, actor=keeper, at=LATER)
    assert Dispatch.objects.get(pk=going.pk).body == new
    assert Dispatch.objects.get(pk=staying.pk).body == old
    assert Body.objects.get(pk=old.pk).active
    assert Event.objects.filter(kind="organisation.duties_handed_over").exists()
    assert found_by_verify() == []


def test_the_last_liaison_does_not_go_with_part_of_the_duties(old, new, keeper):
    people = list(Post.objects.filter(body=old, kind="liaison").values_list("person", flat=True))
    chosen = {"old": old, "new": new, "matters": [], "people": people}
    plan = succession.plan_of(**chosen, day=DAY)
    with pytest.raises(WrongState, match="联络员"):
        succession.split(**chosen, since=DAY, document="分工", seen=plan.digest, actor=keeper, at=LATER)


def test_a_merger_is_previewed_and_confirmed_in_the_browser(page, old, new, dispatch_of):
    life = dispatch_of("zhujian")
    browser = page("platform_leader")
    url = f"/administration/bodies/{old.code}/merge/"
    assert "预览" in browser.get(url).content.decode()
    form = {"into": new.pk, "since": DAY.isoformat(), "document": "虚政〔2017〕9号", "version": old.version}
    assert browser.post(url, {**form, "into": ""}).status_code == 422
    shown = browser.post(url, form).content.decode()
    assert life.matter.number in shown and "在办事项" in shown and "确认把" in shown
    assert Body.objects.get(pk=old.pk).active, "a preview changes nothing"
    digest = shown.split('name="seen" value="')[1].split('"')[0]
    stale = browser.post(url, {**form, "seen": "0" * 64, "confirm": "1"})
    assert stale.status_code == 422 and "预览之后又有变动" in stale.content.decode()
    done = browser.post(url, {**form, "seen": digest, "confirm": "1"}, follow=True).content.decode()
    assert f"已并入{new.name}" in done and "并入本机构的" in done
    assert "并入<a" in browser.get(f"/organisation/bodies/{old.code}/").content.decode()
    assert browser.get(url).status_code == 409


def test_a_split_is_chosen_previewed_and_confirmed_in_the_browser(page, old, new, dispatch_of):
    life = dispatch_of("zhujian")
    browser = page("platform_leader")
    url = f"/administration/bodies/{old.code}/split/"
    form = {"into": new.pk, "since": DAY.isoformat(), "document": "分工通知"}
    offered = browser.post(url, form).content.decode()
    assert f'name="matters" value="{life.pk}"' in offered and "确认划给" not in offered
    shown = browser.post(url, {**form, "matters": [life.pk]}).content.decode()
    digest = shown.split('name="seen" value="')[1].split('"')[0]
    done = browser.post(url, {**form, "matters": [life.pk], "seen": digest, "confirm": "1"}, follow=True)
    assert "已划给" in done.content.decode()
    assert Dispatch.objects.get(pk=life.pk).body == new


def test_the_preview_asks_the_same_number_of_questions_however_much_is_under_way(page, old, new, dispatch_of):
    browser = page("platform_leader")
    form = {"into": new.pk, "since": DAY.isoformat(), "document": "虚政〔2017〕9号"}
    asked = []
    for more in (1, 0, 4):  # the first request of a session asks more
        for _ in range(more):
            dispatch_of("zhujian")
        with CaptureQueriesContext(connection) as seen:
            browser.post(f"/administration/bodies/{old.code}/merge/", form)
        asked.append(len(seen))
    assert asked[1] == asked[2] <= 12


def test_who_certifies_and_who_is_invited_are_named_anew(old, new, keeper, plan):
    open_one, done = TargetMeasure.objects.order_by("pk")[:2]
    host = matter_open(
        kind="meetings.city", title="示例会议", body_id=keeper.body_id, actor=keeper, at=MONDAY
    )
    with door():
        TargetMeasure.objects.filter(pk=open_one.pk).update(certifier=old, certified="")
        TargetMeasure.objects.filter(pk=done.pk).update(certifier=old, certified="met")
        meeting = CityMeeting.objects.create(
            matter=host,
            jurisdiction=host.jurisdiction,
            body_id=keeper.body_id,
            sort="work",
            year=2017,
            form="video",
        )
    meeting.members.set([old, new])
    carried = merge(old, new, keeper)
    named = {pk: TargetMeasure.objects.get(pk=pk).certifier for pk in (open_one.pk, done.pk)}
    assert named == {open_one.pk: new, done.pk: old}
    assert list(meeting.members.all()) == [new]
    told = {one.matter.pk for one in carried.going}
    assert {host.pk, open_one.target_id} <= told
    assert Event.objects.filter(matter=host, kind="ledger.handed_over", data__own=False).exists()
    assert found_by_verify() == []
