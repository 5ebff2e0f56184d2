"""The same person, the same issue.

What is suspected, what a person decides, what need not be dispatched again.
"""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from luoshi.hotline import services
from luoshi.hotline import text as texts
from luoshi.hotline.models import Request, RequestLink
from luoshi.hotline.selectors.duplicates import Person, duplicates_of, likeness_between
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Event, Outbox

HOUR = dt.timedelta(hours=1)
OTHER_TEXT = "水管爆裂,水流满了地下车库,请尽快派人抢修。"
SIMILAR = "崤山路中段路灯三天不亮了,晚上走路看不清。"
KEYS = {
    "mobile": "19900007001",
    "phone": "03982812345",
    "email": "yu@example.com",
    "fax": "03982812346",
    "name": "虞听澜",
    "ip": "203.0.113.7",
}

contacts = st.fixed_dictionaries({key: st.sampled_from(["", "a", "b"]) for key in (*KEYS,)})


@given(contacts, contacts)
def test_whether_two_share_a_key_does_not_depend_on_the_order(one, other):
    first, second = Person.of({**one, "name": ""}), Person.of({**other, "name": ""})
    assert first.shared(second) == second.shared(first)


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_likeness_is_symmetric_and_lies_between_nought_and_one(one, other):
    assert likeness_between(one, other) == likeness_between(other, one)
    assert 0.0 <= likeness_between(one, other) <= 1.0


@given(st.text(alphabet="路灯不亮请修理abc123", min_size=1))
def test_a_text_is_wholly_like_itself_whatever_its_blanks_and_marks(text):
    assert texts.similarity(text, f" {text}。\n") == 1.0
    assert texts.digest(text) == texts.digest(f" {text},! ")


@pytest.mark.clause("smx-hotline-ops/14.6.b")
@pytest.mark.parametrize("key", ["mobile", "phone", "email", "fax", "name", "ip"])
def test_any_one_identity_key_and_the_same_content_make_the_same_person_suspected(request_of, monday, key):
    earlier = request_of(contact={key: KEYS[key]})
    request = request_of(contact={key: KEYS[key]}, at=monday + HOUR)
    [found] = duplicates_of(request=request, at=monday + HOUR)
    assert (found.request, found.keys, found.content) == (earlier, (key,), "same")
    assert found.weak == (key in {"name", "ip"})


@pytest.mark.clause("smx-hotline-ops/14.6.b")
def test_without_a_common_key_or_without_common_content_nobody_is_suspected(request_of, monday):
    request_of(contact={"mobile": "19900007001"})
    stranger = request_of(contact={"mobile": "19900007002"})
    other_matter = request_of(contact={"mobile": "19900007001"}, title="水管爆裂", content=OTHER_TEXT)
    assert duplicates_of(request=stranger, at=monday) == []
    assert duplicates_of(request=other_matter, at=monday) == []


@pytest.mark.clause("smx-hotline-ops/14.6.b")
def test_name_or_address_with_a_number_is_strong_evidence(request_of, monday):
    request_of(contact={"name": "虞听澜", "mobile": "19900007001"})
    request = request_of(contact={"name": "虞听澜", "mobile": "19900007001"})
    [found] = duplicates_of(request=request, at=monday)
    assert (set(found.keys), found.weak) == ({"name", "mobile"}, False)
    assert found.key_labels == "姓名、联系手机"


def test_a_number_given_once_as_telephone_and_once_as_mobile_is_the_same(request_of, monday):
    request_of(contact={"phone": "199 0000 7001"})
    request = request_of(contact={"mobile": "+86 19900007001"})
    assert len(duplicates_of(request=request, at=monday)) == 1


def test_names_of_nobody_are_no_evidence(request_of, monday):
    request_of(contact={"name": "匿名"})
    assert duplicates_of(request=request_of(contact={"name": "匿名"}), at=monday) == []


