"""What may be done with minutes, leave, news, reports and the year's archive."""

from __future__ import annotations

import datetime as dt
from typing import Any

from luoshi.ledger.actors import Actor
from luoshi.meetings import services
from luoshi.meetings.models import Archive, Resolution, Submission
from luoshi.meetings.policies_sessions import may_staff
from luoshi.meetings.services.leave import deciders
from luoshi.meetings.views import session_forms as f
from luoshi.meetings.views.session_actions import both, can, chairs
from luoshi.organisation.pagekit import Action

MIN, LEAVE_KIND = "meetings.minutes", "meetings.leave"
PRESS_KIND, SUB, ARC = "meetings.press", "meetings.submission", "meetings.archive"


def takes(row: Any, actor: Actor, at: dt.datetime) -> bool:
    """The next step of the request is the actor's."""
    return actor.person_id in deciders(row, at)


def _receivers(row: Any, given: dict[str, Any], actor: Actor, at: dt.datetime) -> object:
    names = given["receivers"].replace("、", "\n").splitlines()
    return services.distribution_set(minutes=row, receivers=names, actor=actor, at=at)


MINUTES: dict[str, Action] = {
    one.code: one
    for one in (
        Action(
            "edit", "修改纪要", "edit",
            lambda row, g, actor, at: services.minutes_edit(minutes=row, actor=actor, at=at, **g), can("edit", MIN),
            lambda row: f.make(
                title=f.text("标题", longest=200, initial=row.title),
                text=f.text("正文", longest=20000, rows=10, initial=row.text),
                version=f.seen(row.matter.version),
            ),
        ),
        Action(
            "add", "增加议定事项", "plus",
            lambda row, g, actor, at: services.resolution_add(minutes=row, actor=actor, at=at, **g), can("edit", MIN),
            lambda row: f.make(
                item=f.rows("议题", row.meeting.items.filter(status="done").select_related("topic__matter")),
                text=f.text("议定事项", longest=5000, rows=3),
            ),
        ),
        Action(
            "submit", "送审", "send",
            lambda row, g, actor, at: services.minutes_submit(minutes=row, actor=actor, at=at), can("submit", MIN),
        ),
        Action(
            "check", "审核", "checks",
            lambda row, g, actor, at: services.minutes_check(minutes=row, actor=actor, at=at, **g), can("check", MIN),
            lambda row: f.make(opinion=f.text("意见", longest=500, required=False)),
        ),
        Action(
            "opine", "签署意见", "pencil",
            lambda row, g, actor, at: services.minutes_opine(minutes=row, actor=actor, at=at, **g),
            both(can("opine", MIN), lambda row, actor, at: row.beyond),
            lambda row: f.make(opinion=f.text("意见", longest=1000, rows=3)),
        ),
        Action(
            "review", "审核（相关副市长）", "checks",
            lambda row, g, actor, at: services.minutes_review(minutes=row, actor=actor, at=at, **g),
            both(
                can("review", MIN),
                lambda row, actor, at: row.reviews.filter(person_id=actor.person_id, at__isnull=True).exists(),
            ),
            lambda row: f.make(opinion=f.text("意见", longest=500, required=False)),
        ),
        Action(
            "sign", "签发", "pencil",
            lambda row, g, actor, at: services.minutes_sign(minutes=row, actor=actor, at=at),
            both(can("sign", MIN), lambda row, actor, at: actor.can("meetings.decide") or chairs(row, actor, at)),
            confirm="签发后不能修改。", done="已签发",
        ),
        Action(
            "return", "退回修改", "arrow-back-up",
            lambda row, g, actor, at: services.minutes_return(minutes=row, actor=actor, at=at, **g), can("return", MIN),
            lambda row: f.make(reason=f.text("退回理由")), tone="danger",
        ),
        Action(
            "distribute", "确定发送范围", "mail-forward", _receivers, both(can("distribute", MIN), chairs),
            lambda row: f.make(
                receivers=f.text(
                    "发送单位", longest=2000, rows=4, initial="、".join(row.distribution), help_text="用顿号或换行分开。"
                )
            ),
        ),
        Action(
            "issue", "编号印发", "printer",
            lambda row, g, actor, at: services.minutes_issue(minutes=row, actor=actor, at=at), can("issue", MIN),
            confirm="编号印发后，议定事项转为督办任务。", done="已编号印发",
        ),
        Action(
            "note", "备案", "book",
            lambda row, g, actor, at: services.minutes_note(minutes=row, actor=actor, at=at),
            both(can("note", MIN), lambda row, actor, at: row.copy_owed and row.noted_at is None and actor.has_role("mayor")),
            done="已备案",
        ),
    )
}  # fmt: skip


