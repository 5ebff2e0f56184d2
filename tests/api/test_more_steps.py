"""Steps that end a request otherwise than by a dispatch, units that take or report one, and files."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from luoshi.hotline.models import Dispatch, Publication, Request
from luoshi.ledger.models import Attachment, Event
from tests.api.test_life import dispatched

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def registered(caller, good, **changes):
    return caller("agent").create({**good, **changes}).json()


def taken(answer) -> dict:
    """What a step answered that went well."""
    assert answer.status_code == 200, answer.json()
    return answer.json()


def attach(who, path, version, content=PNG, *, key="", name="现场.png"):
    given = {
        "Authorization": f"Bearer {who.secret}", "If-Match": f'"{version}"', "Idempotency-Key": key or uuid.uuid4().hex,
    }  # fmt: skip
    return who.client.post(f"/api/v1{path}", {"file": SimpleUploadedFile(name, content)}, headers=given)


def test_a_request_is_refused_on_its_ground(caller, good):
    made = registered(caller, good)
    agent, path = caller("agent"), f"/requests/{made['id']}/refuse"
    unknown = agent.step(path, {"code": "9.9"}, made["version"])
    assert (unknown.status_code, unknown.json()["where"]) == (422, "ground")
    done = taken(agent.step(path, {"code": "8.4", "told_now": True}, made["version"]))
    assert done["state"] == "refused"
    assert agent.step(path, {"code": "8.4"}, made["version"]).status_code == 412
    assert agent.step(path, {"code": "8.4"}, done["version"]).status_code == 409


def test_a_question_is_answered_from_a_call_that_was_put_through(caller, good):
    made = registered(caller, good, kind="consultation")
    agent, path = caller("agent"), f"/requests/{made['id']}"
    missing = agent.step(f"{path}/answer", {"means": "knowledge"}, made["version"])
    assert (missing.status_code, missing.json()["where"]) == (422, "entry")
    answer = {"means": "transfer", "unit": "chengguan", "answer": "路灯由照明科维护，三日内修复。"}
    early = agent.step(f"{path}/answer", answer, made["version"])
    assert (early.status_code, early.json()["where"]) == (422, "means")
    call = {"kind": "transfer", "unit": "chengguan", "to": "值班室", "connected": True}
    version = taken(agent.step(f"{path}/connect", call, made["version"]))["version"]
    assert taken(agent.step(f"{path}/answer", answer, version))["state"] == "answered"
    complaint = registered(caller, good, content="另一件事，路面塌陷。")
    refused = agent.step(f"/requests/{complaint['id']}/answer", answer, complaint["version"])
    assert (refused.status_code, refused.json()["where"]) == (422, "means")


def test_a_hard_case_goes_to_the_leader_and_back(caller, good):
    made = registered(caller, good)
    command, leader, path = caller("command_centre"), caller("city_leader"), f"/requests/{made['id']}"
    version = taken(
        command.step(f"{path}/escalate", {"to": "government", "summary": "涉及三个部门"}, made["version"])
    )["version"]
    assert leader.step(f"{path}/leader-decision", {"decision": " "}, version).status_code == 422
    version = taken(leader.step(f"{path}/leader-decision", {"decision": "由城管局牵头"}, version))["version"]
    resumed = command.step(f"{path}/resume", {}, version)
    assert (resumed.status_code, "派单" in resumed.json()["mend"]) == (409, True)


def test_an_offered_request_is_taken_by_the_quicker_unit(caller, good):
    made, dispatch = dispatched(caller, good)
    unit, platform = caller("liaison", "chengguan"), caller("dispatcher")
    version = taken(unit.step(f"/dispatches/{dispatch.pk}/sign", {}, dispatch.matter.version))["version"]
    asked = {"reason": "不属本局职责", "proposed": "zhujian"}
    version = taken(unit.step(f"/dispatches/{dispatch.pk}/return", asked, version))["version"]
    taken(platform.step(f"/dispatches/{dispatch.pk}/return-accept", {}, version))
    path = f"/requests/{made['id']}"
    version = platform.get(path).json()["version"]
    offer = {"reason": "退单理由成立", "unsuitable": "不宜指定协同办理", "acceptable": True}
    version = taken(platform.step(f"{path}/offer", offer, version))["version"]
    withdrawn = taken(platform.step(f"{path}/offer-withdraw", {"reason": "另有安排"}, version))
    assert (withdrawn["state"], platform.get("/offers").json()["items"]) == ("received", [])
    version = taken(platform.step(f"{path}/offer", offer, withdrawn["version"]))["version"]
    other, slow = caller("liaison", "zhujian"), caller("liaison", "shuiwu")
    listed = other.get("/offers").json()["items"]
    assert [(one["id"], one["version"]) for one in listed] == [(made["id"], version)]
    assert other.get(path).status_code == 403
    assert taken(other.step(f"{path}/claim", {}, version))["state"] == "in_progress"
    assert slow.step(f"{path}/claim", {}, version).status_code == 403
    assert Dispatch.objects.filter(request_id=made["id"], body__code="zhujian").count() == 1


def reported(caller, good) -> tuple[Dispatch, int]:
    """A county's dispatch that it has reported as beyond it, and its version."""
    made = registered(caller, good)
    order = {"unit": "hubin", "instruction": "请核实处理并答复"}
    body = {"orders": [order], "principle": "territory"}
    taken(caller("dispatcher").step(f"/requests/{made['id']}/dispatch", body, made["version"]))
    dispatch = Dispatch.objects.get(request_id=made["id"])
    county, path = caller("liaison", "hubin"), f"/dispatches/{dispatch.pk}"
    version = taken(county.step(f"{path}/sign", {}, dispatch.matter.version))["version"]
    report = {"reason": "超出区级权限", "suggestion": "由市住建局承办", "proposed": "zhujian"}
    return dispatch, taken(county.step(f"{path}/county-report", report, version))["version"]


