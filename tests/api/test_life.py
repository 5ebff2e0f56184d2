"""The life of a request through the interface alone: what is registered, dispatched, replied, reviewed and given back."""

from __future__ import annotations

import pytest

from luoshi.api.models import Answered
from luoshi.hotline.models import Dispatch, Request
from luoshi.ledger.models import AccessLog, Event


def dispatched(caller, good):
    made = caller("agent").create(good).json()
    order = {"unit": "chengguan", "instruction": "请核实处理并答复"}
    answer = caller("dispatcher").step(
        f"/requests/{made['id']}/dispatch", {"orders": [order], "principle": "competence"}, made["version"]
    )
    assert answer.status_code == 200, answer.json()
    return made, Dispatch.objects.get(request_id=made["id"])


def test_a_request_goes_from_registration_to_the_file_through_the_interface(caller, good):
    made, dispatch = dispatched(caller, good)
    liaison, leader = caller("liaison", "chengguan"), caller("unit_leader", "chengguan")
    reply = {"handling": "已修复", "problems": "无", "measures": "加强巡查"}
    way = [
        (liaison, "sign", {}),
        (liaison, "hand-over", {"handler": "照明科 程某"}),
        (liaison, "contacted", {"note": "已与来电人核实"}),
        (liaison, "preliminary", {"opinion": "属实，今日修复"}),
        (liaison, "draft", reply),
        (leader, "submit", {}),
        (caller("reviewer"), "pass", {}),
    ]
    version = dispatch.matter.version
    for who, word, body in way:
        answer = who.step(f"/dispatches/{dispatch.pk}/{word}", body, version)
        assert answer.status_code == 200, (word, answer.json())
        version = answer.json()["version"]
        assert answer["ETag"] == f'"{version}"'
    assert answer.json()["state"] == "passed"
    back = caller("callback")
    for word, body in (
        ("feedback", {"told_now": True}),
        (
            "callback",
            {
                "contacted": True,
                "conduct": "satisfied",
                "result": "satisfied",
                "opinion": "好",
                "suggestion": "无",
            },
        ),
        ("archive", {}),
    ):
        version = back.get(f"/requests/{made['id']}").json()["version"]
        answer = back.step(f"/requests/{made['id']}/{word}", body, version)
        assert answer.status_code == 200, (word, answer.json())
    assert Request.objects.get(pk=made["id"]).matter.state == "archived"
    kinds = set(Event.objects.filter(matter_id=dispatch.pk).values_list("kind", flat=True))
    assert {"hotline.signed", "hotline.handed_over", "hotline.replied", "hotline.review_passed"} <= kinds


def test_a_unit_returns_a_dispatch_and_the_platform_agrees(caller, good):
    _, dispatch = dispatched(caller, good)
    liaison = caller("liaison", "chengguan")
    version = liaison.step(f"/dispatches/{dispatch.pk}/sign", {}, dispatch.matter.version).json()["version"]
    asked = {"reason": "属住建局职责", "proposed": "zhujian"}
    answer = liaison.step(f"/dispatches/{dispatch.pk}/return", asked, version)
    assert answer.status_code == 200, answer.json()
    done = caller("dispatcher").step(f"/dispatches/{dispatch.pk}/return-accept", {}, answer.json()["version"])
    assert done.json()["state"] == "recalled"


