"""The pages: what is due is shown, proposed by one person and approved by another, and what was erased says so."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.urls import reverse
from django.utils import timezone

from luoshi.cli.retention import retention
from luoshi.hotline.models import Contact
from luoshi.retention import services
from luoshi.retention.models import Hold, Run
from tests.retention.conftest import LATER

pytestmark = pytest.mark.django_db


@pytest.fixture
def waked(monkeypatch) -> list[bool]:
    """How often the background task was asked for."""
    found: list[bool] = []
    monkeypatch.setattr("luoshi.retention.pages.wake", lambda: found.append(True))
    return found


def test_from_working_out_to_erasing_over_the_pages(
    ended, browser_of, waked, django_capture_on_commit_callbacks
):
    request = ended()
    officer, leader = browser_of("security_officer"), browser_of("platform_leader")
    home = officer.get(reverse("retention-home")).content.decode()
    assert all(words in home for words in ("诉求人信息", "诉求办结后3年", "由本市确定", "每晚自动", "须批准"))
    answer = officer.post(reverse("retention-draw", args=["retention.contacts"]), follow=True)
    run = Run.objects.get()
    page = answer.content.decode()
    assert "1条，最早" in page
    assert "还没有删除" in page
    act = {one: reverse("retention-run-act", args=[run.pk, one]) for one in ("propose", "approve")}
    assert officer.post(act["propose"], {"opinion": ""}).status_code == 422
    officer.post(act["propose"], {"opinion": "已满三年", "version": run.matter.version})
    assert "您提请的，不能由您批准" in officer.get(reverse("retention-run", args=[run.pk])).content.decode()
    assert officer.post(act["approve"], {"opinion": "同意"}).status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        leader.post(act["approve"], {"opinion": "同意"})
    assert waked == [True]
    assert Contact.objects.exclude(name="").count() == 1
    services.approved_carry_out(at=timezone.now())
    assert Contact.objects.get(pk=request.pk).name == ""
    assert "已删除" in leader.get(reverse("retention-run", args=[run.pk])).content.decode()
    case = leader.get(reverse("request-detail", args=[request.pk])).content.decode()
    assert "个人信息已按规定删除" in case
    assert "诉求人信息的保存（3年）" in case


def test_nothing_due_is_said_in_words(browser_of):
    answer = browser_of("security_officer").post(
        reverse("retention-draw", args=["retention.contacts"]), follow=True
    )
    assert "现在没有到期的诉求人信息" in answer.content.decode()
    assert not Run.objects.exists()


def test_holds_are_placed_and_lifted_and_what_was_typed_stays(ended, browser_of):
    number, page = ended().matter.number, browser_of("legal_office")
    wrong = page.post(
        reverse("retention-hold-new"), {"number": "没有", "ground": "lawsuit", "reason": "（2020）初1号"}
    )
    assert wrong.status_code == 422
    assert "（2020）初1号" in wrong.content.decode()
    page.post(
        reverse("retention-hold-new"), {"number": number, "ground": "lawsuit", "reason": "（2020）初1号"}
    )
    hold = Hold.objects.get()
    listed = page.get(reverse("retention-holds")).content.decode()
    assert number in listed
    assert "诉讼" in listed
    lift = reverse("retention-hold-lift", args=[hold.pk])
    assert page.get(lift).status_code == 200
    page.post(lift, {"reason": "已结案"})
    assert "已结案" in page.get(reverse("retention-holds") + "?which=lifted").content.decode()
    assert page.get(lift).status_code == 404


def test_the_auditor_reads_and_does_nothing(ended, officer, browser_of):
    ended()
    run = services.run_draw(rule="retention.contacts", actor=officer, at=LATER)
    page = browser_of("auditor")
    for name, args in (("retention-home", []), ("retention-run", [run.pk]), ("retention-holds", [])):
        assert page.get(reverse(name, args=args)).status_code == 200
    assert "提请批准" not in page.get(reverse("retention-run", args=[run.pk])).content.decode()


def test_an_erased_file_says_so(ended, attach, approved, browser_of):
    request = ended()
    file = attach(request.matter)
    page, url = browser_of("agent"), reverse("attachment", args=[file.pk])
    assert page.get(url).status_code == 200
    assert url in page.get(reverse("request-detail", args=[request.pk])).content.decode()
    services.run_carry_out(run=approved("retention.attachments"), at=LATER)
    assert page.get(url).status_code == 409
    case = page.get(reverse("request-detail", args=[request.pk])).content.decode()
    assert "已删除的附件.png（诉求附件的保存（3年）" in case
    assert url not in case


def test_the_command_previews_and_applies_only_what_was_approved(ended, officer, leader):
    ended()
    found = CliRunner().invoke(retention, ["--json"])
    rows = {row["rule"]: row for row in json.loads(found.output)}
    assert (found.exit_code, rows["retention.contacts"]["due"], rows["retention.contacts"]["held"]) == (
        0,
        1,
        0,
    )
    plain = CliRunner().invoke(retention, [])
    assert "retention.contacts: 1 hotline.contact due" in plain.output
    assert "1 due, waits to be proposed and approved" in CliRunner().invoke(retention, ["--apply"]).output
    run, now = Run.objects.get(rule="retention.contacts"), timezone.now()
    services.run_propose(run=run, opinion="已满三年", actor=officer, at=now)
    services.run_approve(run=run, opinion="", actor=leader, at=now)
    done = CliRunner().invoke(retention, ["--apply", "--json"])
    assert [row["erased"] for row in json.loads(done.output) if row["rule"] == "retention.contacts"] == [1]
    assert "nothing was approved" in CliRunner().invoke(retention, ["--apply"]).output
