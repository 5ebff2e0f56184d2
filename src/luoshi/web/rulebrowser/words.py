"""A rule in the words of its users: rows of (what, text), the same for every version so that two can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from luoshi.engines.rulebook import (
    Authority,
    Choice,
    Condition,
    Content,
    EventMatch,
    Gate,
    Ground,
    Holidays,
    Limit,
    Notice,
    Option,
    Route,
    Rule,
    Rulebook,
    Setting,
    UnknownRule,
    WorkingHours,
)
from luoshi.engines.rulebook.model import DurationCase
from luoshi.ledger import links
from luoshi.ledger.states import event_label
from luoshi.rulemaking.said import days_words, season_words, spans_words

KINDS = {
    "limit": "时限",
    "authority": "权限",
    "ground": "退回和不予受理情形",
    "content": "内容要件",
    "choice": "选项",
    "setting": "参数",
    "notice": "通知",
    "scheme": "考核办法",
    "round": "考评程序",
    "gate": "前置条件",
    "route": "运转程序",
    "holidays": "放假安排",
    "working_hours": "作息时间",
}
FUNCTIONS = {
    "hotline": "12345热线",
    "knowledge": "业务知识库",
    "assessment": "12345考核",
    "openness": "政务公开考评",
    "websites": "网站考评",
    "rounds": "考评",
    "targets": "目标管理",
    "documents": "公文",
    "meetings": "会议",
    "decisions": "集体决策",
    "supervision": "督查督办",
    "agenda": "领导与AB角",
    "appointments": "任免与机构",
    "worktime": "工作时间",
}
OWNERS = {"body": "承办单位", "person": "指定的人员", "platform": "12345平台", "citizen": "诉求人"}
CHANNELS = {"sms": "短信", "original": "原来件渠道", "internal": "站内", "screen": "页面提示"}
STATUS = {"in_force": ("有效", "success"), "repealed": ("已废止", "muted"), "draft": ("草案", "warning")}
ORDERS = {
    "back_to_front": "按领导排序由后向前",
    "front_to_back": "按领导排序由前向后",
    "any": "不分先后",
}
COUNTING = {"civil": "日从次日起算，末日下班时届满，遇休息日顺延", "elapsed": "按经过的时间累计"}
YES = {True: "是", False: "否", None: "无"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of what a rule says."""

    label: str
    text: str


def function_of(rule: Rule) -> str:
    """The function to which a rule belongs: the first word of its id."""
    return rule.id.partition(".")[0]


def function_label(function: str) -> str:
    """The Chinese name of a function; its code where it has none."""
    return FUNCTIONS.get(function, function)


def kind_label(rule: Rule) -> str:
    """The Chinese name of a rule's kind."""
    return KINDS.get(rule.kind, rule.kind)


def fact_label(book: Rulebook, name: str) -> str:
    """What people call a fact."""
    return book.facts.get(name, name)


def value_label(book: Rulebook, function: str, name: str, value: Any, on: date) -> str:
    """A fact's value in the words of the rulebook's choices."""
    if value is None or isinstance(value, bool):
        return YES[value]
    listed = choice_of(book, function, name, on)
    if listed is not None and value in listed.values:
        return listed.label(value)
    return book.roles.get(str(value), str(value))


def choice_of(book: Rulebook, function: str, name: str, on: date) -> Choice | None:
    """The enumeration of a fact's values, the function's own or the hotline's; None where there is none."""
    for id in (f"{function}.{name}", f"hotline.{name}"):
        try:
            return book.choice(id, on)
        except UnknownRule:
            continue
    return None


def condition(book: Rulebook, rule: Rule, when: Condition) -> str:
    """A condition as people say it; empty when it always holds."""
    on, function = rule.valid_from, function_of(rule)
    return "，".join(
        f"{fact_label(book, name)}为{'或'.join(value_label(book, function, name, v, on) for v in values)}"
        for name, values in when.tests
    )


def _events(book: Rulebook, rule: Rule, matches: Iterable[EventMatch]) -> str:
    said = []
    for match in matches:
        when = condition(book, rule, match.when)
        said.append(event_label(match.kind) + (f"（{when}）" if when else ""))
    return "、".join(dict.fromkeys(said))


