"""People and posts: the roster of a body, with its history."""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Event
from luoshi.organisation.models import Body, Person, Post
from luoshi.organisation.models.base import in_force
from luoshi.organisation.policies import may_edit_roster, require
from luoshi.organisation.selectors import local_day, platform_contacts
from luoshi.organisation.services.blocking import block
from luoshi.organisation.services.checks import in_order, lock_body, lock_row, overlaps, text
from luoshi.organisation.services.journal import body_matter, note

MOBILE = re.compile(r"1[3-9]\d{9}")
OFFICE_PHONE = re.compile(r"[\d\-+() 转]{3,30}")
# the posts that each body with hotline duties must fill, and whose changes the platform is told of
ROSTER = (Post.Kind.DEPUTY_LEADER, Post.Kind.LIAISON)
# posts that one person holds at a time
SINGLE = (Post.Kind.PRINCIPAL_LEADER, Post.Kind.PARTY_LEADER, Post.Kind.GROUP_HEAD, Post.Kind.OFFICE_HEAD)


@transaction.atomic
def person_create(
    *,
    body: Body,
    name: str,
    actor: Actor,
    at: dt.datetime,
    mobile: str = "",
    office_phone: str = "",
    email: str = "",
) -> Person:
    """Enter a person of a body. The event names the person, never the numbers."""
    require(may_edit_roster(actor, body), "维护该单位名单")
    body = lock_body(body)
    person = Person(body=body, name=text(name, field="name", label="姓名", longest=40))
    _set_contact(person, mobile=mobile, office_phone=office_phone, email=email)
    person.save()
    note(
        body=body, kind="person_created", actor=actor, at=at, data={"person": person.pk, "name": person.name}
    )
    return person


@transaction.atomic
def person_update(
    *,
    person: Person,
    actor: Actor,
    at: dt.datetime,
    mobile: str,
    office_phone: str = "",
    email: str = "",
    version: int | None = None,
) -> Person:
    """Change how a person is reached. A liaison in office keeps a mobile number: notices go there."""
    require(may_edit_roster(actor, person.body), "维护该单位名单")
    lock_body(person.body)
    person = lock_row(person)
    if version is not None and person.version != version:
        raise WrongState(f"{person.name}的信息刚被他人修改", mend="请刷新页面后重试")
    before = (person.mobile, person.office_phone, person.email)
    _set_contact(person, mobile=mobile, office_phone=office_phone, email=email)
    is_liaison = Post.objects.filter(in_force(local_day(at)), person=person, kind=Post.Kind.LIAISON).exists()
    if is_liaison and not person.mobile:
        raise Incomplete("联络员须有手机，转办短信发到这个号码", field="mobile")
    if before == (person.mobile, person.office_phone, person.email):
        return person
    person.version += 1
    person.save()
    note(
        body=person.body,
        kind="person_updated",
        actor=actor,
        at=at,
        data={"person": person.pk, "name": person.name},
    )
    return person


@transaction.atomic
def post_start(
    *,
    person: Person,
    body: Body,
    kind: str,
    since: dt.date,
    actor: Actor,
    at: dt.datetime,
    title: str = "",
    full_time: bool = True,
    document: str = "",
) -> Post:
    """Let a person hold a post from `since` on; the platform is told of a new liaison or deputy leader.

    Errors: NotAllowed; WrongState (body closed, person left, post held by someone else); Incomplete
    (before the body existed, held already in that time, a liaison without a mobile number).
    """
    require(may_edit_roster(actor, body), "维护该单位名单")
    body = lock_body(body)
    person = lock_row(person)
    if kind not in Post.Kind.values:
        raise Incomplete("请选择职务类别", field="kind")
    if not person.active:
        raise WrongState(f"{person.name}已离岗", mend="请选择在岗人员")
    if kind == Post.Kind.LIAISON and not person.mobile:
        raise Incomplete("联络员须有手机，转办短信发到这个号码", field="person")
    if since < body.since:
        raise Incomplete(f"任职日期早于{body.name}的设立日期{body.since:%Y-%m-%d}", field="since")
    title = " ".join(title.split())[:60]
    if kind == Post.Kind.APPOINTED and not title:
        raise Incomplete("任命职务须写明职务名称", field="title")
    _refuse_clash(person=person, body=body, kind=kind, title=title, since=since)
    post = Post(
        person=person,
        body=body,
        kind=kind,
        title=title,
        since=since,
        full_time=full_time,
        document=document.strip()[:200],
    )
    post.save()
    event = note(
        body=body, kind="post_started", actor=actor, at=at, data={**_named(post), "document": post.document}
    )
    _tell_platform(
        post=post, event=event, at=at, words=f"自{since:%Y-%m-%d}起由{person.name}担任{post.label}"
    )
    return post


