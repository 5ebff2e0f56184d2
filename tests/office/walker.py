"""Walking through pages as people do: open a page, find the form of a button, fill it in, press it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from luoshi.organisation.models import User


@dataclass
class Form:
    """A form of a page: where it is sent, what its fields hold, what its choices are called."""

    action: str
    method: str
    values: dict[str, Any] = field(default_factory=dict)
    options: dict[str, dict[str, str]] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    typed: set[str] = field(default_factory=set)

    @property
    def texts(self) -> list[str]:
        """The fields into which words are typed."""
        return [
            name
            for name, value in self.values.items()
            if isinstance(value, str) and name not in self.options and name not in self.typed
        ]


def spoiled(form: Form, bad: str) -> dict[str, Any]:
    """What is sent when every text of a form is that, and all else as the page gave it."""
    kept = {name: value for name, value in form.values.items() if value not in ("", [])}
    first = {
        name: next((key for key in keys if key), "")
        for name, keys in form.options.items()
        if name not in kept
    }
    days = {
        name: "2017-11-20" for name in form.typed if name not in kept and name.endswith(("_on", "day", "due"))
    }
    return {**days, **first, **kept, **dict.fromkeys(form.texts, bad)}


class _Reader(HTMLParser):
    """Collects the forms of a page and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.form: Form | None = None
        self.select = self.area = ""
        self.option: list[Any] | None = None
        self.button = False
        self.skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self.skip += 1
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "form":
            self.form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.form)
        if self.form is not None:
            self._part(tag, given)

    def _part(self, tag: str, given: dict[str, str]) -> None:
        """A part of a form."""
        assert self.form is not None
        if tag == "input" and given.get("name"):
            self._input(given)
        elif tag == "textarea":
            self.area = given.get("name", "")
            self.form.values[self.area] = ""
        elif tag == "select":
            self.select = given.get("name", "")
            self.form.options.setdefault(self.select, {})
            if "multiple" in given:
                self.form.values[self.select] = []
        elif tag == "option" and self.select:
            self.option = [given.get("value", ""), "selected" in given, ""]
        elif tag == "button":
            self.button = True
            self.form.buttons.append("")

    def _input(self, given: dict[str, str]) -> None:
        assert self.form is not None
        name, kind, value = given["name"], given.get("type", "text"), given.get("value", "")
        if kind in ("checkbox", "radio"):
            value = given.get("value", "on")
            self.form.options.setdefault(name, {})[value] = value
            if "checked" in given:
                if kind == "checkbox" and name in self.form.values:
                    self.form.values[name] = [*self.form.values[name], value]
                else:
                    self.form.values[name] = [value] if kind == "checkbox" else value
        elif kind == "file":
            self.form.files.append(name)
        else:
            self.form.values[name] = value
            if kind != "text":
                self.form.typed.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.skip -= 1
        elif tag == "form":
            self.form = None
        elif tag == "textarea":
            self.area = ""
        elif tag == "button":
            self.button = False
        elif tag == "option" and self.option is not None and self.form is not None:
            value, chosen, label = self.option
            self.form.options[self.select][value] = label.strip()
            if isinstance(self.form.values.get(self.select), list):
                if chosen:
                    self.form.values[self.select].append(value)
            elif chosen or self.select not in self.form.values:
                self.form.values[self.select] = value
            self.option = None
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.skip:
            return
        if self.option is not None:
            self.option[2] += data
        elif self.area and self.form is not None:
            self.form.values[self.area] += data
        elif self.button and self.form is not None:
            self.form.buttons[-1] += data.strip()
        if data.strip():
            self.text.append(data.strip())


class Page:
    """A page as somebody sees it."""

    def __init__(self, url: str, status: int, html: str) -> None:
        reader = _Reader()
        reader.feed(html)
        self.url, self.status, self.html = url, status, html
        self.forms, self.links, self.text = reader.forms, reader.links, "\n".join(reader.text)

    def form(self, button: str) -> Form:
        """The form whose button, or whose address, is called that."""
        for one in self.forms:
            if one.method == "post" and (
                button in one.buttons or one.action.rstrip("/").endswith(f"/{button}")
            ):
                return one
        offered = sorted({f"{'/'.join(f.buttons)} -> {f.action}" for f in self.forms if f.method == "post"})
        raise AssertionError(f"{self.url}: no button {button}; there are:\n" + "\n".join(offered))

    def own_form(self) -> Form:
        """The page's own form, the log-out aside."""
        return next(one for one in self.forms if one.method == "post" and "logout" not in one.action)


