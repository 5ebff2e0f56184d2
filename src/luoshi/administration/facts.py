"""What the cards of the entry page say: how many there are, and what is missing or out of date."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from luoshi.administration.cards import Fact, Subject, register
from luoshi.administration.examples import EXAMPLES
from luoshi.administration.wording import filled, sms_parts
from luoshi.engines.rulebook import Notice
from luoshi.hotline.models import Category, Request
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Outbox
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day
from luoshi.rulemaking.said import spans_words

GOOD, BAD = "success", "warning"


def categories(actor: Actor, at: dt.datetime) -> list[Fact]:
    """How many categories there are, how many were never used, how many propose no unit."""
    day, list_url = local_day(at), reverse("category-list")
    filed = Exists(Request.objects.filter(filed_as=OuterRef("pk")))
    below = Exists(Category.objects.filter(in_force(day), parent=OuterRef("pk")))
    found = Category.objects.filter(in_force(day)).aggregate(
        total=Count("pk"),
        top=Count("pk", filter=Q(level=1)),
        unused=Count("pk", filter=Q(~below, ~filed)),
        units=Count("pk", filter=Q(unit__isnull=False)),
    )
    if not found["total"]:
        return [Fact("还没有建立分类，登记时可随意填写", BAD, reverse("category-import"))]
    facts = [Fact(f"一级{found['top']}个，三级共{found['total']}个")]
    if found["unused"]:
        facts.append(Fact(f"{found['unused']}个还没有用过", "", f"{list_url}?which=unused"))
    if not found["units"]:
        facts.append(Fact("都没有设默认承办单位", BAD, list_url))
    return facts


def channels(actor: Actor, at: dt.datetime) -> list[Fact]:
    """How many channels are in use, how many the public may use, and whether a change is under way."""
    choice = rules.current().choice("hotline.channel", local_day(at))
    public = sum(option.public for option in choice.options)
    return [Fact(f"使用中{len(choice.options)}个，其中群众可用{public}个")]


def texts(actor: Actor, at: dt.datetime) -> list[Fact]:
    """How many messages there are, and how the outbox stands."""
    day = local_day(at)
    notices = [one for one in rules.current().holding(Notice, day) if one.channel in ("sms", "original")]
    long = sum(sms_parts(filled(one.template, EXAMPLES)) > 1 for one in notices)
    facts = [Fact(f"对外消息{len(notices)}种" + (f"，其中{long}种超过一条短信" if long else ""))]
    waiting = at - dt.timedelta(minutes=15)
    stuck = Outbox.objects.aggregate(
        dead=Count("pk", filter=Q(state="dead")),
        late=Count("pk", filter=Q(state__in=["queued", "sending"], queued_at__lt=waiting)),
    )
    if stuck["dead"]:
        facts.append(Fact(f"发件箱有{stuck['dead']}条发送失败", BAD, _outbox(actor, "dead")))
    if stuck["late"]:
        facts.append(Fact(f"发件箱有{stuck['late']}条等了15分钟以上", BAD, _outbox(actor, "queued")))
    if not stuck["dead"] and not stuck["late"]:
        facts.append(Fact("发件箱正常", GOOD))
    return facts


def worktime(actor: Actor, at: dt.datetime) -> list[Fact]:
    """Until when the working days are announced; from November on the next year's are due."""
    day, known = local_day(at), rules.current().calendar.sources
    url = reverse("calendar")
    facts = [Fact(f"放假安排已录入到{max(known)}年")]
    if day.year not in known:
        facts.append(Fact(f"缺{day.year}年放假安排", "danger", f"{url}?year={day.year}"))
    elif day.year + 1 not in known:
        tone = BAD if day.month >= 11 else ""
        facts.append(
            Fact(f"缺{day.year + 1}年放假安排，用到的到期时间为暂定", tone, f"{url}?year={day.year + 1}")
        )
    return facts


def working_hours(actor: Actor, at: dt.datetime) -> list[Fact]:
    """The hours of today."""
    found = rules.current().hours.rows
    current = next(row for row in found if row.holds_on(local_day(at)))
    return [Fact(f"今天适用：{spans_words(current)}")]


def _outbox(actor: Actor, state: str) -> str:
    return f"{reverse('outbox')}?state={state}" if actor.can("outbox.read") else ""


def register_all() -> None:
    """Register the subjects in the order in which the page shows them; called once, when the app starts."""
    register(
        Subject(
            "诉求分类",
            "三级分类的增改、合并和停用，各类的默认承办单位",
            "category",
            "category-list",
            categories,
        ),
        Subject(
            "来件渠道", "电话、网站、微信等渠道的名称、启用和停用", "phone-incoming", "channel-list", channels
        ),
        Subject("工作日历", "每年的放假和调休，时限按它数工作日", "calendar", "calendar", worktime),
        Subject("作息时间", "上下班时间，可按季节不同", "clock", "hours", working_hours),
        Subject(
            "消息文字", "短信和通知的内容、占位符和版本，短信通道是否正常", "message", "message-list", texts
        ),
    )
