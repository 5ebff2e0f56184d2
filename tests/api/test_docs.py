"""The examples of docs/api.md hold: sent, they are answered as the paper says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from luoshi.api.scopes import SCOPES
from luoshi.hotline.models import Dispatch

PAPER = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)\n```", PAPER, re.S)]
LISTED, SENT, ASKED, STEPPED, REFUSED = EXAMPLES


def test_what_the_paper_sends_is_answered_as_it_says(caller, client):
    made = caller("agent").create(SENT)
    assert made.status_code == 201
    listed = caller("dispatcher").get("/requests?state=received&size=2").json()
    assert set(listed) == set(LISTED)
    assert set(LISTED["items"][0]) <= set(listed["items"][0])
    assert listed["items"][0]["title"] == LISTED["items"][0]["title"]
    id, version = made.json()["id"], made.json()["version"]
    orders = [{"unit": "chengguan", "instruction": "请核实处理并答复"}]
    caller("dispatcher").step(
        f"/requests/{id}/dispatch", {"orders": orders, "principle": "competence"}, version
    )
    dispatch = Dispatch.objects.get(request_id=id)
    liaison = caller("liaison", "chengguan")
    signed = liaison.step(f"/dispatches/{dispatch.pk}/sign", {}, dispatch.matter.version).json()
    bad = liaison.step(
        f"/dispatches/{dispatch.pk}/return", {**ASKED, "proposed": "nobody"}, signed["version"]
    )
    told = {**REFUSED, "instance": f"/api/v1/dispatches/{dispatch.pk}/return"}
    assert (bad.status_code, bad.json()) == (422, told)
    answer = liaison.step(f"/dispatches/{dispatch.pk}/return", ASKED, signed["version"]).json()
    assert set(answer) == set(STEPPED)
    assert (answer["state"], answer["state_label"]) == (STEPPED["state"], STEPPED["state_label"])
    looked = liaison.call("POST", f"/requests/{id}/contact", {"reason": "电话核实"})
    assert looked.json()["mobile"] == SENT["contact"]["mobile"]


def test_the_paper_names_every_scope_and_the_limit(settings):
    assert set(re.findall(r"^\| `([a-z.]+)` \|", PAPER, re.M)) == set(SCOPES)
    assert f"{settings.API_CALLS:,} times in ten minutes" in PAPER
