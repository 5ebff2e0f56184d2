"""What another rulebook would change: a draft in the rulebook, or one that is uploaded and not kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from luoshi.assessment.counting.rows import SCHEME
from luoshi.assessment.selectors.whatif import WhatIf, what_if
from luoshi.assessment.views import common
from luoshi.assessment.whatif import BadUpload, drafts_of, uploaded
from luoshi.engines.assessment import Change, Period, PeriodError
from luoshi.engines.assessment.explain import period_words
from luoshi.engines.rulebook import Rulebook, RulebookError, UnknownRule
from luoshi.exchange.bad import BadExport
from luoshi.ledger import rules
from luoshi.organisation.views.common import UNPROCESSABLE


class WhatIfForm(forms.Form):
    """An uploaded rulebook, or one file of it."""

    file = forms.FileField(
        label="规则文件",
        help_text="整个规则集文件夹打成的.zip；或者一个.yaml文件，替换现行规则集中的同名文件。文件只用于本次试算，不保存",
    )


def page(request: HttpRequest) -> HttpResponse:
    """Choose other rules for a period and see, unit by unit, what would change and why."""
    period, book = common.period_of(request), rules.current()
    drafts = drafts_of(book, SCHEME)
    form = WhatIfForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "period": period,
        "words": period_words(period),
        "around": common.around(period, "assessment-whatif"),
        "period_tabs": common.period_tabs(request, period, "assessment-whatif"),
        "drafts": drafts,
        "draft_url": common.link("assessment-whatif", period=str(period), rules="drafts"),
        "form": form,
        "crumbs": common.crumbs(request, ("换规则试算", "")),
    }
    status = 200
    if request.method == "POST":
        other = _uploaded(form, context)
        status = UNPROCESSABLE if other is None else 200
    else:
        other = book if request.GET.get("rules") == "drafts" and drafts else None
    if other is not None:
        _compare(other, period, context)
    return render(request, "assessment/whatif.html", context, status=status)


def _uploaded(form: WhatIfForm, context: dict[str, Any]) -> Rulebook | None:
    """The uploaded rulebook; what is wrong with it goes to the form or into the list of problems."""
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        return uploaded(file.name or "", file.read(), settings.RULEBOOK)
    except BadUpload as error:
        form.add_error("file", str(error))
    except RulebookError as error:
        context["problems"] = error.problems
    return None


def _compare(other: Rulebook, period: Period, context: dict[str, Any]) -> None:
    """Put the comparison into the page, or why there is none."""
    if period.first > common.today():
        context["none"] = "这一期还没有开始。"
        return
    try:
        found = what_if(period, other, now=timezone.now())
    except (UnknownRule, PeriodError):
        context["none"] = "所选规则集在这一期没有12345考核方案，请换一期或补上方案。"
        return
    except BadExport as error:
        context["none"] = f"所选规则集的时限不能用来重新计数（{error}），请改正后再试算。"
        return
    context |= {
        "found": found,
        "other": other,
        "rows": [_row(change) for change in _sorted(found)],
        "moved": sum(change.difference != 0 for change in found.changes),
        "reranked": sum(change.before.rank != change.after.rank for change in found.changes),
    }


def _sorted(found: WhatIf) -> list[Change]:
    """The units that change most come first."""
    return sorted(found.changes, key=lambda change: (-abs(change.difference), change.unit))


def _row(change: Change) -> dict[str, Any]:
    before, after = change.before, change.after
    return {
        "name": before.name,
        "before": before.total,
        "after": after.total,
        "difference": _signed(change.difference),
        "ranks": _moved(_rank(before.rank), _rank(after.rank)),
        "grades": _moved(before.grade or "无等次", after.grade or "无等次"),
        "items": [
            {
                "id": item.id,
                "title": item.title,
                "points": _moved(_points(item.before), _points(item.after)),
                "why": "；".join(item.why),
            }
            for item in change.items
        ],
        "others": [*change.caps, *_rank_why(change)],
    }


def _rank_why(change: Change) -> list[str]:
    """Why a rank moves although no item changes it."""
    before, after = change.before, change.after
    if before.rank == after.rank:
        return []
    if before.rank is None:
        return ["按所选规则参加排名"]
    if after.rank is None:
        return ["按所选规则不参加排名"]
    return [] if change.difference else ["本单位总分不变，名次随其他单位变动"]


def _signed(value: Decimal) -> str:
    if not value:
        return "不变"
    return f"{'＋' if value > 0 else '−'}{abs(value)}"


def _rank(rank: int | None) -> str:
    return "不排名" if rank is None else f"第{rank}名"


def _points(points: Decimal | None) -> str:
    return "无此项" if points is None else f"{points}分"


def _moved(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"
