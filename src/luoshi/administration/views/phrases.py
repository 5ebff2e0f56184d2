"""Standard phrases: a unit keeps its own, the platform everybody's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.hotline.models import Phrase
from luoshi.hotline.selectors.phrases import SLOTS, phrase_list, phrase_versions
from luoshi.hotline.services import phrases as services
from luoshi.hotline.states_settings import may_keep_phrases
from luoshi.ledger.errors import NotAllowed
from luoshi.ledger.inputs import natural
from luoshi.organisation.models import Body
from luoshi.organisation.pagekit import actor_of, answer_page, page_of, run, step

HINT = "可用占位符：" + "、".join(f"{{{name}}}（{what}）" for name, what in SLOTS.items())
GET_OR_POST = require_http_methods(["GET", "POST"])


class PhraseForm(forms.Form):
    """A phrase."""

    use = forms.ChoiceField(label="用于", choices=Phrase.Use.choices)
    title = forms.CharField(label="名称", max_length=30, help_text="选用时看到的短名，如“已现场核实”")
    text = forms.CharField(
        label="内容", max_length=services.LONGEST, widget=forms.Textarea({"rows": 5}), help_text=HINT
    )


class NewForm(PhraseForm):
    """A phrase of any unit, for who keeps all."""

    field_order = ["body", "use", "title", "text"]

    def __init__(self, *args: Any, own: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Body.objects.filter(active=True, takes_requests=True).order_by("kind", "code")
        self.fields["body"] = forms.ModelChoiceField(
            label="单位", queryset=rows | Body.objects.filter(pk=own or 0)
        )
        self.fields["body"].initial = own
        self.order_fields(self.field_order)


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("系统管理", reverse("administration-home")), ("常用语", reverse("phrase-list")), *more]


def _mine(request: HttpRequest) -> QuerySet[Phrase]:
    """The phrases that the actor may keep."""
    actor = actor_of(request)
    rows = phrase_list()
    return rows if actor.can("hotline.manage") else rows.filter(body_id=actor.body_id or 0)


def _phrase(request: HttpRequest, pk: int) -> Phrase:
    row: Phrase = get_object_or_404(Phrase.objects.select_related("body", "follows"), pk=pk)
    if not may_keep_phrases(actor_of(request), row):
        raise NotAllowed("您不能维护这个单位的常用语", mend="请由本单位联络员或分管领导办理")
    return row


@require_safe
def phrase_index(request: HttpRequest) -> HttpResponse:
    """Phrases in use, or the ended ones that nothing took the place of."""
    ended = request.GET.get("which") == "ended"
    rows = _mine(request)
    rows = (
        rows.filter(until__isnull=False, followed_by__isnull=True)
        if ended
        else rows.filter(until__isnull=True)
    )
    search = request.GET.get("q", "").strip()
    if search:
        rows = rows.filter(title__icontains=search) | rows.filter(text__icontains=search)
    context = {
        "page": page_of(request, rows, keys=("body_id", "-id")),
        "ended": ended,
        "all": actor_of(request).can("hotline.manage"),
        "crumbs": [*_crumbs()[:1], ("常用语", "")],
    }
    return answer_page(request, "administration/phrase_list.html", context)


@GET_OR_POST
def phrase_new(request: HttpRequest) -> HttpResponse:
    """A new phrase, of one's own unit or, for who keeps all, of any."""
    actor = actor_of(request)
    everybody = actor.can("hotline.manage")
    form: forms.Form = (
        NewForm(request.POST or None, own=actor.body_id) if everybody else PhraseForm(request.POST or None)
    )

    def service(values: dict[str, Any]) -> None:
        body = values.pop("body", None) or Body.objects.get(pk=actor.body_id or 0)
        services.phrase_save(body=body, **values, actor=actor, at=timezone.now())

    if request.method == "POST" and run(form, service):
        messages.success(request, "已保存；在答复、退单的表单里可以选用")
        return redirect("phrase-list")
    context = {
        "form": form,
        "title": "新增常用语",
        "back": reverse("phrase-list"),
        "crumbs": _crumbs(("新增", "")),
    }
    return answer_page(request, "kit/form.html", context, form)


@GET_OR_POST
def phrase_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of a phrase, with those before it."""
    row = _phrase(request, pk)
    initial = {"use": row.use, "title": row.title, "text": row.text}
    form = PhraseForm(request.POST or None, initial=initial)
    given = request.POST.get("number", "")

    def service(values: dict[str, Any]) -> None:
        services.phrase_save(
            body=row.body,
            **values,
            phrase=row,
            number=natural(given),
            actor=actor_of(request),
            at=timezone.now(),
        )

    if request.method == "POST" and run(form, service):
        messages.success(request, "已保存新版本")
        return redirect("phrase-list")
    context = {
        "form": form, "row": row, "versions": phrase_versions(row), "open": row.until is None,
        "restorable": row.until is not None and not Phrase.objects.filter(follows=row).exists(),
        "crumbs": _crumbs((row.title, "")),
    }  # fmt: skip
    return answer_page(request, "administration/phrase_edit.html", context, form)


@require_POST
def phrase_do(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """End or restore a phrase."""
    named = {"end": (services.phrase_end, "已停用，可以恢复"), "restore": (services.phrase_restore, "已恢复")}
    if what not in named:
        raise Http404(what)
    row, (service, done) = _phrase(request, pk), named[what]
    return step(
        request,
        lambda: service(phrase=row, actor=actor_of(request), at=timezone.now()),
        back=reverse("phrase-list"),
        done=done,
    )
