"""Many invented entries quickly: made in memory, tokenised as always, stored past the ledger's events.

For the plan of the search and the bench only; each row has its matter, none has versions.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from luoshi.knowledge.models import Entry
from luoshi.knowledge.services.indexing import entry_index
from luoshi.knowledge.states import ENTRY
from luoshi.ledger.models import Matter, door

START = dt.datetime(2017, 10, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


WHO = words("""
新生儿 老年人 残疾人 退役军人 个体户 小微企业 农民工 大学生 外来人员 低保家庭 孕产妇 独生子女 学生家长
出租车司机 养殖户 种粮户 租房群众 困难职工 失业人员 港澳居民
""")
WHAT = words("""
医保 公积金 养老金 居住证 身份证 营业执照 入学 户口 低保 补贴 驾驶证 房产证 许可证 社保卡 生育津贴 供热
供水 燃气 公交卡 停车证 排污许可 食品经营 建房审批 婚姻登记 收养登记 法律援助 就业培训 创业贷款 公租房
垃圾清运 路灯 绿化 噪声 扬尘 水质
""")
DOING = words("""
申领 补办 变更 注销 提取 转移 报销 查询 缴费 退费 年审 登记 申请 投诉 报名 续期 备案 公示 复核 延期
""")
CLAUSES = words("""
到就近的社区服务窗口提交材料。 可以在网上提交，也可以到窗口办理。 材料不齐的一次告知。
窗口当场核对原件后退还。 由所在街道初审，主管部门复核。 审核通过后短信告知本人。 遇节假日顺延办理。
行动不便的可以预约上门。 需要本人到场采集照片。 委托他人办理的带委托书。 逾期没有领取的保留三十天。
不收取任何费用。 结果可在网上查询。 对结果不服的可以申请复核。 外地户籍的还要提供居住证明。
未成年人由监护人陪同。 首次办理的要填写登记表。 丢失的先登报声明。
""")
PAPERS = words("""
身份证 户口簿 居住证 结婚证 毕业证 银行卡 照片两张 收入证明 租赁合同 诊断证明 营业执照副本 委托书
""")


def texts(random_: random.Random, number: int, *, brief: bool = False) -> dict[str, Any]:
    """One invented entry: about three hundred characters, or about sixty."""
    who, what, doing = random_.choice(WHO), random_.choice(WHAT), random_.choice(DOING)
    some = random_.sample(CLAUSES, 9)
    if brief:
        return {
            "title": f"{who}{what}{doing}（{number}号事项）",
            "question": f"{who}怎么{doing}{what}？",
            "content": {"service": some[0]},
        }
    return {
        "title": f"{who}{what}{doing}（{number}号事项）",
        "question": f"{who}怎么办理{what}{doing}？要带什么、多久能办好？",
        "keywords": f"{what}{random_.choice(DOING)}",
        "content": {
            "service": f"为{who}办理{what}{doing}。{''.join(some[:3])}",
            "process": f"先预约再取号。{''.join(some[3:7])}办理{random_.choice(WHAT)}的另走专窗。",
            "materials": "、".join(random_.sample(PAPERS, 5)) + "。",
            "time_limit": f"受理后{random_.randint(1, 20)}个工作日。",
            "commitment": "".join(some[7:]),
        },
    }


def corpus(bodies: Iterable[Any], count: int, *, seed: int = 2017, brief: bool = False) -> None:
    """Store `count` published entries spread over the bodies, and let PostgreSQL count them (ANALYZE).

    brief: short texts of which only five hundred differ, quickly made.
    """
    random_ = random.Random(seed)
    units = [body for body in bodies if body.takes_requests]
    written: list[tuple[dict[str, Any], Any, Any]] = []
    for first in range(0, count, 1000):
        made = [
            _entry(random_, number, random_.choice(units), written, brief)
            for number in range(first, min(first + 1000, count))
        ]
        with door():
            Matter.objects.bulk_create([entry.matter for entry in made])
            for entry in made:
                entry.matter_id = entry.matter.pk
            Entry.objects.bulk_create(made, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE knowledge_entry")


def _entry(
    random_: random.Random,
    number: int,
    body: Any,
    written: list[tuple[dict[str, Any], Any, Any]],
    brief: bool,
) -> Entry:
    again = brief and number >= 500
    fields, head, search = (
        written[number % 500] if again else (texts(random_, number, brief=brief), None, None)
    )
    at = START + dt.timedelta(minutes=random_.randint(0, 400_000))
    place = {"jurisdiction": body.jurisdiction, "body": body}
    matter = Matter(
        kind=ENTRY, title=fields["title"], state="published", opened_at=at, changed_at=at, **place
    )
    entry = Entry(matter=matter, live=True, created_at=at, maintained_at=at, **place, **fields)
    entry.maintained_by, entry.review_on = "系统", at.date()
    if again:
        entry.head, entry.search = head, search
    else:
        entry_index(entry)
        written.append((fields, entry.head, entry.search))
    return entry
