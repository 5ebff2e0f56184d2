"""The forms of the pages of meetings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from luoshi.agenda.selectors import leaders_on
from luoshi.meetings import rules_sessions
from luoshi.meetings.models import AgendaItem, Attendee, Meeting, NumberedCopy
from luoshi.organisation import formkit
from luoshi.organisation.models import Body, Person
from luoshi.organisation.selectors import local_day

if TYPE_CHECKING:
    OneField = forms.ModelChoiceField[Attendee]
    SeveralField = forms.ModelMultipleChoiceField[AgendaItem]
else:
    OneField, SeveralField = forms.ModelChoiceField, forms.ModelMultipleChoiceField

FileField = forms.FileField
text, flag, moment, make = formkit.text, formkit.flag, formkit.moment, formkit.make
seen = formkit.seen
date = partial(formkit.date, required=False)
units = formkit.bodies


def number(label: str, *, required: bool = False) -> Any:
    """A whole number of minutes."""
    return forms.IntegerField(label=label, min_value=1, max_value=600, required=required)


def option(
    label: str, options: Iterable[tuple[str, str]], *, required: bool = True, initial: str = ""
) -> Any:
    """One of some values."""
    choices = list(options) if required else [("", "—"), *options]
    return forms.ChoiceField(label=label, choices=choices, required=required, initial=initial)


def rows(
    label: str,
    found: Any,
    *,
    required: bool = True,
    many: bool = False,
    initial: Any = None,
    help_text: str = "",
) -> Any:
    """One row of a query, or several."""
    kind = forms.ModelMultipleChoiceField if many else forms.ModelChoiceField
    return kind(label=label, queryset=found, required=required, initial=initial, help_text=help_text)


def day() -> Any:
    """Today in the city."""
    return local_day(timezone.now())


def options_of(rule: str) -> list[tuple[str, str]]:
    """The options of a choice of the rulebook, today."""
    return formkit.pairs(rules_sessions.choice(rule, day()))


def leaders() -> Any:
    """The leaders in office today."""
    return Person.objects.filter(pk__in=[one.person_id for one in leaders_on(day())])


class AttendeeChoice(OneField):
    """Somebody on the list, by name and unit."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and unit."""
        unit = obj.unit or (obj.body.short_name if obj.body else "")
        return f"{obj.name}（{unit}）" if unit else str(obj.name)


class ItemsChoice(SeveralField):
    """Topics of the agenda, by their titles."""

    def label_from_instance(self, obj: Any) -> str:
        """Position and title."""
        return f"{obj.position}. {obj.topic.matter.title}"


def on_list(meeting: Meeting, label: str) -> Any:
    """Somebody on the list of a meeting."""
    return AttendeeChoice(label=label, queryset=meeting.attendees.select_related("body").order_by("pk"))


def items_of(meeting: Meeting, label: str = "对应议题", *, required: bool = True) -> Any:
    """Topics of a meeting."""
    found = AgendaItem.objects.filter(meeting=meeting).select_related("topic__matter").order_by("position")
    return ItemsChoice(label=label, queryset=found, required=required, widget=forms.CheckboxSelectMultiple)


class MeetingForm(forms.Form):
    """A meeting to be planned."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = option("会议种类", options_of("meetings.kind"))
        self.fields["title"] = text(
            "会议名称", longest=200, required=False, help_text="不填写的，按种类和日期命名。"
        )
        self.fields["planned_at"] = moment("拟定时间")
        self.fields["place"] = text("地点", longest=120)
        self.fields["chair"] = rows(
            "召集和主持人", leaders(), help_text="常务副市长等受托主持的，须先由市长登记委托，方案才能确定。"
        )
        self.fields["organiser"] = rows(
            "承办科室", Body.objects.filter(kind="section", active=True), required=False,
            help_text="全体会议、常务会议、秘书长办公会议的承办科室由规定确定，可不选。",
        )  # fmt: skip
        self.fields["extended"] = flag("扩大会议", help_text="只增加列席人员，到会人数仍按组成人员计。")
        self.fields["extraordinary"] = text("临时召开事由", required=False)
        self.fields["proposal"] = text("会议方案说明", longest=5000, rows=4, required=False)


def attendee_form(meeting: Meeting) -> type[forms.Form]:
    """Somebody to be listed for topics."""
    parts = [
        (one.value, str(one.label))
        for one in (Attendee.Part.OBSERVER, Attendee.Part.REPORTER, Attendee.Part.GUEST, Attendee.Part.STAFF)
    ]
    return make(
        part=option("身份", parts),
        items=items_of(meeting, required=False),
        body=rows("单位", units(), required=False, help_text="选单位的，列入该单位主要负责人。"),
        name=text("姓名", longest=80, required=False, help_text="邀请人员在此填写姓名。"),
        unit=text("邀请人员单位", longest=100, required=False),
        duty=option("邀请人员类别", options_of("meetings.guest"), required=False),
    )


MARKS = [(one.value, str(one.label)) for one in NumberedCopy.Mark]
