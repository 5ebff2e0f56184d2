"""The monthly statistics and the monthly notice on call-backs: opened when a month ends, computed, issued."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from luoshi.hotline.models import MonthlyNotice
from luoshi.hotline.selectors.monthly import Period, callbacks_of, frequency_on, period_of, statistics_of
from luoshi.hotline.services.shared import rule_day
from luoshi.hotline.states import NOTICE
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import door
from luoshi.ledger.services import act, matter_open
from luoshi.ledger.whole import whole

STATISTICS, CALLBACKS = "statistics", "callbacks"
TITLES = {STATISTICS: "统计分析", CALLBACKS: "回访情况通报"}
ISSUE = {STATISTICS: "issue_statistics", CALLBACKS: "issue_callback_notice"}
COMPUTE = {STATISTICS: statistics_of, CALLBACKS: callbacks_of}

COLUMNS: Mapping[str, str] = {
    "code": "代码",
    "unit": "单位",
    "handler": "承办部门和人员",
    "dispatched": "派单",
    "signed_in_time": "按时签收",
    "signed_late": "逾期签收",
    "contacted_in_time": "按时联系",
    "contacted_late": "逾期联系",
    "closed": "办结",
    "closed_in_time": "按时办结",
    "closed_overdue": "逾期办结",
    "review_passed": "审核通过",
    "redo_ordered": "退回重办",
    "second_assigned": "二次交办",
    "returns_asked": "申请退单",
    "returns_accepted": "同意退单",
    "extensions_granted": "同意延时",
    "urged": "催办",
    "supervised": "督办",
    "recalled": "撤回",
    "dispatched_sole": "派单(承办)",
    "dispatched_lead": "派单(主办)",
    "dispatched_assist": "派单(协办)",
    "dispatched_parallel": "派单(分办)",
    "dispatched_volunteer": "派单(领办)",
    "closed_sole": "办结(承办)",
    "closed_in_time_sole": "按时办结(承办)",
    "closed_lead": "办结(主办)",
    "closed_in_time_lead": "按时办结(主办)",
    "closed_assist": "办结(协办)",
    "closed_in_time_assist": "按时办结(协办)",
    "closed_parallel": "办结(分办)",
    "closed_in_time_parallel": "按时办结(分办)",
    "closed_volunteer": "办结(领办)",
    "closed_in_time_volunteer": "按时办结(领办)",
    "direct_answers": "在线直接答复",
    "answered": "回访到",
    "contacted": "及时联系",
    "not_contacted": "未及时联系",
    "conduct_satisfied": "作风满意",
    "conduct_basically": "作风基本满意",
    "conduct_dissatisfied": "作风不满意",
    "result_satisfied": "结果满意",
    "result_basically": "结果基本满意",
    "result_dissatisfied": "结果不满意",
}


@whole
def month_close(*, month: date, actor: Actor, at: datetime) -> list[MonthlyNotice]:
    """Open the statistics and the call-back notice of a month that has ended, each once, with its figures.

    month: any day of it. Where the rulebook's frequency is quarterly, half_yearly or yearly, the period that
    the day lies in. Both are then owed by the platform until they are issued. Closing it again changes
    nothing and returns what stands.
    Errors: NotAllowed, WrongState while the month (or longer period) is not over.
    Source: smx-hotline-ops/5.6, smx-hotline-ops/17.d
    """
    if not actor.can("hotline.supervise"):
        raise NotAllowed("您没有生成通报的权限", mend="请联系平台负责人")
    wanted = period_of(month, frequency_on(month))
    if rule_day(at) <= wanted.last:
        raise WrongState(f"{wanted.title}尚未结束", mend="结束后再生成")
    return [_open(wanted, kind, actor, at) for kind in TITLES]


def _open(period: Period, kind: str, actor: Actor, at: datetime) -> MonthlyNotice:
    standing = MonthlyNotice.objects.filter(month=period.first, kind=kind).select_related("matter").first()
    if standing is not None:
        found: MonthlyNotice = standing
        return found
    content = COMPUTE[kind](period)
    try:
        with transaction.atomic(), door():
            matter = matter_open(
                kind=NOTICE,
                number=f"{period.first:%Y%m}-{kind}",
                title=f"{period.title}{TITLES[kind]}",
                actor=actor,
                at=at,
                facts={"kind": kind},
                data={"month": period.first.isoformat()[:7], "period": period.title},
            )
            opened: MonthlyNotice = MonthlyNotice.objects.create(
                matter=matter, month=period.first, kind=kind, content=content
            )
    except IntegrityError:
        opened = MonthlyNotice.objects.select_related("matter").get(month=period.first, kind=kind)
    return opened


@whole
def notice_refresh(
    *, notice: MonthlyNotice, actor: Actor, at: datetime, version: int | None = None
) -> MonthlyNotice:
    """Compute the figures of a notice anew, as long as it is not issued: what came in meanwhile counts too.

    Errors: NotAllowed, WrongState (issued).
    """
    act(matter=notice.matter, action="recount", actor=actor, at=at, version=version)
    with door():
        notice.content = COMPUTE[notice.kind](period_of(notice.month, frequency_on(notice.month)))
        notice.save(update_fields=["content"])
    return notice


@whole
def notice_issue(
    *, notice: MonthlyNotice, actor: Actor, at: datetime, remark: str = "", version: int | None = None
) -> MonthlyNotice:
    """Issue a month's statistics or call-back notice to all units; its figures stand from then on.

    remark: the analysis in words. Errors: NotAllowed, WrongState (issued before).
    """
    act(matter=notice.matter, action=ISSUE[notice.kind], actor=actor, at=at, version=version)
    with door():
        notice.content = {**notice.content, "remark": remark.strip()}
        notice.issued_at, notice.issued_by = at, actor.name
        notice.save(update_fields=["content", "issued_at", "issued_by"])
    return notice


def notice_rows(notice: MonthlyNotice, part: str = "units") -> list[dict[str, Any]]:
    """The rows of a notice for export, under Chinese headings in a fixed order. part: units | handlers.

    Errors: Incomplete for a part that the notice does not have.
    """
    rows: Iterable[Mapping[str, Any]] | None = notice.content.get(part)
    if rows is None:
        raise Incomplete("没有这一部分数据", field="part")
    return [{COLUMNS[key]: row[key] for key in COLUMNS if key in row} for row in rows]


def notice_csv(notice: MonthlyNotice, part: str = "units") -> str:
    """The rows of a notice as CSV with a byte order mark, so that spreadsheet programs read the Chinese."""
    rows = notice_rows(notice, part)
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else ["单位"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _plain(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def _plain(value: Any) -> Any:
    """A cell that a spreadsheet program does not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t" and value else value