def _durations(book: Rulebook, rule: Rule, cases: Iterable[DurationCase], none: str) -> str:
    said = []
    for case in cases:
        when = condition(book, rule, case.when)
        text = case.duration.label if case.duration else none
        said.append(f"{when}的，{text}" if when else text)
    return "；".join(said)


def _limit(book: Rulebook, rule: Limit) -> list[Row]:
    when = condition(book, rule, rule.when)
    opens = _events(book, rule, rule.opens) + (f"，且{when}" if when else "")
    start = "" if rule.start == "opening" else f"；从所登记的“{fact_label(book, rule.start)}”起算"
    rows = [
        ("适用事项", links.matter_label(rule.matter)),
        ("由谁负责", OWNERS.get(rule.owner, rule.owner)),
        ("性质", "应办事项" if rule.nature == "duty" else "可以提出的期间，过期不再享有"),
        ("何时起算", opens + start),
        ("时限", _durations(book, rule, rule.duration, "没有明文时限")),
        ("另加", _durations(book, rule, (*rule.add, *rule.then), "")),
        ("另定时限", f"可以按“{fact_label(book, rule.override.fact)}”另定" if rule.override else ""),
        ("如何计算", COUNTING.get(rule.counting, rule.counting)),
        ("何时完成", _events(book, rule, rule.meets)),
        ("何时终止", _events(book, rule, (*rule.cancels, *rule.ends))),
        ("视为逾期", _events(book, rule, rule.breaks)),
        ("暂停和恢复", _events(book, rule, (*rule.pauses, *rule.resumes))),
        ("可以延期", _events(book, rule, rule.extends)),
        ("到期未办", event_label(rule.lapse.event) if rule.lapse else ""),
        ("材料要件", book_title(book, rule.content)),
    ]
    return [Row(label, text) for label, text in rows]


def book_title(book: Rulebook, id: str) -> str:
    """The title of a rule that another one names; empty for none."""
    found = book.versions(id) if id else ()
    return found[-1].title if found else id


def _people(book: Rulebook, roles: Iterable[str]) -> str:
    return "、".join(book.roles.get(role, role) for role in roles)


def _authority(book: Rulebook, rule: Authority) -> list[Row]:
    rows = [Row("适用事项", links.matter_label(rule.matter))]
    for number, row in enumerate(rule.table, start=1):
        who = _people(book, row.who) if row.who else f"任何人都不得：{row.reason}"
        extra = [
            f"抄送{_people(book, row.copied)}" if row.copied else "",
            f"不在时由{_people(book, row.stands_in)}代行" if row.stands_in else "",
            "须本人办理" if row.in_person else "",
        ]
        when = condition(book, rule, row.when) or "其他情形"
        rows.append(Row(f"第{number}种：{when}", "；".join([who, *filter(None, extra)])))
    return rows


def _gate(book: Rulebook, rule: Gate) -> list[Row]:
    rows = [Row("适用事项", links.matter_label(rule.matter))]
    for need in rule.needs:
        when, unless = condition(book, rule, need.when), condition(book, rule, need.unless)
        said = [
            f"{when}的，" if when else "",
            "必须具备" if need.firm else "原则上应当具备",
            f"（{unless}的除外）" if unless else "",
        ]
        rows.append(Row(need.title, "".join(said)))
    return rows


def _route(book: Rulebook, rule: Route) -> list[Row]:
    rows = [Row("适用事项", links.matter_label(rule.matter)), Row("同一环节多人", ORDERS[rule.order])]
    for number, step in enumerate(rule.steps, start=1):
        when, unless = condition(book, rule, step.when), condition(book, rule, step.unless)
        said = [
            _people(book, step.who),
            f"{when}时" if when else "",
            f"{unless}的不经此环节" if unless else "",
            "可与上一环节同时进行" if step.alongside else "",
        ]
        rows.append(Row(f"第{number}步：{step.title}", "；".join(filter(None, said))))
    return rows


