"""How a due time stands at a moment: the one place that says overdue, soon, today, this week, later."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from luoshi.web.formats import cn_datetime, duration_cn

SOON = dt.timedelta(hours=2)
FINISHED = {
    "met": ("按时完成", "success"),
    "late": ("逾期完成", "danger"),
    "breached": ("视为逾期", "danger"),
    "cancelled": ("已撤销", "muted"),
    "lapsed": ("已失效", "muted"),
    "paused": ("计时暂停", "muted"),
}
WINDOW_FINISHED = {"met": ("已提出", "success"), "late": ("过期提出", "warning")}
TONES = {
    "overdue": "danger",
    "soon": "warning",
    "today": "warning",
    "week": "info",
    "later": "neutral",
    "none": "muted",
}
GROUPS = {
    "overdue": "已逾期",
    "today": "今天到期",
    "week": "本周到期",
    "later": "以后到期",
    "none": "无明文时限",
}


@dataclass(frozen=True, slots=True)
class DueView:
    """What a due badge shows.

    code: overdue | soon | today | week | later | none, or the state of a finished obligation.
    """

    code: str
    tone: str
    label: str
    due_at: dt.datetime | None
    provisional: bool
    running: bool
    window: bool = False

    @property
    def title(self) -> str:
        """The full sentence behind the badge."""
        if self.due_at is None:
            return "规定没有明确时限，应尽快办理"
        sentence = f"{'可提出至' if self.window else '到期时间'}：{cn_datetime(self.due_at)}"
        return f"{sentence}（暂定：当年节假日安排尚未公布）" if self.provisional else sentence


def end_of_day(now: dt.datetime) -> dt.datetime:
    """The midnight that ends the local day of `now`."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return start + dt.timedelta(days=1)


def end_of_week(now: dt.datetime) -> dt.datetime:
    """The midnight that ends the local week of `now`; a week begins on Monday."""
    midnight = end_of_day(now)
    return midnight + dt.timedelta(days=6 - timezone.localtime(now).weekday())


def urgency(due_at: dt.datetime | None, now: dt.datetime) -> str:
    """How near a due time is: overdue | soon | today | week | later | none.

    Reaching the due time to the second is in time, so a limit is overdue only after it.
    """
    if due_at is None:
        return "none"
    if now.replace(microsecond=0) > due_at:
        return "overdue"
    if due_at - now <= SOON:
        return "soon"
    if due_at < end_of_day(now):
        return "today"
    return "week" if due_at < end_of_week(now) else "later"


def group(due_at: dt.datetime | None, now: dt.datetime) -> str:
    """The group of the worklist: overdue | today | week | later | none.

    What is due soon, but after midnight, belongs to the week.
    """
    code = urgency(due_at, now)
    if code == "soon" and due_at is not None:
        return "today" if due_at < end_of_day(now) else ("week" if due_at < end_of_week(now) else "later")
    return code


def view(
    *,
    due_at: dt.datetime | None,
    now: dt.datetime,
    state: str = "open",
    provisional: bool = False,
    nature: str = "duty",
) -> DueView:
    """How to show a due time at `now`; a finished obligation shows its outcome and counts no longer.

    nature: a duty runs overdue; a window is a right, which lapses and is nobody's fault.
    """
    window = nature == "window"
    if state in FINISHED:
        label, tone = WINDOW_FINISHED.get(state, FINISHED[state]) if window else FINISHED[state]
        return DueView(state, tone, label, due_at, provisional, running=False, window=window)
    code = urgency(due_at, now)
    tone = TONES[code]
    if due_at is None:
        label = "无明文时限"
    elif code == "overdue" and window:
        code, tone, label = "lapsed", "muted", "提出期已过"
    elif code == "overdue":
        label = f"已逾期 {duration_cn(now - due_at)}"
    else:
        label = f"还剩 {duration_cn(due_at - now)}"
    running = due_at is not None and code != "lapsed"
    return DueView(code, tone, label, due_at, provisional, running=running, window=window)
