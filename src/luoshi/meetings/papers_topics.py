"""Meeting papers in the one format that all units use."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from luoshi.meetings import rules_sessions
from luoshi.meetings.models import Material
from luoshi.meetings.services.materials import report_fields
from luoshi.organisation.selectors import local_day
from luoshi.papers import Heading, Paper, Table, Text, docx

NUMERALS = "一二三四五六七八九十"


def material_paper(material: Material, *, at: dt.datetime) -> Paper:
    """The report of a topic: its parts under numbered headings, what is to be decided, the schemes, the explanation.

    Source: smx-meeting-organisation/4.11
    """
    topic = material.topic
    parts = [(label, material.report.get(key, "").splitlines()) for key, label in report_fields(at)]
    parts.append(("需议定事项", [f"{number}. {one}" for number, one in enumerate(topic.points, start=1)]))
    schemes = [
        f"{row.title}：{row.text} 利：{row.advantages} 弊：{row.drawbacks}" for row in topic.schemes.all()
    ]
    if schemes:
        parts.append(("比较方案", schemes))
    if material.explanation:
        parts.append(("起草说明", material.explanation.splitlines()))
    blocks: list[Heading | Text | Table] = []
    for number, (label, lines) in enumerate(parts):
        blocks.append(Heading(f"{NUMERALS[number]}、{label}"))
        blocks += [Text(one) for one in lines if one.strip()] or [Text("无")]
    day = timezone.localtime(material.approved_at) if material.approved_at else None
    return Paper(
        title=topic.matter.title,
        subtitle=f"{rules_sessions.kinds(local_day(at)).label(topic.kind)}汇报材料",
        blocks=tuple(blocks),
        issuer=topic.body.name,
        dated=f"{day.year}年{day.month}月{day.day}日" if day else "",
    )


def material_docx(material: Material, *, at: dt.datetime) -> bytes:
    """The same as DOCX."""
    return docx(material_paper(material, at=at))
