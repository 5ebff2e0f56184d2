"""The demo city's knowledge base: entries, bulletins and what the platform asks for, through the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Life, Office, before, later
from luoshi.demo.texts import Case
from luoshi.hotline.models import Request
from luoshi.knowledge import services
from luoshi.knowledge.models import Bulletin, Entry
from luoshi.ledger.models import Matter

PARTS = ("service", "process", "materials", "time_limit", "commitment")


@dataclass(frozen=True, slots=True)
class Answer:
    """An entry that answers a case at once: its matter and what the agent reads out."""

    matter: Matter
    answer: str


@cache
def _data() -> dict[str, Any]:
    text = (files("luoshi.demo") / "data" / "knowledge.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


class Library:
    """The knowledge base of one city, and its lives."""

    def __init__(self, cast: Cast, end: datetime) -> None:
        self.cast, self.end = cast, end
        self.entries: list[Entry] = []
        self._answers: dict[str, Answer] = {}

    def fill(self, at: datetime) -> None:
        """Each unit enters its questions and answers; one stays a draft."""
        for entry in _data()["entries"]:
            made = services.entry_create(
                body=self.cast.body(entry["unit"]), form="basic", title=entry["title"], question=entry["question"],
                keywords=entry["keywords"], content=_content(entry), publish=True, note="首次录入",
                actor=self.cast.actor("liaison", entry["unit"]), at=at,
            )  # fmt: skip
            self.entries.append(made)
            if "for" in entry:
                answer = f"{entry['service']}。办理：{entry['process']}。材料：{entry['materials']}。时限：{entry['time_limit']}。"
                self._answers[entry["for"]] = Answer(made.matter, answer)
        services.entry_create(
            body=self.cast.body("chengguan"), form="basic", title="建筑垃圾清运审批", question="装修垃圾怎样清运",
            content={"service": "建筑垃圾清运核准"}, actor=self.cast.actor("liaison", "chengguan"), at=at,
        )  # fmt: skip

    def entry_for(self, case: Case) -> Answer | None:
        """The entry that answers a case at once, if there is one."""
        return self._answers.get(case.title)

    def lives(self, start: datetime) -> list[tuple[datetime, Any]]:
        """What happens to the knowledge base while the city lives, and when each begins."""
        third = (self.end - start) / 3
        told = [
            (start + third / 2, self.kept_up), (start + third, self.error_mended), (start + 2 * third, self.withdrawn),
            (before(self.end, 900), self.error_open), (before(self.end, 1000), self.scripts),
            (before(self.end, 700), self.basic_asked), (before(self.end, 240), self.bulletin_drafted),
        ]  # fmt: skip
        found: list[tuple[datetime, Any]] = list(told)
        bulletins = _data()["bulletins"]
        for place, entry in enumerate(bulletins):
            begin = start + (self.end - start) * (place + 1) / (len(bulletins) + 1)
            found.append((later(begin, 10), self._bulletin(entry, seen=place < len(bulletins) - 2)))
        return found

    def _edit(self, at: datetime, entry: Entry, note: str, **changed: str) -> None:
        services.entry_edit(
            entry=entry, title=entry.title, question=entry.question, keywords=entry.keywords,
            content={**entry.content, **changed}, note=note, at=at,
            actor=self.cast.actor("liaison", entry.body.code),
        )  # fmt: skip

    def kept_up(self, at: datetime) -> Life:
        """Entries are changed, and one is found to hold still."""
        for number, note, changed in (
            (0, "增加网上登记入口", {"process": "网上登记或社区代办；学校现场核验；公布录取结果"}),
            (0, "更正材料", {"materials": "居住证、房屋租赁合同或房产证、户口簿、预防接种证"}),
            (13, "到场时限调整", {"time_limit": "市区三十分钟到场"}),
        ):
            at = yield Office(60)
            entry = Entry.objects.select_related("body", "matter").get(pk=self.entries[number].pk)
            self._edit(at, entry, note, **changed)
        held = Entry.objects.select_related("body", "matter").get(pk=self.entries[5].pk)
        services.entry_review(entry=held, actor=self.cast.actor("liaison", held.body.code), at=at)

    def _error(self, at: datetime, number: int, what: str) -> tuple[Entry, int]:
        entry = Entry.objects.select_related("body", "matter").get(pk=self.entries[number].pk)
        found = services.entry_correct(entry=entry, what=what, actor=self.cast.head, at=at)
        return entry, found.pk

    def error_mended(self, at: datetime) -> Life:
        """The platform finds an error; the unit puts it right."""
        entry, correction = self._error(at, 22, "井盖处置时限与实际不符")
        at = yield Office(200)
        services.entry_edit(
            entry=entry, title=entry.title, question=entry.question, keywords=entry.keywords, mended=[correction],
            content={**entry.content, "time_limit": "井盖缺失一小时内先行围挡、两小时内修复，路灯二十四小时"},
            note="按平台意见更正", actor=self.cast.actor("liaison", entry.body.code), at=at,
        )  # fmt: skip

    def error_open(self, at: datetime) -> Life:
        """An error that the unit has not put right yet."""
        self._error(at, 21, "备案时限应为五个工作日")
        yield timedelta(0)

    def withdrawn(self, at: datetime) -> Life:
        """An entry that holds no more."""
        entry = Entry.objects.select_related("body", "matter").get(pk=self.entries[25].pk)
        services.entry_withdraw(
            entry=entry,
            reason="办理方式改变，重新编写",
            actor=self.cast.actor("liaison", entry.body.code),
            at=at,
        )
        yield timedelta(0)

    def _ask(self, at: datetime, unit: str, subject: str, due_at: datetime, form: str = "script") -> Any:
        recent = Request.objects.filter(received_at__lte=at).order_by("-received_at")
        numbers = list(recent.values_list("matter__number", flat=True)[:3]) if form == "script" else []
        return services.request_open(
            body=self.cast.body(unit), form=form, subject=subject, due_at=due_at, cases=numbers,
            detail="近期同类来件较多，请给出统一答复口径和依据。", actor=self.cast.head, at=at,
        )  # fmt: skip

    def scripts(self, at: datetime) -> Life:
        """Scripts asked for: one delivered, one waiting, one overdue, one called off."""
        made = self._ask(at, "reli", "供热初期集中答复口径", later(at, 900))
        self._ask(at, "chengguan", "夜市扰民答复口径", later(self.end, 700))
        self._ask(at, "chengguan", "路灯集中报修答复口径", later(at, 500))
        off = self._ask(at, "shuiwu", "停水集中答复口径", later(at, 900))
        at = yield Office(300)
        services.request_deliver(
            request=made, question="刚供暖时为什么不热", actor=self.cast.actor("liaison", "reli"), at=at,
            content={"script": "供暖初期管网升温排气需要两三天，期间请打开入户阀门并排气。", "basis": "供热服务规范"},
        )  # fmt: skip
        services.request_cancel(request=off, reason="停水已恢复，不再需要", actor=self.cast.head, at=at)

    def basic_asked(self, at: datetime) -> Life:
        """A basic entry asked for."""
        self._ask(at, "hubin", "老旧小区改造办事指南", later(self.end, 900), form="basic")
        yield timedelta(0)

    def bulletin_drafted(self, at: datetime) -> Life:
        """A bulletin that its unit has not issued yet."""
        services.bulletin_create(
            body=self.cast.body("chengguan"), topic="announcement", title="临时疏导点开放时间调整",
            text="下周一起，文明路疏导点开放时间调整为十八时至二十三时。", valid_from=later(self.end, 480),
            actor=self.cast.actor("liaison", "chengguan"), at=at,
        )  # fmt: skip
        yield timedelta(0)

    def _bulletin(self, entry: dict[str, str], *, seen: bool) -> Any:
        def issued(at: datetime) -> Life:
            actor = self.cast.actor("liaison", entry["unit"])
            made = services.bulletin_create(
                body=self.cast.body(entry["unit"]), topic=entry["topic"], title=entry["title"], text=entry["text"],
                valid_from=at, valid_until=at + timedelta(days=20), actor=actor, at=at,
            )  # fmt: skip
            late = entry["topic"] == "emergency"
            at = yield timedelta(minutes=90 if late else 5)
            told = at - timedelta(minutes=80) if late else None
            services.bulletin_issue(bulletin=made, announced_at=told, actor=actor, at=at)
            if seen:
                at = yield Office(30)
                services.bulletin_see(bulletin=Bulletin.objects.get(pk=made.pk), actor=self.cast.head, at=at)
            if entry["unit"] == "jiaotong":
                at = yield Office(500)
                fresh = Bulletin.objects.get(pk=made.pk)
                services.bulletin_withdraw(bulletin=fresh, reason="施工提前完成", actor=actor, at=at)

        return issued


def _content(entry: dict[str, str]) -> dict[str, str]:
    return {part: entry[part] for part in PARTS}
