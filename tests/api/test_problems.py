"""Whatever is wrong is answered in one format and plain words: what, where, how to mend."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from luoshi.api.operations import OPERATIONS
from luoshi.api.site import openapi
from luoshi.hotline.models import Request

FIELDS = {"type", "title", "status", "detail", "instance", "where", "mend", "cite", "errors"}


def problem(answer, status):
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert set(found) == FIELDS
    assert found["status"] == status
    assert any("\u4e00" <= sign <= "\u9fff" for sign in found["detail"])
    return found


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"nothing", "第1行第1字"),
        (b"{", "第1行第2字"),
        (b'{"a": NaN}', "body"),
        (b"\xff\xfe\x00", "body"),
        (b"[" * 200_000, "body"),
        (b'{"n": ' + b"9" * 5000 + b"}", "body"),
    ],
)
def test_what_is_no_json_is_refused(caller, body, where):
    agent = caller("agent")
    headers = {"Authorization": f"Bearer {agent.secret}", "Idempotency-Key": "k"}
    answer = Client().generic(
        "POST", "/api/v1/requests", body, content_type="application/json", headers=headers
    )
    assert problem(answer, 400)["where"] == where


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        ({"channel": None}, "body.channel", "应为文字"),
        ({"extra": 1}, "body.extra", "没有这一项"),
        ({"title": "x" * 201}, "body.title", "不能超过200个字"),
        ({"content": "一\x00二"}, "body.content", "格式不对，或含有不能识别的字符"),
        ({"wants_public": "maybe"}, "body.wants_public", "应为 true 或 false"),
        ({"contact": []}, "body.contact", "应为一个JSON对象"),
        ({"transferred_at": "2026-01-05T09:00:00"}, "body.transferred_at", "时间须带时区，如2026-01-05T09:00:00+08:00"),
        ({"transferred_at": "yesterday"}, "body.transferred_at", "时间写法不对，应如2026-01-05T09:00:00+08:00"),
        ({"transferred_at": "0001-01-01T00:00:00Z"}, "body.transferred_at", "填写不正确"),
        ({"kind": "nothing"}, "kind", "请选择来件类别"),
        ({"area": "nowhere"}, "area", "没有代码为“nowhere”的单位"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_what_is_right(caller, good, change, where, what):
    found = problem(caller("agent").create({**good, **change}), 422)
    assert {"where": where, "what": what} in found["errors"]
    assert found["mend"]
    assert Request.objects.count() == 0


def test_all_that_is_wrong_is_told_at_once(caller):
    found = problem(caller("agent").create({}), 422)
    assert {one["where"] for one in found["errors"]} == {"body.channel", "body.kind", "body.content"}
    assert "共3处" in found["detail"]


def test_addresses_methods_and_media_that_are_not_there(caller, good):
    agent = caller("agent")
    assert problem(agent.get("/nothing/here"), 404)["mend"] == "见 /api/v1/openapi.json"
    assert problem(agent.get("/requests/999999999"), 404)["detail"].startswith("没有这件诉求")
    refused = agent.call("DELETE", "/requests/1")
    assert problem(refused, 405)["where"] == "method"
    assert "PATCH" in refused["Allow"]
    headers = {"Authorization": f"Bearer {agent.secret}", "Idempotency-Key": "k"}
    form = Client().post("/api/v1/requests", {"channel": "web"}, headers=headers)
    assert problem(form, 415)["where"] == "Content-Type"
    assert problem(agent.get("/requests?q=%00"), 400)["where"] == "query"
    for id in ("0", "-1", str(2**63), "x"):
        assert agent.get(f"/requests/{id}").status_code in (404, 422)


def test_a_slip_in_the_name_of_a_filter_is_told_and_not_passed_over(caller):
    agent = caller("agent")
    told = problem(agent.get("/dispatches?stat=sent&overdue=true"), 422)
    assert told["where"] == "query.stat"
    assert "state" in told["mend"]
    assert told["errors"] == [{"where": "query.stat", "what": "没有这一项"}]
    assert "不带参数" in problem(agent.get("/bodies?x=1"), 422)["mend"]
    assert agent.get("/dispatches?state=sent").status_code == 200


def test_every_operation_lets_in_what_the_document_offers_in_a_query():
    for one, told in OPERATIONS.items():
        path = openapi()["paths"][f"/api/v1{told.path}"][told.method.lower()]
        offered = {field["name"] for field in path.get("parameters", ()) if field["in"] == "query"}
        assert told.asked == offered, one


def test_too_much_is_refused_before_it_is_read(caller, good, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    problem(caller("agent").create({**good, "content": "长" * 1000}), 413)


@pytest.mark.parametrize("key", ["", "长", "x" * 81, "a b"])
def test_a_creation_wants_a_key_that_can_be_one(caller, good, key):
    agent = caller("agent")
    headers = {"Authorization": f"Bearer {agent.secret}"}
    if key:
        headers["Idempotency-Key"] = key
    data, kind = json.dumps(good), "application/json"
    answer = Client().generic("POST", "/api/v1/requests", data, content_type=kind, headers=headers)
    assert problem(answer, 400)["where"] == "Idempotency-Key"


def test_a_step_that_the_state_forbids_says_so_and_by_whom(caller, dispatch_of):
    dispatch = dispatch_of()
    answer = caller("unit_leader", "chengguan").step(
        f"/dispatches/{dispatch.pk}/submit", {}, dispatch.matter.version
    )
    assert "现在是“待签收”" in problem(answer, 409)["detail"]


def test_what_nobody_foresaw_is_logged_and_told_without_its_inside(caller, monkeypatch, caplog):
    from luoshi.api.endpoints import dispatches

    monkeypatch.setattr(dispatches, "dispatch_list", lambda **how: 1 / 0)
    found = problem(caller("agent").get("/dispatches"), 500)
    assert "division" not in json.dumps(found)
    assert "ZeroDivisionError" in caplog.text
