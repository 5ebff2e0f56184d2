"""The tree of categories: shown, changed one by one, imported and exported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.administration import forms
from luoshi.administration.sheets import SHOWN, Fault, Sheet, read_sheet, written
from luoshi.hotline.models import Category
from luoshi.hotline.models.categories import LEVELS, LONGEST_NAME, SEPARATOR
from luoshi.hotline.selectors import categories as selectors
from luoshi.hotline.services import categories as services
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.organisation.pagekit import (
    LATEST,
    Action,
    actor_of,
    answer_page,
    do,
    entry_of,
    offers_for,
    run,
    step,
    today,
)

COLUMNS = ("一级分类", "二级分类", "三级分类")
GET_OR_POST = require_http_methods(["GET", "POST"])


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("系统管理", reverse("administration-home")), ("诉求分类", reverse("category-list")), *more]


def _open(row: Any, *_: Any) -> bool:
    return row.until is None


def _done(service: Callable[..., object]) -> Callable[..., object]:
    """A service as an action calls it: its answer is no message."""

    def act(row: Category, values: dict[str, Any], actor: Any, at: Any) -> None:
        service(category=row, **values, actor=actor, at=at)

    return act


def _add(row: Category, values: dict[str, Any], actor: Any, at: Any) -> None:
    services.category_add(parent=row, **values, actor=actor, at=at)


ACTIONS = {
    one.code: one
    for one in (
        Action("add", "新增下级分类", "plus", _add, lambda row, *_: row.until is None and row.level < 3,
               forms.add_form, done="已新增"),
        Action("defaults", "默认单位和知识", "send", _done(services.category_defaults), _open,
               forms.defaults_form, done="已保存"),
        Action("rename", "更名", "edit", _done(services.category_rename), _open, forms.rename_form,
               done="已更名；以前的诉求保留原名称"),
        Action("move", "移动", "arrow-forward-up", _done(services.category_move),
               lambda row, *_: row.until is None and row.level > 1, forms.move_form, done="已移动"),
        Action("merge", "并入其他分类", "git-branch", _done(services.category_merge), _open, forms.merge_form,
               tone="danger", done="已并入；下级同名的一并合并", confirm="并入后本分类停用，下级分类随之转入。确定并入？"),
        Action("close", "停用", "ban", _done(services.category_close), _open, forms.close_form, tone="danger",
               done="已停用，下级分类一并停用", confirm="本分类和下级分类都不能再选。确定停用？"),
        Action("reopen", "恢复", "rotate", _done(services.category_reopen), lambda row, *_: row.until is not None,
               forms.version_form, done="已恢复"),
    )
}  # fmt: skip


@require_safe
def category_index(request: HttpRequest) -> HttpResponse:
    """The whole tree, or what is searched for."""
    which, search = request.GET.get("which", ""), request.GET.get("q", "").strip()
    nodes = selectors.category_tree(today(), closed=which == "all", search=search)
    if which == "unused":
        nodes = _unused(nodes)
    latest = [entry_of(event, ("path", "before")) for event in selectors.category_history()[:8]]
    context = {
        "nodes": nodes,
        "folded": not search and which != "unused",
        "history": latest,
        "filtered": bool(search or which),
        "crumbs": [*_crumbs()[:1], ("诉求分类", "")],
    }
    return answer_page(request, "administration/category_list.html", context)


def _unused(nodes: list[selectors.Node]) -> list[selectors.Node]:
    """Only the ends of the tree that were never used, with the way to them."""
    kept = []
    for node in nodes:
        below = _unused(node.children)
        if below or (not node.children and not node.filed):
            node.children = below
            kept.append(node)
    return kept


@require_safe
def category_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One category: what it proposes, what stands below it, what was changed."""
    row = get_object_or_404(selectors.category_rows().select_related("parent__parent", "unit"), pk=pk)
    above = selectors.ancestry(row)[1:]
    events = selectors.category_history(row)[:LATEST]
    context = {
        "row": row,
        "level": LEVELS[row.level - 1],
        "unit": row.unit or selectors.default_unit(row),
        "children": selectors.category_rows().filter(parent=row).order_by("until", "position", "id"),
        "offers": offers_for(ACTIONS, row, actor_of(request), timezone.now(), url_name="category-act"),
        "history": [entry_of(event, ("before", "path", "unit", "entry")) for event in events],
        "crumbs": _crumbs(
            *[(one.name, reverse("category-detail", args=[one.pk])) for one in reversed(above)],
            (row.name, ""),
        ),
    }
    return answer_page(request, "administration/category_detail.html", context)


