"""Urging what is owed on papers, telling the leaders, and the notices: each week what was urged, each quarter the faults."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from luoshi.documents import roster, rules
from luoshi.documents.models import Fault, Incoming, Notice, Transfer, Urging
from luoshi.documents.policies import may_urge, require
from luoshi.documents.services.incoming import fault_note, office_body
from luoshi.documents.services.text import block
from luoshi.documents.states.incoming import ASSIGNMENT, INCOMING, NOTICE, TRANSFER
from luoshi.ledger import rules as book
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter, Obligation, door
from luoshi.organisation.models import Body, Person
from luoshi.organisation.selectors import deputy_leaders_on, holders_on, liaisons_on, local_day

BEFORE, DUE, OVER, HAND, LEADERS = "before", "due", "over", "hand", "leaders"
WORDS = {BEFORE: "明日到期", DUE: "今日到期", OVER: "已逾期", HAND: "请抓紧办理", LEADERS: "经催办仍未回复"}
KINDS = (INCOMING, ASSIGNMENT, TRANSFER)
QUARTER, WEEK = "quarter", "week"
REPLY = "documents.unit_reply"


def stage_of(due: dt.datetime, now: dt.datetime) -> str:
    """At which point of the rulebook's urging a due time stands today; empty: none.

    Source: smx-document-flow/29.1
    """
    values = rules.setting("documents.urging", now)
    today, last = local_day(now), local_day(due)
    calendar = book.current().worktime.calendar
    if today == last:
        return DUE if values["on_due_day"] else ""
    if today > last:
        return OVER if values["every_working_day_after"] and calendar.is_working(today) else ""
    left = sum(calendar.is_working(today + dt.timedelta(days=n)) for n in range(1, (last - today).days + 1))
    return BEFORE if left == values["before_working_days"] and calendar.is_working(today) else ""


def urge_run(*, now: dt.datetime, actor: Actor = SYSTEM) -> int:
    """Urge what is owed on papers: the working day before it is due, on the day, and every working day after.

    Safe to run as often as one likes: each stage once a day. A unit that was urged and is still silent when the time is
    up: its responsible and principal leaders are urged. Returns how many urgings were made.
    Source: smx-document-flow/29.1, smx-document-flow/29.2
    """
    rows = Obligation.objects.filter(
        state="open",
        nature="duty",
        matter_kind__in=KINDS,
        due_at__isnull=False,
        due_at__lt=now + dt.timedelta(days=15),
    )
    due: dict[tuple[int, str], list[Obligation]] = defaultdict(list)
    for row in rows.select_related("matter").order_by("due_at", "id"):
        stage = stage_of(row.due_at, now)
        if stage:
            due[row.matter_id, stage].append(row)
    made = 0
    for (_, stage), owed in due.items():
        titles = "、".join(f"“{row.title}”" for row in owed)
        if urge(matter=owed[0].matter, stage=stage, text=f"{titles}{WORDS[stage]}", actor=actor, at=now):
            made += 1
    return made


@transaction.atomic
def urge(*, matter: Matter, stage: str, text: str, actor: Actor, at: dt.datetime) -> Urging | None:
    """Urge one matter once at a stage of a day; None where that was done. Errors: NotAllowed, Incomplete, WrongState."""
    require(may_urge(actor), "催办")
    words = line(text, field="text", label="催办内容", longest=300)
    paper = Incoming.objects.get(pk=matter.pk if matter.kind == INCOMING else matter.parent_id)
    ledger.lock(paper.pk)
    fresh = ledger.lock(matter)
    day = local_day(at)
    if stage in (BEFORE, DUE, OVER) and Urging.objects.filter(matter=fresh, stage=stage, day=day).exists():
        return None
    data = {"stage": stage, "note": words}
    ledger.act(matter=fresh, action="urge", actor=actor, at=at, data=data)
    body = Body.objects.filter(pk=fresh.body_id or 0).first()
    row = Urging(matter=fresh, paper=paper, body=body, stage=stage, text=words, day=day, at=at, by=actor.name)
    row.reported = _must_report(paper)
    transfer = Transfer.objects.filter(pk=fresh.pk).select_related("matter", "body").first()
    with door():
        row.save(force_insert=True)
        if transfer is not None:
            earlier, transfer.urged = transfer.urged, transfer.urged + 1
            transfer.save(update_fields=["urged"])
    _tell(
        liaisons_on(body, day) if body else [],
        body,
        f"公文催办：{fresh.title}，{words}。",
        f"urge:{row.pk}",
        at,
        fresh,
    )
    if row.reported:
        report_up(paper=paper, text=f"催办{body.short_name if body else ''}：{words}", actor=actor, at=at)
    silent = (
        transfer is not None
        and fresh.obligations.filter(state="open", rule__startswith=REPLY, due_at__lt=at).exists()
    )
    if transfer is not None and stage == OVER and earlier and silent and transfer.urged_leaders_at is None:
        urge_leaders(transfer=transfer, actor=actor, at=at)
    return row


def _must_report(paper: Incoming) -> bool:
    """Whether urgings of a paper are told to the leaders at once: major, hard, long pending, or a leader's own charge.

    Source: smx-document-flow/29.4
    """
    facts = paper.matter.facts
    return bool(
        paper.major
        or facts.get("doubtful")
        or facts.get("long_pending")
        or paper.direct_basis == "assigned"
        or paper.instructions.exists()
    )


@transaction.atomic
def urge_leaders(*, transfer: Transfer, actor: Actor, at: dt.datetime) -> Transfer:
    """Urge the responsible and the principal leader of a unit that stays silent: after an urging, and when it is overdue.

    Errors: NotAllowed, Incomplete (gate documents.urge_leaders_gate), WrongState.
    Source: smx-document-flow/29.2
    """
    matter = ledger.lock(transfer.pk)
    fresh: Transfer = Transfer.objects.select_related("body", "paper").get(pk=transfer.pk)
    owed = matter.obligations.filter(state="open", rule__startswith=REPLY, due_at__lt=at)
    have = {"urged"} if fresh.urged else set()
    if owed.exists():
        have.add("overdue")
    rules.require_gate("documents.urge_leaders_gate", matter.facts, have, at)
    day = local_day(at)
    people = [*deputy_leaders_on(fresh.body, day), *holders_on(fresh.body, day, "principal_leader")]
    data = {"people": [one.pk for one in people], "name": "、".join(one.name for one in people)}
    ledger.act(matter=matter, action="urge_leaders", actor=actor, at=at, data=data)
    with door():
        fresh.urged_leaders_at = at
        fresh.save(update_fields=["urged_leaders_at"])
        Urging.objects.create(
            matter=matter,
            paper=fresh.paper,
            body=fresh.body,
            stage=LEADERS,
            text=WORDS[LEADERS],
            day=day,
            at=at,
            by=actor.name,
        )
    _tell(
        people,
        fresh.body,
        f"公文催办：{matter.title}，{WORDS[LEADERS]}，请督促。",
        f"urge-up:{matter.pk}:{matter.version}",
        at,
        matter,
    )
    return fresh


@transaction.atomic
def report_up(*, paper: Incoming, text: str, actor: Actor, at: dt.datetime) -> None:
    """Tell the leader in charge and the secretary-general how the urging of a paper stands. Errors: NotAllowed, WrongState.

    Source: smx-document-flow/29.4
    """
    matter = ledger.lock(paper.pk)
    ledger.act(matter=matter, action="report_up", actor=actor, at=at, data={"note": text})
    charged = roster.in_charge(paper.sender, at)
    people = [*([charged] if charged else []), *roster.holders(["secretary_general"], at)]
    _tell(
        people,
        None,
        f"公文催办情况：{matter.title}，{text}。",
        f"report-up:{matter.pk}:{matter.version}",
        at,
        matter,
    )


def _tell(
    people: list[Person], body: Body | None, text: str, key: str, at: dt.datetime, matter: Matter
) -> None:
    shown = text if not matter.secrecy else "您有一件涉密公文需要办理，请登录查看。"
    for person in people:
        if person.mobile:
            ledger.outbox_put(
                channel="sms", to=person.mobile, to_name=person.name, text=shown, key=f"documents:{key}:{person.pk}",
                at=at, matter=matter, body_id=body.pk if body else None,
            )  # fmt: skip


def long_pending(matter: Matter, obligation: Obligation, at: dt.datetime) -> None:
    """A paper is past the outer limit: it is marked, and the leaders are told.

    Source: smx-document-flow/15.5
    """
    ledger.record(
        matter=matter, kind="documents.long_pending", actor=SYSTEM, at=at,
        data={"rule": obligation.rule, "facts": {"long_pending": True}},
    )  # fmt: skip
    paper = Incoming.objects.select_related("matter", "sender").get(pk=matter.pk)
    waiting = "、".join(row.body.short_name for row in waited_for(paper))
    text = f"超过总外限仍未办结{'，等待' + waiting if waiting else ''}"
    report_up(paper=paper, text=text, actor=SYSTEM, at=at)


def waited_for(paper: Incoming) -> QuerySet[Transfer]:
    """The units that a paper is waiting for."""
    rows: QuerySet[Transfer] = paper.transfers.filter(matter__state__in=["sent", "received"])
    return rows.exclude(purpose="know").select_related("body", "matter")


def receipt_late(matter: Matter, obligation: Obligation, now: dt.datetime) -> None:
    """A unit did not take what was sent to it on line in time: counted in the quarterly notice."""
    if obligation.rule != "documents.unit_receipt":
        return
    transfer = Transfer.objects.select_related("body").get(pk=matter.pk)
    fault_note(
        paper=None, transfer=transfer, body=transfer.body, kind="receipt", note="未按时签收网上文件", at=now
    )


def quarter_of(day: dt.date) -> dt.date:
    """The first day of a day's quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def next_quarter(day: dt.date) -> dt.date:
    """The first day of the quarter after that of a day."""
    start = quarter_of(day)
    return dt.date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)


