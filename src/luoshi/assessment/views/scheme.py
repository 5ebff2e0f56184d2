"""The scheme as a table to be read: points, formula in words, what holds it, clauses, readings, validity."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from luoshi.assessment import shown
from luoshi.assessment.counting.rows import SCHEME
from luoshi.assessment.views import common
from luoshi.engines.assessment import explain
from luoshi.engines.rulebook import Rulebook
from luoshi.engines.rulebook.model import Status
from luoshi.engines.rulebook.scheme import Bound, Grade, Item, Scheme
from luoshi.ledger import rules

STATUS = {
    Status.DRAFT: ("草案", "warning"),
    Status.IN_FORCE: ("现行", "success"),
    Status.REPEALED: ("已废止", "muted"),
}
ROUNDING = {"half_up": "四舍五入", "half_even": "四舍六入五成双", "down": "只舍不入", "up": "只入不舍"}


def page(request: HttpRequest) -> HttpResponse:
    """One scheme of the rulebook, and the list of all."""
    book, period = rules.current(), common.period_of(request)
    schemes = [rule for rule in book.rules() if isinstance(rule, Scheme)]
    chosen = _chosen(schemes, request.GET.get("scheme", ""), period.last)
    documents = _documents(chosen)
    context: dict[str, Any] = {
        "scheme": chosen,
        "documents": [(mark, book.documents[id]) for id, mark in documents.items()],
        "status": STATUS[chosen.status],
        "valid": _validity(chosen),
        "schemes": [_entry(scheme, scheme is chosen) for scheme in schemes],
        "rows": [row for top in chosen.items for row in _rows(book, documents, chosen, top, top.part, 0)],
        "rules": _rules(chosen),
        "clauses": _clauses(book, documents, (*chosen.cite, *chosen.see)),
        "version": book.version[:16],
        "crumbs": common.crumbs(request, ("考核方案", "")),
    }
    return render(request, "assessment/scheme.html", context)


def _key(scheme: Scheme) -> str:
    return f"{scheme.id}@{scheme.valid_from}{'~' if scheme.status is Status.DRAFT else ''}"


def _chosen(schemes: list[Scheme], asked: str, day: Any) -> Scheme:
    """The scheme of the address; without one the hotline's that holds on the day, else its first."""
    if asked:
        found = next((scheme for scheme in schemes if asked in (_key(scheme), scheme.id)), None)
        if found is None:
            raise Http404("规则集中没有这个考核方案")
        return found
    own = [scheme for scheme in schemes if scheme.id == SCHEME and scheme.status is not Status.DRAFT]
    holding = [scheme for scheme in own if scheme.holds_on(day)]
    if not (holding or own or schemes):
        raise Http404("规则集中没有考核方案")
    return (holding or own or schemes)[0]


def _entry(scheme: Scheme, active: bool) -> dict[str, Any]:
    return {
        "title": scheme.title,
        "url": common.link("assessment-scheme", scheme=_key(scheme)),
        "active": active,
        "status": STATUS[scheme.status],
        "valid": _validity(scheme),
    }


def _validity(scheme: Scheme) -> str:
    start = f"{scheme.valid_from:%Y}年{scheme.valid_from.month}月{scheme.valid_from.day}日起"
    until = scheme.valid_until
    return start + (f"，至{until:%Y}年{until.month}月{until.day}日止" if until else "")


def _documents(scheme: Scheme) -> dict[str, str]:
    """The documents that a scheme cites, each with a mark: ①, ② …"""
    items = [item for top in scheme.items for item in top.walk()]
    cited = [*scheme.cite, *scheme.see, *(id for item in items for id in (*item.cite, *item.see))]
    ids = dict.fromkeys(id.partition("/")[0] for id in cited)
    return {id: chr(ord("①") + place) for place, id in enumerate(ids)}


def _clauses(book: Rulebook, documents: dict[str, str], ids: tuple[str, ...]) -> list[tuple[str, str]]:
    """Clauses by document: its mark, and their names in one line."""
    found: dict[str, list[str]] = {}
    for id in ids:
        document, _, clause = id.partition("/")
        found.setdefault(documents[document], []).append(book.documents[document].clauses[clause])
    return [(mark, "；".join(dict.fromkeys(names))) for mark, names in sorted(found.items())]


def _rows(
    book: Rulebook, documents: dict[str, str], scheme: Scheme, item: Item, part: str, depth: int
) -> list[dict[str, Any]]:
    """An item and everything under it, as rows."""
    row = {
        "item": item,
        "depth": depth,
        "part": part,
        "most": _most(item, part),
        "formula": explain.formula_words(scheme, item) if item.kind == "formula" and item.formula else "",
        "asks": [ask.title for ask in item.asks],
        "failures": [
            f"{failure.title}，每次扣{explain.number(failure.points)}分" for failure in item.failures
        ],
        "held": shown.held_words(scheme, item),
        "no_data": shown.no_data_words(item) if item.formula and item.no_data != "zero" else "",
        "clauses": _clauses(book, documents, (*item.cite, *item.see)),
    }
    under = (_rows(book, documents, scheme, member, part, depth + 1) for member in item.items)
    return [row, *(inner for rows in under for inner in rows)]


def _most(item: Item, part: str) -> str:
    if item.open and item.max is None:
        return "待赋分"
    if item.max is not None:
        return f"{explain.number(item.max)}分"
    return f"最高{explain.number(item.cap)}分" if item.cap is not None else ""


def _rules(scheme: Scheme) -> list[tuple[str, str]]:
    """How the whole is reckoned, as labels with sentences."""
    kinds = "、".join(common.KINDS[kind] for kind in scheme.periods)
    found = [
        ("考核周期", kinds),
        ("小数", f"逐项{ROUNDING[scheme.rounding]}到{scheme.places}位小数，再相加"),
        (
            "排名",
            ("同类单位分别排名，" if scheme.by_class else "按总分由高到低排名，")
            + ("同分并列，其后名次空出" if scheme.ties == "skip" else "同分并列，其后名次不空出"),
        ),
    ]
    if scheme.ranked:
        labels = "、".join(explain.count_label(scheme, name) for name in scheme.ranked)
        found.append(("不排名", f"{labels}均为0的单位不参加排名"))
    if scheme.grades:
        graded = "、".join(common.KINDS[kind] for kind in scheme.graded)
        spans = "；".join(grade_words(grade) for grade in scheme.grades)
        found.append(("等次", f"{graded}考核评定：{spans}"))
    for veto in scheme.vetoes:
        effect = f"评定为{veto.grade}" if veto.grade else f"总分计{veto.total}分"
        found.append(("一票否决", f"{veto.title or explain.count_label(scheme, veto.count)}的，{effect}"))
    return found


def grade_words(grade: Grade) -> str:
    """A grade with its span: 800分以上（含）为合格."""
    low, high = _end(grade.low, "以上"), _end(grade.high, "以下")
    return f"{'、'.join(end for end in (low, high) if end) or '其余'}为{grade.grade}"


def _end(bound: Bound | None, side: str) -> str:
    if bound is None:
        return ""
    return f"{explain.number(bound.value)}分{side}（{'含' if bound.closed else '不含'}）"
