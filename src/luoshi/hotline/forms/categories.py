"""Choosing a category: typed with suggestions from the tree, or freely where this installation keeps no tree."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from luoshi.hotline.selectors.categories import (
    categories_kept,
    categories_lately,
    category_by_text,
    category_paths,
)
from luoshi.organisation.pagekit import today

LIST_ID = "categories"


class CategoryInput(forms.TextInput):
    """A text input with the full names of the categories in use as suggestions; without a tree, what was typed lately."""

    template_name = "hotline/category_input.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The list stands in the page, so that it works without scripts."""
        context = super().get_context(name, value, {**(attrs or {}), "list": LIST_ID, "autocomplete": "off"})
        return {**context, "list_id": LIST_ID, "paths": category_paths(today()) or categories_lately()}


class CategoryField(forms.CharField):
    """A category's full name, or its own where no other has it. Cleans to the full name, or ""."""

    widget = CategoryInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, help_text="输入几个字，从列表中选择", **kwargs)

    def clean(self, value: Any) -> str:
        """The full name. Errors: ValidationError where a tree is kept and the text names none of it."""
        text = str(super().clean(value))
        if not text:
            return ""
        found = category_by_text(text, day=today())
        if found is None and categories_kept(today()):
            raise ValidationError(f"没有“{text}”这个分类，请从列表中选择")
        return found.path if found else text
