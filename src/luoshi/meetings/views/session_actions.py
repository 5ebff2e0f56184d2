"""What may be done on the pages of a meeting: each action with its form, when it is offered, what it calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.states import table_for
from luoshi.meetings import services
from luoshi.meetings.models import AgendaItem, Attendee, Meeting, NumberedCopy
from luoshi.meetings.policies_sessions import may_staff
from luoshi.meetings.views import session_forms as f
from luoshi.organisation.models import Body, Person
from luoshi.organisation.models.base import in_force
from luoshi.organisation.pagekit import Action

Shows = Callable[[Any, Actor, dt.datetime], bool]
STATUS = AgendaItem.Status


def can(action: str, kind: str = "meetings.meeting") -> Shows:
    """Offered where the state table has the step and its policy holds."""

    def shows(row: Any, actor: Actor, at: dt.datetime) -> bool:
        edge = table_for(kind).edge(row.matter.state, action)
        return edge is not None and edge.may(actor, row.matter)

    return shows


def both(*checks: Shows) -> Shows:
    """Offered where all hold."""
    return lambda row, actor, at: all(one(row, actor, at) for one in checks)


def chairs(row: Any, actor: Actor, at: dt.datetime) -> bool:
    """The one in the chair."""
    meeting = row if isinstance(row, Meeting) else row.meeting
    return actor.person_id is not None and actor.person_id == meeting.chair_id


def staffs(row: Any, actor: Actor, at: dt.datetime) -> bool:
    """The section that organises."""
    meeting = row if isinstance(row, Meeting) else row.meeting
    return may_staff(actor, meeting.matter)


def runs(row: Any, actor: Actor, at: dt.datetime) -> bool:
    """The chair, or the section for them."""
    return chairs(row, actor, at) or staffs(row, actor, at)


def of_meeting(action: str) -> Shows:
    """The step of the meeting that an item or an attendee belongs to."""
    inner = can(action)
    return lambda row, actor, at: inner(row.meeting, actor, at)


def principal_of(body: Body, day: dt.date) -> Person:
    """The principal leader of a unit. Errors: Incomplete where none is entered."""
    post = body.posts.filter(in_force(day), kind="principal_leader").select_related("person").first()
    if post is None:
        raise Incomplete(f"{body.short_name}没有登记主要负责人", mend="请先在机构中登记", field="body")
    person: Person = post.person
    return person


def _add(row: Meeting, given: dict[str, Any], actor: Actor, at: dt.datetime) -> object:
    body = given["body"]
    person = (
        principal_of(body, f.day()) if body is not None and given["part"] != Attendee.Part.GUEST else None
    )
    return services.attendee_add(
        meeting=row, part=given["part"], items=given["items"], person=person, body=body, name=given["name"],
        unit=given["unit"], duty=given["duty"], actor=actor, at=at,
    )  # fmt: skip


def _deliver(row: Meeting, given: dict[str, Any], actor: Actor, at: dt.datetime) -> str:
    count = services.materials_deliver(meeting=row, actor=actor, at=at)
    return f"已登记送达{count}人"


MEETING: dict[str, Action] = {
    one.code: one
    for one in (
        Action(
            "edit", "修改方案", "edit",
            lambda row, g, actor, at: services.meeting_edit(meeting=row, actor=actor, at=at, **g),
            can("edit"),
            lambda row: f.make(
                planned_at=f.moment("拟定时间", initial=row.planned_at), place=f.text("地点", longest=120, initial=row.place),
                proposal=f.text("会议方案说明", longest=5000, rows=4, required=False, initial=row.proposal),
                version=f.seen(row.matter.version),
            ),
        ),
        Action(
            "list", "列入名单", "user-plus", _add, can("list"), f.attendee_form,
        ),
        Action(
            "commission", "委托主持", "user-check",
            lambda row, g, actor, at: services.meeting_commission(meeting=row, actor=actor, at=at, **g),
            both(can("commission"), lambda row, actor, at: actor.has_role("mayor", "secretary_general")),
            lambda row: f.make(to=f.rows("委托何人", f.leaders()), document=f.text("委托记录（文号或内容）")),
        ),
        Action(
            "review", "审核方案", "checks",
            lambda row, g, actor, at: services.plan_review(meeting=row, actor=actor, at=at, **g),
            both(can("review"), lambda row, actor, at: actor.can("meetings.review")),
            lambda row: f.make(opinion=f.text("意见", longest=500, required=False)),
        ),
        Action(
            "approve", "确定方案", "check",
            lambda row, g, actor, at: services.plan_approve(meeting=row, actor=actor, at=at),
            both(can("approve"), chairs), confirm="确定后议程锁定，会上不得另插议题。",
        ),
        Action(
            "send-back", "退回修改方案", "arrow-back-up",
            lambda row, g, actor, at: services.plan_send_back(meeting=row, actor=actor, at=at, **g),
            can("send_back"), lambda row: f.make(reason=f.text("退回理由")), tone="danger",
        ),
        Action(
            "convene", "发出会议通知", "send",
            lambda row, g, actor, at: services.meeting_convene(meeting=row, actor=actor, at=at), can("convene"),
            confirm="通知发给名单上的所有人。", done="已发出通知",
        ),
        Action("deliver", "登记材料已送达", "send", _deliver, can("deliver")),
        Action(
            "press", "确定是否公开报道", "speakerphone",
            lambda row, g, actor, at: services.press_decide(meeting=row, public=g["public"] == "yes", actor=actor, at=at),
            both(can("decide_press"), chairs),
            lambda row: f.make(public=f.option("报道", [("yes", "公开报道"), ("no", "不公开报道")])),
        ),
        Action(
            "open", "开会", "player-play",
            lambda row, g, actor, at: services.meeting_open(meeting=row, actor=actor, at=at, **g),
            both(can("open"), runs),
            lambda row: f.make(
                recorder=f.rows("记录人", Person.objects.filter(body=row.organiser_id, active=True)),
                place=f.text("地点（有变动时填写）", longest=120, required=False),
            ),
        ),
        Action(
            "close", "散会", "player-pause",
            lambda row, g, actor, at: services.meeting_close(meeting=row, actor=actor, at=at),
            both(can("close"), runs), confirm="散会后会议记录即定稿。",
        ),
        Action(
            "recording", "上传会议录音", "upload",
            lambda row, g, actor, at: services.recording_add(
                meeting=row, file=g["file"].file, name=g["file"].name, actor=actor, at=at
            ),
            both(staffs, lambda row, actor, at: row.opened_at is not None and row.matter.state != "archived"),
            lambda row: f.make(file=f.FileField(label="录音文件")),
        ),
        Action(
            "minutes", "起草会议纪要", "file-text",
            lambda row, g, actor, at: services.minutes_open(meeting=row, actor=actor, at=at) and None,
            both(staffs, lambda row, actor, at: row.matter.state == "closed" and not hasattr(row, "minutes_paper")),
        ),
        Action(
            "waive", "不编印纪要", "ban",
            lambda row, g, actor, at: services.minutes_waive(meeting=row, actor=actor, at=at, **g),
            both(can("waive"), chairs, lambda row, actor, at: not row.minutes_waived),
            lambda row: f.make(reason=f.text("理由")),
        ),
        Action(
            "press-draft", "起草新闻稿", "news",
            lambda row, g, actor, at: services.press_draft(meeting=row, actor=actor, at=at, **g),
            both(staffs, lambda row, actor, at: row.press == "public" and not hasattr(row, "press_release")),
            lambda row: f.make(title=f.text("标题", longest=200), text=f.text("新闻稿", longest=20000, rows=8)),
        ),
        Action(
            "cancel", "取消会议", "x",
            lambda row, g, actor, at: services.meeting_cancel(meeting=row, actor=actor, at=at, **g),
            both(can("cancel"), runs), lambda row: f.make(reason=f.text("理由")), tone="danger",
        ),
    )
}  # fmt: skip


def waiting(row: AgendaItem, actor: Actor, at: dt.datetime) -> bool:
    """The topic waits for its turn."""
    return row.status == STATUS.WAITING


def running(row: AgendaItem, actor: Actor, at: dt.datetime) -> bool:
    """The topic is under discussion."""
    return row.status == STATUS.RUNNING


def unsettled(row: AgendaItem, actor: Actor, at: dt.datetime) -> bool:
    """The topic has no result yet."""
    return row.status in (STATUS.WAITING, STATUS.RUNNING)


ITEM: dict[str, Action] = {
    one.code: one
    for one in (
        Action(
            "call", "开始审议", "player-play",
            lambda row, g, actor, at: services.item_call(item=row, actor=actor, at=at), both(of_meeting("call"), runs, waiting),
        ),
        Action(
            "state", "记录发言", "message",
            lambda row, g, actor, at: services.statement_record(item=row, actor=actor, at=at, **g),
            both(of_meeting("state"), running),
            lambda row: f.make(
                speaker=f.on_list(row.meeting, "发言人"), text=f.text("发言内容", longest=5000, rows=3),
                minutes=f.number("用时（分钟）"), written=f.flag("宣读书面意见"),
            ),
        ),
        Action(
            "result", "登记审议结果", "gavel",
            lambda row, g, actor, at: services.item_result(item=row, actor=actor, at=at, **g),
            both(of_meeting("conclude"), runs, running),
            lambda row: f.make(
                outcome=f.option("结果", f.options_of("meetings.outcome")), text=f.text("议定意见", longest=20000, rows=4)
            ),
        ),
        Action(
            "stand-in", "同意代为汇报", "user-check",
            lambda row, g, actor, at: services.reporter_stand_in(
                item=row, person=g["who"].person, reason=g["reason"], actor=actor, at=at
            ),
            both(of_meeting("stand_in"), chairs, waiting),
            lambda row: f.make(
                who=f.AttendeeChoice(
                    label="由谁汇报", queryset=row.meeting.attendees.filter(person__isnull=False).select_related("body", "person")
                ),
                reason=f.text("理由", longest=200),
            ),
        ),
        Action(
            "lengthen", "同意延长汇报", "hourglass",
            lambda row, g, actor, at: services.report_lengthen(item=row, actor=actor, at=at, **g),
            both(of_meeting("lengthen"), chairs, unsettled),
            lambda row: f.make(minutes=f.number("共多少分钟", required=True), reason=f.text("理由")),
        ),
        Action(
            "postpone", "延后议题", "calendar-due",
            lambda row, g, actor, at: services.item_postpone(item=row, actor=actor, at=at, **g),
            both(of_meeting("postpone"), chairs, unsettled), lambda row: f.make(reason=f.text("理由")),
        ),
        Action(
            "drop", "取消议题", "x",
            lambda row, g, actor, at: services.item_cancel(item=row, actor=actor, at=at, **g),
            both(of_meeting("drop"), chairs, unsettled),
            lambda row: f.make(
                ground=f.option("情形", [("absent", "汇报人无故缺席"), ("procedure", "未按规定程序办理")]), reason=f.text("理由"),
            ),
            tone="danger",
        ),
        Action(
            "submit-party", "报请党委审议", "file-export",
            lambda row, g, actor, at: services.submission_open(item=row, actor=actor, at=at, **g),
            both(staffs, lambda row, actor, at: row.status == STATUS.DONE and not hasattr(row, "submission")),
            lambda row: f.make(
                name=f.option("报送名义", [("party_group", "政府党组"), ("government", "政府")]),
                drafter=f.rows("代拟单位", f.units(), initial=row.topic.body_id),
            ),
        ),
    )
}  # fmt: skip


def colleagues(row: Attendee) -> Any:
    """Other leaders of the same unit."""
    kinds = ("principal_leader", "deputy_leader", "party_leader")
    held = {"posts__body_id": row.body_id or 0, "posts__kind__in": kinds}
    found = Person.objects.filter(in_force(f.day(), "posts__"), **held)
    return found.exclude(pk=row.person_id or 0).distinct()


def own_or_unit(row: Attendee, actor: Actor, at: dt.datetime) -> bool:
    """The attendee, or their unit."""
    own = row.person_id is not None and row.person_id == actor.person_id
    return own or (actor.can("meetings.unit") and actor.body_id is not None and actor.body_id == row.body_id)


def before(row: Attendee, actor: Actor, at: dt.datetime) -> bool:
    """The meeting has not begun."""
    return (
        row.meeting.opened_at is None
        and at < row.meeting.planned_at
        and row.meeting.matter.state != "cancelled"
    )


ATTENDEE: dict[str, Action] = {
    one.code: one
    for one in (
        Action(
            "acknowledge", "回执", "mail",
            lambda row, g, actor, at: services.notice_acknowledge(attendee=row, actor=actor, at=at),
            both(of_meeting("acknowledge"), own_or_unit, lambda row, actor, at: row.receipt_at is None),
            done="已回执，并确认会议纪律",
        ),
        Action(
            "sign-in", "签到", "user-check",
            lambda row, g, actor, at: services.attendee_sign_in(attendee=row, actor=actor, at=at, **g),
            both(
                of_meeting("sign_in"), lambda row, actor, at: not row.here and not row.on_leave,
                lambda row, actor, at: row.person_id == actor.person_id or may_staff(actor, row.meeting.matter),
            ),
            lambda row: f.make(discipline=f.flag("已确认会议纪律", initial=row.discipline_at is not None)),
        ),
        Action(
            "leave-room", "离场", "logout",
            lambda row, g, actor, at: services.attendee_leave_room(attendee=row, actor=actor, at=at),
            both(of_meeting("step_out"), lambda row, actor, at: row.here, staffs),
        ),
        Action(
            "hand-out", "发放编号文件", "copy",
            lambda row, g, actor, at: services.copy_hand_out(holder=row, actor=actor, at=at, **g),
            both(of_meeting("hand_out"), lambda row, actor, at: row.here),
            lambda row: f.make(paper=f.text("文件名称", longest=200), mark=f.option("标记", f.MARKS)),
        ),
        Action(
            "ask-leave", "请假", "calendar-event",
            lambda row, g, actor, at: services.leave_ask(attendee=row, actor=actor, at=at, **g),
            both(before, own_or_unit, lambda row, actor, at: not row.on_leave and row.person_id is not None),
            lambda row: f.make(
                reason=f.text("事由"), opinion=f.text("对议题的意见（须在会前提出）", longest=3000, rows=3, required=False),
                substitute=f.rows("代会人（准假后生效）", colleagues(row), required=False),
            ),
        ),
        Action(
            "assistant", "登记助手", "user-plus",
            lambda row, g, actor, at: services.assistant_add(reporter=row, actor=actor, at=at, **g),
            both(of_meeting("list"), lambda row, actor, at: row.part == Attendee.Part.REPORTER),
            lambda row: f.make(name=f.text("姓名", longest=80), duty=f.text("职务", longest=80, required=False)),
        ),
        Action(
            "swap", "更换与会人员", "switch-horizontal",
            lambda row, g, actor, at: services.attendee_swap(attendee=row, actor=actor, at=at, **g),
            both(of_meeting("swap"), lambda row, actor, at: actor.has_role("secretary_general", "mayor") or chairs(row, actor, at),
                 lambda row, actor, at: row.part in (Attendee.Part.REPORTER, Attendee.Part.OBSERVER)),
            lambda row: f.make(person=f.rows("改由", colleagues(row)), reason=f.text("理由")),
        ),
        Action(
            "remove", "移出名单", "trash",
            lambda row, g, actor, at: services.attendee_remove(attendee=row, actor=actor, at=at, **g),
            both(of_meeting("unlist"), lambda row, actor, at: row.part not in (Attendee.Part.MEMBER, Attendee.Part.STANDING)),
            lambda row: f.make(reason=f.text("理由")), tone="danger",
        ),
    )
}  # fmt: skip


def still_out(row: NumberedCopy, actor: Actor, at: dt.datetime) -> bool:
    """The copy has not come back."""
    return row.returned_at is None


COPY: dict[str, Action] = {
    "take-back": Action(
        "take-back", "收回", "file-check",
        lambda row, g, actor, at: services.copy_take_back(copy=row, actor=actor, at=at),
        both(of_meeting("take_back"), still_out),
    )
}  # fmt: skip