def roles_of(dispatch: Dispatch) -> dict[str, str]:
    """Who has the request in which role."""
    return dict(Dispatch.objects.filter(request_id=dispatch.request_id).values_list("body__code", "role"))


def test_a_county_reports_what_is_beyond_it_and_leads_those_who_join(caller, good):
    dispatch, version = reported(caller, good)
    platform, path = caller("dispatcher"), f"/dispatches/{dispatch.pk}/county-report-adopt"
    opinion = {"opinion": "由区里主办，住建局协办"}
    joined = {"orders": [{"unit": "zhujian", "instruction": "请配合核实"}], **opinion}
    done = taken(platform.step(path, joined, version))
    assert done["version"] > version
    assert roles_of(dispatch) == {"hubin": "lead", "zhujian": "assist"}
    assert (dispatch.applications.get().status, dispatch.applications.get().decision) == (
        "accepted",
        opinion["opinion"],
    )
    assert platform.step(path, joined, version).status_code == 412
    assert platform.step(path, joined, done["version"]).status_code == 409
    assert platform.get(f"/requests/{dispatch.request_id}").json()["state"] == "in_progress"


def test_a_report_adopted_without_further_units_gives_the_request_back(caller, good):
    dispatch, version = reported(caller, good)
    platform, path = caller("dispatcher"), f"/dispatches/{dispatch.pk}/county-report-adopt"
    assert taken(platform.step(path, {}, version))["state"] == "recalled"
    assert platform.get(f"/requests/{dispatch.request_id}").json()["state"] == "received"
    assert dispatch.applications.get().status == "accepted"


def asked_for_help(caller, good) -> tuple[Dispatch, int]:
    """The dispatch of a leading unit that has asked for a further assisting one, and its version."""
    made = registered(caller, good)
    orders = [
        {"unit": unit, "instruction": "请核实处理并答复", "role": role}
        for unit, role in (("chengguan", "lead"), ("zhujian", "assist"))
    ]
    body = {"orders": orders, "principle": "competence"}
    taken(caller("dispatcher").step(f"/requests/{made['id']}/dispatch", body, made["version"]))
    lead = Dispatch.objects.get(request_id=made["id"], role="lead")
    unit, path = caller("liaison", "chengguan"), f"/dispatches/{lead.pk}"
    version = taken(unit.step(f"{path}/sign", {}, lead.matter.version))["version"]
    help = {"reason": "管线属水务部门", "proposed": ["shuiwu"]}
    return lead, taken(unit.step(f"{path}/assist", help, version))["version"]