class Walker:
    """Somebody signed in."""

    def __init__(self, username: str) -> None:
        self.username = username
        self.client = Client()
        self.client.force_login(User.objects.get(username=username))
        self.page = Page("", 0, "")

    def open(self, url: str) -> Page:
        """Open a page; it must be there."""
        answer = self.client.get(url, follow=True)
        if any("/login/" in place for place, _ in answer.redirect_chain):  # away for too long
            self.client.force_login(User.objects.get(username=self.username))
            answer = self.client.get(url, follow=True)
        last = answer.redirect_chain[-1][0] if answer.redirect_chain else url
        self.page = Page(last, answer.status_code, answer.content.decode())
        assert answer.status_code == 200, (
            f"{self.username} {url}: {answer.status_code}\n{self.page.text[-800:]}"
        )
        return self.page

    def press(self, button: str, url: str = "", **values: Any) -> Page:
        """Press a button of a page, with values for its form's fields; it must go through."""
        page = self.try_press(button, url, **values)
        refused = re.findall(r"ls-toast ls-tone-danger.*?<div>(.*?)</div>", page.html, re.DOTALL)
        assert not refused, f"{self.username} {button} on {url or page.url}: {refused}"
        assert page.status == 200, (
            f"{self.username} {button} on {url or page.url}: {page.status}\n{_said(page)}"
        )
        return page

    def complete(self, button: str, filler: str = "已按要求办理，记录在案", **values: Any) -> Page:
        """Press a button with every empty text of its form filled in, and a paper attached where it takes one."""
        form = self.page.form(button)
        empty = {
            name: filler
            for name, value in form.values.items()
            if isinstance(value, str)
            and not value.strip()
            and name not in form.options
            and name not in form.typed
        }
        files = {name: paper() for name in form.files}
        return self.press(button, **{**empty, **files, **values})

    def follow(self, url: str, under: str) -> Page:
        """Open a list, and the first row whose address lies under that one."""
        page = self.open(url)
        found = [link for link in page.links if re.fullmatch(re.escape(under) + r"\d+/", link)]
        assert found, f"{self.username} {url}: nothing under {under}\n{page.text[-600:]}"
        return self.open(found[0])

    def try_press(self, button: str, url: str = "", **values: Any) -> Page:
        """Press a button, whatever comes of it."""
        if url:
            self.open(url)
        form = self.page.form(button)
        sent = {name: value for name, value in form.values.items() if value not in ("", [])}
        for name, value in values.items():
            sent[name] = chosen(form, name, value)
        self.client.get("/account/")
        answer = self.client.post(form.action or self.page.url, sent, follow=True)
        last = answer.redirect_chain[-1][0] if answer.redirect_chain else form.action
        self.page = Page(last, answer.status_code, answer.content.decode())
        return self.page


def chosen(form: Form, name: str, value: Any) -> Any:
    """A choice may be given by what it is called."""
    options = form.options.get(name, {})

    def one(item: Any) -> Any:
        text = str(item)
        if not options or text in options:
            return item
        found = [key for key, label in options.items() if text and text in label]
        return found[0] if found else item

    return [one(item) for item in value] if isinstance(value, list | tuple) else one(value)


def _said(page: Page) -> str:
    """What a refused form says."""
    lines = page.text.splitlines()
    marked = [line for line in lines if "请" in line or "不" in line]
    return "\n".join(marked[:40])


def paper(name: str = "材料.pdf") -> SimpleUploadedFile:
    """A paper to attach."""
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")


def pk_of(url: str) -> int:
    """The number in a page's address."""
    return int(next(part for part in reversed(url.split("?")[0].split("/")) if part.isdigit()))


class Clock:
    """The time of the walk: pages ask django.utils.timezone.now."""

    def __init__(self, monkeypatch: Any, start: dt.datetime) -> None:
        self.now = start
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def to(self, moment: dt.datetime) -> None:
        """Later."""
        assert moment >= self.now
        self.now = moment

    def on(self, **more: int) -> None:
        """Later by so much."""
        self.now += dt.timedelta(**more)
