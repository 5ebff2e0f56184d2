"""The inputs of the organisation's pages. What is right is decided by the services; forms only read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms

from luoshi.organisation.inputs import DateInput, PhoneInput
from luoshi.organisation.models import Body, BodyName, Person, Post, Role


def day_field(label: str, *, help_text: str = "", required: bool = True) -> forms.DateField:
    """A day picked in the browser."""
    return forms.DateField(label=label, widget=DateInput, help_text=help_text, required=required)


def standing_field() -> forms.ChoiceField:
    """What kind of organ of the government a body is."""
    return forms.ChoiceField(
        label="机构性质",
        choices=[("", "不属于政府工作部门和直属单位"), *Body.Standing.choices],
        required=False,
        help_text="工作部门的主要负责人是政府组成人员；是否适用政府工作规则也按此判断",
    )


def secret_field(label: str, *, autocomplete: str, help_text: str = "") -> forms.CharField:
    """A password, taken as typed."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, widget=widget, strip=False, max_length=200, help_text=help_text)


class LoginForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label="用户名",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = secret_field("密码", autocomplete="current-password")

    def clean_username(self) -> str:
        """User names are lower case; what is typed need not be."""
        return str(self.cleaned_data["username"]).strip().lower()


class OwnPasswordForm(forms.Form):
    """One's own password, to show who one is."""

    password = secret_field("密码", autocomplete="current-password")


class CodeForm(forms.Form):
    """A code of the second factor."""

    code = forms.CharField(
        label="动态口令或备用码",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autofocus": True}
        ),
        help_text="手机应用上的6位数字；手机不在身边时，用一个备用码",
    )


class FirstCodeForm(forms.Form):
    """The first code of a telephone."""

    code = forms.CharField(
        label="动态口令",
        max_length=10,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
        help_text="手机应用现在显示的6位数字",
    )


