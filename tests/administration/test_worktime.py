"""Working calendar and working hours: entered by form, checked, approved by another, held by the one engine."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from luoshi.administration.months import months, stretches
from luoshi.engines.rulebook import RulebookError, parse
from luoshi.engines.worktime import Calendar
from luoshi.ledger import rules
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.models import door
from luoshi.organisation.pagekit import today
from luoshi.rulebooks import calendars, read
from luoshi.rulemaking import selectors, services
from luoshi.rulemaking.models import Change
from luoshi.rulemaking.states import CHANGE

PAPER = {"document": "国办发明电〔示例〕1号", "reason": "录入放假安排"}


@pytest.fixture(autouse=True)
def look_again():
    """Editions of a test end with it; the next test's first edition is another one."""
    rules.forget_edition()
    rules._changed.cache_clear()
    yield
    rules.forget_edition()
    rules._changed.cache_clear()


@pytest.fixture
def year():
    """The first year whose holidays are not announced."""
    return max(rules.current().calendar.sources) + 1


def weekend(year: int, month: int) -> dt.date:
    """The first Saturday of a month."""
    day = dt.date(year, month, 1)
    return day + dt.timedelta(days=(5 - day.weekday()) % 7)


def notice(year: int, **changes: str) -> dict[str, str]:
    """A year's notice as the form sends it."""
    makeup = weekend(year, 2)
    return {
        "name_0": "元旦", "first_0": f"{year}-01-01", "last_0": f"{year}-01-03", "work_0": "",
        "name_1": "春节", "first_1": f"{year}-03-01", "last_1": f"{year}-03-07", "work_1": f"{makeup.month}-{makeup.day}",
        "valid_from": (today() + dt.timedelta(days=1)).isoformat(), **PAPER, **changes,
    }  # fmt: skip


def approve(change: Change, actor, capture) -> None:
    now = timezone.now()
    services.change_submit(change=change, actor=actor("rule_editor"), at=now)
    with capture(execute=True):
        services.change_approve(change=change, actor=actor("secretary_general"), at=now)