@require_POST
def category_act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Carry out one change."""
    row = get_object_or_404(Category, pk=pk)
    back = reverse("category-detail", args=[pk])
    return do(request, ACTIONS, code, row, back=back, crumbs=_crumbs((row.name, back)))


@require_POST
def category_shift(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """Change places with the neighbour before or after."""
    row = get_object_or_404(Category.objects.select_related("parent"), pk=pk)
    back = reverse("category-detail", args=[row.parent_id]) if row.parent_id else reverse("category-list")
    return step(
        request,
        lambda: services.category_shift(
            category=row, up=way == "up", actor=actor_of(request), at=timezone.now()
        ),
        back=back,
        done="次序已调整",
    )


@GET_OR_POST
def category_new(request: HttpRequest) -> HttpResponse:
    """A category at the top."""
    form = forms.add_form(None)(request.POST or None)

    def service(values: dict[str, Any]) -> None:
        services.category_add(**values, actor=actor_of(request), at=timezone.now())

    if request.method == "POST" and run(form, service):
        messages.success(request, "已新增一级分类")
        return redirect("category-list")
    context = {
        "form": form, "title": "新增一级分类", "button": "新增", "back": reverse("category-list"),
        "crumbs": _crumbs(("新增", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def read_categories(content: bytes | str) -> Sheet:
    """A file in three columns, with what is wrong in it."""
    sheet = read_sheet(content, COLUMNS, needed=COLUMNS[:1])
    faults, seen = list(sheet.faults), dict[tuple[str, ...], int]()
    for line in sheet.lines:
        names = [line.cells[column] for column in COLUMNS]
        for column, name in zip(COLUMNS, names, strict=True):
            if len(name) > LONGEST_NAME:
                faults.append(Fault(line.number, column, f"“{name}”超过{LONGEST_NAME}个字", "请缩短"))
            if SEPARATOR in name:
                faults.append(Fault(line.number, column, f"“{name}”里有“{SEPARATOR}”", "请改用顿号"))
        if names[2] and not names[1]:
            faults.append(Fault(line.number, COLUMNS[1], "有三级分类，没有二级分类", "请填写二级分类"))
        first = seen.setdefault(tuple(names), line.number)
        if first != line.number:
            faults.append(Fault(line.number, "", f"与第{first}行相同", "请删去一行"))
    return Sheet(sheet.text, sheet.lines, tuple(sorted(faults, key=lambda fault: fault.line)))


def names_of(sheet: Sheet) -> list[list[str]]:
    """The rows of a sheet without empty ends."""
    return [[name for column in COLUMNS if (name := line.cells[column])] for line in sheet.lines]


@GET_OR_POST
def category_import(request: HttpRequest) -> HttpResponse:
    """Upload, see what would change, confirm."""
    form = forms.UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "form": form, "title": "导入分类", "crumbs": _crumbs(("导入", "")), "columns": COLUMNS,
        "back": reverse("category-list"), "kind": "诉求分类",
    }  # fmt: skip
    if request.method != "POST" or not form.is_valid():
        return answer_page(request, "administration/import.html", context, form)
    sheet = read_categories(form.content())
    context |= {"faults": sheet.faults[:SHOWN], "fault_count": len(sheet.faults)}
    if sheet.faults:
        return answer_page(request, "administration/import.html", context, _Refused)
    if "confirm" in request.POST:
        try:
            plan = services.categories_import(
                rows=names_of(sheet), actor=actor_of(request), at=timezone.now(), source="CSV"
            )
        except NotAllowed:
            raise
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return answer_page(request, "administration/import.html", context, form)
        messages.success(request, f"已新增{len(plan.new)}个分类")
        return redirect("category-list")
    plan = services.categories_plan(names_of(sheet))
    context |= {
        "sheet": sheet,
        "new": [SEPARATOR.join(names) for names in plan.new[:SHOWN]],
        "said": [
            ("文件行数", len(sheet.lines)), ("将新增", f"{len(plan.new)}个"), ("已有、不变", f"{plan.known}个"),
            ("文件里没有、保留使用", f"{len(plan.left)}个"),
        ],
        "ready": bool(plan.new),
        "more": max(0, len(plan.new) - SHOWN),
    }  # fmt: skip
    return answer_page(request, "administration/import.html", context)


class _Refused:
    """Stands for a form with errors, so that the page is answered as refused."""

    errors = True


@require_safe
def category_export(request: HttpRequest) -> HttpResponse:
    """The tree in use in the form in which it is imported."""
    rows = [[*path.split(SEPARATOR), "", ""][:3] for path in selectors.category_paths(today())]
    answer = HttpResponse(written(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="categories.csv"'
    return answer
