"""The demo city's topics that are still on their way, and its city-wide meetings; all invented."""

from __future__ import annotations

from datetime import datetime, timedelta

from luoshi.agenda.selectors import assistant_of, in_charge_of
from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Begin, Life, Office, later
from luoshi.ledger.actors import Actor
from luoshi.meetings import services
from luoshi.meetings.models import CityMeeting, Topic
from luoshi.organisation.models import Grant, Person
from luoshi.organisation.selectors import actor_for, local_day

PROPOSAL = {
    "content": "总结当前进展，部署下一步工作", "agenda": "通报情况；有关单位表态；部署工作", "time": "上午九时，会期一小时",
    "place": "市政府第一会议室", "attendees": "各县（市、区）分管负责人、有关部门负责人",
    "cost": "视频会议，不另支出", "funding": "部门预算",
}  # fmt: skip


class Topics:
    """What is being proposed in one city, and how far it has come."""

    def __init__(self, cast: Cast, start: datetime, end: datetime) -> None:
        self.cast, self.start, self.end = cast, start, end
        self.secretary = cast.actor("secretary_general", "shizhengfu")

    def lives(self) -> list[tuple[datetime, Begin]]:
        """Topics that wait at each stop, one that units differ on, one left out; two city-wide meetings."""
        last = self.end - timedelta(days=6)
        return [
            (later(last, 20), self._under_way("公园免费开放管理办法的执行情况", "chengguan", stops=0)),
            (later(last, 40), self._under_way("河道清淤资金安排", "zhujian", stops=2)),
            (later(last, 50), self._under_way("中小学课后服务安排", "jiaoyu", stops=3)),
            (later(last, 60), self.differing),
            (later(last, 90), self.left_out),
            (later(last, 120), self._city("全市冬季供热保障工作会议", "zhujian", "deploy", stops=1)),
            (later(last, 150), self._city("全市环境监测业务会议", "huanbao", "department", stops=0)),
        ]

    def _as(self, person: Person) -> Actor:
        grant = Grant.objects.filter(user__person=person).select_related("user").order_by("id")[0]
        return actor_for(user=grant.user, body_id=grant.body_id)

    def _chain(self, unit: str, at: datetime) -> list[Actor]:
        """Who reviews what comes from a unit: the deputy, the secretary-general, the leader in charge."""
        leader = in_charge_of(self.cast.body(unit), day=local_day(at))
        if leader is None:
            raise ValueError(f"nobody is in charge of {unit}")
        deputy = assistant_of(leader, day=local_day(at))
        return [self._as((deputy or leader).person), self.secretary, self._as(leader.person)]

    def _propose(self, title: str, unit: str, at: datetime) -> tuple[Topic, Actor]:
        own = self.cast.actor("unit_principal", unit)
        topic = services.topic_propose(
            title=title, kind="executive", category="9", body=self.cast.body(unit), actor=own, at=at,
            brief=f"{title}的有关情况和建议", research="已实地调研并听取意见", points=["是否同意所提安排"],
        )  # fmt: skip
        return topic, own

    def _under_way(self, title: str, unit: str, *, stops: int) -> Begin:
        """A topic that was put up and has passed so many stops."""

        def told(at: datetime) -> Life:
            topic, own = self._propose(title, unit, at)
            services.topic_submit(topic=topic, actor=own, at=at)
            for who in self._chain(unit, at)[:stops]:
                at = yield Office(45)
                fresh = Topic.objects.get(pk=topic.pk)
                services.topic_pass(topic=fresh, opinion="同意", kind="executive", actor=who, at=at)

        return told

    def differing(self, at: datetime) -> Life:
        """A topic on which a unit disagrees; the two talk it over and set out what each holds."""
        topic, own = self._propose("餐饮油烟治理职责分工", "huanbao", at)
        asked = services.consultation_ask(
            topic=topic, bodies=[self.cast.body("chengguan"), self.cast.body("zhujian")], actor=own, at=at
        )
        at = yield Office(120)
        services.consultation_answer(
            consultation=asked[0], reply="disagree", grounds="执法力量不足，宜由主管部门牵头", sealed=True,
            actor=self.cast.actor("unit_principal", "chengguan"), at=at,
        )  # fmt: skip
        at = yield Office(120)
        services.consultation_discuss(
            consultation=asked[0], discussed="两次会商，对牵头单位仍有不同意见", own_grounds="治理重在日常执法", again=False,
            actor=own, at=at,
        )  # fmt: skip
        services.differences_set_out(
            topic=topic, proposal="建立联合检查机制", inclination="由城管部门牵头执法", actor=own, at=at
        )

    def left_out(self, at: datetime) -> Life:
        """A topic that a department can settle by itself."""
        topic, own = self._propose("办公用房调剂", "jiaoyu", at)
        services.topic_submit(topic=topic, actor=own, at=at)
        at = yield Office(60)
        services.topic_exclude(
            topic=Topic.objects.get(pk=topic.pk), ground="own_power", reason="请按有关规定自行办理",
            actor=self._chain("jiaoyu", at)[0], at=at,
        )  # fmt: skip

    def _city(self, title: str, unit: str, sort: str, *, stops: int) -> Begin:
        """A city-wide meeting: applied for in the city's name, or a department's own, registered."""

        def told(at: datetime) -> Life:
            own = self.cast.actor("unit_principal", unit)
            city = services.city_open(
                title=title, sort=sort, form="video", starts_at=later(self.end, 12 * 480), proposal=PROPOSAL,
                necessity="关系全市，确有必要" if sort == "deploy" else "", body=self.cast.body(unit), actor=own, at=at,
            )  # fmt: skip
            at = yield Office(30)
            if sort == "department":
                services.city_register(city=city, actor=own, at=at)
                return
            services.city_submit(city=city, actor=own, at=at)
            for who in self._chain(unit, at)[:stops]:
                at = yield Office(60)
                services.city_pass(city=CityMeeting.objects.get(pk=city.pk), opinion="同意", actor=who, at=at)

        return told
