"""The pages of tasks, as each role uses them."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from luoshi.organisation.models import Grant
from luoshi.supervision.models import Part, Task

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def enter(client, bodies):
    """enter("liaison", "chengguan") signs the client in as that demo account."""

    def make(role, body=None):
        grants = Grant.objects.filter(role__code=role)
        client.force_login((grants.filter(body__code=body) if body else grants).first().user)
        return client

    return make


def shown(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def act(client, name, pk, action, **data):
    answer = client.post(reverse(name, args=[pk, action]), data)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
    assert answer.status_code == 302, text[-1500:]
    return answer


def test_a_task_is_set_followed_and_closed_in_the_browser(enter, bodies):
    client = enter("supervision_office")
    assert "没有这样的督办事项" in shown(client.get(reverse("task-list")))
    shown(client.get(reverse("task-board")))
    given = {
        "title": "整治占道经营", "content": "月底前见效", "source_kind": "report", "lead": bodies["chengguan"].pk,
        "assisting": [bodies["gongan"].pk], "report_every": "week", "due_on": "",
    }  # fmt: skip
    assert "请" in shown(client.post(reverse("task-new"), given | {"title": ""}), 422)
    assert client.post(reverse("task-new"), given).status_code == 302
    task = Task.objects.get()
    text = shown(client.get(reverse("task-detail", args=[task.pk])))
    assert "整治占道经营" in text and "市公安局" in text and "待签收" in text

    client = enter("liaison", "gongan")
    part = Part.objects.get()
    assert "回复只报牵头单位" in shown(client.get(reverse("task-part", args=[part.pk])))
    act(client, "task-part-act", part.pk, "reply", text="已配合")

    client = enter("liaison", "chengguan")
    act(client, "task-act", task.pk, "receive")
    act(client, "task-act", task.pk, "progress", text="一半", file=SimpleUploadedFile("a.pdf", PDF))
    file = task.matter.attachments.get()
    assert client.get(reverse("task-file", args=[file.pk])).status_code == 200
    answer = client.post(
        reverse("task-act", args=[task.pk, "extend"]), {"until": "2017-01-01", "reason": "雨"}
    )
    assert "延期须晚于" in shown(answer, 422) and 'value="雨"' in shown(answer, 422)
    act(client, "task-act", task.pk, "submit", text="完成")
    refused = client.post(reverse("task-act", args=[task.pk, "close"]), {"opinion": "自己销号"})
    assert refused.status_code == 403

    client = enter("supervision_office")
    act(client, "task-act", task.pk, "close", opinion="属实")
    assert "已销号" in shown(client.get(reverse("task-detail", args=[task.pk])))
    assert "整治占道经营" in shown(client.get(reverse("task-list") + "?which=closed"))


def test_another_unit_opens_neither_task_nor_part_nor_file(enter, set_task):
    task = set_task(assisting=["gongan"])
    client = enter("liaison", "jiaoyu")
    assert client.get(reverse("task-detail", args=[task.pk])).status_code == 403
    assert client.get(reverse("task-part", args=[Part.objects.get().pk])).status_code == 403
    assert "没有这样的督办事项" in shown(client.get(reverse("task-list") + "?which="))


def test_a_list_asks_the_database_as_often_for_many_as_for_one(
    enter, set_task, django_assert_max_num_queries
):
    for number in range(12):
        set_task(title=f"事项{number}")
    client = enter("supervision_office")
    client.get(reverse("task-list"))
    with django_assert_max_num_queries(16):
        assert "事项11" in shown(client.get(reverse("task-list")))


def test_names_of_any_length_stay_on_the_page(enter, set_task):
    task = set_task(title="很长的事项名称" * 28)
    client = enter("supervision_office")
    assert "很长的事项名称" * 28 in shown(client.get(reverse("task-detail", args=[task.pk])))
