"""The exchange format's tables: columns with their Chinese names, kinds of value, and which must stand there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

YES_NO: dict[str, int] = {"yes": 1, "no": 0, "是": 1, "否": 0, "1": 1, "0": 0, "true": 1, "false": 0}
URGENCIES = ("urgent", "routine")
KINDS = ("announcement", "consultation", "help", "complaint", "suggestion")
ROLES = ("sole", "lead", "assist", "volunteer")
OUTCOMES = ("accepted", "rejected")
SATISFACTIONS = ("satisfied", "basically", "dissatisfied")
CLASSES = ("county", "department", "enterprise")
SUBMISSIONS = ("monthly_report", "information", "emergency_kb", "basic_kb", "correction")
BASE_ITEMS = (
    "no_deputy_leader",
    "no_liaison",
    "no_organisation",
    "unclear_division",
    "missing_facilities",
    "missing_rules",
    "no_team",
    "equipment_not_met",
)
BASE_FLAGS = frozenset(BASE_ITEMS) - {"missing_facilities", "missing_rules"}
ENTRY_COUNTS: dict[str, str] = {  # an entry's item -> the scheme's count
    "unexecuted_order": "unexecuted_orders",
    "repeat_complaint": "repeat_complaints_verified",
    "duty_phone_failure": "duty_phone_failures",
    "late_arrival": "late_arrivals",
    "media_exposed": "media_exposed_unresolved",
    "leak": "leaks_verified",
    "shirked_return": "shirked_returns",
    "unimplemented_opinion": "unimplemented_opinion_months",
    "fraud": "fraud_findings",
    "duty_gap": "duty_gaps",
    "award_national": "national_awards",
    "award_provincial": "provincial_awards",
    "award_municipal": "municipal_awards",
    "media_national": "national_items",
    "media_provincial": "provincial_items",
    "media_municipal": "municipal_items",
    "platform_adopted": "platform_adopted_items",
    "difficult_led": "difficult_tickets_led",
}
DEDUCTIONS = tuple(ENTRY_COUNTS)[:10]


def _words(values: tuple[str, ...], chinese: tuple[str, ...] = ()) -> dict[str, int]:
    words = {value: code for code, value in enumerate(values)}
    return words | {value: code for code, value in enumerate(chinese)}


@dataclass(frozen=True, slots=True)
class Column:
    """A column. kind: text | unit | word | time | date | day_end | whole | number.

    date takes a day alone as its beginning, day_end as its end.

    required: the cell must not be empty. optional: the whole column may be missing. default: of an empty cell.
    """

    name: str
    chinese: str
    kind: str
    words: Mapping[str, int] = field(default_factory=dict)
    required: bool = False
    optional: bool = False
    default: int = -1

    @property
    def expected(self) -> str:
        """What a value must look like."""
        match self.kind:
            case "word":
                known = "yes or no" if self.words is YES_NO else "one of " + ", ".join(self.words)
            case "time":
                known = "a time such as 2017-10-09 08:30"
            case "date" | "day_end":
                known = "a date such as 2017-10-09"
            case "whole":
                known = "a whole number from 0 up"
            case "number":
                known = "a number from 0 up"
            case "unit":
                known = "a unit of the table units"
            case _:
                known = "a text"
        return known if self.required else f"{known}, or nothing"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the name of its file or sheet, its Chinese name, whether it must be there, its columns."""

    name: str
    chinese: str
    required: bool
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return a column by its English name."""
        return next(column for column in self.columns if column.name == name)


_UNIT = Column("unit", "责任单位", "unit", required=True)
_CONDUCT = _words(SATISFACTIONS, ("满意", "基本满意", "不满意"))

UNITS = Table(
    "units",
    "责任单位",
    True,
    (
        Column("unit", "单位", "text", required=True),
        Column("name", "名称", "text", optional=True),
        Column(
            "class",
            "类别",
            "word",
            _words(CLASSES, ("县区", "部门", "企业")),
            optional=True,
        ),
        Column("onsite", "担负处置任务", "word", YES_NO, optional=True, default=1),
    ),
)
DISPATCHES = Table(
    "dispatches",
    "派单",
    True,
    (
        Column("dispatch_no", "派单号", "text", required=True),
        Column("order_no", "工单号", "text", required=True),
        _UNIT,
        Column("urgency", "紧急程度", "word", _words(URGENCIES, ("紧急", "非紧急")), required=True),
        Column(
            "kind", "诉求类型", "word", _words(KINDS, ("公告", "咨询", "求助", "投诉", "建议")), required=True
        ),
        Column("role", "承办角色", "word", _words(ROLES, ("独办", "主办", "协办", "领办")), required=True),
        Column("leader_instruction", "领导批示", "word", YES_NO, default=0),
        Column("dispatched_at", "派单时间", "time", required=True),
        Column("signed_at", "签收时间", "time"),
        Column("handed_over_at", "交办时间", "time"),
        Column("returned_at", "退单时间", "time"),
        Column("return_outcome", "退单结果", "word", _words(OUTCOMES, ("同意", "不同意"))),
        Column("extended_until", "延期至", "time"),
        Column("closed_at", "办结时间", "time"),
        Column("failed_reviews", "审核退回次数", "whole", default=0),
        Column("callback_at", "回访时间", "time"),
        Column("callback_answered", "回访有答复", "word", YES_NO),
        Column("contacted", "是否及时联系", "word", YES_NO),
        Column("conduct", "作风满意度", "word", _CONDUCT),
        Column("result", "结果满意度", "word", _CONDUCT),
        Column("replied_at", "待审答复时间", "time", optional=True),
        Column("withdrawn_at", "撤回时间", "time", optional=True),
    ),
)
RETURNS = Table(
    "returns",
    "历次退单",
    False,
    (
        Column("dispatch_no", "派单号", "text", required=True),
        Column("returned_at", "退单时间", "time", required=True),
        Column("return_outcome", "退单结果", "word", _words(OUTCOMES, ("同意", "不同意"))),
    ),
)
ANSWERS = Table(
    "answers",
    "在线直接答复",
    False,
    (
        _UNIT,
        Column("answered_at", "答复时间", "time", required=True),
        Column("order_no", "工单号", "text", optional=True),
    ),
)
SUBMISSIONS_TABLE = Table(
    "submissions",
    "信息报送",
    False,
    (
        _UNIT,
        Column(
            "type",
            "类型",
            "word",
            _words(SUBMISSIONS, ("统计报表", "工作信息", "应急知识库", "基本知识库", "知识纠错")),
            required=True,
        ),
        Column("requested_at", "要求时间", "time", optional=True),
        Column("due_at", "报送期限", "day_end", optional=True),
        Column("submitted_at", "报送时间", "time"),
        Column("complete", "是否完整", "word", YES_NO, optional=True),
        Column("correction_points", "纠错扣分", "number", optional=True),
    ),
)
BASE = Table(
    "base",
    "基础工作",
    False,
    (
        _UNIT,
        Column("item", "项目", "word", _words(BASE_ITEMS), required=True),
        Column("count", "数量", "whole", required=True),
    ),
)
ENTRIES = Table(
    "entries",
    "附加项登记",
    False,
    (
        _UNIT,
        Column("item", "项目", "word", _words(tuple(ENTRY_COUNTS)), required=True),
        Column("date", "日期", "date", required=True),
        Column("order_no", "工单号", "text", optional=True),
        Column("count", "次数", "whole", optional=True, default=1),
        Column("until", "落实日期", "date", optional=True),
        Column("evidence", "证明材料", "text", optional=True),
        Column("entered_at", "审定时间", "time", optional=True),
    ),
)
CORRECTIONS = Table(
    "corrections",
    "申诉更正",
    False,
    (
        _UNIT,
        Column("count", "计数", "text", required=True),
        Column("date", "日期", "date", required=True),
        Column("counted", "原计", "number", required=True),
        Column("corrected", "更正为", "number", required=True),
        Column("order_no", "工单号", "text", optional=True),
    ),
)
CLOSINGS = Table(
    "closings",
    "结账",
    False,
    (
        Column("period", "统计期", "text"),
        Column("closed_at", "结账时间", "time", required=True),
    ),
)
AVERAGES = Table(
    "averages",
    "结账平均分",
    False,
    (
        Column("period", "统计期", "text", required=True),
        Column("item", "考核项", "text", required=True),
        Column("points", "平均分", "number", required=True),
    ),
)
TABLES = (
    UNITS,
    DISPATCHES,
    RETURNS,
    ANSWERS,
    SUBMISSIONS_TABLE,
    BASE,
    ENTRIES,
    CORRECTIONS,
    CLOSINGS,
    AVERAGES,
)
