"""What the cards of the entry page say: how many there are, and what is missing or out of date."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from luoshi.administration.cards import Fact, Subject, register
from luoshi.administration.examples import EXAMPLES
from luoshi.administration.wording import filled, sms_parts
from luoshi.engines.rulebook import Notice
from luoshi.hotline.models import Category, Phrase, Request
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Outbox
from luoshi.organisation.models import Body, Grant, User
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day, missing_roster
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


def phrases(actor: Actor, at: dt.datetime) -> list[Fact]:
    """How many phrases the actor's own body has, or the whole city for who keeps them all."""
    rows = Phrase.objects.filter(in_force(local_day(at)))
    if not actor.can("hotline.manage"):
        rows = rows.filter(body_id=actor.body_id)
    found = rows.aggregate(total=Count("pk"), bodies=Count("body", distinct=True))
    if not found["total"]:
        return [Fact("还没有常用语")]
    return [Fact(f"使用中{found['total']}条，{found['bodies']}个单位")]


def bodies(actor: Actor, at: dt.datetime) -> list[Fact]:
    """How many bodies there are, and how many of them take requests."""
    found = Body.objects.filter(active=True).aggregate(
        total=Count("pk"), units=Count("pk", filter=Q(takes_requests=True))
    )
    return [Fact(f"在用{found['total']}个，其中承办诉求件{found['units']}个")]


def liaisons(actor: Actor, at: dt.datetime) -> list[Fact]:
    """Which units lack a liaison officer, a leader, or a liaison officer who can log in."""
    gaps, url = missing_roster(local_day(at)), reverse("liaison-list")
    if not gaps:
        return [Fact("承办单位都有联络员和分管领导", GOOD)]
    counts = (
        (sum(gap.no_liaison for gap in gaps), "未指定联络员"),
        (sum(gap.no_deputy_leader for gap in gaps), "未确定分管领导"),
        (sum(gap.liaison_without_account for gap in gaps), "联络员没有可用账号"),
    )
    return [Fact(f"{count}个单位{what}", BAD, f"{url}?which=gaps") for count, what in counts if count]


def accounts(actor: Actor, at: dt.datetime) -> list[Fact]:
    """How many accounts there are, are closed, were never used, or have no role today."""
    role = Exists(Grant.objects.filter(in_force(local_day(at)), user=OuterRef("pk")))
    found = User.objects.aggregate(
        total=Count("pk", filter=Q(is_active=True)),
        blocked=Count("pk", filter=Q(is_active=False)),
        locked=Count("pk", filter=Q(locked_until__gt=at)),
        idle=Count("pk", filter=Q(~role, is_active=True)),
    )
    url = reverse("user-list")
    facts = [Fact(f"启用{found['total']}个，停用{found['blocked']}个")]
    if found["locked"]:
        facts.append(Fact(f"{found['locked']}个因连续登录失败锁定", BAD, f"{url}?state=locked"))
    if found["idle"]:
        facts.append(Fact(f"{found['idle']}个没有角色", ""))
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
        Subject("机构", "设立、更名、撤销，名称沿革", "building-community", "organisation-list", bodies),
        Subject("联络员", "各单位联络员、替补、任期和缺口", "phone-call", "liaison-list", liaisons),
        Subject("账号与授权", "登录账号、角色、重置和停用", "users", "user-list", accounts),
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
        Subject("常用语", "各单位答复和退单时可插入的文字", "copy", "phrase-list", phrases),
        Subject("工作日历", "每年的放假和调休，时限按它数工作日", "calendar", "calendar", worktime),
        Subject("作息时间", "上下班时间，可按季节不同", "clock", "hours", working_hours),
        Subject(
            "消息文字", "短信和通知的内容、占位符和版本，短信通道是否正常", "message", "message-list", texts
        ),
    )
