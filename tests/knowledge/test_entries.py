"""Entries: complete when published, kept up by their own body, every version kept."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from luoshi.knowledge import rules, selectors, services
from luoshi.knowledge.models import Correction, Entry, EntryVersion
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import DirectWrite, Event

from .conftest import BASIC, NOW, SCRIPT

LATER = NOW + dt.timedelta(hours=2)
pytestmark = pytest.mark.django_db


def edit(entry, actor=SYSTEM, at=LATER, **changes):
    values = {
        "title": entry.title,
        "question": entry.question,
        "keywords": entry.keywords,
        "content": entry.content,
        **changes,
    }
    return services.entry_edit(entry=entry, actor=actor, at=at, **values)


def events(entry):
    return list(Event.objects.filter(matter_id=entry.pk).order_by("seq").values_list("kind", flat=True))


def test_the_rulebook_asks_for_exactly_five_parts_of_a_basic_entry():
    labels = [field.label for field in rules.fields("basic", NOW) if field.required]
    assert labels == ["服务内容", "办事流程", "所需材料", "办理时限", "服务承诺"]


@pytest.mark.clause("smx-hotline-ops/6.a")
@pytest.mark.parametrize("key", ["question", *BASIC])
def test_an_entry_that_lacks_any_part_of_question_and_answer_is_not_published(new_entry, key):
    lacking = {"question": " "} if key == "question" else {"content": {**BASIC, key: " \n "}}
    with pytest.raises(Incomplete) as refused:
        new_entry(**lacking)
    assert refused.value.field == key
    assert "smx-hotline-ops/6.a" in refused.value.cite
    assert not Entry.objects.exists()


@pytest.mark.clause("smx-hotline-ops/6.a")
def test_a_unit_enters_its_complete_basic_information_and_agents_find_it(new_entry, actor):
    entry = new_entry(body="chengguan", actor=actor("liaison", "chengguan"))
    assert [hit.pk for hit in selectors.entries_search("新生儿参保")] == [entry.pk]
    assert events(entry) == ["knowledge.drafted", "knowledge.published"]


@pytest.mark.parametrize("key", list(SCRIPT))
def test_a_script_needs_its_text_and_its_legal_basis(new_entry, key):
    with pytest.raises(Incomplete) as refused:
        new_entry(form="script", content={**SCRIPT, key: ""})
    assert refused.value.field == key


def test_a_draft_may_lack_parts_and_nobody_finds_it(new_entry):
    draft = new_entry(content={"service": "只写了一半"}, publish=False)
    assert not draft.live
    assert selectors.entries_search("新生儿参保") == []


def test_a_published_entry_cannot_be_made_incomplete(new_entry):
    entry = new_entry()
    with pytest.raises(Incomplete):
        edit(entry, content={**BASIC, "materials": ""})
    entry.refresh_from_db()
    assert entry.content == BASIC and entry.version == 1


def test_parts_that_the_rule_does_not_name_are_left_out(new_entry):
    assert "else" not in new_entry(content={**BASIC, "else": "多余"}).content


@pytest.mark.parametrize(("field", "longest"), [("title", 120), ("question", 300), ("keywords", 200)])
def test_texts_have_a_longest_length(new_entry, field, longest):
    assert len(getattr(new_entry(**{field: "长" * longest}), field)) == longest
    with pytest.raises(Incomplete) as refused:
        new_entry(**{field: "长" * (longest + 1)})
    assert refused.value.field == field


def test_control_characters_and_loose_white_space_are_cleaned(new_entry):
    entry = new_entry(title=" 新生儿\x00 \n 参保 ", content={**BASIC, "process": "一、\r\n二、\x07"})
    assert entry.title == "新生儿 参保"
    assert entry.content["process"] == "一、\n二、"


@pytest.mark.clause("smx-hotline-ops/6.b")
def test_every_edit_keeps_a_version_with_who_and_when_and_moves_the_last_maintenance(new_entry, actor):
    liaison = actor("liaison", "chengguan")
    entry = new_entry(body="chengguan", actor=liaison)
    edited = edit(entry, liaison, content={**BASIC, "time_limit": "两个工作日。"}, note="时限有变")
    versions = list(edited.versions.order_by("number").values_list("number", "by", "at", "note"))
    assert versions == [(1, liaison.name, NOW, ""), (2, liaison.name, LATER, "时限有变")]
    assert edited.versions.get(number=1).content == BASIC
    assert (edited.maintained_at, edited.maintained_by) == (LATER, liaison.name)
    assert edited.review_on == dt.date(2018, 4, 16)
    assert Event.objects.get(matter_id=entry.pk, kind="knowledge.edited").data["changed"] == ["content"]


@pytest.mark.clause("smx-hotline-ops/6.b")
@pytest.mark.parametrize("doing", ["edit", "publish", "review", "withdraw"])
def test_only_the_own_body_and_the_platform_keep_an_entry_up(new_entry, actor, doing):
    stranger, own, platform = (
        actor("liaison", "chengguan"),
        actor("liaison", "jiaoyu"),
        actor("platform_leader"),
    )
    for who, allowed in ((stranger, False), (own, True), (platform, True)):
        entry = new_entry(body="jiaoyu", publish=doing != "publish")
        steps = {
            "edit": lambda e=entry, w=who: edit(e, w, title="新标题"),
            "publish": lambda e=entry, w=who: services.entry_publish(entry=e, actor=w, at=LATER),
            "review": lambda e=entry, w=who: services.entry_review(entry=e, actor=w, at=LATER),
            "withdraw": lambda e=entry, w=who: services.entry_withdraw(
                entry=e, reason="x", actor=w, at=LATER
            ),
        }
        if allowed:
            steps[doing]()
        else:
            with pytest.raises(NotAllowed):
                steps[doing]()


@pytest.mark.parametrize("role", ["agent", "dispatcher", "city_leader", "command_centre"])
def test_who_only_reads_enters_nothing(new_entry, actor, role):
    who = actor(role)
    with pytest.raises(NotAllowed):
        new_entry(actor=who, body="platform")


def test_a_handler_of_the_own_body_does_not_edit(new_entry, actor):
    with pytest.raises(NotAllowed):
        edit(new_entry(body="chengguan"), actor("handler", "chengguan"), title="改")


def test_an_edit_that_changes_nothing_leaves_no_trace(new_entry):
    entry = new_entry()
    edit(entry)
    assert EntryVersion.objects.filter(entry=entry).count() == 1
    assert "knowledge.edited" not in events(entry)


def test_an_edit_of_what_someone_else_changed_meanwhile_is_refused_and_rolled_back(new_entry):
    entry = new_entry()
    seen = entry.matter.version
    entry.matter.refresh_from_db()
    seen = entry.matter.version
    edit(entry, title="先改的", version=seen)
    with pytest.raises(WrongState):
        edit(entry, title="后改的", version=seen)
    entry.refresh_from_db()
    assert entry.title == "先改的"
    assert entry.versions.count() == 2


def test_an_edit_moves_what_is_found(new_entry):
    entry = new_entry()
    edit(
        entry, title="居住证补办", question="居住证丢了怎么补？", content={**BASIC, "service": "补领居住证。"}
    )
    assert [hit.pk for hit in selectors.entries_search("补办居住证")] == [entry.pk]
    assert selectors.entries_search("新生儿") == []
    entry.matter.refresh_from_db()
    assert entry.matter.title == "居住证补办"


def test_a_withdrawn_entry_is_found_no_more_until_it_is_published_again(new_entry):
    entry = new_entry()
    services.entry_withdraw(entry=entry, reason="政策停止执行", actor=SYSTEM, at=LATER)
    assert selectors.entries_search("新生儿") == []
    services.entry_publish(entry=entry, actor=SYSTEM, at=LATER)
    assert len(selectors.entries_search("新生儿")) == 1
    assert EntryVersion.objects.filter(entry=entry).count() == 1


def test_a_withdrawal_needs_a_reason(new_entry):
    with pytest.raises(Incomplete):
        services.entry_withdraw(entry=new_entry(), reason=" ", actor=SYSTEM, at=LATER)


@pytest.mark.parametrize(("day", "waits"), [("2018-04-15", 0), ("2018-04-16", 1)])
def test_six_months_after_the_last_maintenance_an_entry_waits_to_be_looked_at(new_entry, bodies, day, waits):
    entry = new_entry()
    today = dt.date.fromisoformat(day)
    assert selectors.review_count(body_id=entry.body_id, today=today) == waits
    assert selectors.entry_list(body_id=entry.body_id, which="review", today=today).count() == waits
    assert selectors.review_count(body_id=bodies["jiaoyu"].pk, today=today) == 0


def test_a_review_starts_the_reminder_anew_and_keeps_the_version(new_entry, at):
    entry = services.entry_review(entry=new_entry(), actor=SYSTEM, at=at("2018-04-20 10:00"))
    assert entry.review_on == dt.date(2018, 10, 20)
    assert entry.version == 1
    assert events(entry)[-1] == "knowledge.reviewed"


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [("2017-08-31", 6, "2018-02-28"), ("2017-10-16", 6, "2018-04-16"), ("2018-03-31", -1, "2018-02-28")],
)
def test_a_month_that_is_too_short_ends_on_its_last_day(day, months, then):
    assert rules.months_later(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(then)


def test_an_error_costs_the_usual_points_and_is_put_right_by_an_edit(new_entry, actor):
    entry = new_entry(body="jiaoyu")
    found = services.entry_correct(
        entry=entry, what="电话号码已停用", actor=actor("platform_leader"), at=LATER
    )
    assert (found.points, found.body_id, found.version) == (Decimal(1), entry.body_id, 1)
    mended = edit(
        entry, actor("liaison", "jiaoyu"), content={**BASIC, "process": "打新号码。"}, mended=[found.pk]
    )
    found.refresh_from_db()
    assert (found.mended_at, found.mended_version) == (LATER, mended.version)
    assert events(entry)[-2:] == ["knowledge.corrected", "knowledge.edited"]


@pytest.mark.parametrize("points", ["0", "0.5", "5"])
def test_the_points_of_an_error_lie_within_the_rulebooks_bounds(new_entry, points):
    found = services.entry_correct(entry=new_entry(), what="错", actor=SYSTEM, at=NOW, points=Decimal(points))
    assert found.points == Decimal(points)


@pytest.mark.parametrize("points", ["-0.01", "5.01", "1.005", "NaN"])
def test_points_beyond_the_bounds_are_refused(new_entry, points):
    with pytest.raises(Incomplete) as refused:
        services.entry_correct(entry=new_entry(), what="错", actor=SYSTEM, at=NOW, points=Decimal(points))
    assert refused.value.field == "points"
    assert not Correction.objects.exists()


def test_a_unit_cannot_register_errors(new_entry, actor):
    with pytest.raises(NotAllowed):
        services.entry_correct(
            entry=new_entry(body="jiaoyu"), what="错", actor=actor("liaison", "jiaoyu"), at=NOW
        )


def test_an_error_of_another_entry_cannot_be_put_right_here(new_entry):
    found = services.entry_correct(entry=new_entry(), what="错", actor=SYSTEM, at=NOW)
    with pytest.raises(WrongState):
        edit(new_entry(title="另一条"), mended=[found.pk])
    found.refresh_from_db()
    assert found.mended_at is None


def test_tables_are_written_by_services_only(new_entry):
    entry = new_entry()
    for write in (
        lambda: Entry.objects.filter(pk=entry.pk).update(title="x"),
        lambda: entry.versions.all().delete(),
        entry.save,
        lambda: EntryVersion.objects.create(entry=entry, number=9),
    ):
        with pytest.raises(DirectWrite):
            write()


def test_a_closed_body_gets_no_new_entry(new_entry, bodies):
    bodies["jiaoyu"].active = False
    with pytest.raises(WrongState):
        new_entry(body="jiaoyu")


def test_uses_are_counted_by_day_and_in_all(new_entry, actor):
    entry, agent = new_entry(), actor("agent")
    for at in (NOW, LATER, NOW + dt.timedelta(days=1)):
        services.entry_use(entry=entry.pk, actor=agent, at=at)
    assert selectors.use_count(entry.pk) == 3


def test_a_withdrawn_entry_serves_no_answer(new_entry, actor):
    entry = new_entry()
    services.entry_withdraw(entry=entry, reason="过时", actor=SYSTEM, at=NOW)
    with pytest.raises(WrongState):
        services.entry_use(entry=entry, actor=actor("agent"), at=NOW)
    assert selectors.use_count(entry.pk) == 0
