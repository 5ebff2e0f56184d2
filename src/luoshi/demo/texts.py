"""Short texts of the demo city, all invented, and the cases of data/cases.yaml."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Case:
    """What somebody asks for. units: codes, the usual one first; done, problem, plan: the unit's reply."""

    units: tuple[str, ...]
    kind: str
    category: str
    title: str
    content: str
    done: str
    problem: str
    plan: str
    urgent: str = ""
    months: tuple[int, ...] = ()

    @property
    def unit(self) -> str:
        """The unit that is usually in charge."""
        return self.units[0]


@dataclass(frozen=True, slots=True)
class Place:
    """A place and the county that it lies in."""

    name: str
    area: str


@cache
def _data() -> dict[str, Any]:
    text = (files("luoshi.demo") / "data" / "cases.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


@cache
def cases() -> tuple[Case, ...]:
    """All cases, in the order of the data."""
    return tuple(
        Case(**{**entry, "units": tuple(entry["units"]), "months": tuple(entry.get("months", ()))})
        for entry in _data()["cases"]
    )


@cache
def places() -> tuple[Place, ...]:
    """All places."""
    return tuple(Place(**entry) for entry in _data()["places"])


def refusals() -> list[dict[str, str]]:
    """What is refused, one for each ground."""
    found: list[dict[str, str]] = _data()["refusals"]
    return found


def case_in(month: int, chance: random.Random) -> Case:
    """A case that may happen in a month."""
    return chance.choice([case for case in cases() if not case.months or month in case.months])


def case_of(unit: str, kind: str = "") -> Case:
    """The first case of a unit, of a kind if one is named."""
    return next(case for case in cases() if case.unit == unit and kind in {"", case.kind})


def person(chance: random.Random) -> dict[str, str | None]:
    """Somebody who does not exist, with a mobile number of a block that is not given out."""
    name = chance.choice(SURNAMES) + chance.choice(GIVEN)
    return {"name": name, "mobile": f"199{chance.randint(0, 99999999):08d}"}


def reached_by(channel: str, contact: dict[str, str | None], chance: random.Random) -> dict[str, str | None]:
    """What else a channel tells of somebody: an account, an address."""
    figure = chance.randint(10000, 99999)
    more: dict[str, str | None] = {
        "wechat": f"wx_demo_{figure}",
        "weibo": f"demo{figure}",
        "email": f"demo{figure}@example.com",
        "fax": f"0398-{figure}00",
    }
    key = "account" if channel in {"wechat", "weibo"} else channel
    return {**contact, key: more[channel]} if channel in more else contact


INSTRUCTION = "请及时联系诉求人，到现场核实情况，依规办理并按时答复。"
CONTACT_NOTES = [
    "来电人说明了具体位置，情况与登记一致",
    "已电话联系，约定下午到现场",
    "来电人补充了时间和经过",
]
PRELIMINARY = ["情况基本属实，拟安排人员现场处理", "属本单位职责，拟三日内处理完毕", "需要与物业核对后处理"]
SCENES = ["现场情况与反映基本一致", "现场已先行采取安全措施", "到场时情况已有缓解，仍需进一步处理"]
PROGRESS = ["已完成现场勘查，正在准备材料", "施工人员已进场，预计后天完工", "正在与有关单位会商"]
OPINIONS = [
    "希望以后处理得再快一些",
    "办得很好，谢谢",
    "态度不错，但问题过几天又出现了",
    "没有其他意见",
    "说明白了",
]
SUGGESTIONS = ["建议定期检查", "建议提前通知居民", "无", "建议公开联系电话"]
WEAK_REPLY = "已阅，正在处理。"
WEAK_PROBLEM = "无。"
WEAK_PLAN = "继续关注。"
RETURN_REASON = "经核查，所反映路段不在本单位管养范围，不属本单位职责"
SECTIONS = ["业务科", "执法大队", "维修中心", "信访科", "综合科", "督查室"]
COMMENTS = ["处理及时，谢谢", "基本解决，希望保持", "还是反复，希望彻底解决"]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = [
    "建国", "秀英", "志强", "丽华", "小梅", "海涛", "玉兰", "明亮", "春燕", "文博", "国庆", "雪琴", "立新", "晓东",
]  # fmt: skip