class PasswordForm(forms.Form):
    """The old password, and the new one twice."""

    old = secret_field("原密码", autocomplete="current-password")
    new = secret_field(
        "新密码",
        autocomplete="new-password",
        help_text="至少10位，不能全是数字，不能是常见密码，不能与用户名相近",
    )
    again = secret_field("再次输入新密码", autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        """Both entries of the new password are the same."""
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", "两次输入的新密码不一致")
        return data


if TYPE_CHECKING:
    PersonField = forms.ModelChoiceField[Person]
else:
    PersonField = forms.ModelChoiceField


class PersonChoice(PersonField):
    """People by body and name: several may share a name."""

    def label_from_instance(self, obj: Person) -> str:
        """供水公司 · 某某."""
        return f"{obj.body.short_name} · {obj.name}"


class VersionedForm(forms.Form):
    """Carries the version that the page was drawn from, so that nobody overwrites unseen changes."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class BodyCreateForm(forms.Form):
    """A new body."""

    name = forms.CharField(label="机构全称", max_length=100)
    short_name = forms.CharField(label="简称", max_length=40, required=False)
    code = forms.CharField(label="代码", max_length=40, help_text="小写字母、数字和连字符，设立后不再改变")
    kind = forms.ChoiceField(label="类别", choices=Body.Kind.choices)
    standing = standing_field()
    parent = forms.ModelChoiceField(
        label="上级机构", queryset=Body.objects.filter(active=True), required=False, empty_label="无"
    )
    since = day_field("设立日期")
    document = forms.CharField(label="依据文件", max_length=200, required=False)
    area = forms.ChoiceField(
        label="所在区域", choices=Body.Area.choices, help_text="现场处置的到场时限按区域计算"
    )
    takes_requests = forms.BooleanField(label="承办12345诉求件，列为考核责任单位", required=False)
    handles_onsite = forms.BooleanField(label="担负现场处置任务", required=False)


class BodyUpdateForm(VersionedForm):
    """What a body does."""

    short_name = forms.CharField(label="简称", max_length=40)
    standing = standing_field()
    area = forms.ChoiceField(
        label="所在区域", choices=Body.Area.choices, help_text="现场处置的到场时限按区域计算"
    )
    takes_requests = forms.BooleanField(label="承办12345诉求件，列为考核责任单位", required=False)
    handles_onsite = forms.BooleanField(label="担负现场处置任务", required=False)


class RenameForm(VersionedForm):
    """A new official name."""

    name = forms.CharField(label="新的正式名称", max_length=100)
    short_name = forms.CharField(label="新的简称", max_length=40, required=False, help_text="不填则简称不变")
    since = day_field("启用日期", help_text="从这一天起使用新名称；此前的文件仍显示旧名称")
    document = forms.CharField(label="更名依据文件", max_length=200, help_text="填写文号，多份用顿号隔开")


class NameForm(forms.Form):
    """A further name of a body."""

    kind = forms.ChoiceField(
        label="名称类别",
        choices=[(kind.value, kind.label) for kind in (BodyName.Kind.PLATE, BodyName.Kind.ALIAS)],
    )
    name = forms.CharField(label="名称", max_length=100)
    since = day_field("启用日期")
    until = day_field("停用日期", required=False, help_text="这一天起不再使用；仍在使用的不填")
    document = forms.CharField(label="依据文件", max_length=200, required=False, help_text="加挂牌子必填")


class CloseForm(VersionedForm):
    """The end of a body."""

    until = day_field("撤销日期", help_text="这一天起不再存在")
    document = forms.CharField(label="撤销依据文件", max_length=200)


class ContactForm(VersionedForm):
    """How a person is reached."""

    mobile = forms.CharField(
        label="手机",
        max_length=20,
        required=False,
        help_text="联络员必填：转办短信发到这个号码",
        widget=PhoneInput,
    )
    office_phone = forms.CharField(label="办公电话", max_length=30, required=False)
    email = forms.CharField(label="电子邮箱", max_length=254, required=False)


class PostFields(forms.Form):
    """A post that somebody takes up."""

    kind = forms.ChoiceField(label="职务类别", choices=Post.Kind.choices)
    title = forms.CharField(label="职务名称", max_length=60, required=False, help_text="如“副局长”；可不填")
    since = day_field("任职日期")
    full_time = forms.BooleanField(label="专职", required=False, initial=True)
    document = forms.CharField(label="依据文件", max_length=200, required=False)


class PersonForm(ContactForm):
    """A new person, and a post at once where wanted."""

    field_order = ["name", "mobile", "office_phone", "email", "kind", "title", "since", "full_time"]
    name = forms.CharField(label="姓名", max_length=40)
    kind = forms.ChoiceField(
        label="同时登记职务", choices=[("", "暂不登记"), *Post.Kind.choices], required=False
    )
    title = forms.CharField(label="职务名称", max_length=60, required=False, help_text="如“副局长”；可不填")
    since = day_field("任职日期", required=False)
    full_time = forms.BooleanField(label="专职", required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        """A post begins on a day."""
        data = super().clean() or {}
        if data.get("kind") and not data.get("since"):
            self.add_error("since", "登记职务须填任职日期")
        return data


class PostStartForm(PostFields):
    """Who of the body's people takes up which post."""

    field_order = ["person", "kind", "title", "since", "full_time", "document"]
    person = PersonChoice(label="人员", queryset=Person.objects.none(), empty_label="请选择")

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(active=True)
        if body.kind != Body.Kind.LEADING_GROUP:  # a leading group is made up of people of other bodies
            people = people.filter(body=body)
        cast(PersonChoice, self.fields["person"]).queryset = people.select_related("body").order_by(
            "body__code", "name", "id"
        )


class EmptyForm(forms.Form):
    """A page whose only input is the confirmation."""


class PostEndForm(forms.Form):
    """The end of a post."""

    until = day_field("免职日期", help_text="这一天起不再担任")
    document = forms.CharField(label="依据文件", max_length=200, required=False)


class UserCreateForm(forms.Form):
    """An account for a person."""

    person = PersonChoice(label="人员", queryset=Person.objects.none(), empty_label="请选择")
    username = forms.CharField(label="用户名", max_length=60, help_text="小写字母开头，可含数字和 . _ -")
    password = secret_field("初始密码", autocomplete="new-password", help_text="至少10位；首次登录后须修改")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PersonChoice, self.fields["person"]).queryset = (
            Person.objects.filter(active=True).select_related("body").order_by("body__code", "name", "id")
        )


class GrantForm(forms.Form):
    """A role for a body."""

    role = forms.ModelChoiceField(label="角色", queryset=Role.objects.all(), empty_label="请选择")
    body = forms.ModelChoiceField(
        label="机构", queryset=Body.objects.filter(active=True), empty_label="请选择"
    )
    since = day_field("生效日期")
    until = day_field("失效日期", required=False, help_text="这一天起失效；长期有效的不填")


class RevokeForm(forms.Form):
    """From when a role is no longer held."""

    until = day_field("失效日期", help_text="这一天起失效；填今天即刻失效")


class LockForm(forms.Form):
    """Why an account is blocked."""

    reason = forms.CharField(label="停用原因", max_length=200)
