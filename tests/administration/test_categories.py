"""Categories: a tree changed by date, whose requests keep what they were filed under."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from luoshi.administration.views.categories import names_of, read_categories
from luoshi.hotline.models import Category, Request
from luoshi.hotline.selectors import categories as selectors
from luoshi.hotline.selectors.requests import request_list
from luoshi.hotline.services import categories as services
from luoshi.hotline.services import request_amend, request_receive
from luoshi.hotline.states_settings import CATEGORY_TREE, PHRASE_BOOK
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event
from tests.administration.conftest import DAY, MONDAY, ROWS

pytestmark = pytest.mark.django_db
LAMPS = "城乡建设/市政管理/路灯照明"


def kinds() -> list[str]:
    return list(
        Event.objects.filter(matter__kind="hotline.categories").order_by("seq").values_list("kind", flat=True)
    )


@pytest.fixture
def agent(actor):
    return actor("agent")


def take(agent, category: str, at=MONDAY) -> Request:
    return request_receive(
        channel="phone", kind="help", content="路灯不亮", contact={"mobile": "19900007001"}, category=category,
        actor=agent, at=at,
    )  # fmt: skip


@pytest.mark.parametrize("table", [CATEGORY_TREE, PHRASE_BOOK], ids=lambda table: table.kind)
def test_every_step_of_a_setting_leaves_it_as_it_is_and_asks_for_the_permission(table, actor):
    class Own:
        body_id = None

    for edge in table.edges:
        assert (edge.source, edge.to) == (("kept",), "=")
        assert edge.may(actor("platform_leader"), Own())
        assert not edge.may(actor("agent"), Own())
        assert not edge.may(actor("liaison", "chengguan"), Own())


def test_an_imported_list_becomes_a_tree_with_full_names(tree):
    assert set(tree) == {
        "城乡建设", "城乡建设/市政管理", LAMPS, "城乡建设/市政管理/井盖", "城乡建设/安全生产",
        "城乡建设/安全生产/安全隐患", "教育文体", "教育文体/学校管理", "教育文体/学校管理/收费", "交通运输",
    }  # fmt: skip
    assert [tree[path].level for path in ("交通运输", "城乡建设/市政管理", LAMPS)] == [1, 2, 3]
    assert selectors.category_paths(DAY)[:2] == [LAMPS, "城乡建设/市政管理/井盖"]
    assert "城乡建设/市政管理" not in selectors.category_paths(DAY)
    assert kinds() == ["hotline.categories_opened", "hotline.category_imported"]


def test_importing_again_adds_only_what_is_missing_and_leaves_the_rest(tree, keeper):
    plan = services.categories_import(
        rows=[*ROWS[:1], ["城乡建设", "市政管理", "护栏"]], actor=keeper, at=MONDAY
    )
    assert plan.new == (("城乡建设", "市政管理", "护栏"),)
    assert plan.known == 3
    assert "教育文体" in plan.left
    assert Category.objects.get(path="教育文体").until is None
    with pytest.raises(Incomplete, match="没有要新增的"):
        services.categories_import(rows=ROWS, actor=keeper, at=MONDAY)


def test_an_import_with_one_bad_name_writes_nothing(keeper):
    with pytest.raises(Incomplete, match="18个字"):
        services.categories_import(rows=[["甲"], ["乙" * 19]], actor=keeper, at=MONDAY)
    assert not Category.objects.exists()
    assert not Event.objects.filter(matter__kind="hotline.categories").exists()


def test_a_request_is_filed_under_the_category_that_its_text_names(tree, agent):
    by_path, by_name, free = take(agent, LAMPS), take(agent, "井盖"), take(agent, "别的")
    assert (by_path.filed_as, by_path.category) == (tree[LAMPS], LAMPS)
    assert by_name.category == "城乡建设/市政管理/井盖"
    assert (free.filed_as, free.category) == (None, "别的")


def test_a_request_put_right_is_filed_anew(tree, agent, actor):
    request = take(agent, "别的")
    request_amend(request=request, category=LAMPS, actor=actor("dispatcher"), at=MONDAY)
    request.refresh_from_db()
    assert (request.filed_as, request.category) == (tree[LAMPS], LAMPS)


def test_a_renamed_category_renames_all_below_it_but_not_stored_requests(tree, agent, keeper):
    request = take(agent, LAMPS)
    services.category_rename(
        category=tree["城乡建设/市政管理"], name="市政设施", version=1, actor=keeper, at=MONDAY
    )
    assert Category.objects.get(pk=tree[LAMPS].pk).path == "城乡建设/市政设施/路灯照明"
    request.refresh_from_db()
    assert request.category == LAMPS
    assert request.filed_as_id == tree[LAMPS].pk
    assert kinds()[-1] == "hotline.category_renamed"


def test_a_merged_category_is_found_through_the_one_that_took_its_place(tree, agent, keeper):
    old = take(agent, LAMPS)
    services.category_merge(
        category=tree[LAMPS], into=tree["城乡建设/市政管理/井盖"], version=1, actor=keeper, at=MONDAY
    )
    assert selectors.category_by_text(LAMPS, day=DAY) is None
    found = request_list(filed=tree["城乡建设/市政管理/井盖"].pk)
    assert list(found) == [old]


def test_merging_joins_what_stands_below_both_by_name(tree, keeper):
    services.category_add(name="安全隐患", parent=tree["城乡建设/市政管理"], actor=keeper, at=MONDAY)
    services.category_merge(
        category=tree["城乡建设/安全生产"], into=tree["城乡建设/市政管理"], actor=keeper, at=MONDAY
    )
    gone = Category.objects.get(pk=tree["城乡建设/安全生产/安全隐患"].pk)
    assert gone.until == DAY
    assert gone.merged_into.path == "城乡建设/市政管理/安全隐患"


def test_a_moved_category_takes_what_is_below_it_along(tree, keeper):
    services.category_move(
        category=tree["城乡建设/安全生产"], parent=tree["交通运输"], actor=keeper, at=MONDAY
    )
    assert Category.objects.filter(path="交通运输/安全生产/安全隐患").exists()
    with pytest.raises(Incomplete, match="一级分类"):
        services.category_move(
            category=tree["城乡建设/市政管理"], parent=tree["教育文体/学校管理"], actor=keeper, at=MONDAY
        )


def test_a_closed_category_ends_on_its_day_with_all_below_it_and_can_be_taken_back(tree, keeper):
    ended = services.category_close(
        category=tree["城乡建设/市政管理"], until=DAY + dt.timedelta(days=7), actor=keeper, at=MONDAY
    )
    assert ended == 3
    assert selectors.category_by_text(LAMPS, day=DAY + dt.timedelta(days=6)) is not None
    assert selectors.category_by_text(LAMPS, day=DAY + dt.timedelta(days=7)) is None
    with pytest.raises(WrongState, match="上级分类"):
        services.category_reopen(category=tree[LAMPS], actor=keeper, at=MONDAY)
    services.category_reopen(category=tree["城乡建设/市政管理"], actor=keeper, at=MONDAY)
    services.category_reopen(category=tree[LAMPS], actor=keeper, at=MONDAY)
    assert selectors.category_by_text(LAMPS, day=DAY + dt.timedelta(days=7)) is not None


def test_a_category_does_not_end_before_today(tree, keeper):
    with pytest.raises(Incomplete, match="早于今天"):
        services.category_close(
            category=tree[LAMPS], until=DAY - dt.timedelta(days=1), actor=keeper, at=MONDAY
        )


def test_a_default_unit_holds_for_all_below(tree, keeper, bodies):
    services.category_defaults(
        category=tree["城乡建设"], unit=bodies["zhujian"], entry=None, actor=keeper, at=MONDAY
    )
    services.category_defaults(
        category=tree["城乡建设/市政管理"], unit=bodies["chengguan"], entry=None, actor=keeper, at=MONDAY
    )
    fresh = {row.path: row for row in Category.objects.all()}
    assert selectors.default_unit(fresh[LAMPS]) == bodies["chengguan"]
    assert selectors.default_unit(fresh["城乡建设/安全生产/安全隐患"]) == bodies["zhujian"]
    assert selectors.default_unit(fresh["交通运输"]) is None


def test_neighbours_change_places(tree, keeper):
    services.category_shift(category=tree["城乡建设/市政管理/井盖"], up=True, actor=keeper, at=MONDAY)
    assert selectors.category_paths(DAY)[0] == "城乡建设/市政管理/井盖"
    with pytest.raises(WrongState, match="最前"):
        services.category_shift(category=tree["城乡建设/市政管理/井盖"], up=True, actor=keeper, at=MONDAY)


@pytest.mark.parametrize(
    ("name", "said"), [("", "请填写"), ("甲/乙", "不能有"), ("市政管理", "已有"), ("长" * 19, "18个字")]
)
def test_a_name_that_cannot_be_is_refused_at_its_field(tree, keeper, name, said):
    with pytest.raises(Incomplete, match=said) as refused:
        services.category_add(name=name, parent=tree["城乡建设"], actor=keeper, at=MONDAY)
    assert refused.value.field == "name"


def test_nothing_is_put_below_the_third_level(tree, keeper):
    with pytest.raises(WrongState, match="三级"):
        services.category_add(name="更细", parent=tree[LAMPS], actor=keeper, at=MONDAY)


def test_who_has_seen_an_older_version_overwrites_nothing(tree, keeper):
    services.category_rename(category=tree[LAMPS], name="路灯", version=1, actor=keeper, at=MONDAY)
    with pytest.raises(WrongState, match="他人修改"):
        services.category_rename(category=tree[LAMPS], name="灯", version=1, actor=keeper, at=MONDAY)


def test_others_change_nothing(tree, agent):
    with pytest.raises(NotAllowed):
        services.category_add(name="新类", actor=agent, at=MONDAY)


CSV = "一级分类,二级分类,三级分类\n城乡建设,市政管理,路灯照明\n城乡建设,市政管理,\n"


def test_a_file_in_three_columns_is_read_with_or_without_a_mark_and_in_both_encodings():
    for content in (CSV.encode("utf-8-sig"), CSV.encode(), CSV.encode("gb18030")):
        sheet = read_categories(content)
        assert sheet.faults == ()
        assert names_of(sheet) == [["城乡建设", "市政管理", "路灯照明"], ["城乡建设", "市政管理"]]


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("一级,二级分类,三级分类\n甲,乙,丙\n", 1, "一级分类", "缺少这一列"),
        ("甲,乙,丙\n丁,戊,己\n", 1, "", "认不出列名"),
        ("一级分类,二级分类,三级分类\n甲,乙,丙\n,乙,丙\n", 3, "一级分类", "没有填写"),
        ("一级分类,二级分类,三级分类\n甲,,丙\n", 2, "二级分类", "没有二级分类"),
        ("一级分类,二级分类,三级分类\n甲,乙\n", 2, "", "有2格"),
        ("一级分类,二级分类,三级分类\n甲,乙,丙\n甲,乙,丙\n", 3, "", "与第2行相同"),
        ("一级分类,二级分类,三级分类\n甲,乙/丁,丙\n", 2, "二级分类", "里有“/”"),
        (f"一级分类,二级分类,三级分类\n{'甲' * 19},乙,丙\n", 2, "一级分类", "超过18个字"),
        ("一级分类,二级分类,三级分类\n", 2, "", "只有表头"),
        ("", 1, "", "文件是空的"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_by_line_and_column(text, line, column, what):
    fault = read_categories(text.encode()).faults[0]
    assert (fault.line, fault.column) == (line, column)
    assert what in fault.what


def test_a_file_that_is_no_text_is_refused():
    assert "不是文本" in read_categories(b"\xff\xfe\x00\x00PK").faults[0].what


def upload(client, text: str):
    file = SimpleUploadedFile("label-system.csv", text.encode(), content_type="text/csv")
    return client.post(reverse("category-import"), {"file": file})


def test_importing_shows_what_would_change_and_writes_on_confirming_only(page):
    client = page("platform_leader")
    shown = upload(client, CSV)
    assert shown.status_code == 200
    assert "将新增" in shown.content.decode()
    assert not Category.objects.exists()
    text = shown.context["sheet"].text
    done = client.post(reverse("category-import"), {"text": text, "confirm": "1"}, follow=True)
    assert "已新增3个分类" in done.content.decode()
    assert Category.objects.count() == 3


def test_a_bad_file_writes_nothing_even_when_confirmed(page):
    client = page("platform_leader")
    bad = CSV + ",乙,丙\n"
    assert upload(client, bad).status_code == 422
    answer = client.post(reverse("category-import"), {"text": bad, "confirm": "1"})
    assert answer.status_code == 422
    assert "第4行" in answer.content.decode()
    assert not Category.objects.exists()


def test_pages_of_the_tree_and_of_a_category_open_and_act(page, tree):
    client = page("platform_leader")
    listed = client.get(reverse("category-list"), {"q": "路灯"}).content.decode()
    assert "路灯照明" in listed
    assert "教育文体" not in listed
    pk = tree["城乡建设/市政管理"].pk
    assert "更名" in client.get(reverse("category-detail", args=[pk])).content.decode()
    answer = client.post(
        reverse("category-act", args=[pk, "rename"]), {"name": "市政设施", "version": "1"}, follow=True
    )
    assert "以前的诉求保留原名称" in answer.content.decode()
    refused = client.post(reverse("category-act", args=[pk, "rename"]), {"name": "安全生产", "version": "2"})
    assert refused.status_code == 422
    assert "已有“安全生产”" in refused.content.decode()


def test_what_is_exported_can_be_imported(page, tree):
    content = page("platform_leader").get(reverse("category-export")).content
    sheet = read_categories(content)
    assert sheet.faults == ()
    assert services.categories_plan(names_of(sheet)).new == ()


def test_the_intake_form_suggests_and_refuses_what_is_no_category(page, tree):
    client = page("agent")
    assert f'value="{LAMPS}"' in client.get(reverse("console")).content.decode()
    data = {
        "channel": "phone",
        "kind": "help",
        "content": "路灯不亮",
        "urgency": "routine",
        "category": "没有这类",
    }
    refused = client.post(reverse("console"), data)
    assert refused.status_code == 422
    assert "没有“没有这类”这个分类" in refused.content.decode()


def test_the_list_of_requests_filters_by_category(page, tree, agent):
    take(agent, LAMPS)
    client = page("agent")
    there = client.get(reverse("request-list"), {"filed": tree["城乡建设"].pk}).content.decode()
    elsewhere = client.get(reverse("request-list"), {"filed": tree["教育文体"].pk}).content.decode()
    assert "路灯不亮" in there
    assert "路灯不亮" not in elsewhere


def test_the_entry_page_says_what_matters_and_costs_few_queries(page, tree, django_assert_max_num_queries):
    client = page("platform_leader")
    client.get(reverse("administration-home"))
    with django_assert_max_num_queries(12):
        said = client.get(reverse("administration-home")).content.decode()
    assert "三级共10个" in said
    assert "5个还没有用过" in said
    with django_assert_max_num_queries(12):
        client.get(reverse("category-list"))
    with django_assert_max_num_queries(12):
        client.get(reverse("category-detail", args=[tree[LAMPS].pk]))
