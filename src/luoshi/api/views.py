"""Pages of the tokens: which there are, issuing one, revoking one; and what the operations are."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from luoshi.api import services
from luoshi.api.forms import AccountForm, IssueForm
from luoshi.api.models import Token
from luoshi.api.operations import OPERATIONS
from luoshi.api.scopes import SCOPES
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.organisation.access import SIGNED_IN, Need
from luoshi.organisation.models import User
from luoshi.organisation.pagekit import actor_of, answer_page, page_of, refused, step, today
from luoshi.organisation.policies import may_grant_roles
from luoshi.organisation.roles import permission_title
from luoshi.organisation.selectors import bodies_acting_for

STATES = {"live": ("有效", "success"), "expired": ("已过期", "muted"), "revoked": ("已吊销", "danger")}
HOME = ("系统管理", "administration-home")


def _crumbs(*more: str) -> list[tuple[str, str]]:
    trail = [(HOME[0], reverse(HOME[1])), ("接口令牌", reverse("token-list") if more else "")]
    return [*trail, *((one, "") for one in more)]


@require_GET
def token_index(request: HttpRequest) -> HttpResponse:
    """All tokens, the newest first."""
    now = timezone.now()
    page = page_of(request, Token.objects.select_related("user__person", "body"), keys=("-id",))
    rows = [
        {"item": row, "state": row.state_at(now), "badge": STATES[row.state_at(now)],
         "scopes": [SCOPES[code] for code in row.scopes]}
        for row in page.items
    ]  # fmt: skip
    context = {
        "page": page,
        "rows": rows,
        "may_manage": may_grant_roles(actor_of(request)),
        "crumbs": _crumbs(),
    }
    return render(request, "api/token_list.html", context)


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def token_new(request: HttpRequest) -> HttpResponse:
    """Issue a token: first whose, then what for. The secret is shown this once."""
    account = AccountForm(request.GET if "account" in request.GET else None)
    if not account.is_valid():
        context = {"form": account, "crumbs": _crumbs("签发令牌"), "back": reverse("token-list")}
        return answer_page(request, "api/token_account.html", context, account)
    user: User = account.cleaned_data["account"]
    bodies = bodies_acting_for(user, today())
    form = IssueForm(request.POST or None, bodies=bodies)
    if request.method == "POST" and form.is_valid():
        try:
            token, secret = services.token_issue(
                user=user, **form.cleaned_data, actor=actor_of(request), at=timezone.now()
            )
        except NotAllowed:
            raise
        except Refusal as refusal:
            refused(form, refusal)
        else:
            context = {"token": token, "secret": secret, "crumbs": _crumbs("签发令牌")}
            return render(request, "api/token_once.html", context)
    context = {
        "form": form,
        "account": user,
        "bodies": bodies,
        "crumbs": _crumbs("签发令牌"),
        "back": reverse("token-list"),
    }
    return answer_page(request, "api/token_new.html", context, form)


@require_http_methods(["GET", "POST"])
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a token, after a question."""
    token = get_object_or_404(Token.objects.select_related("user__person", "body"), pk=pk)
    back = reverse("token-list")
    if request.method == "POST":
        return step(
            request,
            lambda: services.token_revoke(token=token, actor=actor_of(request), at=timezone.now()),
            back=back,
            done=f"令牌“{token.name}”已吊销，立即生效",
        )
    if token.revoked_at is not None:
        messages.error(request, f"令牌“{token.name}”已由{token.revoked_by}吊销")
        return redirect(back)
    return render(
        request, "api/token_revoke.html", {"token": token, "back": back, "crumbs": _crumbs("吊销令牌")}
    )


def need_words(need: Need) -> str:
    """What an operation needs, in words."""
    if need == SIGNED_IN:
        return "有账号即可"
    return "或".join(permission_title(code) for code in ((need,) if isinstance(need, str) else need))


@require_GET
def operation_index(request: HttpRequest) -> HttpResponse:
    """Every operation with its address, its permission and its scope."""
    rows = [
        {"item": one, "path": f"/api/v1{one.path}", "need": need_words(one.need), "scope": SCOPES[one.scope]}
        for one in OPERATIONS.values()
    ]
    return render(request, "api/operations.html", {"rows": rows, "crumbs": _crumbs("接口一览")})