@transaction.atomic
def notices_open(*, actor: Actor, at: dt.datetime) -> list[Notice]:
    """Owe the notice of the quarter and the feedback of the week that ended; nothing twice, nothing of a time before
    there was a rule for it.

    Source: smx-document-flow/19, smx-document-flow/29.3
    """
    values, today = rules.setting("documents.notices", at), local_day(at)
    hour = dt.time.fromisoformat(values["hour"])
    zone = book.current().worktime.tz
    this_quarter = quarter_of(today)
    last_quarter = quarter_of(this_quarter - dt.timedelta(days=1))
    monday = today - dt.timedelta(days=today.weekday())
    day_due = this_quarter.replace(day=int(values["quarter_day"]))
    begun = monday - dt.timedelta(days=7)
    wanted = (
        (QUARTER, last_quarter, day_due, f"{last_quarter.year}年第{(last_quarter.month + 2) // 3}季度公文问题通报"),
        (WEEK, begun, monday, f"{begun:%Y年%-m月%-d日}至{monday - dt.timedelta(days=1):%-m月%-d日}公文催办情况"),
    )  # fmt: skip
    first = quarter_of(book.current().setting("documents.notices", today).valid_from)
    made = []
    for kind, period, due, title in wanted:
        if period < first or Notice.objects.filter(kind=kind, period=period).exists():
            continue
        due_at = dt.datetime.combine(due, hour, tzinfo=zone)
        matter = ledger.matter_open(
            kind=NOTICE, title=title, body_id=office_body("handling", at).pk, actor=actor, at=at,
            facts={"kind": kind, "period": period.isoformat(), "due_set": due_at},
        )  # fmt: skip
        notice = Notice(matter=matter, jurisdiction=matter.jurisdiction, kind=kind, period=period)
        with door():
            notice.save(force_insert=True)
        made.append(notice)
    return made


