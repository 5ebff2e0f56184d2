"""Awkward samples for the style guide: long names, empty lists, every state; never stored."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from luoshi.ledger.paging import Page
from luoshi.organisation.inputs import DateTimeLocalInput, PhoneInput

LONG_BODY = "市城市管理和综合行政执法与住房城乡建设及人民防空联合协调工作领导小组办公室"
LONG_TITLE = (
    "关于某小区地下车库长期积水、照明损坏、消防通道被占用且多次向物业公司反映后仍未得到任何处理的情况反映"
)


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="诉求标题", max_length=60, help_text="一句话说清楚什么事，不写姓名和电话")
    phone = forms.CharField(label="联系电话", widget=PhoneInput, required=False)
    kind = forms.ChoiceField(
        label="诉求类别", choices=[("", "请选择"), ("help", "求助"), ("complaint", "投诉")]
    )
    urgency = forms.ChoiceField(
        label="紧急程度",
        choices=[("routine", "一般"), ("urgent", "紧急")],
        widget=forms.RadioSelect,
        help_text="涉及人身安全的选紧急",
    )
    until = forms.DateTimeField(label="办结时间", required=False, widget=DateTimeLocalInput)
    text = forms.CharField(label="诉求内容", widget=forms.Textarea)
    secret = forms.BooleanField(label="不公开个人信息", required=False)


def _due(now: dt.datetime) -> list[SimpleNamespace]:
    """Obligations of every urgency and outcome."""
    hour, day = dt.timedelta(hours=1), dt.timedelta(days=1)
    lengths = (-3 * day, -hour / 2, hour, 5 * hour, 30 * hour, 12 * day)
    rows = [SimpleNamespace(due_at=now + length, state="open", provisional=False) for length in lengths]
    rows.append(SimpleNamespace(due_at=None, state="open", provisional=False))
    rows.append(SimpleNamespace(due_at=now + 90 * day, state="open", provisional=True))
    finished = ("met", "late", "breached", "paused", "cancelled")
    return rows + [SimpleNamespace(due_at=now, state=state, provisional=False) for state in finished]


def _explained() -> dict[str, Any]:
    """A due time over a weekend and a holiday, as the engine would return it."""
    rows: list[tuple[str, str | None, str | None, int, str, str]] = [
        ("start", "2017-09-29T17:50:00+08:00", None, 0, "", "派单时间，时限4个工作小时"),
        ("counted", "2017-09-29T17:50:00+08:00", "2017-09-29T18:00:00+08:00", 600, "seconds", ""),
        ("off_hours", "2017-09-29T18:00:00+08:00", "2017-09-30T08:00:00+08:00", 0, "", "下班时间"),
        (
            "makeup",
            "2017-09-30T08:00:00+08:00",
            "2017-09-30T11:50:00+08:00",
            13800,
            "seconds",
            "国庆节调休上班",
        ),
        ("due", "2017-09-30T11:50:00+08:00", None, 0, "", "满4个工作小时"),
    ]
    names = ("kind", "start", "end", "amount", "unit", "note")
    return {
        "due": "2017-09-30T11:50:00+08:00",
        "provisional": False,
        "cite": [],
        "steps": [dict(zip(names, row, strict=True)) for row in rows],
    }


def _timeline(now: dt.datetime) -> list[dict[str, Any]]:
    hour = dt.timedelta(hours=1)
    return [
        {
            "title": "受理",
            "at": now - 30 * hour,
            "actor": "坐席甲",
            "body": "12345平台",
            "icon": "headset",
            "tone": "info",
        },
        {
            "title": "派单",
            "at": now - 29 * hour,
            "actor": "派单员乙",
            "body": "12345平台",
            "icon": "send",
            "tone": "progress",
        },
        {
            "title": "申请退回",
            "at": now - 20 * hour,
            "actor": "联络员丙",
            "body": LONG_BODY,
            "icon": "arrow-back-up",
            "tone": "warning",
            "text": "该路段养护权已移交。\n建议由区政府承办。",
        },
        {
            "title": "视为逾期",
            "at": now - 2 * hour,
            "icon": "alarm",
            "tone": "danger",
            "recorded_at": now - hour,
        },
    ]


SAMPLES = (
    ("typography", "中文排印", "标点挤压、汉字与西文和数字之间的间隙、等宽数字；浏览器支持的自动生效。"),
    ("buttons", "按钮", "一页只有一个主要操作；毁坏性的用红色，并先问一句。"),
    ("actions", "可办的操作", "只列现在能办的；要填内容的点开再填，不用脚本也能用。"),
    ("status", "状态", "颜色只作辅助，文字本身说清楚。"),
    ("due", "到期", "每分钟更新；问号打开计算过程。"),
    ("due_explanation", "时限计算过程", "逐段列出计入和跳过的时间，附条款。"),
    ("breadcrumbs", "位置", "页面给出 crumbs 就显示。"),
    ("tabs", "分类", ""),
    ("filter_bar", "筛选", "按 / 直接输入；常用条件可以保存。"),
    ("list_table", "列表", "表头停在上方；窄屏上一行变成一张卡片。"),
    ("empty", "空列表", "说为什么空、可以做什么。"),
    ("scroll", "宽数字表", "在自己的框里横向滚动。"),
    ("list", "简单列表", ""),
    ("definitions", "要素", "没有内容的显示一横。"),
    ("pairs", "成对的值", ""),
    ("timeline", "经过", ""),
    ("file_list", "附件", ""),
    ("personal", "个人信息", "默认隐去一部分；每次查看都留痕。"),
    ("stepper", "步骤", ""),
    ("tiles", "入口和大号编号", "用于公众页面。"),
    ("chart", "图表", "图下面总有数据表；没有脚本时只有表。"),
    ("notice", "页内提示", ""),
    ("form", "表单", "标签在上，说明在标签下，必填写明。"),
    ("form_wrong", "有错误的表单", "错在哪里、怎样改写在那一项上，填过的都在。"),
    ("loading", "正在读取", "超过 0.2 秒才显示顶部细条或占位。"),
    ("toast", "操作没有成功", "说发生了什么、保留了什么、现在怎么办，能重试的给重试。"),
    ("offline", "网络断开", "断网时提交按钮停用，恢复后自动可用。"),
    ("error", "不能打开的页面", "403、404、413、500、503 和规则不允许的，都是这个样子。"),
)
COLOURS = (
    "red", "red-tint", "blue", "blue-dark", "blue-tint", "amber", "amber-tint", "green", "green-tint", "ink", "ink-2", "ink-3",
    "line", "line-soft", "page", "surface",
)  # fmt: skip


FOLDER = Path(__file__).parent / "templates"


def _sample(code: str, title: str, use: str) -> dict[str, str]:
    """A component on the page: its template, and the same text to be copied."""
    template = f"styleguide/{code}.html"
    source = (FOLDER / template).read_text(encoding="utf-8")
    return {"code": code, "title": title, "use": use, "template": template, "source": source.strip()}


def samples(request: HttpRequest) -> dict[str, Any]:
    """Everything that the style guide's page shows."""
    now = timezone.now()
    messages.success(request, "已签收，签收时间 9月29日 17:50")
    messages.warning(request, "还有 2 件事项今天到期")
    messages.error(request, "没有保存：别人刚刚办理了同一步，请看最新状态")
    return {
        "now": now,
        "samples": [_sample(*one) for one in SAMPLES],
        "colours": COLOURS,
        "months": range(1, 13),
        "may": {"what": "派单", "roles": "派单员、平台负责人"},
        "chart": {
            "kind": "columns",
            "title": "各月受理量",
            "columns": ["月份", "件"],
            "rows": [["8月", 1204], ["9月", 1388], ["10月", None], ["11月", 1510]],
            "mark": "11月",
        },
        "form": SampleForm(),
        "wrong_form": SampleForm({"title": "", "urgency": "routine"}, auto_id="wrong_%s"),
        "due_rows": _due(now),
        "explained": _explained(),
        "entries": _timeline(now),
        "long_body": LONG_BODY,
        "long_title": LONG_TITLE,
        "rows": range(3),
        "page": Page([], next="next", previous="previous"),
        "tones": ["neutral", "info", "progress", "success", "warning", "danger", "muted"],
        "facts": [
            ("编号", "20170929-0001"),
            ("承办单位", LONG_BODY),
            ("标题", LONG_TITLE),
            ("办结时间", ""),
        ],
        "steps": ["登记", "分类", "派单", "确认"],
        "tab_items": [
            {"label": "待签收", "url": "?tab=1", "active": True, "count": 3},
            {"label": "已逾期", "url": "?tab=2", "count": 12, "tone": "danger"},
            {"label": "全部", "url": "?tab=3", "count": 1280},
        ],
        "files": [
            {
                "name": f"{LONG_TITLE}.docx",
                "url": "#file",
                "size": 182_304,
                "added_by": "联络员丙",
                "added_at": now,
            },
            {"name": "现场照片.jpg", "size": 2_400_000},
        ],
        "crumbs": [("工作台", "#main"), ("组件样式", "")],
    }