def test_sent_twice_with_one_key_a_request_is_registered_once(caller, good):
    agent = caller("agent")
    first, again = agent.create(good, "k-1"), agent.create(good, "k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (first.headers.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (None, "true")
    assert Request.objects.count() == 1
    other = agent.create({**good, "content": "另一件事，路面塌陷。"}, "k-1")
    assert (other.status_code, other.json()["where"]) == (422, "Idempotency-Key")
    assert Request.objects.count() == 1


def test_the_kept_answer_holds_no_personal_data(caller, good):
    caller("agent").create(good, "k-2")
    kept = str(Answered.objects.get(key="k-2").answer)
    assert not any(secret in kept for secret in ("虞听澜", "19900007001", "路灯"))


def test_a_refused_creation_leaves_its_key_free(caller, good):
    agent = caller("agent")
    assert agent.create({**good, "kind": "nothing"}, "k-3").status_code == 422
    assert agent.create(good, "k-3").status_code == 201


def test_a_write_on_an_older_version_is_refused_and_one_without_a_version_too(caller, good):
    _, dispatch = dispatched(caller, good)
    liaison = caller("liaison", "chengguan")
    path = f"/dispatches/{dispatch.pk}/sign"
    none = liaison.call("POST", path, {})
    assert (none.status_code, none.json()["where"]) == (428, "If-Match")
    old = liaison.step(path, {}, dispatch.matter.version + 7)
    assert old.status_code == 412
    assert "重新读取" in old.json()["detail"]
    odd = liaison.call("POST", path, {}, If_Match="*")
    assert odd.status_code == 400
    assert Dispatch.objects.get(pk=dispatch.pk).signed_at is None


def test_somebody_quicker_between_reading_and_writing_is_told_as_412(caller, good, monkeypatch):
    from luoshi.api import lookup

    _, dispatch = dispatched(caller, good)
    monkeypatch.setattr(lookup, "_seen", lambda caller, matter: None)
    answer = caller("liaison", "chengguan").step(
        f"/dispatches/{dispatch.pk}/sign", {}, dispatch.matter.version + 1
    )
    assert (answer.status_code, answer.json()["type"]) == (412, "urn:luoshi:problem:stale")


def test_personal_data_is_masked_and_a_look_at_it_is_recorded(caller, good):
    made, _ = dispatched(caller, good)
    liaison = caller("liaison", "chengguan")
    read = liaison.get(f"/requests/{made['id']}").json()
    assert read["contact"]["name"] == "虞**" or "听澜" not in read["contact"]["name"]
    assert "19900007001" not in str(read)
    before = AccessLog.objects.count()
    shown = liaison.call("POST", f"/requests/{made['id']}/contact", {"reason": "电话核实"})
    assert shown.json()["mobile"] == "19900007001"
    row = AccessLog.objects.order_by("-id").first()
    assert (AccessLog.objects.count(), row.allowed, row.reason) == (before + 1, True, "电话核实")


def test_another_unit_sees_neither_request_nor_dispatch(caller, good):
    made, dispatch = dispatched(caller, good)
    other = caller("liaison", "zhujian")
    for path in (f"/requests/{made['id']}", f"/dispatches/{dispatch.pk}"):
        assert other.get(path).status_code == 403
    assert other.get("/dispatches").json()["items"] == []
    refused = other.call("POST", f"/requests/{made['id']}/contact", {"reason": "看看"})
    assert refused.status_code == 403
    assert AccessLog.objects.filter(allowed=False, path__contains=f"/requests/{made['id']}").exists()


def test_a_list_is_paged_by_key_and_misses_nothing(caller, good):
    agent = caller("agent")
    numbers = [agent.create({**good, "title": f"第{n}件"}).json()["number"] for n in range(5)]
    found, after = [], ""
    for _ in range(3):
        page = agent.get(f"/requests?size=2&after={after}").json()
        found += [row["number"] for row in page["items"]]
        after = page["next"] or ""
    assert found == numbers[::-1]
    assert page["next"] is None


def test_what_may_be_done_now_is_told(caller, good):
    _, dispatch = dispatched(caller, good)
    words = caller("liaison", "chengguan").get(f"/dispatches/{dispatch.pk}/actions").json()
    assert "sign" in {one["action"] for one in words}


def test_figures_and_scores_are_those_of_the_pages(caller, good):
    dispatched(caller, good)
    month = Request.objects.get().received_at.astimezone().strftime("%Y-%m")
    figures = caller("platform_leader").get(f"/figures/{month}").json()
    assert figures["received"] == 1
    assert {row["unit"]["code"]: row["counts"]["dispatched"] for row in figures["units"]}["chengguan"] == 1
    everyone = caller("platform_leader").get(f"/scores/{month}?live=true").json()["units"]
    own = caller("liaison", "chengguan").get(f"/scores/{month}?live=true").json()["units"]
    assert len(everyone) > 1
    assert [one["unit"]["code"] for one in own] == ["chengguan"]


@pytest.mark.parametrize("path", ["/requests/{request}", "/dispatches/{dispatch}", "/dispatches/{dispatch}/actions",
                                  "/requests", "/dispatches", "/bodies", "/choices", "/me"])  # fmt: skip
def test_reading_costs_at_most_twelve_questions(caller, good, path, django_assert_max_num_queries):
    made, dispatch = dispatched(caller, good)
    reader = caller("dispatcher")
    with django_assert_max_num_queries(12):
        answer = reader.get(path.format(request=made["id"], dispatch=dispatch.pk))
    assert answer.status_code == 200
