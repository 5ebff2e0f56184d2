"""One kind of brief from each unit; a further one only where the office agrees."""

from __future__ import annotations

import pytest
from django.urls import reverse

from luoshi.documents.models import Brief
from luoshi.documents.services.briefs import brief_decide, brief_end, brief_register
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.organisation.models import Grant

pytestmark = pytest.mark.django_db


@pytest.mark.clause("xiping-work-rules/52.5")
def test_a_second_kind_of_brief_needs_the_office_s_consent(under, actor, bodies, at):
    under("xiping")
    unit, office = actor("liaison", "chengguan"), actor("secretariat")
    given = {"body": bodies["chengguan"], "actor": unit, "at": at("2020-04-13 09:00")}
    first = brief_register(name="城管简报", **given)
    assert Brief.objects.get(pk=first.pk).matter.state == "kept"
    with pytest.raises(Incomplete, match="只报送1种") as found:
        brief_register(name="执法动态", **given)
    assert (found.value.cite, found.value.field) == (("xiping-work-rules/52.5",), "reason")
    with pytest.raises(Incomplete, match="已经登记"):
        brief_register(name="城管简报", **given)
    second = brief_register(name="执法动态", reason="专项行动需要", **given)
    assert second.matter.state == "asked"
    decide = {"brief": second, "opinion": "同意", "at": at("2020-04-13 10:00")}
    with pytest.raises(NotAllowed):
        brief_decide(agreed=True, actor=unit, **decide)
    assert brief_decide(agreed=True, actor=office, **decide).matter.state == "kept"
    with pytest.raises(WrongState):
        brief_decide(agreed=False, actor=office, **decide)
    with pytest.raises(NotAllowed):
        brief_end(brief=second, actor=actor("liaison", "jiaoyu"), at=at("2020-04-14 09:00"))
    assert brief_end(brief=second, actor=unit, at=at("2020-04-14 09:00")).matter.state == "ended"
    third = brief_register(name="第三种", reason="需要", **given)
    refused = brief_decide(
        brief=third, agreed=False, opinion="并入简报", actor=office, at=at("2020-04-15 09:00")
    )
    assert refused.matter.state == "refused"
    with pytest.raises(NotAllowed):
        brief_register(name="x", **{**given, "actor": actor("liaison", "jiaoyu")})


def test_units_register_their_briefs_on_a_page(client, bodies):
    client.force_login(Grant.objects.filter(role__code="liaison", body__code="chengguan").first().user)
    assert client.post(reverse("briefs"), {"name": ""}).status_code == 422
    answer = client.post(reverse("briefs"), {"name": "城管简报"})
    assert "城管简报" in answer.content.decode()
    row = Brief.objects.get()
    assert client.post(reverse("brief-act", args=[row.pk, "end"])).status_code == 302
    assert Brief.objects.get().matter.state == "ended"
