"""A rule is changed in the browser: drafted, checked, tried on what happened, approved by another, in force from a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luoshi.engines.rulebook import RulebookError
from luoshi.ledger import rules
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event
from luoshi.ledger.states import table_for
from luoshi.rulemaking import selectors, services
from luoshi.rulemaking.models import Change, Edition
from luoshi.rulemaking.states import CHANGE
from luoshi.rulemaking.texts import TextError, leaves, put, read_entry, rule_text, with_start, written

pytestmark = pytest.mark.django_db
SIGN = "hotline.sign_in"


@pytest.fixture(autouse=True)
def look_again():
    """Editions of a test end with it."""
    rules.forget_edition()
    yield
    rules.forget_edition()


@pytest.fixture
def editor(actor):
    return actor("rule_editor")


@pytest.fixture
def approver(actor):
    return actor("secretary_general")


@pytest.fixture
def now(at):
    return at("2017-11-01 09:00")


def begin(editor, now, *, start=dt.date(2017, 12, 1), rule=SIGN) -> Change:
    return services.change_open(
        rule=rules.current().versions(rule)[-1],
        valid_from=start,
        document="示例文件1号",
        reason="试行后调整",
        actor=editor,
        at=now,
    )


def slower(change: Change) -> str:
    """The text with every duration of half an hour made an hour."""
    assert "30 minutes" in change.text
    return change.text.replace("30 minutes", "60 minutes")


def edit(change: Change, text: str, editor, now, **more: Any) -> Change:
    given = {"valid_from": change.valid_from, "document": change.document, "reason": change.reason, **more}
    return services.change_edit(change=change, text=text, actor=editor, at=now, **given)


@pytest.fixture
def approved(editor, approver, now, django_capture_on_commit_callbacks):
    """A change of the time to sign in, approved."""
    change = begin(editor, now)
    edit(change, slower(change), editor, now)
    services.change_submit(change=change, actor=editor, at=now)
    with django_capture_on_commit_callbacks(execute=True):
        services.change_approve(change=change, actor=approver, at=now)
    return change


def urgent(day: dt.date) -> str:
    limit = rules.current().limit(SIGN, day)
    return str(limit.choose({"urgency": "urgent"}).duration)


def test_an_approved_change_holds_from_its_day_and_not_before(approved):
    assert urgent(dt.date(2017, 11, 30)) == "30 minutes"
    assert urgent(dt.date(2017, 12, 1)) == "60 minutes"
    assert [r.valid_until for r in rules.current().versions(SIGN)] == [dt.date(2017, 11, 30), None]
    assert Edition.objects.get().number == 1


def test_the_rulebook_says_that_it_is_another_one(approved):
    assert rules.current().version != rules.book("sanmenxia").version
    assert rules.stamp().endswith(rules.current().version)


def test_a_rule_can_be_changed_again_and_each_edition_stands(
    approved, editor, approver, at, django_capture_on_commit_callbacks
):
    later = at("2017-12-20 09:00")
    change = begin(editor, later, start=dt.date(2018, 1, 1))
    edit(change, change.text.replace("60 minutes", "45 minutes"), editor, later)
    services.change_submit(change=change, actor=editor, at=later)
    with django_capture_on_commit_callbacks(execute=True):
        services.change_approve(change=change, actor=approver, at=later)
    assert [urgent(dt.date(2017, 11, 1)), urgent(dt.date(2017, 12, 31)), urgent(dt.date(2018, 1, 1))] == [
        "30 minutes", "60 minutes", "45 minutes",
    ]  # fmt: skip
    assert list(Edition.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_rules_are_never_changed_backwards(editor, now):
    for day in (dt.date(2017, 10, 31), dt.date(2017, 11, 1)):
        with pytest.raises(Incomplete, match="不溯及既往") as caught:
            begin(editor, now, start=day)
        assert caught.value.field == "valid_from"
    assert begin(editor, now, start=dt.date(2017, 11, 2)).matter.state == "drafting"


def test_a_change_whose_day_has_come_before_approval_is_not_approved(editor, approver, now, at):
    change = begin(editor, now)
    edit(change, slower(change), editor, now)
    services.change_submit(change=change, actor=editor, at=now)
    with pytest.raises(Incomplete, match="不溯及既往"):
        services.change_approve(change=change, actor=approver, at=at("2017-12-01 08:00"))
    assert not Edition.objects.exists()


def test_nobody_approves_what_they_drafted(editor, now):
    import dataclasses

    change = begin(editor, now)
    services.change_submit(change=change, actor=editor, at=now)
    both = dataclasses.replace(editor, permissions=editor.permissions | {"rules.approve"})
    with pytest.raises(NotAllowed, match="本人拟订"):
        services.change_approve(change=change, actor=both, at=now)


def test_who_may_not_draft_or_approve_is_refused(editor, approver, actor, now):
    with pytest.raises(NotAllowed):
        begin(approver, now)
    change = begin(editor, now)
    with pytest.raises(NotAllowed):
        services.change_submit(change=change, actor=approver, at=now)
    services.change_submit(change=change, actor=editor, at=now)
    with pytest.raises(NotAllowed):
        services.change_approve(change=change, actor=editor, at=now)
    with pytest.raises(NotAllowed):
        services.change_send_back(change=change, reason="不妥", actor=actor("vice_mayor"), at=now)


def test_a_text_that_is_no_rule_is_refused_and_nothing_is_kept(editor, now):
    change = begin(editor, now)
    before = change.text
    for text, said in (
        ("title: [", "YAML"),
        ("- a\n- b\n", "一条规则"),
        (before.replace(SIGN, "hotline.other"), "id不能改"),
    ):
        with pytest.raises(Incomplete, match=said) as caught:
            edit(change, text, editor, now)
        assert caught.value.field == "text"
    assert Change.objects.get(pk=change.pk).text == before


def test_a_rule_that_the_rulebook_would_refuse_is_not_submitted_and_the_problem_is_told(editor, now):
    change = begin(editor, now)
    edit(change, change.text.replace("30 minutes", "30 fortnights"), editor, now)
    _, problems = selectors.checked(change)
    assert problems and "fortnights" in problems[0].message
    with pytest.raises(Incomplete, match="问题"):
        services.change_submit(change=change, actor=editor, at=now)
    assert Change.objects.get(pk=change.pk).matter.state == "drafting"


@pytest.mark.parametrize("state", list(table_for(CHANGE).labels))
@pytest.mark.parametrize("action", ["edit", "submit", "send_back", "approve", "withdraw"])
def test_each_step_is_possible_just_where_the_table_says(state, action, editor, approver, now):
    table = table_for(CHANGE)
    allowed = table.edge(state, action) is not None
    change = _in_state(state, editor, approver, now)
    common = {"change": change, "at": now}
    steps = {
        "edit": lambda: edit(change, slower(change), editor, now),
        "submit": lambda: services.change_submit(actor=editor, **common),
        "send_back": lambda: services.change_send_back(reason="请改", actor=approver, **common),
        "approve": lambda: services.change_approve(actor=approver, **common),
        "withdraw": lambda: services.change_withdraw(actor=editor, **common),
        "take_back": lambda: services.change_take_back(reason="写错了", actor=approver, **common),
    }
    events = Event.objects.filter(matter=change.matter).count()
    if allowed:
        steps[action]()
        assert Event.objects.filter(matter=change.matter).count() == events + 1
    else:
        with pytest.raises((WrongState, Incomplete)):
            steps[action]()
        assert Event.objects.filter(matter=change.matter).count() == events


def _in_state(state, editor, approver, now) -> Change:
    change = begin(editor, now)
    if state in ("submitted", "in_force", "taken_back"):
        services.change_submit(change=change, actor=editor, at=now)
    if state in ("in_force", "taken_back"):
        services.change_approve(change=change, actor=approver, at=now)
    if state == "taken_back":
        services.change_take_back(change=change, reason="写错了", actor=approver, at=now)
    if state == "withdrawn":
        services.change_withdraw(change=change, actor=editor, at=now)
    return Change.objects.select_related("matter").get(pk=change.pk)


def test_what_the_change_would_have_meant_is_counted_on_real_duties(editor, now, at, owe):
    late = {"state": "late", "due_at": at("2017-09-30 11:50"), "breached_at": at("2017-09-30 11:50")}
    owe("chengguan", title="次日下午签收", met_at=at("2017-09-30 15:00"), **late)
    owe("chengguan", title="节后签收", met_at=at("2017-10-09 09:00"), **late)
    change = begin(editor, now)
    assert "4 working hours" in change.text
    edit(change, change.text.replace("4 working hours", "8 working hours"), editor, now)
    book, problems = selectors.checked(change)
    assert book is not None and not problems
    trial = selectors.tried(change, book, since=at("2017-09-01 00:00"), until=now, now=now)
    assert trial is not None
    assert (trial.counted, trial.moved, trial.late_before, trial.late_after) == (2, 2, 2, 1)
    assert trial.examples[0].obligation.matter.title == "次日下午签收"


def test_a_change_that_begins_before_a_version_it_would_end_is_refused():
    shipped = rules.files()
    kind, text = rule_text(rules.current().versions(SIGN)[-1], shipped)
    from luoshi.rulemaking.texts import file_of

    path, body = file_of(1, kind, with_start(text, dt.date(2000, 1, 1)))
    with pytest.raises(RulebookError, match="begins on 2000-01-01"):
        rules.compiled({**shipped, path: body})


def test_the_values_of_every_rule_of_the_rulebook_can_be_listed_and_written_back():
    files = rules.files()
    for rule in rules.current().rules():
        if rule.kind in ("scheme", "round"):
            continue
        _, text = rule_text(rule, files)
        entry = read_entry(text)
        for path, value in list(leaves(entry)):
            put(entry, path, value)
        assert read_entry(written(entry)) == read_entry(text)


def test_text_that_is_not_yaml_says_where():
    with pytest.raises(TextError, match="第3行"):
        read_entry("id: a\ntitle: [b\nc: d: e")


def rules_client(name: str) -> Client:
    from luoshi.organisation.models import User

    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def test_the_whole_way_in_the_browser(bodies):
    drafting, approving = rules_client("rules"), rules_client("secretary")
    soon = (timezone.localdate() + dt.timedelta(days=3)).isoformat()
    said = {"valid_from": soon, "document": "示例文件2号", "reason": "试行后调整"}
    assert "拟订修改" in drafting.get(f"/rules/{SIGN}/").content.decode()
    assert "拟订修改" not in approving.get(f"/rules/{SIGN}/").content.decode()
    drafting.post(f"/rules/{SIGN}/change/", said)
    change = Change.objects.get()
    page = drafting.get(f"/rules/changes/{change.pk}/edit/")
    form = page.context["form"]
    values = {
        name: field.initial for name, field in form.fields.items() if field.initial not in (None, [])
    } | said
    sent: dict[str, Any] = {}
    for name, value in values.items():
        if name.endswith(".is"):
            amount, unit = str(value).split(" ", 1)
            sent[f"{name}_0"], sent[f"{name}_1"] = (
                (60 if value == "30 minutes" else amount),
                unit.replace(" ", "_"),
            )
        else:
            sent[name] = value
    answer = drafting.post(f"/rules/changes/{change.pk}/edit/", {**sent, "version": change.matter.version})
    assert answer.status_code == 302, answer.context["form"].errors
    shown = drafting.get(f"/rules/changes/{change.pk}/", {"try": 1}).content.decode()
    assert "60分钟" in shown and "30分钟" in shown and "看过的应办事项" in shown
    drafting.post(f"/rules/changes/{change.pk}/submit/", {})
    assert drafting.post(f"/rules/changes/{change.pk}/approve/", {}).status_code == 403
    approving.post(f"/rules/changes/{change.pk}/send_back/", {"reason": "请写全"})
    drafting.post(f"/rules/changes/{change.pk}/submit/", {})
    approving.post(f"/rules/changes/{change.pk}/approve/", {})
    rules.forget_edition()
    change.refresh_from_db()
    assert change.matter.state == "in_force"
    assert urgent(dt.date.fromisoformat(soon)) == "60 minutes"
    assert "已批准" in drafting.get("/rules/changes/").content.decode()


def test_a_day_that_is_not_later_is_said_at_its_field(bodies):
    client = rules_client("rules")
    answer = client.post(
        f"/rules/{SIGN}/change/", {"valid_from": "2017-01-01", "document": "甲", "reason": "乙"}
    )
    assert answer.status_code == 422
    assert "不溯及既往" in str(answer.context["form"].errors["valid_from"])


def test_two_who_edit_at_once_do_not_overwrite_each_other(bodies):
    client = rules_client("rules")
    soon = (timezone.localdate() + dt.timedelta(days=3)).isoformat()
    said = {"valid_from": soon, "document": "示例文件2号", "reason": "试行后调整"}
    client.post(f"/rules/{SIGN}/change/", said)
    change = Change.objects.get()
    address, text = f"/rules/changes/{change.pk}/edit/?as=text", change.text
    assert client.post(address, {**said, "text": text, "version": 1}).status_code == 302
    again = client.post(address, {**said, "text": text, "version": 1})
    assert again.status_code in (409, 422)
