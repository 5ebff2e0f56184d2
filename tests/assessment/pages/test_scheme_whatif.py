"""The scheme to be read, and what other rules would change."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from luoshi import rulebooks
from tests.assessment.pages.conftest import OCTOBER, plain, shown

pytestmark = pytest.mark.django_db
Enter = Callable[..., Any]
PATH = "assessment/schemes.yaml"


def scheme_text() -> str:
    return rulebooks.read("sanmenxia")[PATH]


def upload(client: Any, name: str, data: bytes | str, status: int = 200) -> str:
    content = data.encode() if isinstance(data, str) else data
    url = reverse("assessment-whatif") + f"?period={OCTOBER}"
    return shown(client.post(url, {"file": SimpleUploadedFile(name, content)}), status)


def test_the_scheme_is_a_table_with_points_formulas_and_clauses(enter: Enter) -> None:
    text = plain(shown(enter("liaison", "chengguan").get(reverse("assessment-scheme"))))
    for words in (
        "12345社会公共服务系统联动责任单位考核",
        "及时签收工单数 ÷ 派单总数(不含未到签收期限的) × 40",
        "没有可计算的数据时取有数据单位的平均分",
        "同一件涉及多项的，按最高一项扣，不重复扣",
        "只计入年度考核",
        "800分以下（不含）为不合格；800分以上（含）为合格",
        "逐项四舍五入到2位小数，再相加",
        "2017年9月21日起",
        "第四条(二)1",
    ):
        assert words in text, words


def test_every_scheme_of_the_rulebook_can_be_read(enter: Enter) -> None:
    from luoshi.engines.rulebook.scheme import Scheme
    from luoshi.ledger import rules

    client = enter("rule_editor")
    schemes = [rule for rule in rules.current().rules() if isinstance(rule, Scheme)]
    for scheme in schemes:
        text = shown(client.get(reverse("assessment-scheme"), {"scheme": scheme.id}))
        assert scheme.title in text
    shown(client.get(reverse("assessment-scheme"), {"scheme": "no.such"}), 404)


def test_the_draft_in_the_rulebook_is_compared_with_what_holds(
    enter: Enter, dispatch_of: Any, office: Any
) -> None:
    dispatch = dispatch_of()
    office.sign(dispatch, dispatch.dispatched_at)
    client = enter("command_centre")
    text = plain(shown(client.get(reverse("assessment-whatif"), {"period": OCTOBER, "rules": "drafts"})))
    assert "10个单位中，总分变化的0个" in text
    assert "按所选规则参加排名。" in text


def test_an_uploaded_file_changes_points_with_the_reason_and_nothing_is_stored(
    enter: Enter, dispatch_of: Any, recounted: Any
) -> None:
    late = dispatch_of()
    recounted(late.dispatched_at + dt.timedelta(days=14))
    client = enter("command_centre")
    changed = scheme_text().replace("2 * overdue_tickets", "3 * overdue_tickets")
    text = plain(upload(client, "schemes.yaml", changed))
    assert "公式由“2 × 未按期办结工单数”改为“3 × 未按期办结工单数”" in text
    assert "−1.00" in text and "2.00分 → 3.00分" in text
    league = plain(shown(client.get(reverse("assessment-unit", args=["chengguan"]), {"period": OCTOBER})))
    assert "按2×1计，扣2.00分" in league


def test_charges_are_settled_anew_by_the_other_rules(enter: Enter, dispatch_of: Any, recounted: Any) -> None:
    from luoshi.assessment.selectors.live import live, scheme_for
    from luoshi.assessment.selectors.whatif import unsettled
    from luoshi.engines.assessment import Period, evaluate

    late = dispatch_of()
    now = late.dispatched_at + dt.timedelta(days=14)
    recounted(now)
    for text in (OCTOBER, "2017-Q4", "2017"):
        period = Period.parse(text)
        again = evaluate(scheme_for(period), unsettled(period, now=now), period=period)
        assert [(one.unit, one.total) for one in again.units] == [
            (one.unit, one.total) for one in live(period, now=now).sheet.units
        ]


def test_a_zip_of_the_whole_rulebook_is_read(enter: Enter) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, text in rulebooks.read("sanmenxia").items():
            archive.writestr(f"sanmenxia/{path}", text)
    assert "试算结果" in upload(enter("command_centre"), "book.zip", stream.getvalue())


def test_a_broken_file_is_told_by_file_and_line(enter: Enter) -> None:
    broken = scheme_text().replace(
        "formula: timely_signed / dispatched * 40", "formula: timely / dispatched * 40"
    )
    text = plain(upload(enter("command_centre"), "schemes.yaml", broken, 422))
    line = broken[: broken.index("formula: timely / dispatched")].count("\n") + 1
    assert "规则文件有错，没有试算" in text
    assert f"{PATH} {line} " in text and "unknown count timely" in text


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("rules.txt", b"x", "请上传规则集文件夹打成的.zip，或者一个.yaml文件"),
        ("book.zip", b"no zip", "压缩包打不开，请重新打包后上传"),
        ("book.zip", b"PK\x05\x06" + bytes(18), "压缩包里没有rulebook.yaml"),
        ("big.yaml", b"a" * 2_000_001, "文件超过2MB"),
    ],
)
def test_an_upload_that_is_no_rulebook_is_refused_with_what_to_do(
    enter: Enter, name: str, data: bytes, told: str
) -> None:
    assert told in upload(enter("command_centre"), name, data, 422)


def test_an_empty_upload_is_refused(enter: Enter) -> None:
    shown(enter("command_centre").post(reverse("assessment-whatif"), {}), 422)


def limits_with(old: str, new: str) -> str:
    text = rulebooks.read("sanmenxia")["hotline/limits.yaml"]
    assert old in text
    return text.replace(old, new)


def test_other_limits_are_counted_anew_from_the_records(
    enter: Enter, dispatch_of: Any, office: Any, recounted: Any
) -> None:
    dispatch = dispatch_of()
    office.sign(dispatch, dispatch.dispatched_at + dt.timedelta(hours=5, minutes=30))  # the midday is no work
    client = enter("command_centre")
    same = plain(upload(client, "limits.yaml", limits_with("title: ", "title: ")))
    assert "重新计数" not in same
    text = plain(upload(client, "limits.yaml", limits_with("4 working hours", "3 working hours")))
    assert "已按所选规则重新计数" in text and "签收" in text
    assert "及时签收工单数由1变为0" in text
    assert "40.00分 → 0.00分" in text


def test_too_many_dispatches_are_not_counted_anew_and_the_page_says_so(
    enter: Enter, dispatch_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatch_of()
    monkeypatch.setattr("luoshi.assessment.selectors.whatif.MOST_DISPATCHES", 0)
    text = plain(
        upload(enter("command_centre"), "limits.yaml", limits_with("4 working hours", "3 working hours"))
    )
    assert "没有重新计数" in text and "luoshi export" in text


def test_rules_of_counting_that_differ_are_named() -> None:
    from luoshi.assessment.whatif import _calendars, counted_otherwise
    from luoshi.engines.assessment import Period
    from luoshi.engines.rulebook import parse
    from luoshi.ledger import rules

    files = {**rulebooks.read("sanmenxia"), "hotline/limits.yaml": limits_with("24 hours", "20 hours")}
    other, day = parse(files, calendars=_calendars()), Period.parse(OCTOBER).last
    assert counted_otherwise(rules.current(), other, day)
    assert counted_otherwise(rules.current(), rules.current(), day) == []


def test_only_those_who_see_all_may_compare(enter: Enter) -> None:
    shown(enter("liaison", "chengguan").get(reverse("assessment-whatif")), 403)
