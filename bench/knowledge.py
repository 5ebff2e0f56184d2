"""Search while typing in 10,000 entries of the knowledge base: p95, beside a plain scan that looks for the text as typed."""

from __future__ import annotations

import datetime as dt
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

ENTRIES = 10_000
ROUNDS = 5
SEEDED_AT = dt.datetime(2017, 9, 22, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TYPED = (
    "公", "公积", "公积金", "公积金提", "公积金提取", "公积金提取要带什么", "水", "办理", "身份证", "新生儿怎么上医保",
    "残疾人补贴申领", "个体户注销营业执照", "老年人公交卡年审多久能办好", "供热投诉", "租房群众提取公积金",
    "出租车司机 驾驶证 补办",
    "外来人员孩子入学要什么材料", "失业人员创业贷款", "小微企业排污许可续期", "噪声", "扬尘投诉", "社保卡丢了怎么补", "12号事项",
    "港澳居民居住证", "大学生就业培训报名", "没有的东西量子", "材料", "社区", "生育津贴报销", "高龄补贴",
)  # fmt: skip


def run() -> dict[str, Any]:
    """Measure in a throw-away database on the embedded PostgreSQL.

    Returns milliseconds: p50, p95 and max of the search, p95 of the scan, and how many questions each answered.
    The peer is the plain way: a LIKE over title, question and content, newest first.
    """
    with database("bench_knowledge"):
        from tests.knowledge.corpus import corpus

        from luoshi.knowledge import selectors
        from luoshi.knowledge.search.tokens import tokenizer
        from luoshi.organisation.models import Body

        tokenizer()
        corpus(list(Body.objects.all()), ENTRIES)
        ours, answered = _measure(lambda text: selectors.entries_search(text))
        theirs, scanned = _measure(_scan)
    return {
        "entries": ENTRIES,
        "questions": len(TYPED),
        "search_p50_ms": round(statistics.median(ours), 2),
        "search_p95_ms": round(_p95(ours), 2),
        "search_max_ms": round(max(ours), 2),
        "scan_p95_ms": round(_p95(theirs), 2),
        "ratio_p95": round(_p95(theirs) / _p95(ours), 2),
        "answered": answered,
        "answered_by_scan": scanned,
    }


@contextmanager
def database(name: str) -> Iterator[None]:
    """A database of its own with the tables and the bodies of the trial city, dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luoshi.web.settings_test")
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    connection.settings_dict["TEST"]["NAME"] = name
    made = setup_databases(verbosity=0, interactive=False)
    try:
        from luoshi.organisation.seed import seed_sanmenxia_bodies

        seed_sanmenxia_bodies(at=SEEDED_AT, password_hash="!")
        yield
    finally:
        teardown_databases(made, verbosity=0)


def _scan(text: str) -> list[Any]:
    from django.db.models import Q

    from luoshi.knowledge.models import Entry

    found = Q(title__icontains=text) | Q(question__icontains=text) | Q(content__icontains=text)
    return list(
        Entry.objects.filter(found, live=True).select_related("body").defer("search").order_by("-pk")[:10]
    )


def _measure(ask: Callable[[str], list[Any]]) -> tuple[list[float], int]:
    for text in TYPED:
        ask(text)
    taken = []
    for _ in range(ROUNDS):
        for text in TYPED:
            start = time.perf_counter()
            ask(text)
            taken.append((time.perf_counter() - start) * 1000)
    return taken, sum(bool(ask(text)) for text in TYPED)


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95) - 1]
