# ruff: noqa: E501 - rows of one case each
"""The pages, as each role uses them, and the command."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from luoshi.appointments.models import Act, Notice, Placement, Probation, Renaming
from luoshi.cli import main
from luoshi.organisation.models import Body, Grant

from .conftest import decided, spec
from .test_import import SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(client, bodies):
    """enter("mayor") signs the client in as that demo account."""

    def make(role, body=None):
        grants = Grant.objects.filter(role__code=role)
        client.force_login((grants.filter(body__code=body) if body else grants).first().user)
        return client

    return make


def shown(answer, status=200):
    assert answer.status_code == status, plain(answer)[-1500:]
    return answer.content.decode()


def plain(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def act(client, name, pk, action, **data):
    answer = client.post(reverse(name, args=[pk, action]), data)
    assert answer.status_code == 302, plain(answer)[-1500:]


LISTS = ("notices", "acts", "probations", "renamings", "placements", "government")


@pytest.mark.parametrize("rulebook", ["sanmenxia", "xiping"])
def test_the_pages_say_what_to_do_where_there_is_nothing_yet(enter, under, rulebook):
    if rulebook == "xiping":
        under("xiping")
    client = enter("personnel_office")
    for name in (*LISTS, "import", "new", "renaming-new", "placement-new"):
        shown(client.get(reverse(f"appointment-{name}")))


def test_a_notice_goes_through_the_browser_from_draft_to_gazette(enter, bodies):
    office = enter("personnel_office")
    answer = office.post(reverse("appointment-new"), {"party_document": "三文任1号", "closing": "行政职务"})
    notice = Notice.objects.get()
    assert answer.headers["Location"] == reverse("appointment-act-new", args=[notice.pk])
    new = reverse("appointment-act-new", args=[notice.pk])
    bad = office.post(
        new,
        {"name": "方知行", "action": "appoint", "organisation": "", "title": "副局长", "procedure": "auto"},
    )
    assert "请填写机构" in shown(bad, 422) and "方知行" in bad.content.decode()
    first = {
        "name": "方知行", "action": "appoint", "organisation": "三门峡市教育局", "title": "副局长", "rank": "副县级", "probation": "on",
        "procedure": "auto", "more": "1",
    }  # fmt: skip
    assert office.post(new, first).headers["Location"] == new
    second = {
        "name": "傅言",
        "action": "appoint",
        "organisation": "三门峡市供水公司",
        "title": "总经理",
        "procedure": "auto",
    }
    assert office.post(new, second).status_code == 302
    text = shown(office.get(reverse("appointment-notice", args=[notice.pk])))
    assert (
        "方知行任三门峡市教育局副局长（副县级，试用期一年）。" in text
        and "关于方知行等二人职务任免的通知" in text
    )
    edit = reverse("appointment-act-edit", args=[Act.objects.first().pk])
    assert "方知行" in shown(office.get(edit))
    head = {
        "title": "关于方知行等三人职务任免的通知",
        "party_document": "三文任1号",
        "closing": "",
        "addressees": "各县\n各部门",
    }
    assert office.post(reverse("appointment-edit", args=[notice.pk]), head).status_code == 302
    assert "与正文不符" in shown(office.get(reverse("appointment-notice", args=[notice.pk])))
    office.post(reverse("appointment-edit", args=[notice.pk]), {**head, "title": ""})
    act(office, "appointment-do", notice.pk, "link", decision=decided().pk)
    act(office, "appointment-do", notice.pk, "submit")
    assert office.post(reverse("appointment-do", args=[notice.pk, "sign"])).status_code == 403
    mayor = enter("mayor")
    assert "签署" in shown(mayor.get(reverse("appointment-notice", args=[notice.pk])))
    act(mayor, "appointment-do", notice.pk, "sign")
    office = enter("personnel_office")
    today = timezone.localdate().isoformat()
    act(office, "appointment-do", notice.pk, "issue", dated=today)
    notice.refresh_from_db()
    assert notice.serial == 1
    text = shown(office.get(reverse("appointment-notice", args=[notice.pk])))
    assert "待办理" in text and notice.number in text
    act(office, "appointment-do", notice.pk, "site", on=today, reason="")
    act(office, "appointment-do", notice.pk, "gazette", issue="第11号", on=today)
    company = Act.objects.get(name="傅言")
    act(office, "appointment-act-do", company.pk, "complete", document="董事会决议", on=today)
    for name, pk in (("career", company.pk), ("post", company.pk), ("probation", Probation.objects.get().pk)):
        assert "方知行" in shown(office.get(reverse(f"appointment-{name}", args=[pk]))) or name in (
            "career",
            "post",
        )
    assert "傅言" in shown(office.get(reverse("appointment-acts") + "?q=供水"))
    assert "没有符合条件" in shown(office.get(reverse("appointment-acts") + "?only=pending"))
    assert "方知行" in shown(office.get(reverse("appointment-notices") + "?q=教育局"))
    assert "方知行" in shown(office.get(reverse("appointment-probations")))
    answer = office.get(reverse("appointment-paper", args=[notice.pk]))
    assert answer.content[:2] == b"PK"


def test_a_probation_is_ended_in_the_browser(enter, issue):
    issue(spec("方知行", "appoint", "三门峡市教育局", "副局长", probation=True))
    client, row = enter("personnel_office"), Probation.objects.get()
    assert "结果未登记" in shown(client.get(reverse("appointment-probations")))
    refused = client.post(
        reverse("appointment-probation-do", args=[row.pk, "extend"]),
        {"until": "2018-01-01", "document": "甲"},
    )
    assert "须晚于" in shown(refused, 422)
    act(client, "appointment-probation-do", row.pk, "assess", opinion="称职")
    act(client, "appointment-probation-do", row.pk, "confirm", on="2018-11-06", document="甲")
    assert "转正" in shown(client.get(reverse("appointment-probation", args=[row.pk])))


def test_a_body_is_renamed_in_the_browser_and_found_by_both_names(enter, bodies):
    client = enter("personnel_office")
    data = {
        "target": bodies["jiaoyu"].pk,
        "new_name": "三门峡市教育体育局",
        "basis": "豫编1号\n豫发2号",
        "plates": "三门峡市体育局",
    }
    assert client.post(reverse("appointment-renaming-new"), data).status_code == 302
    row = Renaming.objects.get()
    assert row.basis == ["豫编1号", "豫发2号"]
    edit = reverse("appointment-renaming-edit", args=[row.pk])
    assert "豫编1号" in shown(client.get(edit))
    assert client.post(edit, {"new_name": "三门峡市教育体育局", "basis": ""}).status_code == 422
    today = timezone.localdate().isoformat()
    act(client, "appointment-renaming-do", row.pk, "announce", number="三政〔2026〕9号", effective_on=today)
    text = shown(client.get(reverse("appointment-renaming", args=[row.pk])))
    assert "三门峡市教育局" in text and "三门峡市体育局" in text
    for name in ("三门峡市教育局", "三门峡市教育体育局"):
        assert "三门峡市教育体育局" in shown(client.get(reverse("organisation-list") + f"?q={name}"))


def test_a_unit_reports_for_itself(enter, bodies):
    client = enter("personnel_office")
    client.post(reverse("appointment-placement-new"), {"unit": bodies["jiaoyu"].pk, "document": "残工委名单"})
    row = Placement.objects.get()
    unit = enter("unit_principal", "jiaoyu")
    today = timezone.localdate().isoformat()
    act(unit, "appointment-placement-do", row.pk, "report", placed=1, on=today, evidence="台账")
    assert "已安排" in shown(unit.get(reverse("appointment-placement", args=[row.pk])))
    assert (
        unit.post(reverse("appointment-placement-do", args=[row.pk, "strike"]), {"reason": "甲"}).status_code
        == 403
    )
    assert "湖滨区人民政府" in shown(unit.get(reverse("appointment-placements")))


def test_a_file_is_checked_then_taken_over_in_the_browser(enter):
    client = enter("personnel_office")
    broken = SimpleUploadedFile("a.yaml", SMALL.replace("persons: 2", "persons: 3").encode())
    text = shown(client.post(reverse("appointment-import"), {"file": broken}))
    assert "不能补录" in text and "写明3人" in text and "digest" not in text
    text = shown(
        client.post(reverse("appointment-import"), {"file": SimpleUploadedFile("b.yaml", SMALL.encode())})
    )
    assert "可以补录" in text and "三门峡市虚构站(虚构所)" in text and "不是企业全称" in text
    digest = re.search(r'name="digest" value="(\w+)"', text)[1]
    load = {"digest": digest, "reason": "", "create": "1"}
    assert "补录理由" in shown(client.post(reverse("appointment-import-load"), load), 422)
    assert client.post(reverse("appointment-import-load"), {**load, "reason": "公报补录"}).status_code == 302
    assert Act.objects.count() == 3 and Body.objects.filter(name="三门峡市虚构站").exists()
    assert client.post(reverse("appointment-import-load"), load).headers["Location"] == reverse(
        "appointment-import"
    )
    doubtful = Act.objects.get(name="乙二")
    act(client, "appointment-act-do", doubtful.pk, "settle", evidence="原件", body="")
    assert client.post(reverse("appointment-import-load"), {"digest": "../../etc/passwd"}).status_code == 302


def test_the_lists_cost_the_same_for_many_as_for_few(enter, issue):
    def make(name):
        issue(
            spec(name, "appoint", "三门峡市教育局", "副局长", probation=True),
            spec(name, "appoint", "三门峡市公安局", "调研员"),
        )

    client, costs = enter("personnel_office"), []
    make("甲")
    for _ in range(2):
        for name in ("notices", "acts", "probations"):
            client.get(reverse(f"appointment-{name}"))
            with CaptureQueriesContext(connection) as seen:
                client.get(reverse(f"appointment-{name}"))
            costs.append(len(seen))
        for name in ("乙", "丙", "丁"):
            make(name)
    assert costs[:3] == costs[3:]


@pytest.fixture
def run(bodies, tmp_path, capsys):
    """run("--dry-run", text=…): exit code, output and errors of the command on that file."""

    def make(*options, text=SMALL):
        file = tmp_path / "notices.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            code = main(["import-appointments", str(file), *options])
        except SystemExit as left:
            code = left.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return make


def test_the_command_checks_and_imports_whole(run):
    code, out, _ = run("--dry-run")
    assert (
        code == 0
        and "1 notices, 2 people, 3 acts" in out
        and "doubtful" in out
        and not Notice.objects.exists()
    )
    code, _, err = run("--yes", text=SMALL.replace("actions: 3", "actions: 4"))
    assert code == 1 and "notices.yaml:" in err and not Notice.objects.exists()
    assert run("--yes")[0] == 2 and run("--reason", "公报补录")[0] == 2 and not Notice.objects.exists()
    assert run("--yes", "--reason", "补录", "--map", "甲=nobody")[0] == 2 and not Notice.objects.exists()
    code, out, _ = run(
        "--yes", "--reason", "公报补录", "--map", "三门峡市虚构公司=shuiwu", "--create-missing"
    )
    assert code == 0 and "imported: 1 notices" in out
    assert Act.objects.get(name="乙二").body.code == "shuiwu"
    assert Probation.objects.get().matter.body.code == "bianban"
