"""What a meeting of the demo place resolved is carried out: a leader named, signed for, worked on, reported, closed."""

from __future__ import annotations

from datetime import datetime

from luoshi.agenda.selectors import in_charge_of
from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Life, Office
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day
from luoshi.supervision import services
from luoshi.supervision.models import Task

SETTERS = {"shizhangban": "mayor_office", "zonghe1": "section_clerk"}


def tasks_of(source: Matter) -> list[Task]:
    """The tasks that were set by one paper."""
    return list(Task.objects.filter(source=source).select_related("matter__body").order_by("pk"))


def taken(cast: Cast, source: Matter, at: datetime) -> None:
    """The units sign for what was resolved."""
    for task in tasks_of(source):
        signed_for(cast, task, at)


def signed_for(cast: Cast, task: Task, at: datetime) -> None:
    """Lead and helpers sign for one task, after the mayor named its leader where that is open."""
    lead = _body(task.matter)
    leader = in_charge_of(lead, day=local_day(at))
    if task.leader_open and leader is not None:
        services.leader_name(task=task, leader=leader.person, actor=cast.actor("mayor", "shizhengfu"), at=at)
    services.task_receive(task=task, actor=cast.actor("liaison", lead.code), at=at)
    for part in task.parts.select_related("body"):
        services.part_receive(part=part, actor=cast.actor("liaison", part.body.code), at=at)


def carried_out(cast: Cast, source: Matter) -> Life:
    """Three weeks of work: progress is told, those who help answer, the lead reports, the setter checks and closes."""
    at = yield Office(5 * 480)
    for task in tasks_of(source):
        own = cast.actor("liaison", _body(task.matter).code)
        services.task_progress(task=task, text="工作方案已经印发，首批点位已开工。", actor=own, at=at)
    at = yield Office(6 * 480)
    for task in tasks_of(source):
        for part in task.parts.select_related("body"):
            own = cast.actor("liaison", part.body.code)
            services.part_reply(part=part, text="已按要求配合到位。", actor=own, at=at)
    at = yield Office(2 * 480)
    for task in tasks_of(source):
        own = cast.actor("liaison", _body(task.matter).code)
        services.task_submit(task=task, text="议定事项已经落实，现场照片备查。", actor=own, at=at)
    at = yield Office(480)
    for task in tasks_of(source):
        setter = Body.objects.get(pk=task.matter.facts["setter_body"]).code
        services.task_close(
            task=task, opinion="经核查，情况属实。", actor=cast.actor(SETTERS[setter], setter), at=at
        )


def _body(matter: Matter) -> Body:
    if matter.body is None:
        raise ValueError(f"nobody leads {matter}")
    return matter.body
