"""Bodies: set up, described, renamed, closed."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.organisation.models import Body, BodyName, Grant, Post
from luoshi.organisation.policies import may_edit_bodies, require
from luoshi.organisation.selectors import local_day
from luoshi.organisation.services.checks import in_order, lock_body, overlaps, text
from luoshi.organisation.services.journal import step
from luoshi.organisation.states import KIND


@transaction.atomic
def body_create(
    *,
    code: str,
    kind: str,
    name: str,
    jurisdiction: str,
    since: dt.date,
    actor: Actor,
    at: dt.datetime,
    short_name: str = "",
    parent: Body | None = None,
    takes_requests: bool = False,
    handles_onsite: bool = False,
    area: str = Body.Area.URBAN,
    document: str = "",
    standing: str = "",
) -> Body:
    """Set up a body under its first name, and open its matter.

    `code` is a permanent short Latin name (letters, digits, hyphens); `since` the day from which it exists.
    Errors: NotAllowed; Incomplete naming the field (code taken or malformed, name borne by another body).
    """
    require(may_edit_bodies(actor), "设立机构")
    if not code or slugify(code) != code:
        raise Incomplete("代码只能用小写字母、数字和连字符", field="code")
    if Body.objects.filter(code=code).exists():
        raise Incomplete(f"代码{code}已被使用", field="code")
    if kind not in Body.Kind.values:
        raise Incomplete("请选择机构类别", field="kind")
    _check_standing(standing)
    name = text(name, field="name", label="机构名称", longest=100)
    _refuse_borne_name(name, since=since)
    body = Body(
        code=code,
        kind=kind,
        name=name,
        short_name=" ".join(short_name.split()) or name[:40],
        parent=parent,
        jurisdiction=jurisdiction,
        takes_requests=takes_requests,
        handles_onsite=handles_onsite,
        area=area,
        standing=standing,
        since=since,
    )
    try:
        with transaction.atomic():
            body.save()
    except IntegrityError as error:  # two people at once
        raise Incomplete(f"代码{code}已被使用", field="code") from error
    BodyName(body=body, name=name, since=since, document=document.strip()).save()
    ledger.matter_open(
        kind=KIND,
        title=name,
        number=code,
        body_id=body.pk,
        actor=actor,
        at=at,
        data={
            "code": code,
            "kind": kind,
            "name": name,
            "since": since.isoformat(),
            "document": document.strip(),
        },
    )
    return body


@transaction.atomic
def body_update(
    *,
    body: Body,
    takes_requests: bool,
    handles_onsite: bool,
    area: str,
    actor: Actor,
    at: dt.datetime,
    short_name: str = "",
    standing: str | None = None,
    version: int | None = None,
) -> Body:
    """Change what a body does: whether it takes requests, handles on site, where it lies, its short name.

    standing: what kind of organ of the government it is (工作部门, 直属机构, …); None leaves it as it is.
    """
    require(may_edit_bodies(actor), "修改机构")
    body = lock_body(body, version=version)
    if area not in Body.Area.values:
        raise Incomplete("请选择所在区域", field="area")
    wanted = {
        "takes_requests": takes_requests,
        "handles_onsite": handles_onsite,
        "area": area,
        "short_name": " ".join(short_name.split()) or body.short_name,
        "standing": body.standing if standing is None else _check_standing(standing),
    }
    changed = {key: value for key, value in wanted.items() if getattr(body, key) != value}
    if not changed:
        return body
    for key, value in changed.items():
        setattr(body, key, value)
    body.version += 1
    body.save()
    step(body=body, action="update", actor=actor, at=at, data=changed)
    return body


@transaction.atomic
def body_rename(
    *,
    body: Body,
    name: str,
    since: dt.date,
    document: str,
    actor: Actor,
    at: dt.datetime,
    short_name: str = "",
    version: int | None = None,
) -> Body:
    """Give a body a new official name from `since` on; it stays the same body, and the old name its history.

    `document` is the paper that the change of name rests on. A change is entered once it is in effect:
    `since` is at latest the day of `at`.
    Errors: NotAllowed; WrongState (closed, changed by someone else); Incomplete naming the field.
    """
    require(may_edit_bodies(actor), "更改机构名称")
    body = lock_body(body, version=version)
    name = text(name, field="name", label="新名称", longest=100)
    document = text(document, field="document", label="更名依据文件", longest=200)
    current = BodyName.objects.select_for_update().get(
        body=body, kind=BodyName.Kind.OFFICIAL, until__isnull=True
    )
    if name == current.name:
        raise Incomplete("新名称与现用名称相同", field="name")
    if since <= current.since:
        raise Incomplete(f"启用日期须晚于现用名称的启用日期{current.since:%Y-%m-%d}", field="since")
    if since > local_day(at):
        raise Incomplete("启用日期未到，请在生效后登记", field="since")
    _refuse_borne_name(name, since=since, but=body)
    current.until = since
    current.save()
    BodyName(body=body, name=name, since=since, document=document).save()
    old, body.name = body.name, name
    body.short_name = " ".join(short_name.split()) or body.short_name
    body.version += 1
    body.save()
    step(
        body=body,
        action="rename",
        actor=actor,
        at=at,
        changes={"title": name},
        data={"from": old, "to": name, "since": since.isoformat(), "document": document},
    )
    return body


@transaction.atomic
def body_name_add(
    *,
    body: Body,
    kind: str,
    name: str,
    since: dt.date,
    actor: Actor,
    at: dt.datetime,
    until: dt.date | None = None,
    document: str = "",
) -> BodyName:
    """Record a further name of the body: an additional plate (with its document) or a short form.

    Errors: NotAllowed; WrongState (closed); Incomplete (official names change by body_rename only; the
    name is borne already in that period).
    """
    require(may_edit_bodies(actor), "登记机构名称")
    body = lock_body(body)
    if kind not in {BodyName.Kind.PLATE, BodyName.Kind.ALIAS}:
        raise Incomplete("正式名称请用更名办理", field="kind")
    name = text(name, field="name", label="名称", longest=100)
    if kind == BodyName.Kind.PLATE:
        document = text(document, field="document", label="加挂牌子的依据文件", longest=200)
    in_order(since, until)
    for other in BodyName.objects.filter(body=body, name=name):
        if overlaps((other.since, other.until), (since, until)):
            raise Incomplete(f"{body.name}在这段时间已登记这个名称", field="name")
    _refuse_borne_name(name, since=since, but=body)
    row = BodyName(body=body, kind=kind, name=name, since=since, until=until, document=document.strip())
    row.save()
    step(
        body=body,
        action="name",
        actor=actor,
        at=at,
        data={"kind": kind, "name": name, "since": since.isoformat(), "document": row.document},
    )
    return row


@transaction.atomic
def body_close(
    *, body: Body, until: dt.date, actor: Actor, at: dt.datetime, document: str, version: int | None = None
) -> Body:
    """Close a body from `until` on: its posts, grants and names end with it, its history stays.

    Errors: NotAllowed; WrongState (closed already, bodies below it in use); Incomplete naming the field.
    """
    require(may_edit_bodies(actor), "撤销机构")
    body = lock_body(body, version=version)
    document = text(document, field="document", label="撤销依据文件", longest=200)
    in_order(body.since, until)
    if until > local_day(at):
        raise Incomplete("撤销日期未到，请在生效后登记", field="until")
    if body.children.filter(active=True).exists():
        raise WrongState(f"{body.name}还有在用的下级机构", mend="请先调整下级机构")
    ended = end_with(body, until)
    body.active = False
    body.until = until
    body.version += 1
    body.save()
    step(
        body=body,
        action="close",
        actor=actor,
        at=at,
        data={"until": until.isoformat(), "document": document, "ended": ended},
    )
    return body


def _check_standing(standing: str) -> str:
    if standing and standing not in Body.Standing.values:
        raise Incomplete("请选择机构性质", field="standing")
    return standing


def end_with(body: Body, until: dt.date) -> int:
    """End names, posts and grants that would outlive their body; returns how many. For services of this app."""
    ended = 0
    rows: list[BodyName | Post | Grant] = [*body.names.all(), *body.posts.all(), *body.grants.all()]
    for row in rows:
        if row.until is None or row.until > until:
            row.until = max(row.since, until)
            row.save()
            ended += 1
    return ended


def _refuse_borne_name(name: str, *, since: dt.date, but: Body | None = None) -> None:
    """A name means one body at a time, from `since` on."""
    bearers = BodyName.objects.filter(Q(until__isnull=True) | Q(until__gt=since), name=name)
    if but is not None:
        bearers = bearers.exclude(body=but)
    other = bearers.select_related("body").first()
    if other is not None:
        raise Incomplete(f"{name}已是{other.body.name}的名称", field="name")
