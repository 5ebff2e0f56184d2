"""The same under the county's draft rules: its own series, its own addressees, the county head signs in person."""

from __future__ import annotations

import pytest

from luoshi.appointments import services
from luoshi.engines.authority import decide
from luoshi.ledger import rules as books
from luoshi.ledger.errors import NotAllowed

from .conftest import NOW, TODAY, spec

pytestmark = pytest.mark.django_db
EDU = "三门峡市教育局"


def test_the_county_has_its_own_series_and_addressees(under, issue):
    under("xiping")
    notice = issue(spec("方知行", "appoint", EDU, "副局长", probation=True))
    assert notice.number == "西政任〔2017〕1号"
    assert notice.addressees == ["各乡（镇）人民政府", "各街道办事处", "县人民政府各部门"]
    assert notice.probations.get().ends_on == TODAY.replace(year=2018)


def test_the_county_head_signs_in_person(under, draft, actor, officer):
    under("xiping")
    notice = draft(spec("方知行", "appoint", EDU, "副局长"))
    services.notice_submit(notice=notice, actor=officer, at=NOW)
    with pytest.raises(NotAllowed):
        services.notice_sign(notice=notice, actor=actor("executive_vice_mayor"), at=NOW)
    decision = decide(books.current().authority("appointments.sign", TODAY), {}, on=TODAY)
    assert decision.in_person and decision.who == ("mayor",)


def test_both_rulebooks_rule_the_same_things(under):
    names = {}
    for name in ("sanmenxia", "xiping"):
        under(name)
        names[name] = {
            (rule.kind, rule.id)
            for rule in books.current().rules()
            if rule.id.split(".")[0] in ("appointments", "organisation")
        }
    assert names["sanmenxia"] == names["xiping"]