def drafting(row: Resolution, actor: Actor, at: dt.datetime) -> bool:
    """The minutes are still being written, and the actor writes them."""
    return row.minutes.matter.state == "drafting" and may_staff(actor, row.minutes.matter)


RESOLUTION: dict[str, Action] = {
    "edit": Action(
        "edit", "修改", "edit",
        lambda row, g, actor, at: services.resolution_edit(resolution=row, actor=actor, at=at, **g), drafting,
        lambda row: f.make(
            text=f.text("议定事项", longest=5000, rows=3, initial=row.text),
            lead=f.rows(
                "牵头单位", f.units(), required=False, initial=row.lead_id, help_text="写明牵头单位的，印发后转为督办任务。"
            ),
            assisting=f.rows(
                "配合单位", f.units(), required=False, many=True, initial=[one.pk for one in row.assisting.all()]
            ),
            due_on=f.date("办结期限", initial=row.due_on),
        ),
    )
}  # fmt: skip

LEAVE: dict[str, Action] = {
    one.code: one
    for one in (
        Action(
            "report", "报告请假", "send",
            lambda row, g, actor, at: services.leave_report(leave=row, actor=actor, at=at, **g),
            both(can("report", LEAVE_KIND), takes, lambda row, actor, at: row.reported_by == "" and _reports(row, at)),
            lambda row: f.make(remark=f.text("意见", required=False)),
        ),
        Action(
            "grant", "准假", "check",
            lambda row, g, actor, at: services.leave_grant(leave=row, actor=actor, at=at, **g),
            both(can("grant", LEAVE_KIND), takes, lambda row, actor, at: not _reports(row, at)),
            lambda row: f.make(
                remark=f.text("意见", required=False), substitute=f.flag("同意代会人参加", initial=row.substitute_id is not None)
            ),
            done="已准假",
        ),
        Action(
            "refuse", "不准假", "x",
            lambda row, g, actor, at: services.leave_refuse(leave=row, actor=actor, at=at, **g),
            both(can("refuse", LEAVE_KIND), takes, lambda row, actor, at: not _reports(row, at)),
            lambda row: f.make(remark=f.text("理由")), tone="danger",
        ),
        Action(
            "withdraw", "撤回请假", "arrow-back-up",
            lambda row, g, actor, at: services.leave_withdraw(leave=row, actor=actor, at=at),
            both(
                can("withdraw", LEAVE_KIND),
                lambda row, actor, at: row.meeting.opened_at is None
                and (row.attendee.person_id == actor.person_id or may_staff(actor, row.meeting.matter)),
            ),
            done="已撤回",
        ),
    )
}  # fmt: skip


def _reports(row: Any, at: dt.datetime) -> bool:
    from luoshi.meetings.services.leave import leave_steps
    from luoshi.organisation.selectors import local_day

    return bool(row.step < len(leave_steps(row.meeting, row.asker, local_day(at))) - 1)


