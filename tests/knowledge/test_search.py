"""What agents type finds what they mean: quality on invented entries, scope, order, plan."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from luoshi.knowledge import selectors, services
from luoshi.knowledge.models import Entry
from luoshi.knowledge.search import parse_query
from luoshi.knowledge.selectors.hits import ranked
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import WrongState

from .conftest import BASIC, NOW
from .corpus import corpus

pytestmark = pytest.mark.django_db

# title, question, keywords, one part of the answer
ENTRIES = [
    ("新生儿参保登记", "孩子刚出生怎么上医保？", "婴儿 宝宝", "办理居民医疗保险登记。"),
    ("居住证补办", "居住证丢了怎么补领？", "暂住证", "到社区警务室补领居住证。"),
    ("居民身份证换领", "身份证到期了怎么换？", "", "提前三个月换领，需要本人到场采集指纹。"),
    ("住房公积金提取", "租房可以提取公积金吗？", "", "连续缴存满三个月可按季度提取。"),
    ("企业营业执照变更", "公司换法人要改执照吗？", "法定代表人", "登记机关五个工作日内换发执照。"),
    ("涧河公园开放时间", "公园晚上几点关门？", "", "夏季六点开门，二十二点清园。"),
    ("供热费退费", "暖气不热能退费吗？", "取暖费 暖气费", "室温不达标的按天退费。"),
    ("自来水水质投诉", "自来水发黄怎么办？", "", "先放水五分钟，仍浑浊的派人检测。"),
    ("高速公路ETC注销", "ETC卡怎么注销？", "", "带行驶证到网点注销。"),
    ("养老保险断缴补缴", "养老保险断了能补吗？", "社保", "灵活就业人员可以补缴当年。"),
    ("义务教育入学报名", "外地户口孩子怎么上学？", "随迁子女", "持居住证到片区学校报名。"),
    ("公租房申请", "没房子能申请公租房吗？", "廉租房", "家庭人均收入低于标准的可以申请。"),
]

QUALITY = [
    ("新生儿", "新生儿参保登记"),
    ("孩子刚出生怎么上医保", "新生儿参保登记"),
    ("宝宝医保", "新生儿参保登记"),
    ("居住证丢了", "居住证补办"),
    ("暂住证", "居住证补办"),
    ("请问身份证过期了怎么换啊", "居民身份证换领"),
    ("换身份证", "居民身份证换领"),
    ("公积", "住房公积金提取"),
    ("公积金提", "住房公积金提取"),
    ("租房提取公积金", "住房公积金提取"),
    ("营业执照 法人", "企业营业执照变更"),
    ("涧河", "涧河公园开放时间"),
    ("公园几点关门", "涧河公园开放时间"),
    ("暖气不热", "供热费退费"),
    ("取暖费", "供热费退费"),
    ("自来水发黄", "自来水水质投诉"),
    ("水质", "自来水水质投诉"),
    ("etc", "高速公路ETC注销"),
    ("ＥＴＣ注销", "高速公路ETC注销"),
    ("养老保险断缴了怎么办", "养老保险断缴补缴"),
    ("社保补缴", "养老保险断缴补缴"),
    ("外地孩子上学", "义务教育入学报名"),
    ("廉租房申请条件", "公租房申请"),
    ("指纹", "居民身份证换领"),
]


@pytest.fixture
def library(new_entry):
    """The invented entries, published."""
    return {
        title: new_entry(title=title, question=asked, keywords=words, content={**BASIC, "service": said})
        for title, asked, words, said in ENTRIES
    }


@pytest.mark.parametrize(("typed", "title"), QUALITY)
def test_what_is_typed_finds_what_is_meant_first(library, typed, title):
    hits = selectors.entries_search(typed)
    assert hits and hits[0].plain_title == title


@pytest.mark.parametrize("char", "水暖租证")
def test_a_single_character_is_found_wherever_it_stands(library, char):
    found = {hit.plain_title for hit in selectors.entries_search(char, limit=50)}
    holding = {title for title, *texts in ENTRIES if char in "".join([title, *texts, *BASIC.values()])}
    assert holding <= found


@pytest.mark.parametrize("typed", ["公", "公积", "公积金", "公积金提", "公积金提取"])
def test_the_hit_stays_while_the_question_is_typed_on(library, typed):
    assert "住房公积金提取" in [hit.plain_title for hit in selectors.entries_search(typed)]


def test_every_two_neighbouring_characters_of_a_title_find_its_entry(library):
    for title, *_ in ENTRIES:
        for start in range(len(title) - 1):
            typed = title[start : start + 2]
            if not typed.isascii():  # of Latin words and numbers the beginning counts, not the middle
                assert title in [hit.plain_title for hit in selectors.entries_search(typed, limit=50)]


def test_nothing_is_found_for_what_nobody_wrote(library):
    assert selectors.entries_search("量子对撞") == []


@pytest.mark.parametrize("text", ["", " ", "？", "<script>", "'; drop table --"])
def test_odd_input_neither_fails_nor_finds_the_wrong_thing(library, text):
    assert isinstance(selectors.entries_search(text), list)


def test_a_title_counts_more_than_an_answer(new_entry):
    new_entry(title="其他", question="别的？", content={**BASIC, "service": "含有补贴二字。"})
    wanted = new_entry(title="高龄补贴", question="怎么领？")
    assert selectors.entries_search("补贴")[0].pk == wanted.pk


def test_of_equal_entries_the_one_kept_up_last_comes_first(new_entry):
    new_entry()
    fresh = new_entry(at=NOW + dt.timedelta(days=1))
    assert selectors.entries_search("新生儿")[0].pk == fresh.pk


def test_the_name_of_the_unit_can_be_typed_too(new_entry, bodies):
    new_entry(body="jiaoyu", title="报名须知")
    theirs = new_entry(body="chengguan", title="报名须知")
    hits = selectors.entries_search(f"{bodies['chengguan'].short_name} 报名")
    assert hits[0].pk == theirs.pk


def test_a_search_can_be_limited_to_one_unit_and_to_a_number(new_entry, bodies):
    for _ in range(3):
        new_entry(body="jiaoyu")
    new_entry(body="chengguan")
    assert len(selectors.entries_search("新生儿", body_id=bodies["jiaoyu"].pk)) == 3
    assert len(selectors.entries_search("新生儿", limit=2)) == 2


def test_a_hit_shows_the_unit_the_date_and_the_marked_place(new_entry):
    entry = new_entry(content={**BASIC, "materials": "带<户口簿>原件"})
    (hit,) = selectors.entries_search("户口簿")
    assert (hit.pk, hit.body, hit.updated) == (entry.pk, entry.body.name, NOW)
    assert "所需材料：带&lt;<mark>户口簿</mark>&gt;原件" in hit.snippet
    assert hit.answer.startswith("服务内容：") and "带<户口簿>原件" in hit.answer


def test_a_script_is_read_out_without_its_legal_basis(new_entry):
    new_entry(form="script", title="抢修口径")
    (hit,) = selectors.entries_search("抢修口径")
    assert "调度令" not in hit.answer and "今晚八点" in hit.answer


def test_a_search_takes_one_query_where_the_titles_suffice_and_never_more_than_six(
    library, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_num_queries(1):
        selectors.entries_search("证", limit=2)
    with django_assert_max_num_queries(6):
        selectors.entries_search("外地孩子怎么上量子和入托呢")


@pytest.mark.parametrize(("minutes", "found"), [(-1, 0), (0, 1), (719, 1), (720, 0)])
def test_a_bulletin_is_found_from_its_beginning_until_its_end(new_bulletin, minutes, found):
    bulletin = new_bulletin()
    moment = NOW + dt.timedelta(minutes=minutes)
    hits = selectors.knowledge_search("停水", at=moment)
    assert [hit.pk for hit in hits] == [bulletin.pk][:found]


def test_bulletins_in_force_come_before_entries(new_entry, new_bulletin):
    new_entry(title="停水查询", question="哪天停水？")
    new_bulletin()
    assert [hit.kind for hit in selectors.knowledge_search("停水", at=NOW)] == ["bulletin", "entry"]


def test_an_answer_rests_on_what_is_published_only(new_entry, new_bulletin):
    draft, bulletin = new_entry(publish=False), new_bulletin()
    assert selectors.source_get(bulletin.pk, at=NOW).body_id == bulletin.body_id
    with pytest.raises(WrongState):
        selectors.source_get(draft.pk, at=NOW)
    with pytest.raises(WrongState):
        selectors.source_get(bulletin.pk, at=NOW + dt.timedelta(days=1))


def test_the_index_is_rebuilt_with_the_present_name_of_the_unit(new_entry, bodies, actor):
    from luoshi.organisation import services as organisation

    new_entry(body="chengguan")
    organisation.body_rename(
        body=bodies["chengguan"], name="虚构综合执法局", since=dt.date(2017, 10, 1), document="虚构文件",
        actor=SYSTEM, at=NOW,
    )  # fmt: skip
    assert selectors.entries_search("虚构综合执法局") == []
    assert services.search_rebuild(body=bodies["chengguan"]) == 1
    assert len(selectors.entries_search("虚构综合执法局")) == 1


def test_the_command_rebuilds_the_index_of_one_unit_or_of_all(new_entry, capsys):
    new_entry(body="jiaoyu")
    new_entry(body="chengguan")
    call_command("reindex_knowledge")
    call_command("reindex_knowledge", body="jiaoyu")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["2", "1"]
    with pytest.raises(CommandError, match="nowhere"):
        call_command("reindex_knowledge", body="nowhere")


def test_ten_thousand_entries_are_searched_through_the_index(bodies):
    corpus(bodies.values(), 10_000, brief=True)
    rows = Entry.objects.filter(live=True, jurisdiction="sanmenxia")
    for typed in ("残疾人补贴申领", "公积金提取 材料"):
        query = parse_query(typed)
        assert query is not None
        plan = ranked(rows, "search", query.tries[0], query.plain)[:10].explain()
        assert "knowledge_entry_search" in plan and "Seq Scan on knowledge_entry" not in plan
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM knowledge_entry")
        assert cursor.fetchone()[0] == 10_000
