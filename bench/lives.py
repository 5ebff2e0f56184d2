"""Some 160 requests, each lived through the services: the templates that bench.bulk replicates."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from bench.bulk import MARKS, places

PASSWORD = "Bench-luoshi-12345"
PLACE = "崤山路"
FINISHED, OPEN = 84, 40
ENTRIES = 5_000
CITY = ("platform", "command-centre", "leading-group", "zhengfuban", "hubin", "lushi", "gongan", "chengguan", "zhujian",
        "huanbao", "jiaoyu", "shuiwu", "reli")  # fmt: skip
STEP = timedelta(minutes=25)
TEXTS = [
    ("chengguan", "崤山路路灯不亮", "崤山路中段的路灯已经三天不亮,晚上走路看不清,小区门口还有老人摔倒,请尽快维修。"),
    ("chengguan", "崤山路占道经营", "崤山路两侧每天傍晚有流动摊贩占道经营,人行道走不过去,油烟很大,希望规范管理。"),
    ("zhujian", "崤山路工地夜间施工噪声", "崤山路北侧工地夜里十二点以后还在浇筑混凝土,噪声太大,小区居民没法休息。"),
    ("zhujian", "崤山路小区物业不作为", "崤山路某小区物业收费不开票,电梯经常停运,垃圾不及时清运,多次反映没有结果。"),
    ("huanbao", "崤山路饭店油烟扰民", "崤山路一家饭店的油烟直接排到楼道,窗户不敢开,请环保部门检查油烟净化设备。"),
    ("huanbao", "崤山路河道水质发黑", "崤山路桥下的河道水质发黑发臭,怀疑有污水直排,请核查排污口。"),
    ("shuiwu", "崤山路自来水水压低", "崤山路高层住户早晚用水高峰时水压很低,热水器打不着火,请供水公司检查管网。"),
    ("shuiwu", "崤山路污水井盖缺失", "崤山路路口的污水井盖丢失,没有围挡,骑车很危险,请立即设置警示并补装。"),
    ("reli", "崤山路暖气不热", "崤山路住户家里暖气片只有温热,室内温度不到十六度,供热费已经交齐,请上门测温。"),
    ("jiaoyu", "崤山路学校门口拥堵", "崤山路小学放学时接送车辆乱停乱放,整条路堵死,建议错峰放学并设置临时停车区。"),
    ("hubin", "崤山路老旧小区改造进度", "崤山路老旧小区改造已经停工两个月,路面挖开没有恢复,下雨天全是泥,请告知复工时间。"),
    ("hubin", "崤山路社区公共厕所", "崤山路社区的公共厕所长期锁门,附近居民和商户很不方便,请恢复开放。"),
    ("lushi", "崤山路村道破损", "崤山路通往村里的道路破损严重,大车经过扬尘很大,希望列入今年的维修计划。"),
    ("gongan", "崤山路养犬不拴绳", "崤山路广场上遛狗不拴绳的很多,小孩不敢去玩,请加强巡查和劝导。"),
]  # fmt: skip


class Lives:
    """Takes requests in and lets each go as far as it is told."""

    def __init__(self) -> None:
        from luoshi.organisation.models import Body, Grant
        from luoshi.organisation.selectors import actor_for

        self.bodies = {body.code: body for body in Body.objects.all()}
        self.actors: dict[tuple[str, str], Any] = {}
        rows = Grant.objects.select_related("user__person", "role", "body").order_by("-id")
        for grant in rows:
            self.actors[grant.role.code, grant.body.code] = actor_for(user=grant.user, body_id=grant.body_id)

    def begin(self, number: int, at: datetime) -> Any:
        """Somebody calls."""
        from luoshi.hotline import services

        _, title, content = TEXTS[number % len(TEXTS)]
        return services.request_receive(
            channel=("phone", "phone", "phone", "web", "wechat")[number % 5],
            kind=("help", "complaint", "complaint", "suggestion", "help", "consultation")[number % 6],
            title=title,
            content=content,
            contact={"name": f"虞听{'澜溪川岳'[number % 4]}", "mobile": f"1990001{number:04d}"},
            place=f"{PLACE}{number}号",
            urgency="urgent" if number % 25 == 7 else "routine",
            urgency_basis="可能危及人身安全" if number % 25 == 7 else "",
            actor=self.actors["agent", "platform"],
            at=at,
        )

    def live(self, number: int, start: datetime, stage: int) -> None:
        """Live the first `stage` steps, each 25 minutes after the one before: 0 is taken in, 12 is the end."""
        from luoshi.hotline.models import Dispatch, Request

        request = self._moment(start, lambda at: self.begin(number, at))
        steps = self._refusal() if number % 17 == 3 and stage > 10 else self._steps(number)
        for turn, deed in enumerate(steps[:stage], 1):
            fresh = Request.objects.select_related("matter", "contact").get(pk=request.pk)
            rows = Dispatch.objects.filter(request=fresh).select_related("matter", "body", "request__matter")
            dispatch = rows.select_related("request__contact").first()
            self._moment(start + turn * STEP, lambda at, d=deed, f=fresh, w=dispatch: d(f, w, at))

    def _moment(self, at: datetime, deed: Callable[[datetime], Any]) -> Any:
        from luoshi.ledger import clock

        with clock.as_if(at):
            return deed(at)

    def _refusal(self) -> list[Callable[[Any, Any, datetime], Any]]:
        from luoshi.hotline import services

        agent = self.actors["agent", "platform"]
        return [
            lambda r, d, at: services.request_refuse(
                request=r, code="8.11", reason="诉求内容不明确,无法办理", actor=agent, at=at
            )
        ]

    def _steps(self, number: int) -> list[Callable[[Any, Any, datetime], Any]]:
        from luoshi.hotline import services
        from luoshi.hotline.services import Order, Terms
        from luoshi.hotline.services.callbacks import Grade

        code = TEXTS[number % len(TEXTS)][0]
        who = self.actors
        liaison, leader, caller = who["liaison", code], who["unit_leader", code], who["callback", "platform"]
        reviewer = who["reviewer", "platform"]
        order = Order(self.bodies[code], "请联系诉求人,核实情况,依规办理并按时答复。")
        conduct = "dissatisfied" if number % 11 == 5 else "satisfied"

        def dispatch(request: Any, _: Any, at: datetime) -> None:
            basis = request.urgency_basis
            services.request_dispatch(
                request=request, orders=[order], terms=Terms("competence", request.urgency, basis),
                actor=who["dispatcher", "platform"], at=at,
            )  # fmt: skip

        return [
            dispatch,
            lambda r, d, at: services.dispatch_sign(dispatch=d, actor=liaison, at=at),
            lambda r, d, at: services.dispatch_hand_over(
                dispatch=d, handler="业务科室", opinion="请核实办理", actor=liaison, at=at
            ),
            lambda r, d, at: services.dispatch_contact(dispatch=d, note="已电话核实情况", actor=liaison, at=at),
            lambda r, d, at: services.dispatch_preliminary(
                dispatch=d, opinion="情况属实,已安排处理", actor=liaison, at=at
            ),
            lambda r, d, at: services.reply_draft(
                dispatch=d, handling="工作人员已到现场核实并完成处理,诉求人表示认可。", problems="日常巡查不够及时。",
                measures="纳入重点路段,每周巡查两次。", actor=liaison, at=at,
            ),
            lambda r, d, at: services.reply_submit(dispatch=d, actor=leader, at=at),
            lambda r, d, at: services.review_pass(dispatch=d, note="审核通过", actor=reviewer, at=at),
            lambda r, d, at: services.request_feed_back(request=r, actor=caller, at=at),
            lambda r, d, at: number % 5 and services.request_publish(
                request=r, title=r.matter.title, content=r.content, reply="工作人员已到现场核实并完成处理。",
                confirmed=True, actor=reviewer, at=at,
            ),
            lambda r, d, at: services.request_call_back(
                request=r, grades=[Grade(contacted=True, conduct=conduct, result=conduct)], opinion="无",
                suggestion="无", actor=caller, at=at,
            ),
            lambda r, d, at: services.request_archive(request=r, actor=caller, at=at),
        ]  # fmt: skip


def build() -> None:
    """Set up tables, bodies, accounts and the templates in the database of the settings (which is empty)."""
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command
    from django.utils import timezone
    from tests.knowledge.corpus import corpus

    from luoshi.ledger import clock
    from luoshi.organisation.models import Body
    from luoshi.organisation.seed import seed_sanmenxia_bodies

    call_command("migrate", verbosity=0, interactive=False)
    from luoshi.ledger.rows import role_prepare

    role_prepare()
    call_command("collectstatic", verbosity=0, interactive=False)
    now = timezone.localtime().replace(second=0, microsecond=0)
    founded = now - timedelta(days=60)
    with clock.as_if(founded):
        seed_sanmenxia_bodies(at=founded, only=CITY, password_hash=make_password(PASSWORD))
    lives = Lives()
    first = (now - timedelta(days=30)).replace(hour=9, minute=0)
    for number in range(FINISHED):
        lives.live(number, first + timedelta(hours=4 * number), 12)
    stages = cycle(range(10))
    for number in range(OPEN):
        lives.live(FINISHED + number, now - timedelta(hours=6 + number % 20), next(stages))
    corpus(list(Body.objects.all()), ENTRIES)
    _places()


def _places() -> None:
    """The places of the copies and the rare words, with their search terms, in tables of the bench's own."""
    from django.db import connection

    from luoshi.knowledge.search import vector

    tables = (("bench_place", places()), ("bench_mark", MARKS.split()))
    with connection.cursor() as cursor:
        for table, names in tables:
            cursor.execute(f"CREATE TABLE {table} (id int PRIMARY KEY, name text, search tsvector)")
            rows = [(number, name, vector(B=name)) for number, name in enumerate(names)]
            cursor.executemany(f"INSERT INTO {table} VALUES (%s, %s, %s)", rows)
            cursor.execute(f"ANALYZE {table}")


if __name__ == "__main__":
    os.environ["LUOSHI_DEMO"] = "1"
    from luoshi.cli import use_django

    use_django()
    build()
    sys.stdout.write("built\n")