@pytest.mark.clause("smx-hotline-ops/14.6.e")
def test_similar_content_of_the_same_working_day_is_pointed_out(request_of, at):
    earlier = request_of(at=at("2017-10-07 10:00"))  # a day off: counts to Monday 9 October
    request = request_of(content=SIMILAR, at=at("2017-10-09 17:00"))
    [found] = duplicates_of(request=request, at=at("2017-10-09 17:00"))
    assert (found.request, found.content, found.same_day, found.grounds) == (
        earlier,
        "similar",
        True,
        ("same_day",),
    )
    next_day = request_of(content=SIMILAR, at=at("2017-10-10 09:00"))
    assert not any(
        one.same_day
        for one in duplicates_of(request=next_day, at=at("2017-10-10 09:00"))
        if one.request == earlier
    )


def test_repeats_show_while_the_agent_types(request_of, monday):
    earlier = request_of()
    typed = {"contact": {"mobile": "199-0000-7001"}, "title": "", "at": monday}
    assert duplicates_of(content="路", **typed) == []
    [found] = duplicates_of(content="崤山路中段的路灯已经三天不亮", **typed)
    assert found.request == earlier


def test_looking_for_repeats_costs_five_queries_however_many_there_are(request_of, monday):
    for _ in range(2):
        request_of()
    request = request_of()
    request = Request.objects.select_related("matter", "contact").get(pk=request.pk)
    for count in (2, 6):
        with CaptureQueriesContext(connection) as queries:
            assert len(duplicates_of(request=request, at=monday)) == count
        assert len(queries) <= 5
        for _ in range(4):
            request_of()


def test_repeats_are_looked_up_by_the_indexes_of_the_contacts(request_of, monday):
    request = request_of(contact={**KEYS})
    request = Request.objects.select_related("matter", "contact").get(pk=request.pk)
    with connection.cursor() as cursor:
        # The primary key orders as well as they do: which of them the planner takes for a handful of rows
        # is chance, so it goes for the length of this transaction.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE hotline_contact DROP CONSTRAINT hotline_contact_pkey CASCADE")
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as queries:
            duplicates_of(request=request, at=monday)
        cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan
    for key in KEYS:
        assert f"contact_{key}" in plan


def link(request, other, kind, dispatcher, at):
    return services.request_link(request=request, other=other, kind=kind, actor=dispatcher, at=at)


@pytest.fixture
def refuse_again(dispatcher):
    def make(request, ground, at, **more):
        return services.request_not_redispatch(
            request=request, ground=ground, reason="见原件答复", actor=dispatcher, at=at, **more
        )

    return make


def test_a_person_decides_and_may_change_the_decision(request_of, dispatcher, monday):
    first, second = request_of(), request_of(at=monday + HOUR)
    link(second, first, "same", dispatcher, monday + HOUR)
    second.refresh_from_db()
    assert second.same_as_id == first.pk
    assert duplicates_of(request=second, at=monday)[0].link == "same"
    link(second, first, "different", dispatcher, monday + 2 * HOUR)
    second.refresh_from_db()
    assert second.same_as_id is None
    assert RequestLink.objects.get().kind == "different"
    assert Event.objects.filter(matter=second.matter, kind="hotline.linked").count() == 2


def test_repeats_all_count_to_the_first_request(request_of, dispatcher, monday):
    a, b, c = (request_of(at=monday + n * HOUR) for n in range(3))
    link(c, b, "same", dispatcher, monday + 3 * HOUR)
    link(b, a, "same", dispatcher, monday + 3 * HOUR)
    assert set(Request.objects.filter(same_as=a)) == {b, c}


def test_a_request_is_not_linked_to_itself_or_to_a_later_one(request_of, dispatcher, monday):
    a, b = request_of(), request_of(at=monday + HOUR)
    for one, other in ((a, a), (a, b)):
        with pytest.raises(Incomplete):
            link(one, other, "same", dispatcher, monday + HOUR)


def test_the_system_refuses_nothing_by_itself(request_of, dispatch_of, monday):
    request_of()
    repeat = request_of(at=monday + HOUR)
    assert duplicates_of(request=repeat, at=monday + HOUR)[0].grounds == ("same_day",)
    assert dispatch_of(request=repeat, at=monday + 2 * HOUR).matter.state == "sent"


