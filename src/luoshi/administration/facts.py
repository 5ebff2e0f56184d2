"""What the cards of the entry page say: how many there are, and what is missing or out of date."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from luoshi.administration.cards import Fact, Subject, register
from luoshi.hotline.models import Category, Request
from luoshi.ledger.actors import Actor
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day

GOOD, BAD = "success", "warning"


def categories(actor: Actor, at: dt.datetime) -> list[Fact]:
    """How many categories there are, how many were never used, how many propose no unit."""
    day, list_url = local_day(at), reverse("category-list")
    filed = Exists(Request.objects.filter(filed_as=OuterRef("pk")))
    below = Exists(Category.objects.filter(in_force(day), parent=OuterRef("pk")))
    found = Category.objects.filter(in_force(day)).aggregate(
        total=Count("pk"),
        top=Count("pk", filter=Q(level=1)),
        unused=Count("pk", filter=Q(~below, ~filed)),
        units=Count("pk", filter=Q(unit__isnull=False)),
    )
    if not found["total"]:
        return [Fact("还没有建立分类，登记时可随意填写", BAD, reverse("category-import"))]
    facts = [Fact(f"一级{found['top']}个，三级共{found['total']}个")]
    if found["unused"]:
        facts.append(Fact(f"{found['unused']}个还没有用过", "", f"{list_url}?which=unused"))
    if not found["units"]:
        facts.append(Fact("都没有设默认承办单位", BAD, list_url))
    return facts


def register_all() -> None:
    """Register the subjects in the order in which the page shows them; called once, when the app starts."""
    register(
        Subject(
            "诉求分类", "三级分类的增改、合并和停用，各类的默认承办单位", "category", "category-list", categories
        ),
    )