def faults_of(since: dt.date, until: dt.date, at: dt.datetime) -> dict[str, Any]:
    """Faulty papers by unit and kind of fault (as the rules name them at `at`), from `since` to before `until`."""
    zone = book.current().worktime.tz
    start, end = (dt.datetime.combine(day, dt.time(), tzinfo=zone) for day in (since, until))
    kinds = rules.choice("documents.fault", at).options
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for fault in Fault.objects.filter(at__gte=start, at__lt=end).select_related("body"):
        counts[fault.body.name][fault.kind] += 1
    rows = [
        {"unit": unit, "counts": [found[kind.value] for kind in kinds], "sum": sum(found.values())}
        for unit, found in counts.items()
    ]
    papers = Incoming.objects.filter(received_at__gte=start, received_at__lt=end)
    return {
        "columns": [kind.label for kind in kinds],
        "rows": sorted(rows, key=lambda row: (-int(row["sum"]), str(row["unit"]))),
        "received": papers.count(),
        "returned": papers.filter(matter__state="returned").count(),
    }


def week_of(since: dt.date, until: dt.date) -> dict[str, Any]:
    """What was urged from `since` to before `until`, and what came of it."""
    zone = book.current().worktime.tz
    start, end = (dt.datetime.combine(day, dt.time(), tzinfo=zone) for day in (since, until))
    found: dict[int, dict[str, Any]] = {}
    rows = Urging.objects.filter(at__gte=start, at__lt=end, matter__secrecy="").select_related(
        "matter", "paper__matter", "body"
    )
    for row in rows:
        entry = found.setdefault(
            row.matter_id,
            {
                "number": row.paper.matter.number or "", "title": row.matter.title, "times": 0,
                "unit": row.body.short_name if row.body else "", "result": state_words(row.matter), "leaders": False,
            },
        )  # fmt: skip
        entry["times"] += 1
        entry["leaders"] |= row.stage == LEADERS
    pending = Incoming.objects.filter(
        matter__facts__long_pending=True, finished_at__isnull=True, matter__secrecy=""
    )
    return {
        "rows": list(found.values()),
        "pending": [
            {"number": one.matter.number or "", "title": one.matter.title}
            for one in pending.select_related("matter").order_by("matter_id")[:200]
        ],
    }


