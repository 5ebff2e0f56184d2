"""The pages, as each role uses them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from luoshi.knowledge import services
from luoshi.knowledge.models import Bulletin, Correction, Entry, SupplyRequest
from luoshi.ledger.actors import SYSTEM
from luoshi.organisation.models import Grant

from .conftest import BASIC, NOW, SCRIPT

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(client, bodies):
    """enter("liaison", "chengguan") signs the client in as that demo account."""

    def make(role, body=None):
        grants = Grant.objects.filter(role__code=role)
        client.force_login((grants.filter(body__code=body) if body else grants).first().user)
        return client

    return make


def shown(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def parts(content):
    return {f"content-{key}": text for key, text in content.items()}


FORM = {"title": "新生儿参保登记", "question": "怎么上医保？", "keywords": "", **parts(BASIC)}


def test_the_search_page_shows_bulletins_first_and_hits_once_one_types(enter, new_entry, new_bulletin):
    now = timezone.now()
    new_bulletin(valid_from=now, valid_until=None, at=now)
    entry = new_entry()
    page = enter("agent")
    assert "河东片区计划停水" in shown(page.get(reverse("knowledge-search")))
    text = shown(page.get(reverse("knowledge-search"), {"q": "新生儿"}))
    assert "<mark>新生儿</mark>参保登记" in text
    assert reverse("knowledge-entry", args=[entry.pk]) in text


def test_htmx_gets_the_hits_alone(enter, new_entry):
    new_entry()
    text = shown(
        enter("agent").get(reverse("knowledge-search"), {"q": "新生儿"}, headers={"HX-Request": "true"})
    )
    assert "<html" not in text and "<mark>" in text


def test_a_search_without_hits_says_what_to_do(enter):
    assert "没有查到" in shown(enter("agent").get(reverse("knowledge-search"), {"q": "量子对撞"}))


@pytest.mark.parametrize("value", ["abc", "-1", "9" * 30, "１"])
def test_a_strange_unit_in_the_address_is_ignored(enter, value):
    shown(enter("agent").get(reverse("knowledge-search"), {"q": "水", "body": value}))


@pytest.mark.parametrize("name", ["q", "content"])
def test_suggestions_carry_a_button_that_submits_the_agents_form_with_the_entry(enter, new_entry, name):
    entry = new_entry()
    text = shown(enter("agent").get(reverse("knowledge-suggest"), {name: "新生儿", "form": "intake"}))
    assert f'form="intake" name="entry" value="{entry.pk}"' in text and "以此答复" in text


@pytest.mark.parametrize(("role", "form"), [("liaison", "intake"), ("agent", ""), ("agent", '"><script>')])
def test_without_a_form_or_the_permission_there_is_no_such_button(enter, new_entry, role, form):
    new_entry()
    text = shown(enter(role).get(reverse("knowledge-suggest"), {"q": "新生儿", "form": form}))
    assert "新生儿" in text and "以此答复" not in text and "<script>" not in text


def test_a_text_with_markup_is_shown_escaped_everywhere(enter, new_entry):
    nasty = "<script>alert(1)</script>新生儿"
    entry = new_entry(title=nasty, question=nasty, content={**BASIC, "process": nasty})
    services.entry_edit(entry=entry, title=nasty, question=nasty + "改", content=BASIC, actor=SYSTEM, at=NOW)
    page = enter("platform_leader")
    for url in (
        reverse("knowledge-search") + "?q=新生儿",
        reverse("knowledge-suggest") + "?q=新生儿",
        reverse("knowledge-entry", args=[entry.pk]),
        reverse("knowledge-entry-versions", args=[entry.pk]),
        reverse("knowledge-entries"),
    ):
        text = shown(page.get(url))
        assert "<script>alert" not in text and "&lt;" in text


def test_a_unit_enters_an_entry_and_publishes_it(enter, bodies):
    page = enter("liaison", "chengguan")
    shown(page.get(reverse("knowledge-entry-new")))
    answer = page.post(reverse("knowledge-entry-new"), {**FORM, "form": "basic", "publish": "1"})
    entry = Entry.objects.get()
    assert answer.headers["Location"] == reverse("knowledge-entry", args=[entry.pk])
    assert (entry.live, entry.body_id) == (True, bodies["chengguan"].pk)
    assert "当场办结" in shown(page.get(answer.headers["Location"]))


def test_what_is_missing_is_said_beside_its_field_and_the_rest_is_kept(enter):
    page = enter("liaison", "chengguan")
    text = shown(
        page.post(
            reverse("knowledge-entry-new"),
            {**FORM, "form": "basic", "publish": "1", "content-materials": ""},
        ),
        422,
    )
    assert "发布前须填全，还缺：所需材料" in text
    assert 'id="id_content-materials_error"' in text
    assert BASIC["process"] in text
    assert not Entry.objects.exists()


def test_a_draft_may_be_incomplete(enter):
    enter("liaison", "chengguan").post(
        reverse("knowledge-entry-new"), {"title": "只有题目", "form": "script"}
    )
    entry = Entry.objects.get()
    assert (entry.live, entry.form) == (False, "script")


def test_the_platform_names_the_unit_for_which_it_enters(enter, bodies):
    page = enter("platform_leader")
    data = {**FORM, "form": "basic", "body": bodies["jiaoyu"].pk}
    page.post(reverse("knowledge-entry-new"), data)
    assert Entry.objects.get().body_id == bodies["jiaoyu"].pk


def test_a_unit_cannot_name_another(enter, bodies):
    page = enter("liaison", "chengguan")
    page.post(reverse("knowledge-entry-new"), {**FORM, "form": "basic", "body": bodies["jiaoyu"].pk})
    assert Entry.objects.get().body_id == bodies["chengguan"].pk


def test_an_edit_shows_as_a_new_version_and_the_difference_is_marked(enter, new_entry):
    entry = new_entry(body="chengguan")
    page = enter("liaison", "chengguan")
    url = reverse("knowledge-entry-edit", args=[entry.pk])
    assert BASIC["materials"] in shown(page.get(url))
    version = entry.matter.__class__.objects.get(pk=entry.pk).version
    changed = {**FORM, "content-time_limit": "材料齐全的次日办结。", "note": "时限有变", "version": version}
    assert page.post(url, changed).status_code == 302
    text = shown(page.get(reverse("knowledge-entry-versions", args=[entry.pk])))
    assert "<del>当场</del><ins>次日</ins>" in text.replace("材料齐全的", "")
    assert "时限有变" in text
    late = page.post(url, {**changed, "title": "晚了一步"})
    assert "已有变动" in shown(late, 422)


@pytest.mark.parametrize("query", ["", "?a=1&b=2", "?a=9&b=9", "?a=x&b=", "?b=1"])
def test_versions_compare_whatever_is_asked(enter, new_entry, query):
    entry = new_entry()
    services.entry_edit(entry=entry, title="新", question="新？", content=BASIC, actor=SYSTEM, at=NOW)
    shown(enter("agent").get(reverse("knowledge-entry-versions", args=[entry.pk]) + query))


def test_another_unit_reads_but_is_refused_every_change(enter, new_entry):
    entry = new_entry(body="chengguan")
    page = enter("liaison", "jiaoyu")
    text = shown(page.get(reverse("knowledge-entry", args=[entry.pk])))
    assert "knowledge-entry-edit" not in text and "撤下" not in text
    assert page.get(reverse("knowledge-entry-edit", args=[entry.pk])).status_code == 403
    for name in ("review", "withdraw"):
        answer = page.post(reverse(f"knowledge-entry-{name}", args=[entry.pk]), {"reason": "x"})
        assert answer.status_code == 403
    entry.refresh_from_db()
    assert entry.live


def test_a_draft_of_another_unit_cannot_even_be_read(enter, new_entry):
    entry = new_entry(body="chengguan", publish=False)
    assert enter("liaison", "jiaoyu").get(reverse("knowledge-entry", args=[entry.pk])).status_code == 403
    assert enter("agent").get(reverse("knowledge-entry-versions", args=[entry.pk])).status_code == 403


@pytest.mark.parametrize(
    "name", ["knowledge-entry", "knowledge-entry-edit", "knowledge-request", "knowledge-bulletin"]
)
def test_what_is_not_there_is_not_found(enter, name):
    assert enter("platform_leader").get(reverse(name, args=[999_999])).status_code == 404


def test_the_steps_of_an_entry_have_buttons_for_those_who_may(enter, new_entry):
    entry = new_entry(body="chengguan", publish=False)
    page = enter("unit_leader", "chengguan")
    for name, data in (("publish", {}), ("review", {}), ("withdraw", {"reason": "停办"})):
        shown(page.get(reverse("knowledge-entry", args=[entry.pk])))
        assert page.post(reverse(f"knowledge-entry-{name}", args=[entry.pk]), data).status_code == 302
    entry.refresh_from_db()
    assert not entry.live
    answer = page.post(reverse("knowledge-entry-review", args=[entry.pk]), follow=True)
    assert "不能“复核无误”" in shown(answer)


def test_the_platform_registers_an_error_and_the_unit_ticks_it_as_mended(enter, new_entry):
    entry = new_entry(body="chengguan")
    url = reverse("knowledge-entry-correct", args=[entry.pk])
    page = enter("platform_leader")
    assert "扣分须在" in shown(page.post(url, {"what": "电话错", "points": "9"}), 422)
    page.post(url, {"what": "电话错", "points": "1"})
    found = Correction.objects.get()
    page = enter("liaison", "chengguan")
    assert "有错待改" in shown(page.get(reverse("knowledge-entries"), {"which": "errors"}))
    edit = reverse("knowledge-entry-edit", args=[entry.pk])
    assert "电话错" in shown(page.get(edit))
    page.post(edit, {**FORM, "content-process": "拨打新电话。", "mended": [found.pk]})
    found.refresh_from_db()
    assert found.mended_version == 2


def test_the_list_of_a_unit_holds_its_own_entries_by_state(enter, new_entry):
    new_entry(body="chengguan", title="城管甲")
    new_entry(body="chengguan", title="城管乙", publish=False)
    new_entry(body="jiaoyu", title="教育甲")
    page = enter("liaison", "chengguan")
    text = shown(page.get(reverse("knowledge-entries")))
    assert "城管甲" in text and "城管乙" in text and "教育甲" not in text
    text = shown(page.get(reverse("knowledge-entries"), {"which": "draft"}))
    assert "城管甲" not in text and "城管乙" in text
    assert "没有条目" in shown(page.get(reverse("knowledge-entries"), {"which": "withdrawn"}))
    assert "教育甲" in shown(enter("platform_leader").get(reverse("knowledge-entries")))


def test_entries_long_not_looked_at_are_pointed_out(enter, new_entry):
    new_entry(body="chengguan")
    page = enter("liaison", "chengguan")
    assert "久未维护" in shown(page.get(reverse("knowledge-search")))
    assert "待复核" in shown(page.get(reverse("knowledge-entries"), {"which": "review"}))


def test_the_platform_asks_several_units_at_once_and_a_unit_delivers(enter, bodies, case_numbers):
    now = timezone.now()
    numbers = case_numbers(3, at=now - dt.timedelta(days=2))
    page = enter("platform_leader")
    url = reverse("knowledge-request-new")
    shown(page.get(url, {"subject": "停暖", "cases": " ".join(numbers)}))
    data = {
        "form": "script",
        "bodies": [bodies["reli"].pk, bodies["jiaoyu"].pk],
        "subject": "停暖答复口径",
        "cases": "，".join(numbers),
        "due_at": timezone.localtime(now + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
    }
    assert "只有2件" in shown(page.post(url, {**data, "cases": " ".join(numbers[:2])}), 422)
    assert SupplyRequest.objects.count() == 0
    assert page.post(url, data).status_code == 302
    asked = SupplyRequest.objects.get(body=bodies["jiaoyu"])
    page = enter("liaison", "jiaoyu")
    assert "停暖答复口径" in shown(page.get(reverse("knowledge-requests"), {"which": "asked"}))
    mine = reverse("knowledge-request", args=[asked.pk])
    shown(page.get(mine))
    given = {"title": "停暖答复口径", "question": "何时恢复？", **parts(SCRIPT)}
    assert "必填" in shown(page.post(mine, {**given, "content-basis": ""}), 422)
    assert page.post(mine, given).status_code == 302
    assert "按时" in shown(page.get(mine))
    assert "已报送或已撤销" in shown(page.post(mine, given, follow=True))
    other = SupplyRequest.objects.get(body=bodies["reli"])
    assert page.get(reverse("knowledge-request", args=[other.pk])).status_code == 403


def test_the_platform_takes_a_request_back(enter, new_request):
    asked = new_request()
    page = enter("platform_leader")
    url = reverse("knowledge-request-cancel", args=[asked.pk])
    assert "请填写撤销原因" in shown(page.post(url, {"reason": ""}, follow=True))
    page.post(url, {"reason": "已恢复"})
    assert "已恢复" in shown(page.get(reverse("knowledge-request", args=[asked.pk])))


def test_a_unit_drafts_issues_and_withdraws_a_bulletin_and_the_platform_reads_it(enter):
    page = enter("liaison", "chengguan")
    url = reverse("knowledge-bulletin-new")
    shown(page.get(url))
    start = timezone.localtime(timezone.now() - dt.timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M")
    data = {"topic": "emergency", "title": "道路塌陷", "text": "河堤北路封闭。", "valid_from": start}
    assert "失效时间须晚于" in shown(page.post(url, {**data, "valid_until": start}), 422)
    page.post(url, data)
    bulletin = Bulletin.objects.get()
    here = reverse("knowledge-bulletin", args=[bulletin.pk])
    assert "发布并抄告平台" in shown(page.get(here))
    page.post(reverse("knowledge-bulletin-issue", args=[bulletin.pk]), {})
    assert "同时" in shown(page.get(here))
    leader = enter("platform_leader")
    assert "尚未查阅" in shown(leader.get(reverse("knowledge-search")))
    assert "道路塌陷" in shown(leader.get(reverse("knowledge-bulletins"), {"which": "unseen"}))
    leader.post(reverse("knowledge-bulletin-seen", args=[bulletin.pk]))
    assert "尚未查阅" not in shown(leader.get(reverse("knowledge-search")))
    page = enter("liaison", "chengguan")
    edit = reverse("knowledge-bulletin-edit", args=[bulletin.pk])
    shown(page.get(edit))
    page.post(edit, {**data, "title": "道路塌陷（更新）"})
    page.post(reverse("knowledge-bulletin-withdraw", args=[bulletin.pk]), {"reason": "已修复"})
    assert "道路塌陷（更新）" in shown(page.get(reverse("knowledge-bulletins"), {"which": "mine"}))
    assert "没有公告" in shown(page.get(reverse("knowledge-bulletins")))


def test_lists_take_the_same_number_of_queries_however_long_they_are(
    enter, new_entry, new_request, new_bulletin, django_assert_max_num_queries
):
    now = timezone.now()
    for _ in range(12):
        new_entry()
        new_request(form="basic")
        new_bulletin(at=now, valid_from=now, valid_until=None)
    page = enter("platform_leader")
    for name, most in (
        ("knowledge-entries", 10),
        ("knowledge-requests", 9),
        ("knowledge-bulletins", 10),
        ("knowledge-search", 13),
    ):
        page.get(reverse(name))
        with django_assert_max_num_queries(most):
            shown(page.get(reverse(name)))


def test_long_lists_page_by_key(enter, new_entry):
    for number in range(51):
        new_entry(body="chengguan", title=f"事项{number:03}")
    page = enter("liaison", "chengguan")
    first = shown(page.get(reverse("knowledge-entries")))
    assert "事项050" in first and "事项000" not in first and "下一页" in first