PRESS: dict[str, Action] = {
    one.code: one
    for one in (
        Action(
            "edit", "修改新闻稿", "edit",
            lambda row, g, actor, at: services.press_edit(press=row, actor=actor, at=at, **g), can("edit", PRESS_KIND),
            lambda row: f.make(
                title=f.text("标题", longest=200, initial=row.title),
                text=f.text("新闻稿", longest=20000, rows=8, initial=row.text),
            ),
        ),
        Action(
            "approve", "审定新闻稿", "check",
            lambda row, g, actor, at: services.press_approve(press=row, actor=actor, at=at),
            both(
                can("approve", PRESS_KIND),
                lambda row, actor, at: actor.has_role("mayor") if row.to_head else actor.can("meetings.review"),
            ),
            done="已审定",
        ),
        Action(
            "send-up", "报市长审定", "external-link",
            lambda row, g, actor, at: services.press_send_up(press=row, actor=actor, at=at, **g),
            both(can("send_up", PRESS_KIND), lambda row, actor, at: actor.can("meetings.review")),
            lambda row: f.make(reason=f.text("必要的理由")),
        ),
    )
}  # fmt: skip


def drafts(row: Submission, actor: Actor, at: dt.datetime) -> bool:
    """The body that draws it up."""
    return actor.body_id is not None and actor.body_id == row.drafter_id


SUBMISSION: dict[str, Action] = {
    one.code: one
    for one in (
        Action(
            "draft", "代拟", "edit",
            lambda row, g, actor, at: services.submission_draft(submission=row, actor=actor, at=at, **g),
            both(can("draft", SUB), drafts),
            lambda row: f.make(text=f.text("汇报材料", longest=20000, rows=10, initial=row.text)),
        ),
        Action(
            "review", "审核", "checks",
            lambda row, g, actor, at: services.submission_review(submission=row, actor=actor, at=at, **g),
            both(can("review", SUB), lambda row, actor, at: actor.can("meetings.decide")),
            lambda row: f.make(opinion=f.text("意见", longest=500, required=False)),
        ),
        Action(
            "return", "退回", "arrow-back-up",
            lambda row, g, actor, at: services.submission_return(submission=row, actor=actor, at=at, **g),
            both(can("return", SUB), lambda row, actor, at: actor.can("meetings.decide")),
            lambda row: f.make(reason=f.text("退回理由")), tone="danger",
        ),
        Action(
            "sign", "签发", "pencil",
            lambda row, g, actor, at: services.submission_sign(submission=row, actor=actor, at=at),
            both(can("sign", SUB), lambda row, actor, at: actor.has_role("mayor", "executive_vice_mayor")),
            done="已签发",
        ),
        Action(
            "submit", "登记已报送", "send",
            lambda row, g, actor, at: services.submission_submit(submission=row, actor=actor, at=at),
            both(can("submit", SUB), lambda row, actor, at: may_staff(actor, row.item.meeting.matter)),
        ),
    )
}  # fmt: skip


def _wanting(row: Archive) -> Any:
    from luoshi.meetings.services.archive import archive_stock

    fields = {}
    for entry in archive_stock(row):
        lacks = [name for name, there in entry["there"].items() if not there]
        if lacks:
            fields[f"m{entry['meeting']}"] = f.text(
                f"{entry['title']}缺少{'、'.join(lacks)}，原因", required=False
            )
    return f.make(**fields)


def _hand_over(row: Archive, given: dict[str, Any], actor: Actor, at: dt.datetime) -> object:
    wanting = {int(key[1:]): value for key, value in given.items()}
    return services.archive_hand_over(archive=row, wanting=wanting, actor=actor, at=at)


def keeps(row: Archive, actor: Actor, at: dt.datetime) -> bool:
    """The keeper."""
    return actor.body_id is not None and actor.body_id == row.keeper_id


ARCHIVE: dict[str, Action] = {
    one.code: one
    for one in (
        Action("hand-over", "移交", "file-export", _hand_over, can("hand_over", ARC), _wanting, done="已移交"),
        Action(
            "receive", "接收", "file-import",
            lambda row, g, actor, at: services.archive_receive(archive=row, actor=actor, at=at),
            both(can("receive", ARC), keeps), done="已接收保存",
        ),
        Action(
            "return", "退回补齐", "arrow-back-up",
            lambda row, g, actor, at: services.archive_return(archive=row, actor=actor, at=at, **g),
            both(can("return", ARC), keeps), lambda row: f.make(reason=f.text("理由")), tone="danger",
        ),
    )
}  # fmt: skip
