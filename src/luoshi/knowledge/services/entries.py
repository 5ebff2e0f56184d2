"""Entries: set up, edited with a version kept each time, published, looked at again, taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from luoshi.knowledge import rules
from luoshi.knowledge.models import Correction, Entry, EntryVersion
from luoshi.knowledge.policies import may_edit, may_edit_for, require
from luoshi.knowledge.services.indexing import entry_index
from luoshi.knowledge.states import ENTRY
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import block, line, locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Body

LONGEST = 4000  # characters of one field of an answer
TEXTS = ("title", "question", "keywords", "content")


@transaction.atomic
def entry_create(
    *,
    body: Body,
    form: str,
    title: str,
    actor: Actor,
    at: dt.datetime,
    question: str = "",
    keywords: str = "",
    content: Mapping[str, str] | None = None,
    note: str = "",
    publish: bool = False,
) -> Entry:
    """Enter a question with its answer for a body; a draft until it is published.

    content: field key -> text, by the rulebook's content rule of the form; other keys are left out. A draft may
    lack something, a published entry nothing.
    Errors: NotAllowed (another body's), Incomplete naming the field (with the clause), WrongState (closed body).
    """
    require(may_edit_for(actor, body.pk), "建立这个单位的知识条目")
    if not body.active:
        raise WrongState(f"{body.name}已撤销", mend="请选择在用的单位")
    if form not in Entry.Form.values:
        raise Incomplete("请选择条目类别", field="form")
    texts = clean_texts(form, title, question, keywords, content or {}, at)
    matter = ledger.matter_open(
        kind=ENTRY, title=texts["title"], body_id=body.pk, actor=actor, at=at, facts={"form": form}
    )
    entry = Entry(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        body=body,
        form=form,
        created_at=at,
        maintained_at=at,
        maintained_by=actor.name,
        review_on=rules.review_day(at),
        **texts,
    )
    entry_index(entry)
    with door():
        entry.save(force_insert=True)
    _keep_version(entry, note=note, actor=actor, at=at)
    return entry_publish(entry=entry, actor=actor, at=at) if publish else entry


@transaction.atomic
def entry_edit(
    *,
    entry: Entry,
    title: str,
    question: str,
    content: Mapping[str, str],
    actor: Actor,
    at: dt.datetime,
    keywords: str = "",
    note: str = "",
    mended: Collection[int] = (),
    version: int | None = None,
) -> Entry:
    """Change an entry: the former text stays as a version, and the new one is shown at once if it is published.

    mended: ids of errors registered by the platform that this edit puts right. version: the matter's version that
    the editor saw. An edit that changes nothing leaves everything as it is.
    Errors: NotAllowed, WrongState (someone was quicker), Incomplete naming the field.
    Source: smx-hotline-ops/6.b
    """
    fresh, matter = locked(entry, "body")
    require(may_edit(actor, matter), "修改这个条目")
    texts = clean_texts(fresh.form, title, question, keywords, content, at)
    if fresh.live:
        _check_complete(fresh.form, texts, at)
    changed = [name for name in TEXTS if getattr(fresh, name) != texts[name]]
    if not changed and not mended:
        return fresh
    for name, value in texts.items():
        setattr(fresh, name, value)
    fresh.version += 1
    entry_index(fresh)
    _maintained(fresh, actor, at)
    _keep_version(fresh, note=note, actor=actor, at=at)
    _mend(fresh, mended, actor, at)
    ledger.act(
        matter=matter,
        action="edit",
        actor=actor,
        at=at,
        data={
            "version": fresh.version,
            "changed": changed,
            "note": note.strip()[:200],
            "mended": sorted(mended),
        },
        version=version,
        changes={"title": fresh.title},
    )
    return fresh


@transaction.atomic
def entry_publish(*, entry: Entry, actor: Actor, at: dt.datetime, version: int | None = None) -> Entry:
    """Show an entry to everybody who searches; only a complete one, and after a withdrawal again.

    Errors: Incomplete naming the first missing field, WrongState, NotAllowed.
    Source: smx-hotline-ops/6.a
    """
    fresh, matter = locked(entry, "body")
    require(may_edit(actor, matter), "发布这个条目")
    _check_complete(fresh.form, {name: getattr(fresh, name) for name in TEXTS}, at)
    fresh.live = True
    _maintained(fresh, actor, at)
    ledger.act(
        matter=matter,
        action="publish",
        actor=actor,
        at=at,
        data={"version": fresh.version, "form": fresh.form},
        version=version,
    )
    return fresh


@transaction.atomic
def entry_review(*, entry: Entry, actor: Actor, at: dt.datetime, version: int | None = None) -> Entry:
    """Confirm that a published entry still holds: it counts as kept up now, and the reminder starts anew.

    Errors: WrongState, NotAllowed.
    """
    fresh, matter = locked(entry, "body")
    _maintained(fresh, actor, at)
    ledger.act(
        matter=matter, action="review", actor=actor, at=at, data={"version": fresh.version}, version=version
    )
    return fresh


@transaction.atomic
def entry_withdraw(
    *, entry: Entry, reason: str, actor: Actor, at: dt.datetime, version: int | None = None
) -> Entry:
    """Take an entry back: nobody finds it any more; versions and history stay, and it can be published again.

    Errors: Incomplete (no reason), WrongState, NotAllowed.
    """
    why = line(reason, field="reason", label="撤下原因", longest=200)
    fresh, matter = locked(entry, "body")
    fresh.live = False
    with door():
        fresh.save()
    ledger.act(matter=matter, action="withdraw", actor=actor, at=at, data={"reason": why}, version=version)
    return fresh


def clean_texts(
    form: str, title: str, question: str, keywords: str, content: Mapping[str, str], at: dt.datetime
) -> dict[str, Any]:
    """The texts of an entry, cleaned and of fitting length; only the fields of the form's content rule.

    Errors: Incomplete naming the field.
    """
    return {
        "title": line(title, field="title", label="事项名称", longest=120),
        "question": line(question, field="question", label="群众常问", longest=300, required=False),
        "keywords": line(keywords, field="keywords", label="别名和关键词", longest=200, required=False),
        "content": {
            field.key: block(
                content.get(field.key, ""),
                field=field.key,
                label=field.label,
                longest=LONGEST,
                required=False,
            )
            for field in rules.fields(form, at)
        },
    }


def _check_complete(form: str, texts: Mapping[str, Any], at: dt.datetime) -> None:
    """A published entry is a question with every required part of its answer."""
    rule = rules.content_rule(form, at)
    lacking = [(field.key, field.label) for field in rule.missing(texts["content"])]
    if not texts["question"]:
        lacking.insert(0, ("question", "群众常问"))
    if lacking:
        labels = "、".join(label for _, label in lacking)
        raise Incomplete(f"发布前须填全，还缺：{labels}", field=lacking[0][0], cite=rule.cite)


def _maintained(entry: Entry, actor: Actor, at: dt.datetime) -> None:
    entry.maintained_at = at
    entry.maintained_by = actor.name
    entry.review_on = rules.review_day(at)
    with door():
        entry.save()


def _keep_version(entry: Entry, *, note: str, actor: Actor, at: dt.datetime) -> None:
    with door():
        EntryVersion.objects.create(
            entry=entry,
            number=entry.version,
            note=line(note, field="note", label="修改说明", longest=200, required=False),
            at=at,
            by=actor.name,
            user_id=actor.user_id,
            **{name: getattr(entry, name) for name in TEXTS},
        )


def _mend(entry: Entry, ids: Collection[int], actor: Actor, at: dt.datetime) -> None:
    if not ids:
        return
    open_ones = Correction.objects.filter(entry=entry, mended_at__isnull=True, pk__in=list(ids))
    with door():
        if open_ones.update(mended_at=at, mended_by=actor.name, mended_version=entry.version) != len(
            set(ids)
        ):
            raise WrongState("所选的错误已经改正或不属于这个条目", mend="请刷新页面后重试")
