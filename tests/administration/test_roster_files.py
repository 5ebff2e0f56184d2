"""Bodies, people and liaison officers by CSV file: a dry run that tells the truth, and nothing half-written."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from luoshi.administration import roster
from luoshi.administration.sheets import read_sheet, written
from luoshi.ledger.errors import NotAllowed
from luoshi.ledger.models import Event
from luoshi.organisation.models import Body, Person, Post

from .conftest import DAY, MONDAY

pytestmark = pytest.mark.django_db
BODY = ["xinju", "新设局", "新局", "政府部门", "", "2017-09-01", "虚政〔2017〕8号", "市区", "是", "否"]
WHO = ["chengguan", "甄予安", "19900001234", "", "", "联络员", "", "2017-10-01"]


def file_of(columns, *rows):
    return written(columns, rows)


def take(kind, *rows, actor, keep=True):
    columns = roster.BODY_COLUMNS if kind == "bodies" else roster.PEOPLE_COLUMNS
    needed = roster.BODY_NEEDED if kind == "bodies" else roster.PEOPLE_NEEDED
    run = roster.bodies_import if kind == "bodies" else roster.people_import
    return run(read_sheet(file_of(columns, *rows), columns, needed=needed), actor=actor, at=MONDAY, keep=keep)


def said(outcome):
    return [(one.line, one.column, one.what, one.mend) for one in outcome.faults]


def test_a_dry_run_says_what_the_import_does_and_writes_nothing(keeper):
    below = ["xinju-zhidui", "新设局支队", "", "其他单位", "xinju", "2017-09-01", "", "", "", ""]
    events = Event.objects.count()
    dry = take("bodies", BODY, below, actor=keeper, keep=False)
    assert (dry.new, dry.faults) == (["新设局", "新设局支队"], [])
    assert not Body.objects.filter(code="xinju").exists() and Event.objects.count() == events
    done = take("bodies", BODY, below, actor=keeper)
    assert done.new == dry.new
    made = Body.objects.get(code="xinju-zhidui")
    assert (made.parent.code, made.parent.takes_requests, made.short_name) == ("xinju", True, "新设局支队")
    again = take("bodies", BODY, below, actor=keeper)
    assert (again.new, again.changed, again.known) == ([], [], 2)


def test_every_fault_is_told_by_row_and_column_and_nothing_is_written(keeper):
    rows = (
        BODY,
        ["Bad Code", "甲局", "", "政府部门", "", "2017-09-01", "", "", "", ""],
        ["jia", "乙局", "", "局", "", "2017-09-01", "", "", "", ""],
        ["yi", "丙局", "", "政府部门", "meiyou", "2017-09-01", "", "", "", ""],
        ["bing", "丁局", "", "政府部门", "", "去年", "", "", "也许", ""],
        ["chengguan", "改了名的局", "", "政府部门", "", "2017-09-01", "", "", "", ""],
    )
    found = said(take("bodies", *rows, actor=keeper))
    assert [(line, column) for line, column, _, _ in found] == [
        (3, "代码"), (4, "类别"), (5, "上级代码"), (6, "承办诉求件"), (7, "全称"),
    ]  # fmt: skip
    assert "更名" in found[-1][3] and all(mend or what for _, _, what, mend in found)
    assert not Body.objects.filter(code="xinju").exists(), "the good row is not written either"


def test_a_liaison_officer_is_entered_with_the_post_and_once(keeper, bodies):
    assert take("people", WHO, actor=keeper).new == ["市城管局 甄予安", "市城管局 甄予安：联络员"]
    person = Person.objects.get(name="甄予安")
    assert Post.objects.get(person=person, kind="liaison").since.isoformat() == "2017-10-01"
    again = take("people", WHO, actor=keeper)
    assert (again.new, again.known) == ([], 1)
    moved = take("people", [*WHO[:2], "19900005678", *WHO[3:]], actor=keeper)
    assert moved.changed == ["市城管局 甄予安：联络方式".replace("联络", "联系")]
    person.refresh_from_db()
    assert person.mobile == "19900005678"
    kept = take("people", [*WHO[:2], "", *WHO[3:]], actor=keeper)
    assert (kept.changed, kept.known) == ([], 1), "an empty cell leaves what stands"


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({2: "123"}, "手机", "11位"),
        ({2: ""}, "手机", "联络员须有手机"),
        ({5: "局长助理"}, "职务", "没有“局长助理”"),
        ({7: ""}, "任职日期", "没有填写"),
        ({7: "1900-01-01"}, "任职日期", "早于"),
        ({0: "meiyou"}, "单位代码", "没有代码为meiyou"),
    ],
)
def test_what_is_wrong_with_a_person_is_told_in_its_column(keeper, change, column, words):
    row = [change.get(place, cell) for place, cell in enumerate(WHO)]
    ((line, where, what, _),) = said(take("people", row, actor=keeper))
    assert (line, where) == (2, column) and words in what
    assert not Person.objects.filter(name="甄予安").exists()


def test_what_is_written_out_can_be_taken_in_again_and_changes_nothing(keeper):
    bodies = take("bodies", *roster.bodies_rows(), actor=keeper)
    assert (bodies.new, bodies.changed, said(bodies)) == ([], [], [])
    assert bodies.known == Body.objects.filter(active=True).count()
    people = take("people", *roster.people_rows(DAY), actor=keeper)
    assert (people.new, people.changed, said(people)) == ([], [], [])


def test_who_may_not_keep_the_bodies_may_not_import_them(actor):
    with pytest.raises(NotAllowed):
        take("bodies", BODY, actor=actor("agent"))


def test_the_pages_check_confirm_and_export(page):
    browser = page("platform_leader")
    url = "/administration/roster/people/import/"
    assert "职务名称" in browser.get(url).content.decode()
    bad = SimpleUploadedFile("a.csv", file_of(roster.PEOPLE_COLUMNS, [*WHO[:2], "1", *WHO[3:]]))
    refused = browser.post(url, {"file": bad})
    assert refused.status_code == 422 and "第2行" in refused.content.decode()
    text = file_of(roster.PEOPLE_COLUMNS, WHO).decode("utf-8-sig")
    shown = browser.post(url, {"file": SimpleUploadedFile("a.csv", text.encode())}).content.decode()
    assert "确认导入" in shown and "市城管局 甄予安：联络员" in shown
    assert not Person.objects.filter(name="甄予安").exists()
    assert "已导入" in browser.post(url, {"text": text, "confirm": "1"}, follow=True).content.decode()
    answer = browser.get("/administration/roster/people.csv?which=liaison")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["职务"] for row in rows} == {"联络员"} and "甄予安" in {row["姓名"] for row in rows}
    assert browser.get("/administration/roster/bodies.csv")["Content-Type"].startswith("text/csv")
    assert "新局" not in browser.get("/administration/roster/bodies/import/").content.decode()
