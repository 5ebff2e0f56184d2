"""Django forms drawn with Luoshi's field component."""

from __future__ import annotations

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString


class Renderer(TemplatesSetting):
    """Draws `{{ form }}` and `{{ field.as_field_group }}` with the components; set as FORM_RENDERER."""

    form_template_name = "components/form_plain.html"
    field_template_name = "components/field.html"


def widget_kind(bound: forms.BoundField) -> str:
    """How a field is laid out: hidden, choice (radio or several boxes), check (one box) or text."""
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choice"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "text"


def _css_class(bound: forms.BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.CheckboxInput):
        base = "form-check-input"
    elif isinstance(widget, forms.Select):
        base = "form-select"
    else:
        base = "form-control"
    return f"{base} is-invalid" if bound.errors else base


def styled(bound: forms.BoundField) -> SafeString:
    """The input of a field with the classes of the design beside those of its own widget."""
    own = str(bound.field.widget.attrs.get("class", ""))
    return bound.as_widget(attrs={"class": f"{own} {_css_class(bound)}".strip()})
