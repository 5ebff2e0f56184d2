"""Bodies: set up, renamed without becoming another body, closed without losing their history."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event
from luoshi.organisation import services
from luoshi.organisation.models import Body, BodyName, DirectWriteError
from luoshi.organisation.selectors import bodies_assessed, bodies_dispatchable, body_by_name, body_list
from luoshi.organisation.services.journal import body_matter

OLD, NEW, PLATE = "三门峡市城市管理综合执法局", "三门峡市城市管理局", "三门峡市城市综合执法局"
DAY = dt.date(2017, 6, 30)


def create(at, actor=SYSTEM, **changed):
    values = {
        "code": "fangguan",
        "kind": "department",
        "name": "三门峡市房产管理局",
        "jurisdiction": "sanmenxia",
        "since": dt.date(2015, 3, 1),
    }
    return services.body_create(**{**values, **changed}, actor=actor, at=at("2017-10-09 09:00"))


def rename(body, at, **changed):
    values = {"name": "三门峡市住房保障中心", "since": dt.date(2017, 10, 1), "document": "三政〔2017〕99号"}
    return services.body_rename(body=body, **{**values, **changed}, actor=SYSTEM, at=at("2017-10-09 09:00"))


def test_a_new_body_has_its_first_name_a_matter_and_an_event(bodies, at):
    body = create(at, document="三编〔2015〕2号")
    assert [(row.name, row.since, row.until) for row in body.names.all()] == [
        ("三门峡市房产管理局", dt.date(2015, 3, 1), None)
    ]
    matter = body_matter(body)
    assert (matter.number, matter.state, matter.title) == ("fangguan", "active", "三门峡市房产管理局")
    event = Event.objects.get(matter=matter)
    assert event.kind == "organisation.body_created"
    assert event.data["document"] == "三编〔2015〕2号"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "chengguan"}, "code"),
        ({"code": "房管"}, "code"),
        ({"code": "Fang Guan"}, "code"),
        ({"name": "  "}, "name"),
        ({"name": NEW}, "name"),
        ({"kind": "club"}, "kind"),
    ],
)
def test_a_body_is_not_set_up_with(bodies, at, changed, field):
    with pytest.raises(Incomplete) as refusal:
        create(at, **changed)
    assert refusal.value.field == field


def test_a_name_given_up_by_one_body_may_be_borne_by_another(bodies, at):
    assert create(at, name=OLD, since=DAY).name == OLD
    with pytest.raises(Incomplete):
        create(at, code="fangguan2", name=OLD, since=DAY - dt.timedelta(days=1))


def test_only_who_keeps_the_organisation_sets_up_bodies(bodies, actor, at):
    assert create(at, actor("administrator")).pk
    with pytest.raises(NotAllowed):
        create(at, actor("liaison", "chengguan"), code="b", name="乙局")


@pytest.mark.clause("smx-renaming/1", "smx-renaming/3")
def test_a_renamed_bureau_stays_the_same_department_and_bears_each_name_in_its_time(bodies):
    bureau = bodies["chengguan"]
    assert bureau.name == NEW
    assert bureau.kind == Body.Kind.DEPARTMENT
    assert bureau.takes_requests
    assert bureau.name_on(DAY - dt.timedelta(days=1)) == OLD
    assert bureau.name_on(DAY) == NEW
    assert body_by_name(OLD) == body_by_name(NEW) == bureau


def test_names_are_found_by_the_day_on_which_they_were_borne(bodies):
    bureau = bodies["chengguan"]
    assert body_by_name(OLD, day=DAY - dt.timedelta(days=1)) == bureau
    assert body_by_name(OLD, day=DAY) is None
    assert body_by_name(NEW, day=DAY) == bureau
    assert body_by_name(NEW, day=DAY - dt.timedelta(days=1)) is None
    assert body_by_name("没有这个局") is None


@pytest.mark.clause("smx-renaming/2")
def test_an_additional_plate_is_no_further_body_and_not_the_old_name(bodies):
    bureau = bodies["chengguan"]
    assert body_by_name(PLATE) == bureau
    kinds = {row.name: row.kind for row in bureau.names.all()}
    assert (kinds[PLATE], kinds[OLD], kinds[NEW]) == ("plate", "official", "official")
    assert bureau.name_on(DAY) != PLATE
    assert Body.objects.filter(name=PLATE).count() == 0


def test_a_short_form_of_the_past_means_the_same_body(bodies):
    assert body_by_name("市城管执法局") == body_by_name("市城管局") == bodies["chengguan"]


@pytest.mark.clause("smx-renaming/4")
def test_a_change_of_name_rests_on_a_document(bodies, at):
    names = BodyName.objects.filter(body=bodies["chengguan"], name=NEW)
    assert "豫发〔2016〕36号" in names.get().document
    assert "豫编〔2017〕8号" in names.get().document
    with pytest.raises(Incomplete) as refusal:
        rename(bodies["zhujian"], at, document=" ")
    assert refusal.value.field == "document"


def test_a_rename_keeps_the_row_ends_the_old_name_and_is_recorded(bodies, at):
    before = bodies["zhujian"]
    after = rename(before, at)
    assert after.pk == before.pk
    assert after.version == before.version + 1
    old = BodyName.objects.get(body=after, name=before.name)
    assert old.until == dt.date(2017, 10, 1)
    event = body_matter(after).events.last()
    assert event.kind == "organisation.body_renamed"
    assert event.data["from"] == before.name
    assert body_matter(after).title == after.name


@pytest.mark.parametrize(
    ("since", "good"),
    [
        (dt.date(2010, 1, 1), False),  # the day the present name began
        (dt.date(2010, 1, 2), True),
        (dt.date(2017, 10, 9), True),  # the day of entry
        (dt.date(2017, 10, 10), False),
    ],
)
def test_a_rename_takes_effect_after_the_present_name_and_not_in_the_future(bodies, at, since, good):
    if good:
        assert rename(bodies["zhujian"], at, since=since).name == "三门峡市住房保障中心"
    else:
        with pytest.raises(Incomplete) as refusal:
            rename(bodies["zhujian"], at, since=since)
        assert refusal.value.field == "since"


def test_a_body_is_not_renamed_to_the_name_it_has_or_that_another_bears(bodies, at):
    for name in (bodies["zhujian"].name, NEW):
        with pytest.raises(Incomplete) as refusal:
            rename(bodies["zhujian"], at, name=name)
        assert refusal.value.field == "name"


def test_who_works_from_an_old_page_overwrites_nothing(bodies, at):
    seen = bodies["zhujian"].version
    rename(bodies["zhujian"], at, version=seen)
    with pytest.raises(WrongState):
        rename(bodies["zhujian"], at, name="三门峡市丙局", since=dt.date(2017, 10, 2), version=seen)


def test_a_body_has_one_current_official_name_even_past_the_services(bodies):
    with pytest.raises(IntegrityError), transaction.atomic():
        BodyName(body=bodies["zhujian"], name="另一个名称", since=dt.date(2017, 1, 1)).save()


def test_a_plate_needs_its_document_and_is_not_recorded_twice(bodies, at):
    common = {"body": bodies["zhujian"], "kind": "plate", "name": "三门峡市园林办公室", "actor": SYSTEM}
    moment = at("2017-10-09 09:00")
    with pytest.raises(Incomplete) as refusal:
        services.body_name_add(**common, since=DAY, at=moment)
    assert refusal.value.field == "document"
    services.body_name_add(**common, since=DAY, document="三编〔2017〕1号", at=moment)
    with pytest.raises(Incomplete):
        services.body_name_add(
            **common, since=DAY + dt.timedelta(days=5), document="三编〔2017〕1号", at=moment
        )


def test_a_closed_body_keeps_its_history_and_takes_nothing_new(bodies, at):
    body = bodies["reli"]
    moment = at("2017-10-09 09:00")
    closed = services.body_close(
        body=body, until=dt.date(2017, 10, 1), document="三政〔2017〕88号", actor=SYSTEM, at=moment
    )
    assert not closed.active
    assert not closed.posts.filter(until=None).exists()
    assert not closed.grants.filter(until=None).exists()
    assert closed.name_on(dt.date(2017, 9, 30)) == body.name
    assert body_matter(closed).state == "closed"
    assert closed not in bodies_assessed(dt.date(2017, 10, 1))
    assert closed in bodies_assessed(dt.date(2017, 9, 30))
    with pytest.raises(WrongState):
        rename(closed, at)
    with pytest.raises(WrongState):
        services.body_close(body=closed, until=dt.date(2017, 10, 1), document="x", actor=SYSTEM, at=moment)


def test_a_body_with_bodies_below_it_is_not_closed(bodies, at):
    with pytest.raises(WrongState):
        services.body_close(
            body=bodies["group-office"],
            until=dt.date(2017, 10, 1),
            document="x",
            actor=SYSTEM,
            at=at("2017-10-09 09:00"),
        )


def test_the_search_finds_a_body_by_any_name_it_bears_or_bore(bodies):
    for words in (OLD, "城市管理局", "执法", "城管局", "chengguan"):
        assert bodies["chengguan"] in body_list(search=words)
    assert bodies["chengguan"] not in body_list(search="教育")


def test_nobody_writes_past_the_services(bodies):
    for attempt in (
        lambda: Body.objects.create(code="x"),
        lambda: Body.objects.filter(code="reli").update(name="x"),
        lambda: Body.objects.all().delete(),
        lambda: bodies["reli"].names.create(name="x"),
    ):
        with pytest.raises(DirectWriteError):
            attempt()


@pytest.mark.clause("smx-hotline-assessment/2")
def test_counties_committees_departments_enterprises_and_others_are_all_units_assessed(bodies, at):
    units = bodies_assessed(dt.date(2017, 9, 22))
    assert {"county", "committee", "department", "enterprise"} <= set(units.values_list("kind", flat=True))
    assert bodies["shifanqu"] in units
    assert bodies["platform"] not in units
    other = create(at, kind="other", takes_requests=True)
    assert other in bodies_assessed(dt.date(2017, 9, 22))


def test_a_body_becomes_a_unit_when_it_takes_requests(bodies, at):
    office, moment = bodies["zhengfuban"], at("2017-10-09 09:00")
    assert office not in bodies_dispatchable()
    described = {
        "takes_requests": True,
        "handles_onsite": False,
        "area": "urban",
        "actor": SYSTEM,
        "at": moment,
    }
    services.body_update(body=office, **described)
    assert office in bodies_dispatchable()
    assert body_matter(office).events.last().data == {"takes_requests": True}
    count = body_matter(office).events.count()
    services.body_update(body=office, **described)
    assert body_matter(office).events.count() == count
