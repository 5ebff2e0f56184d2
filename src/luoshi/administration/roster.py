"""Bodies, people and liaison officers from CSV files and into them.

The dry run is the import itself, rolled back: what it says is what would happen. Every row goes through the service that
its page calls, so a file can do nothing that a page would refuse. One fault anywhere, and nothing is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from luoshi.administration.sheets import Fault, Line, Sheet
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal
from luoshi.organisation import services
from luoshi.organisation.models import Body, Person, Post
from luoshi.organisation.models.base import in_force

BODY_COLUMNS = (
    "代码", "全称", "简称", "类别", "上级代码", "设立日期", "依据文件", "所在区域", "承办诉求件", "现场处置",
)  # fmt: skip
BODY_NEEDED = ("代码", "全称", "类别", "设立日期")
PEOPLE_COLUMNS = ("单位代码", "姓名", "手机", "办公电话", "电子邮箱", "职务", "职务名称", "任职日期")
PEOPLE_NEEDED = ("单位代码", "姓名")
FIELDS = {
    "code": "代码", "name": "全称", "short_name": "简称", "kind": "类别", "parent": "上级代码", "since": "设立日期",
    "document": "依据文件", "area": "所在区域",
}  # fmt: skip
PEOPLE_FIELDS = {
    "name": "姓名", "mobile": "手机", "person": "手机", "office_phone": "办公电话", "email": "电子邮箱", "kind": "职务",
    "title": "职务名称", "since": "任职日期",
}  # fmt: skip
YES = {"是": True, "否": False, "": False}


@dataclass(slots=True)
class Outcome:
    """What a file does: new and changed in words, how many rows say what stands already, and what is wrong."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    known: int = 0
    faults: list[Fault] = field(default_factory=list)


Take = Callable[[dict[str, str], Outcome, Actor, dt.datetime], None]


def bodies_import(sheet: Sheet, *, actor: Actor, at: dt.datetime, keep: bool) -> Outcome:
    """Set up and change bodies as a file says. keep: write it; else only say what would happen.

    A body is known by its code. Names change by renaming only, since the old one has its history.
    Errors: NotAllowed. What is wrong in the file stands in the outcome, and nothing is written.
    """
    return _run(sheet, _body_row, FIELDS, actor=actor, at=at, keep=keep)


def people_import(sheet: Sheet, *, actor: Actor, at: dt.datetime, keep: bool) -> Outcome:
    """Enter people, how they are reached, and the posts that they begin, liaison officers among them; else as above.

    A person is known by name and body (their own, or one where they hold a post), or by name and mobile number, which also
    tells apart those who share a name. Empty cells leave what stands.
    """
    return _run(sheet, _person_row, PEOPLE_FIELDS, actor=actor, at=at, keep=keep)


def _run(
    sheet: Sheet, take: Take, columns: dict[str, str], *, actor: Actor, at: dt.datetime, keep: bool
) -> Outcome:
    outcome = Outcome(faults=list(sheet.faults))
    if outcome.faults:
        return outcome
    with transaction.atomic():
        for line in sheet.lines:
            try:
                with transaction.atomic():
                    take(line.cells, outcome, actor, at)
            except NotAllowed:
                raise
            except Refusal as refusal:
                outcome.faults.append(_fault(line, refusal, columns))
        if outcome.faults or not keep:
            transaction.set_rollback(True)
    return outcome


def _fault(line: Line, refusal: Refusal, columns: dict[str, str]) -> Fault:
    return Fault(line.number, columns.get(refusal.field, refusal.field), refusal.message, refusal.mend)


def _choice(text: str, choices: Sequence[tuple[str, Any]], column: str) -> str:
    """The value of a label. Errors: Incomplete naming the column and what may stand there."""
    found = next((value for value, label in choices if str(label) == text), None)
    if found is None:
        known = "、".join(str(label) for _, label in choices)
        raise Incomplete(f"没有“{text}”这个{column}", mend=f"可填：{known}", field=column)
    return found


def _day(text: str, column: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.replace("/", "-").replace(".", "-"))
    except ValueError:
        raise Incomplete(f"“{text}”不是日期", mend="写成2026-01-31的样子", field=column) from None


def _flag(text: str, column: str) -> bool:
    if text not in YES:
        raise Incomplete(f"“{text}”看不懂", mend="填“是”或“否”", field=column)
    return YES[text]


def _in_use(code: str, column: str) -> Body:
    body = Body.objects.filter(code=code, active=True).first()
    if body is None:
        raise Incomplete(f"没有代码为{code}的在用机构", mend="代码见机构页面，或先导入机构", field=column)
    return body


def _body_row(cells: dict[str, str], outcome: Outcome, actor: Actor, at: dt.datetime) -> None:
    given: dict[str, Any] = {
        "short_name": cells["简称"],
        "takes_requests": _flag(cells["承办诉求件"], "承办诉求件"),
        "handles_onsite": _flag(cells["现场处置"], "现场处置"),
        "area": _choice(cells["所在区域"], Body.Area.choices, "所在区域")
        if cells["所在区域"]
        else Body.Area.URBAN.value,
    }
    parent = _in_use(cells["上级代码"], "上级代码") if cells["上级代码"] else None
    since, kind = _day(cells["设立日期"], "设立日期"), _choice(cells["类别"], Body.Kind.choices, "类别")
    body = Body.objects.filter(code=cells["代码"]).first()
    if body is None:
        services.body_create(
            code=cells["代码"], kind=kind, name=cells["全称"], jurisdiction=settings.JURISDICTION, since=since,
            parent=parent, document=cells["依据文件"], actor=actor, at=at, **given,
        )  # fmt: skip
        outcome.new.append(cells["全称"])
        return
    _refuse_other(body, cells, kind=kind, since=since, parent=parent)
    before = body.version
    given["short_name"] = given["short_name"] or body.short_name
    body = services.body_update(body=body, actor=actor, at=at, **given)
    if body.version == before:
        outcome.known += 1
    else:
        outcome.changed.append(body.name)