@pytest.mark.django_db
def test_a_years_notice_counts_once_another_has_approved_it(
    page, actor, year, django_capture_on_commit_callbacks
):
    client = page("rule_editor")
    assert "暂定" in client.get(reverse("calendar"), {"year": year}).content.decode()
    client.post(reverse("calendar-change", args=[year]), notice(year))
    change = Change.objects.get()
    assert change.matter.kind == CHANGE
    assert year not in rules.current().calendar.sources
    shown = client.get(reverse("worktime-effect", args=[change.pk]))
    assert shown.status_code == 200
    assert "月历" in client.get(reverse("rule-change", args=[change.pk])).content.decode()
    approve(change, actor, django_capture_on_commit_callbacks)
    found = rules.current().calendar
    assert found.sources[year] == (PAPER["document"],)
    assert not found.is_working(dt.date(year, 3, 3))
    assert found.day(weekend(year, 2)).kind == "makeup"
    assert found.day(dt.date(year, 3, 1)).name == "春节"
    assert rules.current().worktime.known_until.year in (year, year + 1)
    listed = client.get(reverse("calendar"), {"year": year}).content.decode()
    assert "还没有录入" not in listed
    assert PAPER["document"] in listed


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last_1": "{year}-02-01"}, "末日早于首日"),
        ({"first_1": "{year}-01-02"}, "重叠"),
        ({"work_1": "13-40"}, "不是日期"),
        ({"work_1": "{weekday}"}, "是工作日"),
        ({"first_0": "{before}-12-31"}, "跨年的写在各自年份"),
        ({"name_1": ""}, "请填写节日名称"),
        ({"document": ""}, "依据文件"),
        ({"valid_from": "2017-01-01"}, "不溯及既往"),
    ],
)
def test_a_notice_that_cannot_be_is_refused_at_its_field(page, year, changes, said):
    monday = weekend(year, 2) + dt.timedelta(days=2)
    words = {"year": year, "before": year - 1, "weekday": f"{monday.month}-{monday.day}"}
    data = notice(year, **{key: value.format(**words) for key, value in changes.items()})
    answer = page("rule_editor").post(reverse("calendar-change", args=[year]), data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Change.objects.exists()


@pytest.mark.django_db
def test_a_notice_is_previewed_as_a_grid_without_being_drafted(page, year):
    answer = page("rule_editor").post(
        reverse("calendar-change", args=[year]), {**notice(year, document="", reason=""), "preview": "1"}
    )
    said = answer.content.decode()
    assert "预览，还没有保存" in said
    assert "1月1日放假（元旦）" in said
    assert not Change.objects.exists()


@pytest.mark.django_db
def test_days_that_are_past_stay_as_they_were_counted(actor, page):
    book, now = rules.current(), timezone.now()
    year = today().year
    if year not in book.calendar.sources:
        pytest.skip("the calendar of this year is not shipped yet")
    entry = {
        "id": f"worktime.holidays_{year}",
        "year": year,
        "source": "示例",
        "holidays": [{"name": "某日", "rest": [f"{year}-12-31"]}],
    }
    with pytest.raises(Incomplete, match="施行日期之前"):
        services.worktime_draft(
            kind="holidays", entry=entry, title="放假安排", valid_from=dt.date(year, 12, 30), actor=actor("rule_editor"),
            at=now, **PAPER,
        )  # fmt: skip
    assert not Change.objects.exists()


@pytest.mark.django_db
def test_working_hours_by_season_hold_from_their_day(page, actor, django_capture_on_commit_callbacks):
    client, begins = page("rule_editor"), today() + dt.timedelta(days=1)
    data = {
        "season0_0": "6-1", "season1_0": "9-30", "span0_0": "8:00", "span1_0": "12:00", "span2_0": "15:00", "span3_0": "18:00",
        "span0_base": "8:30", "span1_base": "12:00", "span2_base": "14:00", "span3_base": "17:30",
        "valid_from": begins.isoformat(), **PAPER,
    }  # fmt: skip
    client.post(reverse("hours-change"), data)
    change = Change.objects.get()
    assert client.get(reverse("worktime-effect", args=[change.pk])).status_code == 200
    before = rules.current().hours.spans_on(today())
    approve(change, actor, django_capture_on_commit_callbacks)
    hours = rules.current().hours
    assert hours.spans_on(today()) == before
    assert hours.spans_on(dt.date(begins.year + 1, 7, 1)) == ((28800, 43200), (54000, 64800))
    assert hours.spans_on(dt.date(begins.year + 1, 1, 5)) == ((30600, 43200), (50400, 63000))
    assert "8:30至12:00、14:00至17:30" in client.get(reverse("hours")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"span0_base": "半天"}, "请写成 8:00"),
        ({"span0_base": "13:00"}, "从早到晚"),
        ({"span3_base": ""}, "下午要填"),
        ({"season0_0": "6月"}, "请写成 6-1"),
        (
            {"season0_1": "9-30", "season1_1": "11-1", "span0_1": "8:30", "span1_1": "12:00"},
            "与前面的季节重叠",
        ),
    ],
)
def test_hours_that_cannot_be_are_refused(page, changes, said):
    data = {
        "season0_0": "6-1", "season1_0": "9-30", "span0_0": "8:00", "span1_0": "12:00",
        "span0_base": "8:30", "span1_base": "12:00", "span2_base": "14:00", "span3_base": "17:30",
        "valid_from": (today() + dt.timedelta(days=1)).isoformat(), **PAPER, **changes,
    }  # fmt: skip
    answer = page("rule_editor").post(reverse("hours-change"), data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Change.objects.exists()


def book_with(text: str):
    found = {name: Calendar.parse(calendars.read(name)) for name in calendars.names()}
    return parse({**read("sanmenxia"), "changes/00001.yaml": text}, calendars=found)


HEAD = """holidays:
  - id: worktime.holidays_{year}
    title: 放假
    assumption: 依据通知
    valid: {{from: 2026-12-01}}
    status: in_force
    year: {year}
    source: 通知
    holidays: [{{name: 元旦, rest: [{day}]}}]
"""


@pytest.mark.parametrize(
    ("year", "day", "said"),
    [
        (2027, "2027-13-01", "is no date"),
        (2027, "2028-01-01", "not of the year"),
        (2031, "2031-01-01", "lacks 2027"),
    ],
)
def test_the_engine_names_what_is_wrong_with_a_year(year, day, said):
    with pytest.raises(RulebookError, match=said):
        book_with(HEAD.format(year=year, day=day))


def test_the_engine_takes_a_year_from_the_rules():
    book = book_with(HEAD.format(year=2027, day="2027-01-04"))
    assert not book.calendar.is_working(dt.date(2027, 1, 4))
    assert 2027 in book.calendar.sources


def test_days_in_a_row_are_one_stretch():
    days = [dt.date(2027, 1, 1), dt.date(2027, 1, 3), dt.date(2027, 1, 2), dt.date(2027, 5, 1)]
    assert stretches(days) == [
        (dt.date(2027, 1, 1), dt.date(2027, 1, 3)),
        (dt.date(2027, 5, 1), dt.date(2027, 5, 1)),
    ]


def test_a_grid_has_every_day_once_and_marks_what_changed():
    before = rules.book("sanmenxia").calendar
    after = before.with_year(2027, {dt.date(2027, 1, 4): "元旦"}, {}, "通知")
    found = months(after, 2027, before=before)
    cells = [cell for month in found for week in month.weeks for cell in week if cell]
    assert len(cells) == 365
    assert [cell.day.date for cell in cells if cell.changed] == [dt.date(2027, 1, 4)]
    assert sum(month.worked for month in found) == sum(cell.day.working for cell in cells)


@pytest.mark.django_db
def test_the_effect_lists_open_duties_that_would_be_due_at_another_time(owe, at):
    opened = at("2017-09-29 17:50")
    row = owe("chengguan", due_at=at("2017-09-30 18:00"))
    current = selectors.effect(rules.current(), now=opened).moved[0].after
    with door():
        row.due_at = current
        row.save()
    assert selectors.effect(rules.current(), now=opened).moved == ()
    off = sorted(day for day in rules.current().calendar.off if day.year == 2017)
    book = book_with(
        HEAD.format(year=2017, day=", ".join(map(str, off)))
    )  # 30 September is no make-up day now
    found = selectors.effect(book, now=opened)
    assert [one.obligation.pk for one in found.moved] == [row.pk]
    assert found.moved[0].after > current
    assert (found.counted, found.more, found.unclear) == (1, False, 0)