def test_the_platform_adds_the_assisting_unit_that_the_lead_asked_for(caller, good):
    lead, version = asked_for_help(caller, good)
    platform, path = caller("dispatcher"), f"/dispatches/{lead.pk}/assist-add"
    none = platform.step(path, {"orders": []}, version)
    assert (none.status_code, none.json()["where"]) == (422, "body.orders")
    there = platform.step(path, {"orders": [{"unit": "zhujian", "instruction": "请配合"}]}, version)
    assert (there.status_code, "已是本件的承办单位" in there.json()["detail"]) == (422, True)
    added = taken(platform.step(path, {"orders": [{"unit": "shuiwu", "instruction": "请配合"}]}, version))
    assert added["version"] > version
    assert roles_of(lead) == {"chengguan": "lead", "zhujian": "assist", "shuiwu": "assist"}
    assert lead.applications.get().status == "accepted"
    assert Event.objects.filter(matter_id=lead.pk, kind="hotline.assist_added").count() == 1


def test_the_platform_adds_no_assisting_unit_and_says_why(caller, good):
    lead, version = asked_for_help(caller, good)
    platform, path = caller("dispatcher"), f"/dispatches/{lead.pk}/assist-decline"
    assert platform.step(path, {"opinion": " "}, version).status_code == 422
    taken(platform.step(path, {"opinion": "现有单位可以办理"}, version))
    assert (lead.applications.get().status, len(roles_of(lead))) == ("rejected", 2)
    add = {"orders": [{"unit": "shuiwu", "instruction": "请配合"}]}
    late = platform.step(f"/dispatches/{lead.pk}/assist-add", add, version)
    assert late.status_code == 412


def test_a_county_reports_what_is_beyond_it_and_the_platform_declines(caller, good):
    dispatch, version = reported(caller, good)
    platform, path = caller("dispatcher"), f"/dispatches/{dispatch.pk}"
    unknown = {"orders": [{"unit": "nobody", "instruction": "请办理"}]}
    wrong = platform.step(f"{path}/county-report-adopt", unknown, version)
    assert (wrong.status_code, wrong.json()["where"]) == (422, "orders.0.unit")
    taken(platform.step(f"{path}/county-report-decline", {"opinion": "仍由区里办理"}, version))
    assert dispatch.applications.get().status == "rejected"


def test_a_unit_hands_on_and_takes_its_draft_back(caller, good):
    _, dispatch = dispatched(caller, good)
    unit, path = caller("liaison", "chengguan"), f"/dispatches/{dispatch.pk}"
    version = dispatch.matter.version
    for word, body in (
        ("sign", {}),
        ("hand-over", {"handler": "市政科"}),
        ("hand-on", {"handler": "照明科", "reason": "分工调整"}),
        ("contacted", {"note": "已核实"}),
        ("draft", {"handling": "已修", "problems": "老化", "measures": "巡查"}),
        ("take-back", {}),
    ):
        version = taken(unit.step(f"{path}/{word}", body, version))["version"]
    dispatch.refresh_from_db()
    assert (dispatch.handler, dispatch.matter.state) == ("照明科", "handed_over")


def test_the_command_centre_sets_who_leads(caller, good):
    made, _ = dispatched(caller, good)
    command, path = caller("command_centre"), f"/requests/{made['id']}"
    version = command.get(path).json()["version"]
    joint = {"lead": "chengguan", "assisting": ["zhujian"], "instruction": "会办议定由城管局主办"}
    taken(command.step(f"{path}/joint", joint, version))
    roles = dict(Dispatch.objects.filter(request_id=made["id"]).values_list("body__code", "role"))
    assert roles == {"chengguan": "lead", "zhujian": "assist"}