@transaction.atomic
def post_end(*, post: Post, until: dt.date, actor: Actor, at: dt.datetime, document: str = "") -> Post:
    """End a post: on `until` it is no longer held. The last liaison or deputy leader needs a successor.

    Errors: NotAllowed; WrongState (ended already; a body with hotline duties would be left without a
    liaison or deputy leader on that day); Incomplete (before the post began).
    Source: smx-hotline-ops/14.1.a, smx-hotline-ops/16.a
    """
    require(may_edit_roster(actor, post.body), "维护该单位名单")
    body = lock_body(post.body)
    post = lock_row(post)
    if post.until is not None:
        raise WrongState(
            f"{post.person.name}的{post.label}职务已于{post.until:%Y-%m-%d}结束", mend="请刷新页面"
        )
    in_order(post.since, until)
    if body.takes_requests and post.kind in ROSTER and not _others_on(post, until):
        kind_name = post.get_kind_display()
        raise WrongState(
            f"{body.name}在{until:%Y-%m-%d}将没有{kind_name}",
            mend=f"请先登记接任的{kind_name}（任职日期不晚于这一天）",
        )
    post.until = until
    post.save()
    data = {**_named(post), "until": until.isoformat(), "document": document.strip()[:200]}
    event = note(body=body, kind="post_ended", actor=actor, at=at, data=data)
    _tell_platform(
        post=post, event=event, at=at, words=f"{post.person.name}自{until:%Y-%m-%d}起不再担任{post.label}"
    )
    return post


@transaction.atomic
def person_leave(*, person: Person, actor: Actor, at: dt.datetime) -> Person:
    """Note that a person has left: no new posts, and their accounts are blocked at once.

    Errors: NotAllowed; WrongState (left already, or still in office).
    """
    require(may_edit_roster(actor, person.body), "维护该单位名单")
    lock_body(person.body)
    person = lock_row(person)
    if not person.active:
        raise WrongState(f"{person.name}已离岗", mend="请刷新页面")
    held = Post.objects.filter(person=person).exclude(until__lte=local_day(at)).first()
    if held is not None:
        raise WrongState(f"{person.name}仍任{held.label}", mend="请先登记免职日期")
    person.active = False
    person.version += 1
    person.save()
    for user in person.users.select_for_update().filter(is_active=True):
        block(user=user, by=actor.user_id, at=at)
    note(
        body=person.body,
        kind="person_left",
        actor=actor,
        at=at,
        data={"person": person.pk, "name": person.name},
    )
    return person


def _set_contact(person: Person, *, mobile: str, office_phone: str, email: str) -> None:
    mobile, office_phone = re.sub(r"[\s-]", "", mobile), office_phone.strip()
    if mobile and not MOBILE.fullmatch(mobile):
        raise Incomplete("手机号码应为11位数字", field="mobile")
    if office_phone and not OFFICE_PHONE.fullmatch(office_phone):
        raise Incomplete("办公电话只能含数字、连字符和“转”", field="office_phone")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email.strip()):
        raise Incomplete("电子邮箱格式不对", field="email")
    person.mobile, person.office_phone, person.email = mobile, office_phone, email.strip()


def _refuse_clash(*, person: Person, body: Body, kind: str, title: str, since: dt.date) -> None:
    same_kind = Post.objects.filter(body=body, kind=kind).select_related("person")
    if kind == Post.Kind.APPOINTED:  # one may hold several posts of one body at once
        same_kind = same_kind.filter(title=title)
    for held in same_kind:
        if not overlaps((held.since, held.until), (since, None)):
            continue
        label = Post.Kind(kind).label
        if held.person_id == person.pk:
            raise Incomplete(f"{person.name}在这段时间已登记为{label}", field="since")
        if kind in SINGLE:
            raise WrongState(f"{body.name}的{label}现为{held.person.name}", mend="请先登记其免职日期")


def _others_on(post: Post, day: dt.date) -> bool:
    """Whether someone else holds the same kind of post at the body on `day` and on."""
    return Post.objects.filter(in_force(day), body=post.body, kind=post.kind).exclude(pk=post.pk).exists()


def _named(post: Post) -> dict[str, object]:
    return {
        "post": post.pk,
        "kind": post.kind,
        "label": post.label,
        "person": post.person_id,
        "name": post.person.name,
        "since": post.since.isoformat(),
    }


def _tell_platform(*, post: Post, event: Event, at: dt.datetime, words: str) -> None:
    """The body's new roster goes to the platform's own liaisons, once per change and person.

    Source: smx-hotline-ops/16.c
    """
    if post.kind not in ROSTER or not post.body.takes_requests:
        return
    for contact in platform_contacts(jurisdiction=post.body.jurisdiction, day=local_day(at)):
        ledger.outbox_put(
            channel="sms",
            to=contact.mobile,
            to_name=contact.name,
            body_id=contact.body_id,
            text=f"【名单更新】{post.body.name}：{words}",
            key=f"roster-{event.pk}-{contact.pk}",
            matter=body_matter(post.body),
            at=at,
        )