def _refuse_other(
    body: Body, cells: dict[str, str], *, kind: str, since: dt.date, parent: Body | None
) -> None:
    """What a file cannot change of a body that stands."""
    if body.name != cells["全称"]:
        raise Incomplete(f"代码{body.code}已是{body.name}", mend="改名请在机构页面用“更名”办理", field="全称")
    if (body.kind, body.since) != (kind, since) or body.parent_id != (parent.pk if parent else None):
        raise Incomplete(
            f"{body.name}的类别、上级或设立日期与登记的不同",
            mend="照登记的填写，这几项不能用导入修改",
            field="代码",
        )


def _person_row(cells: dict[str, str], outcome: Outcome, actor: Actor, at: dt.datetime) -> None:
    body = _in_use(cells["单位代码"], "单位代码")
    contact = {"mobile": cells["手机"], "office_phone": cells["办公电话"], "email": cells["电子邮箱"]}
    person, said = _person(body, cells["姓名"], contact["mobile"]), f"{body.short_name} {cells['姓名']}"
    done = False
    if person is None:
        person = services.person_create(body=body, name=cells["姓名"], actor=actor, at=at, **contact)
        outcome.new.append(said)
        done = True
    else:
        before = person.version
        kept: dict[str, Any] = {name: value or getattr(person, name) for name, value in contact.items()}
        person = services.person_update(person=person, actor=actor, at=at, **kept)
        if person.version != before:
            outcome.changed.append(f"{said}：联系方式")
            done = True
    if cells["职务"]:
        done = _post(person, body, cells, outcome, actor, at) or done
    if not done:
        outcome.known += 1


def _person(body: Body, name: str, mobile: str) -> Person | None:
    """Who is meant: of the body, in a post of it, or known by this name and number at another one."""
    meant = Q(body=body) | Q(posts__in=Post.objects.filter(body=body, until__isnull=True))
    if mobile:
        meant |= Q(mobile=mobile)
    rows = list(Person.objects.filter(meant, name=name, active=True).distinct())
    if len(rows) > 1:
        rows = [row for row in rows if row.mobile == mobile]
        if len(rows) != 1:
            raise Incomplete(f"{body.name}有几位{name}", mend="填写手机以便区分", field="手机")
    return rows[0] if rows else None


def _post(
    person: Person, body: Body, cells: dict[str, str], outcome: Outcome, actor: Actor, at: dt.datetime
) -> bool:
    """Begin the post of a row; whether it is a new one."""
    kind = _choice(cells["职务"], Post.Kind.choices, "职务")
    held = Post.objects.filter(person=person, body=body, kind=kind, until__isnull=True)
    if kind == Post.Kind.APPOINTED:
        held = held.filter(title=cells["职务名称"])
    if held.exists():
        return False
    if not cells["任职日期"]:
        raise Incomplete("没有填写任职日期", mend="写成2026-01-31的样子", field="任职日期")
    since = _day(cells["任职日期"], "任职日期")
    services.post_start(
        person=person, body=body, kind=kind, title=cells["职务名称"], since=since, actor=actor, at=at
    )
    outcome.new.append(f"{body.short_name} {person.name}：{Post.Kind(kind).label}")
    return True


def bodies_rows() -> list[list[str]]:
    """The bodies in use as a file holds them, those above before those below."""
    rows = {
        row.pk: row
        for row in Body.objects.filter(active=True).select_related("parent").order_by("kind", "code")
    }

    def depth(row: Body) -> int:
        found, above = 0, row.parent_id
        while above in rows:
            found, above = found + 1, rows[above].parent_id
        return found

    return [
        [row.code, row.name, row.short_name, row.get_kind_display(), row.parent.code if row.parent else "",
         row.since.isoformat(), "", row.get_area_display(), _said(row.takes_requests),
         _said(row.handles_onsite)]
        for row in sorted(rows.values(), key=depth)
    ]  # fmt: skip


def _said(flag: bool) -> str:
    return "是" if flag else "否"


def people_rows(day: dt.date, *, kind: str = "") -> list[list[str]]:
    """The people in post as a file holds them, one row for each post of the day; kind: of one kind of post alone."""
    posts = Post.objects.filter(in_force(day), body__active=True, person__active=True)
    if kind:
        posts = posts.filter(kind=kind)
    found = [
        [post.body.code, post.person.name, post.person.mobile, post.person.office_phone, post.person.email,
         post.get_kind_display(), post.title, post.since.isoformat()]
        for post in posts.select_related("person", "body").order_by("body__kind", "body__code", "kind", "since", "id")
    ]  # fmt: skip
    if kind:
        return found
    idle = Person.objects.filter(active=True, body__active=True).exclude(pk__in=posts.values("person"))
    return found + [
        [row.body.code, row.name, row.mobile, row.office_phone, row.email, "", "", ""]
        for row in idle.select_related("body").order_by("body__kind", "body__code", "name", "id")
    ]