def test_a_result_is_published_without_personal_data_and_withdrawn(caller, good):
    made, dispatch = dispatched(caller, good)
    unit, leader, version = (
        caller("liaison", "chengguan"),
        caller("unit_leader", "chengguan"),
        dispatch.matter.version,
    )
    reply = {"handling": "已修复", "problems": "无", "measures": "加强巡查"}
    for who, word, body in (
        (unit, "sign", {}), (unit, "hand-over", {"handler": "照明科"}), (unit, "draft", reply), (leader, "submit", {}),
        (caller("reviewer"), "pass", {}),
    ):  # fmt: skip
        version = taken(who.step(f"/dispatches/{dispatch.pk}/{word}", body, version))["version"]
    back, path = caller("callback"), f"/requests/{made['id']}"
    version = back.get(path).json()["version"]
    version = taken(back.step(f"{path}/feedback", {"told_now": True}, version))["version"]
    reviewer = caller("reviewer")
    shown = {"title": "路灯不亮", "content": "路灯不亮。", "reply": "已修复。", "confirmed": True}
    named = reviewer.step(f"{path}/publish", {**shown, "content": "虞听澜反映路灯不亮。"}, version)
    assert named.status_code == 422
    version = taken(reviewer.step(f"{path}/publish", shown, version))["version"]
    taken(reviewer.step(f"{path}/unpublish", {"reason": "内容有误"}, version))
    assert Publication.objects.get(request_id=made["id"]).withdrawn_reason == "内容有误"


def test_a_file_is_added_once_for_its_key_listed_and_fetched(caller, good):
    made = registered(caller, good)
    agent, path = caller("agent"), f"/requests/{made['id']}/attachments"
    first = attach(agent, path, made["version"], key="f-1")
    assert first.status_code == 201, first.json()
    again = attach(agent, path, made["version"], key="f-1")
    assert (again.status_code, again["Idempotent-Replayed"], again.json()) == (201, "true", first.json())
    assert Attachment.objects.count() == 1
    assert attach(agent, path, made["version"], key="f-1", content=PNG + b"x").status_code == 422
    assert attach(agent, path, made["version"]).status_code == 412
    listed = agent.get(path).json()
    assert [(one["name"], one["size"]) for one in listed] == [("现场.png", len(PNG))]
    found = agent.get(f"/attachments/{listed[0]['id']}/content")
    assert b"".join(found.streaming_content) == PNG
    assert found["Content-Disposition"].startswith("attachment")
    event = Event.objects.get(matter_id=made["id"], kind="hotline.file_added")
    assert "现场" not in str(event.data)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("照片.png", b"MZ", "不符"), ("程序.exe", b"MZ", "不接收"), ("空.png", b"", "空")],
)
def test_a_file_is_judged_by_its_content(caller, good, name, content, said):
    made = registered(caller, good)
    found = attach(
        caller("agent"), f"/requests/{made['id']}/attachments", made["version"], content, name=name
    )
    assert found.status_code == 422, found.json()
    assert said in found.json()["detail"]
    assert not Attachment.objects.exists()


def test_a_unit_adds_files_to_its_own_dispatch_and_reads_no_other_s(caller, good):
    made, dispatch = dispatched(caller, good)
    unit, other, path = (
        caller("liaison", "chengguan"),
        caller("liaison", "zhujian"),
        f"/dispatches/{dispatch.pk}",
    )
    assert attach(other, f"{path}/attachments", dispatch.matter.version).status_code == 403
    added = attach(unit, f"{path}/attachments", dispatch.matter.version)
    assert added.status_code == 201, added.json()
    file = f"/attachments/{added.json()['id']}/content"
    assert (unit.get(file).status_code, other.get(file).status_code) == (200, 403)
    assert other.get(f"{path}/attachments").status_code == 403
    assert unit.get("/attachments/999999/content").status_code == 404
    json_instead = unit.call("POST", f"{path}/attachments", {}, If_Match='"1"', Idempotency_Key="x")
    assert json_instead.status_code == 415
    assert Request.objects.get(pk=made["id"]).matter.attachments.count() == 0