def state_words(matter: Matter) -> str:
    """The state of a matter in words."""
    from luoshi.ledger.states import state_label

    return state_label(matter.kind, matter.state)


@transaction.atomic
def notice_draw_up(*, notice: Notice, remark: str, actor: Actor, at: dt.datetime) -> Notice:
    """Draw a notice up from the records; its table is taken now and kept. Errors: NotAllowed, WrongState.

    Source: smx-document-flow/19, smx-document-flow/29.3
    """
    matter = ledger.lock(notice.pk)
    fresh: Notice = Notice.objects.get(pk=notice.pk)
    said = block(remark, field="remark", label="说明", longest=4000, required=False)
    if fresh.kind == QUARTER:
        figures = faults_of(fresh.period, next_quarter(fresh.period), at)
    else:
        figures = week_of(fresh.period, fresh.period + dt.timedelta(days=7))
    ledger.act(
        matter=matter,
        action="draw_up",
        actor=actor,
        at=at,
        data={"remark": said, "rows": len(figures["rows"])},
    )
    fresh.figures, fresh.remark = figures, said
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def notice_issue(*, notice: Notice, actor: Actor, at: dt.datetime) -> Notice:
    """Issue a notice as it was drawn up. Errors: NotAllowed, WrongState (not drawn up)."""
    matter = ledger.lock(notice.pk)
    fresh: Notice = Notice.objects.get(pk=notice.pk)
    ledger.act(matter=matter, action="issue", actor=actor, at=at, data={"kind": fresh.kind})
    fresh.issued_at, fresh.issued_by = at, actor.name
    with door():
        fresh.save()
    return fresh


def register_handlers() -> None:
    """Act when something owed on a paper lapses; called once, when the app starts."""
    ledger.on_lapse("documents.long_pending", long_pending)
    ledger.on_overdue(TRANSFER, receipt_late)


__all__ = [
    "notice_draw_up",
    "notice_issue",
    "notices_open",
    "report_up",
    "urge",
    "urge_leaders",
    "urge_run",
    "waited_for",
]
