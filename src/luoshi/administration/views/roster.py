"""Bodies, people and liaison officers by CSV file: uploaded, checked by a dry run, confirmed; and written out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.administration import roster
from luoshi.administration.forms import UploadForm
from luoshi.administration.sheets import SHOWN, read_sheet, written
from luoshi.organisation.models import Post
from luoshi.organisation.pagekit import UNPROCESSABLE, actor_of, answer_page, today

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Way:
    """What one of the files holds, and what takes it in."""

    title: str
    kind: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    take: Callable[..., roster.Outcome]
    about: str


BODIES = Way(
    "导入机构", "机构", roster.BODY_COLUMNS, roster.BODY_NEEDED, roster.bodies_import,
    "代码已有的，只修改简称、所在区域、承办诉求件和现场处置；更名、合并、撤销在机构页面办理。",
)  # fmt: skip
PEOPLE = Way(
    "导入人员和联络员", "人员", roster.PEOPLE_COLUMNS, roster.PEOPLE_NEEDED, roster.people_import,
    "一人一行，任几个职务就写几行；职务填“联络员”“分管领导”“承办人”等，不任职的留空。空格不改动已登记的内容。",
)  # fmt: skip


def _import(request: HttpRequest, way: Way) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    back = reverse("organisation-list")
    context = {
        "form": form, "title": way.title, "kind": way.kind, "columns": way.columns, "about": way.about, "back": back,
        "crumbs": [("机构与名单", back), (way.title, "")],
    }  # fmt: skip
    if request.method != "POST" or not form.is_valid():
        return answer_page(request, "administration/import.html", context, form)
    sheet = read_sheet(form.content(), way.columns, needed=way.needed)
    keep = "confirm" in request.POST
    found = way.take(sheet, actor=actor_of(request), at=timezone.now(), keep=keep)
    if found.faults:
        context |= {"faults": found.faults[:SHOWN], "fault_count": len(found.faults)}
        answer = answer_page(request, "administration/import.html", context)
        answer.status_code = UNPROCESSABLE
        return answer
    if keep:
        messages.success(request, f"已导入：新增{len(found.new)}项，修改{len(found.changed)}项")
        return redirect(back)
    context |= {
        "sheet": sheet, "new": found.new[:SHOWN], "more": max(0, len(found.new) - SHOWN),
        "changed": found.changed[:SHOWN], "changed_more": max(0, len(found.changed) - SHOWN),
        "ready": bool(found.new or found.changed),
        "said": [
            ("文件行数", len(sheet.lines)), ("将新增", f"{len(found.new)}项"), ("将修改", f"{len(found.changed)}项"),
            ("已有、不变", f"{found.known}行"),
        ],
    }  # fmt: skip
    return answer_page(request, "administration/import.html", context)


@GET_OR_POST
def bodies_import(request: HttpRequest) -> HttpResponse:
    """Set up and change bodies by file."""
    return _import(request, BODIES)


@GET_OR_POST
def people_import(request: HttpRequest) -> HttpResponse:
    """Enter people and liaison officers by file."""
    return _import(request, PEOPLE)


def _file(name: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@require_safe
def bodies_export(request: HttpRequest) -> HttpResponse:
    """The bodies in use in the form in which they are imported."""
    return _file("bodies", written(roster.BODY_COLUMNS, roster.bodies_rows()))


@require_safe
def people_export(request: HttpRequest) -> HttpResponse:
    """The people in post in the form in which they are imported; `?which=liaison`: liaison officers alone."""
    kind = Post.Kind.LIAISON if request.GET.get("which") == "liaison" else ""
    return _file(kind or "people", written(roster.PEOPLE_COLUMNS, roster.people_rows(today(), kind=kind)))
