"""The forms by which a token is issued: whose it is, then what it is for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from luoshi.api.scopes import SCOPES
from luoshi.organisation import formkit
from luoshi.organisation.models import Body, User


class IssueForm(forms.Form):
    """What a token is for, how far it reaches, until when it holds."""

    name = formkit.text("用途", longest=60, help_text="哪个系统、做什么用，如“市长信箱网站，登记来信”")
    body = formkit.one("代表单位", [])
    scopes = forms.MultipleChoiceField(
        label="范围", choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )
    until = formkit.date("有效期至", help_text="含当天，最长一年")

    def __init__(self, *args: Any, bodies: Sequence[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {str(body.pk): body for body in bodies}
        choice: Any = self.fields["body"]
        choice.choices = [(key, body.short_name) for key, body in self.bodies.items()]

    def clean_body(self) -> Body:
        """The body itself."""
        return self.bodies[self.cleaned_data["body"]]


class AccountForm(forms.Form):
    """Whose token it is."""

    account = formkit.text(
        "账号", longest=60, help_text="令牌能办的事不超过这个账号。宜为每个系统单独开立账号。"
    )

    def clean_account(self) -> User:
        """An account that is there."""
        given = str(self.cleaned_data["account"]).strip().lower()
        found = User.objects.select_related("person__body").filter(username=given).first()
        if found is None:
            raise forms.ValidationError(f"没有“{given}”这个账号，请核对用户名")
        return found