def test_only_what_was_found_to_be_the_same_need_not_be_dispatched(request_of, refuse_again, monday):
    request_of()
    with pytest.raises(Incomplete, match="尚未认定"):
        refuse_again(request_of(), "same_day", monday)


@pytest.mark.clause("smx-hotline-ops/14.6.c")
@pytest.mark.parametrize(("answers", "enough"), [(2, False), (3, True)])
def test_after_three_answers_but_not_after_two_it_need_not_be_dispatched(
    fed_back, request_of, dispatcher, refuse_again, monday, answers, enough
):
    first = fed_back()
    for n in range(1, answers):
        again = fed_back(
            at=monday + n * dt.timedelta(days=1, minutes=5),
            request=request_of(at=monday + dt.timedelta(days=n)),
        )
        link(again, first, "same", dispatcher, monday + dt.timedelta(days=n, hours=4))
    last_at = monday + dt.timedelta(days=4)
    repeat = request_of(at=last_at)
    link(repeat, first, "same", dispatcher, last_at)
    if not enough:
        with pytest.raises(Incomplete, match="只答复过2次") as refused:
            refuse_again(repeat, "answered", last_at)
        assert "第十四条(六)" in refused.value.cite[0]
        assert repeat.matter.state == "received"
        return
    hit = duplicates_of(request=repeat, at=last_at)[0]
    assert (hit.answers, "answered" in hit.grounds) == (3, True)
    refuse_again(repeat, "answered", last_at)
    assert repeat.matter.state == "not_redispatched"
    told = Outbox.objects.get(matter=repeat.matter, key__endswith=":no")
    assert "已答复超过两次" in told.text and told.to == "19900007001"


@pytest.mark.clause("smx-hotline-ops/14.6.c")
def test_a_complaint_after_satisfaction_is_looked_into_before_it_counts_as_a_repeat(
    called_back, fed_back, request_of, dispatcher, refuse_again, monday
):
    first = called_back(result="satisfied")
    later = monday + dt.timedelta(days=1)
    repeat = request_of(at=later)
    link(repeat, first, "same", dispatcher, later)
    with pytest.raises(Incomplete, match="满意后再次投诉"):
        refuse_again(repeat, "same_day", later)
    link(repeat, first, "repeat", dispatcher, later)
    with pytest.raises(Incomplete, match="同一工作日"):
        refuse_again(repeat, "same_day", later)


def test_a_repeat_after_satisfaction_needs_a_satisfied_call_back(
    fed_back, called_back, request_of, dispatcher, monday
):
    later = monday + dt.timedelta(days=1)
    repeat = request_of(at=later)
    with pytest.raises(Incomplete, match="未表示满意"):
        link(repeat, fed_back(), "repeat", dispatcher, later)
    with pytest.raises(Incomplete, match="未表示满意"):
        link(repeat, called_back(result="dissatisfied"), "repeat", dispatcher, later)
    assert link(repeat, called_back(result="basically"), "repeat", dispatcher, later).kind == "repeat"


@pytest.mark.clause("smx-hotline-ops/14.6.d")
def test_while_a_unit_is_at_work_in_its_time_it_need_not_be_dispatched_again(
    dispatch_of, request_of, dispatcher, refuse_again, at
):
    first = dispatch_of()
    due = at("2017-10-16 18:00")
    assert first.matter.obligations.get(rule="hotline.close").due_at == due
    repeat = request_of(at=at("2017-10-12 09:00"))
    link(repeat, first.request, "same", dispatcher, at("2017-10-12 09:00"))
    [hit] = duplicates_of(request=repeat, at=due)
    assert ("in_progress" in hit.grounds, hit.overdue) == (True, False)
    refuse_again(repeat, "in_progress", due)
    assert repeat.matter.state == "not_redispatched"