def _ground(book: Rulebook, rule: Ground) -> list[Row]:
    rows = [
        ("代码", rule.code),
        ("情形", rule.statement),
        ("须说明理由", YES[rule.needs_reason]),
        ("同时具备", "；".join(one.label for one in rule.conditions)),
        ("告知的途径", rule.advice),
        ("提示", rule.hint),
    ]
    return [Row(label, text) for label, text in rows]


def _content(book: Rulebook, rule: Content) -> list[Row]:
    rows = [Row("适用事项", links.matter_label(rule.matter))]
    for field in rule.fields:
        least = f"，不少于{field.min_length}字" if field.min_length > 1 else ""
        rows.append(Row(field.label, ("必填" if field.required else "可填") + least))
    return rows


def _choice(book: Rulebook, rule: Choice) -> list[Row]:
    return [
        Row(option.label, _option(option, default=option.value == rule.default)) for option in rule.options
    ]


def _option(option: Option, *, default: bool) -> str:
    said = option.hint or ("默认" if default else "可选")
    return f"{said}，群众可用" if option.public else said


def _setting(book: Rulebook, rule: Setting) -> list[Row]:
    return [Row(fact_label(book, name), _plain(book, value)) for name, value in rule.values.items()]


def _plain(book: Rulebook, value: Any) -> str:
    if value is None or isinstance(value, bool):
        return YES[value]
    if isinstance(value, tuple | list):
        return "、".join(_plain(book, item) for item in value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return book_title(book, value) if isinstance(value, str) else str(value)


def _notice(book: Rulebook, rule: Notice) -> list[Row]:
    template = rule.template
    for slot in rule.slots:
        template = template.replace("{" + slot + "}", f"［{book.slots.get(slot, slot)}］")
    to = "诉求人" if rule.to == "citizen" else book.roles.get(rule.to, rule.to)
    return [
        Row("发给", to),
        Row("渠道", CHANNELS.get(rule.channel, rule.channel)),
        Row("内容", template),
    ]


def _holidays(book: Rulebook, rule: Holidays) -> list[Row]:
    names = dict.fromkeys([*rule.off.values(), *rule.work.values()])
    return [Row("依据的通知", rule.source), *(Row(name, _days_of(rule, name)) for name in names)]


def _days_of(rule: Holidays, name: str) -> str:
    off = [f"{day:%-m月%-d日}" for day in sorted(rule.off) if rule.off[day] == name]
    work = [f"{day:%-m月%-d日}" for day in sorted(rule.work) if rule.work[day] == name]
    return "；".join([f"休{'、'.join(off)}"] * bool(off) + [f"上班{'、'.join(work)}"] * bool(work))


def _working_hours(book: Rulebook, rule: WorkingHours) -> list[Row]:
    rows = [Row(season_words(row), spans_words(row)) for row in rule.rows]
    if not rule.body:
        return rows
    said = days_words(rule) if rule.rows else "不再单独规定，随上级单位"
    return [Row("上班的日子", said), *rows]


WRITERS: Mapping[type[Rule], Callable[[Rulebook, Any], list[Row]]] = {
    Limit: _limit,
    Authority: _authority,
    Gate: _gate,
    Route: _route,
    Ground: _ground,
    Content: _content,
    Choice: _choice,
    Setting: _setting,
    Notice: _notice,
    Holidays: _holidays,
    WorkingHours: _working_hours,
}


def rows_of(book: Rulebook, rule: Rule) -> list[Row]:
    """What a rule says, line by line; lines without content are left out."""
    write = WRITERS.get(type(rule))
    return [row for row in write(book, rule) if row.text] if write else []


def compared(book: Rulebook, old: Rule, new: Rule) -> list[tuple[str, str, str]]:
    """The lines in which two versions differ: (what, before, after); a dash where one says nothing."""
    before = {row.label: row.text for row in rows_of(book, old)} | {"标题": old.title}
    after = {row.label: row.text for row in rows_of(book, new)} | {"标题": new.title}
    labels = dict.fromkeys([*before, *after])
    return [
        (label, before.get(label, "—"), after.get(label, "—"))
        for label in labels
        if before.get(label) != after.get(label)
    ]
