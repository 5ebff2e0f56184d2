"""Minutes and records as papers: the same content as PDF and DOCX."""

from __future__ import annotations

from django.utils import timezone

from luoshi.meetings.models import AgendaItem, Meeting, Minutes, Record
from luoshi.papers import Heading, Paper, Text, docx, paper_pdf

NUMERALS = "一二三四五六七八九十"


def chinese_number(number: int) -> str:
    """1 to 99 in Chinese: 一, 十, 二十三."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return NUMERALS[ones - 1]
    head = "十" if tens == 1 else f"{NUMERALS[tens - 1]}十"
    return head + (NUMERALS[ones - 1] if ones else "")


def minutes_paper(minutes: Minutes) -> Paper:
    """Minutes: what the drafter wrote, then each resolution, who attended, to whom they go."""
    meeting = minutes.meeting
    blocks: list[Heading | Text] = [Text(one) for one in minutes.text.splitlines() if one.strip()]
    rows = minutes.resolutions.select_related("item__topic__matter", "lead").prefetch_related("assisting")
    if rows:
        blocks.append(Heading("议定事项"))
    for row in rows:
        blocks.append(Text(f"{chinese_number(row.position)}、{row.item.topic.matter.title}。{row.text}"))
        said = [f"牵头单位：{row.lead.short_name}"] if row.lead else []
        helpers = "、".join(one.short_name for one in row.assisting.all())
        said += [f"配合单位：{helpers}"] if helpers else []
        said += [f"办结期限：{row.due_on:%Y}年{row.due_on.month}月{row.due_on.day}日"] if row.due_on else []
        if said:
            blocks.append(Text("（" + "；".join(said) + "）"))
    record = Record.objects.filter(meeting=meeting).first()
    if record is not None:
        for key, label in (("present", "出席"), ("observers", "列席"), ("absent", "缺席")):
            if record.content.get(key):
                blocks.append(Text(f"{label}：{record.content[key]}"))
    blocks.append(Text("发送：" + "、".join(minutes.distribution)))
    signed = timezone.localtime(minutes.signed_at) if minutes.signed_at else None
    return Paper(
        title=minutes.title,
        subtitle=minutes.number,
        blocks=tuple(blocks),
        issuer=f"签发：{minutes.signed_by}" if signed else "（未签发）",
        dated=f"{signed.year}年{signed.month}月{signed.day}日" if signed else "",
    )


def record_paper(meeting: Meeting) -> Paper:
    """The record of a meeting: the seven fields, then topic by topic who said what, and the result."""
    content = Record.objects.get(meeting=meeting).content
    labels = (
        ("time", "会议时间"), ("place", "地点"), ("present", "出席人"), ("observers", "列席人"), ("absent", "缺席人"),
        ("chair", "主持人"), ("recorder", "记录人"),
    )  # fmt: skip
    blocks: list[Heading | Text] = [Text(f"{label}：{content.get(key) or '无'}") for key, label in labels]
    items = meeting.items.select_related("topic__matter").prefetch_related("statements__speaker")
    for item in items.order_by("position"):
        blocks.append(Heading(f"{chinese_number(item.position)}、{item.topic.matter.title}"))
        for one in item.statements.all():
            written = "（书面意见）" if one.written else ""
            blocks.append(Text(f"{one.speaker.name}{written}：{one.text}"))
        if item.status != AgendaItem.Status.WAITING:
            blocks.append(Text(f"{item.get_status_display()}：{item.text}"))
    return Paper(title=f"{meeting.title}会议记录", blocks=tuple(blocks))


MAKERS = {
    "pdf": (paper_pdf, "application/pdf"),
    "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