@pytest.mark.clause("smx-hotline-ops/14.6.d")
def test_when_the_unit_is_late_it_is_urged_instead(dispatch_of, request_of, dispatcher, refuse_again, at):
    first = dispatch_of()
    late = at("2017-10-16 18:01")
    repeat = request_of(at=late)
    link(repeat, first.request, "same", dispatcher, late)
    [hit] = duplicates_of(request=repeat, at=late)
    assert ("in_progress" in hit.grounds, hit.overdue) == (False, True)
    with pytest.raises(Incomplete, match="超过规定时限") as refused:
        refuse_again(repeat, "in_progress", late)
    assert "催办" in refused.value.mend


@pytest.mark.clause("smx-hotline-ops/14.6.d")
def test_when_nobody_is_at_work_on_it_that_is_no_ground(
    fed_back, request_of, dispatcher, refuse_again, monday
):
    later = monday + dt.timedelta(days=1)
    repeat = request_of(at=later)
    link(repeat, fed_back(), "same", dispatcher, later)
    with pytest.raises(Incomplete, match="没有单位正在办理"):
        refuse_again(repeat, "in_progress", later)


@pytest.mark.clause("smx-hotline-ops/14.6.e")
@pytest.mark.parametrize(
    ("second", "content", "holds"),
    [
        ("2017-10-09 23:00", SIMILAR, True),
        ("2017-10-09 23:00", OTHER_TEXT, False),
        ("2017-10-10 00:00", SIMILAR, False),
    ],
)
def test_a_second_one_of_the_same_working_day_with_similar_content_need_not_be_dispatched(
    request_of, dispatcher, refuse_again, at, second, content, holds
):
    first = request_of(at=at("2017-10-08 12:00"))  # Sunday, counts to Monday
    repeat = request_of(
        at=at(second), content=content, title="路灯不亮" if content == SIMILAR else "水管爆裂"
    )
    link(repeat, first, "same", dispatcher, at(second))
    if holds:
        assert refuse_again(repeat, "same_day", at(second)).matter.state == "not_redispatched"
    else:
        with pytest.raises(Incomplete, match="同一工作日"):
            refuse_again(repeat, "same_day", at(second))


@pytest.mark.clause("smx-hotline-ops/14.6.e")
def test_one_that_was_refused_was_not_taken_in(request_of, agent, dispatcher, refuse_again, monday):
    first = request_of()
    services.request_refuse(request=first, code="8.5", actor=agent, at=monday)
    repeat = request_of(at=monday + HOUR)
    link(repeat, first, "same", dispatcher, monday + HOUR)
    with pytest.raises(Incomplete, match="已受理"):
        refuse_again(repeat, "same_day", monday + HOUR)


@pytest.mark.clause("smx-hotline-ops/14.6.f")
def test_what_a_unit_asked_for_in_writing_is_decided_by_the_platform(
    dispatch_of, liaison, dispatcher, refuse_again, monday
):
    dispatch = dispatch_of()
    paper = {"file": io.BytesIO(b"%PDF-1.4 stamped"), "file_name": "意见.pdf"}
    services.dispatch_sign(dispatch=dispatch, actor=liaison, at=monday + HOUR)
    with pytest.raises(Incomplete):
        services.no_redispatch_request(dispatch=dispatch, reason="", actor=liaison, at=monday + HOUR, **paper)
    asked = services.no_redispatch_request(
        dispatch=dispatch, reason="已三次当面答复", actor=liaison, at=monday + HOUR, **paper
    )
    request = Request.objects.select_related("matter", "contact").get(pk=dispatch.request_id)
    with pytest.raises((Incomplete, WrongState)):
        refuse_again(request, "unit", monday + HOUR)
    services.no_redispatch_accept(application=asked, actor=dispatcher, at=monday + 2 * HOUR)
    request = Request.objects.select_related("matter", "contact").get(pk=dispatch.request_id)
    refuse_again(request, "unit", monday + 3 * HOUR)
    assert request.matter.state == "not_redispatched"


def test_an_agent_does_not_decide_that_a_request_is_not_dispatched(request_of, dispatcher, agent, monday):
    first, repeat = request_of(), request_of()
    link(repeat, first, "same", dispatcher, monday)
    with pytest.raises(Exception, match="权限"):
        services.request_not_redispatch(
            request=repeat, ground="same_day", reason="重复", actor=agent, at=monday
        )
