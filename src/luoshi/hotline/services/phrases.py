"""Keeping standard phrases: each edit ends one version and begins the next, so that who changed what stays known."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from luoshi.hotline.models import Phrase
from luoshi.hotline.selectors.phrases import SLOT, SLOTS
from luoshi.hotline.services.keeping import kept
from luoshi.hotline.services.shared import needed, rule_day
from luoshi.hotline.states_settings import PHRASES, may_keep_phrases
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import door
from luoshi.ledger.services import act
from luoshi.ledger.whole import whole
from luoshi.organisation.models import Body

LONGEST = 1000


class _Owner:
    """What the policy asks of a matter, before there is one."""

    def __init__(self, body: Body) -> None:
        self.body_id = body.pk


def _step(action: str, body: Body, actor: Actor, at: datetime, **data: Any) -> None:
    if not may_keep_phrases(actor, _Owner(body)):
        raise NotAllowed("您不能维护这个单位的常用语", mend="请由本单位联络员或分管领导办理")
    matter = kept(
        kind=PHRASES,
        number=f"phrases-{body.code}",
        title=f"{body.short_name}常用语",
        actor=actor,
        at=at,
        body_id=body.pk,
    )
    act(matter=matter, action=action, actor=actor, at=at, data=data)


def _checked(text: str) -> str:
    """The text. Errors: Incomplete with the place of a placeholder that there is not."""
    said = needed(text, "常用语内容", field="text", limit=LONGEST)
    for match in SLOT.finditer(said):
        if match[1] not in SLOTS:
            offered = "、".join(f"{{{name}}}（{what}）" for name, what in SLOTS.items())
            raise Incomplete(
                f"第{match.start() + 1}个字处没有“{match[0]}”这个占位符",
                mend=f"可用：{offered}",
                field="text",
            )
    return said


@whole
def phrase_save(
    *,
    body: Body,
    use: str,
    title: str,
    text: str,
    actor: Actor,
    at: datetime,
    phrase: Phrase | None = None,
    number: int | None = None,
) -> Phrase:
    """Add a phrase, or put a new version in the place of one. number: the version that the page showed.

    Errors: NotAllowed; Incomplete (use, title, text); WrongState (changed or ended meanwhile).
    """
    if use not in Phrase.Use.values:
        raise Incomplete("请选择用于答复还是退单", field="use")
    name, said = needed(" ".join(title.split()), "名称", field="title", limit=30), _checked(text)
    old = _current(phrase, number) if phrase is not None else None
    same = Phrase.objects.filter(body=body, use=use, title=name, until__isnull=True)
    if same.exclude(pk=old.pk if old else None).exists():
        raise Incomplete(f"已有名为“{name}”的常用语", field="title")
    _step("save", body, actor, at, name=name, text=said, use=use, before=old.text if old else "")
    day = rule_day(at)
    with door():
        if old is not None:
            old.until = max(day, old.since)
            old.save()
        made: Phrase = Phrase.objects.create(
            body=body, use=use, title=name, text=said, number=old.number + 1 if old else 1, since=day,
            changed_by=actor.name, follows=old,
        )  # fmt: skip
    return made


def _current(phrase: Phrase, number: int | None = None) -> Phrase:
    row: Phrase = Phrase.objects.select_for_update(of=("self",)).get(pk=phrase.pk)
    if row.until is not None or (number is not None and row.number != number):
        raise WrongState(f"常用语“{row.title}”刚被他人修改或停用", mend="请刷新页面后重试")
    return row


@whole
def phrase_end(*, phrase: Phrase, actor: Actor, at: datetime) -> Phrase:
    """Let a phrase no longer be offered. Errors: NotAllowed; WrongState (ended already)."""
    row = _current(phrase)
    _step("end", row.body, actor, at, name=row.title)
    with door():
        row.until = max(rule_day(at), row.since)
        row.save()
    return row


@whole
def phrase_restore(*, phrase: Phrase, actor: Actor, at: datetime) -> Phrase:
    """Offer an ended phrase again. Errors: NotAllowed; WrongState (in use, replaced, its name taken)."""
    row: Phrase = Phrase.objects.select_for_update(of=("self",)).get(pk=phrase.pk)
    if row.until is None or Phrase.objects.filter(follows=row).exists():
        raise WrongState(f"常用语“{row.title}”不是停用的", mend="请刷新页面")
    if Phrase.objects.filter(body=row.body, use=row.use, title=row.title, until__isnull=True).exists():
        raise WrongState(f"已有名为“{row.title}”的常用语", mend="请先给那一条改名")
    _step("restore", row.body, actor, at, name=row.title)
    with door():
        row.until = None
        row.save()
    return row
