"""The forms of the pages."""

from __future__ import annotations

from typing import Any

from django import forms

from luoshi.hotline.models import Category
from luoshi.hotline.models.categories import LONGEST_NAME
from luoshi.knowledge.models import Entry
from luoshi.organisation.inputs import DateInput
from luoshi.organisation.models import Body
from luoshi.organisation.pagekit import today


def version(row: Any) -> forms.Field:
    """The version of the row that the page showed."""
    return forms.IntegerField(widget=forms.HiddenInput, initial=row.version, required=False)


def make(**fields: forms.Field) -> type[forms.Form]:
    """A form class of these fields."""
    return type("Form", (forms.Form,), dict(fields))


def day_field(label: str, **more: Any) -> forms.DateField:
    """A day, today at first."""
    return forms.DateField(label=label, widget=DateInput(), initial=today, **more)


def name_field(**more: Any) -> forms.CharField:
    """The name of a category."""
    return forms.CharField(label="名称", max_length=LONGEST_NAME, help_text=f"最多{LONGEST_NAME}个字", **more)


class PathChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Categories by their full names."""

    def label_from_instance(self, obj: Any) -> str:
        """The full name."""
        return str(obj.path)


class EntryChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Knowledge entries by their titles."""

    def label_from_instance(self, obj: Any) -> str:
        """The title, with the body that keeps it."""
        return f"{obj.title}（{obj.body.short_name}）"


def _rows(level: int, but: int = 0) -> Any:
    rows = Category.objects.filter(level=level, until__isnull=True).exclude(pk=but)
    return rows.order_by("path")


def rename_form(row: Category) -> type[forms.Form]:
    """A new name."""
    return make(name=name_field(initial=row.name), version=version(row))


def add_form(row: Category | None) -> type[forms.Form]:
    """A category below another one, or at the top."""
    return make(name=name_field(), since=day_field("启用日期", help_text="这一天起可以选用"))


def move_form(row: Category) -> type[forms.Form]:
    """Under which category it is put."""
    choice = PathChoice(
        label="移到", queryset=_rows(row.level - 1, row.parent_id or 0), empty_label="请选择上级分类"
    )
    return make(parent=choice, version=version(row))


def merge_form(row: Category) -> type[forms.Form]:
    """What takes its place."""
    choice = PathChoice(label="并入", queryset=_rows(row.level, row.pk), empty_label="请选择同级分类")
    return make(into=choice, version=version(row))


def close_form(row: Category) -> type[forms.Form]:
    """From when it is no longer chosen."""
    return make(
        until=day_field("停用日期", help_text="这一天起不能再选；以前的诉求保留原分类"), version=version(row)
    )


def version_form(row: Any) -> type[forms.Form]:
    """Nothing but the version that the page showed."""
    return make(version=version(row))


def defaults_form(row: Category) -> type[forms.Form]:
    """The unit and the knowledge entry that are proposed."""
    units = Body.objects.filter(active=True, takes_requests=True).order_by("kind", "code")
    entries = Entry.objects.filter(live=True).select_related("body").defer("content").order_by("title")
    above = "不填的，按上级分类" if row.parent_id else "不填的，由派单员选定"
    return make(
        unit=forms.ModelChoiceField(
            label="默认承办单位", queryset=units, required=False, initial=row.unit_id, empty_label="不设",
            help_text=f"派单时首先推荐；{above}",
        ),
        entry=EntryChoice(
            label="默认知识条目", queryset=entries, required=False, initial=row.entry_id, empty_label="不设",
            help_text="坐席选中本分类时首先推荐",
        ),
        version=version(row),
    )  # fmt: skip


class UploadForm(forms.Form):
    """A CSV file, or on confirming what it held."""

    file = forms.FileField(
        label="CSV文件",
        required=False,
        widget=forms.ClearableFileInput({"accept": ".csv,text/csv"}),
        help_text="UTF-8或GB 18030编码，不超过2兆字节",
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data = super().clean() or {}
        if not data.get("file") and not data.get("text"):
            self.add_error("file", "请选择文件")
        return data

    def content(self) -> bytes | str:
        """What was given."""
        given = self.cleaned_data.get("file")
        return given.read() if given else str(self.cleaned_data["text"])
