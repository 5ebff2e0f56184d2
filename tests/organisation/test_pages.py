"""The pages of bodies, rosters and accounts: forms say beside the field what is wrong."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from luoshi.ledger.models import AccessLog
from luoshi.organisation import services
from luoshi.organisation.models import Body, Grant, Person, Post, Role, User
from luoshi.organisation.selectors import liaisons_on, local_day


@pytest.fixture
def today():
    return local_day(timezone.now())


@pytest.fixture
def enter(client, bodies):
    """enter("liaison", "chengguan") signs the client in as that demo account."""

    def make(role, body=None):
        grants = Grant.objects.filter(role__code=role)
        client.force_login((grants.filter(body__code=body) if body else grants).first().user)
        return client

    return make


def shown(answer):
    return answer.content.decode()


def test_the_list_shows_each_unit_with_its_leader_and_liaison(enter, bodies, today):
    text = shown(enter("dispatcher").get(reverse("organisation-list")))
    assert bodies["chengguan"].name in text
    assert liaisons_on(bodies["chengguan"], today)[0].name in text


def test_the_list_finds_a_body_by_its_former_name(enter, bodies):
    page = enter("dispatcher")
    text = shown(page.get(reverse("organisation-list"), {"q": "城市管理综合执法局"}))
    assert "三门峡市城市管理局" in text
    assert bodies["jiaoyu"].name not in text


def test_the_list_picks_out_units_whose_roster_lacks_somebody(enter, bodies, actor):
    page = enter("platform_leader")
    assert "个承办单位缺" not in shown(page.get(reverse("organisation-list")))
    services.user_lock(
        user=User.objects.get(username="reli.liaison"),
        actor=actor("administrator"),
        at=timezone.now(),
        reason="调离",
    )
    text = shown(page.get(reverse("organisation-list"), {"gaps": "1"}))
    assert "联络员没有可用账号" in text
    assert bodies["reli"].name in text
    assert bodies["chengguan"].name not in text


def test_the_list_costs_the_same_number_of_queries_however_long(enter, bodies, django_assert_max_num_queries):
    page = enter("dispatcher")
    page.get(reverse("organisation-list"))
    with django_assert_max_num_queries(12):
        page.get(reverse("organisation-list"))


def test_a_long_list_is_paged_by_key(enter, bodies, monkeypatch):
    from luoshi.ledger import paging

    monkeypatch.setattr(paging.key_page, "__kwdefaults__", {**paging.key_page.__kwdefaults__, "size": 5})
    page, seen, url = enter("dispatcher"), [], reverse("organisation-list")
    cursor = ""
    while cursor is not None:
        answer = page.get(url, {"after": cursor} if cursor else {})
        seen += [body.pk for body in answer.context["page"].items]
        cursor = answer.context["page"].next
    assert seen == list(Body.objects.order_by("id").values_list("pk", flat=True))
    assert page.get(url, {"after": "nonsense"}).status_code == 200


def test_a_bodys_page_tells_its_names_posts_and_history(enter, bodies):
    text = shown(enter("dispatcher").get(reverse("body-detail", args=["chengguan"])))
    for words in ("三门峡市城市管理综合执法局", "加挂牌子", "分管领导", "联络员", "变动记录", "更名"):
        assert words in text


def test_numbers_are_shown_in_full_to_the_platform_and_masked_to_other_units(enter, bodies):
    mobile = Person.objects.filter(body=bodies["chengguan"]).first().mobile
    url = reverse("body-detail", args=["chengguan"])
    assert mobile in shown(enter("dispatcher").get(url))
    assert mobile in shown(enter("handler", "chengguan").get(url))
    assert mobile not in shown(enter("liaison", "zhujian").get(url))


def test_a_liaison_changes_the_roster_of_the_own_unit_in_the_browser(enter, bodies, today):
    page = enter("liaison", "chengguan")
    answer = page.post(
        reverse("person-create", args=["chengguan"]),
        {
            "name": "邱以宁",
            "mobile": "19900009999",
            "kind": "liaison",
            "since": f"{today}",
            "full_time": "on",
        },
    )
    assert answer.url == reverse("body-detail", args=["chengguan"])
    before = Post.objects.filter(body=bodies["chengguan"], kind="liaison").order_by("id").first()
    page.post(reverse("post-end", args=[before.pk]), {"until": f"{today}"})
    assert [person.name for person in liaisons_on(bodies["chengguan"], today)] == ["邱以宁"]


def test_the_last_liaison_stays_and_the_page_says_what_to_do(enter, bodies, today):
    post = Post.objects.get(body=bodies["chengguan"], kind="liaison", until=None)
    answer = enter("liaison", "chengguan").post(reverse("post-end", args=[post.pk]), {"until": f"{today}"})
    assert answer.status_code == 422
    assert "请先登记接任的联络员" in shown(answer)


def test_another_units_roster_is_refused_and_the_attempt_is_kept(enter, bodies):
    page = enter("liaison", "zhujian")
    before = AccessLog.objects.filter(allowed=False).count()
    for name, args in (
        ("person-create", ["chengguan"]),
        ("post-start", ["chengguan"]),
        ("post-end", [Post.objects.filter(body=bodies["chengguan"]).first().pk]),
        ("person-update", [Person.objects.filter(body=bodies["chengguan"]).first().pk]),
    ):
        assert page.get(reverse(name, args=args)).status_code == 403
    assert AccessLog.objects.filter(allowed=False).count() == before + 4


def test_a_person_entered_without_a_number_is_no_liaison_and_nothing_is_kept(enter, bodies, today):
    answer = enter("liaison", "chengguan").post(
        reverse("person-create", args=["chengguan"]),
        {"name": "邱以宁", "kind": "liaison", "since": f"{today}"},
    )
    assert answer.status_code == 422
    assert "联络员须有手机" in shown(answer)
    assert not Person.objects.filter(name="邱以宁").exists()


def test_a_rename_in_the_browser_needs_its_document_and_keeps_the_body(enter, bodies, today):
    page, url = enter("platform_leader"), reverse("body-rename", args=["zhujian"])
    version = bodies["zhujian"].version
    values = {"name": "三门峡市住房保障局", "since": f"{today}", "document": "", "version": version}
    answer = page.post(url, values)
    assert answer.status_code == 422
    assert Body.objects.get(code="zhujian").name == bodies["zhujian"].name
    assert page.post(url, {**values, "document": "三政〔2026〕1号"}).status_code == 302
    assert Body.objects.get(code="zhujian").name == "三门峡市住房保障局"
    stale = page.post(url, {**values, "name": "又一个局", "document": "三政〔2026〕2号"})
    assert "刚被他人修改" in shown(stale)


def test_a_body_is_set_up_described_named_and_closed_in_the_browser(enter, bodies, today):
    page = enter("administrator")
    new = {
        "name": "三门峡市大数据局",
        "code": "dashuju",
        "kind": "department",
        "since": f"{today}",
        "area": "urban",
    }
    assert page.post(reverse("body-create"), new).status_code == 302
    assert "已被使用" in shown(page.post(reverse("body-create"), {**new, "name": "甲"}))
    page.post(
        reverse("body-update", args=["dashuju"]),
        {"short_name": "市大数据局", "area": "suburban", "handles_onsite": "on"},
    )
    plate = {"kind": "plate", "name": "三门峡市数据中心", "since": f"{today}", "document": "三编1号"}
    page.post(reverse("body-name-add", args=["dashuju"]), plate)
    body = Body.objects.get(code="dashuju")
    assert (body.short_name, body.area, body.handles_onsite) == ("市大数据局", "suburban", True)
    assert body.names.filter(name="三门峡市数据中心").exists()
    confirm = page.get(reverse("body-close", args=["dashuju"]))
    assert "确认撤销" in shown(confirm)
    page.post(reverse("body-close", args=["dashuju"]), {"until": f"{today}", "document": "三编2号"})
    assert not Body.objects.get(code="dashuju").active
    assert page.get(reverse("body-detail", args=["dashuju"])).status_code == 200


def test_contacts_are_changed_and_a_departure_closes_the_account(enter, bodies, today):
    page = enter("unit_leader", "chengguan")
    person = Person.objects.filter(body=bodies["chengguan"], posts__kind="handler").first()
    url = reverse("person-update", args=[person.pk])
    assert "应为11位" in shown(page.post(url, {"mobile": "123"}))
    page.post(url, {"mobile": "19900007777", "office_phone": "0398-2800000"})
    person.refresh_from_db()
    assert person.mobile == "19900007777"
    assert "仍任" in shown(page.post(reverse("person-leave", args=[person.pk])))
    page.post(reverse("post-end", args=[person.posts.get().pk]), {"until": f"{today}"})
    page.post(reverse("person-leave", args=[person.pk]))
    assert not User.objects.get(person=person).is_active


def test_an_administrator_opens_blocks_and_resets_and_the_security_officer_grants(enter, bodies, today):
    page = enter("administrator")
    person = Person.objects.get(body=bodies["zhujian"], posts__kind="principal_leader")
    new = {"person": person.pk, "username": "neu", "password": "Sonnenblume-7"}
    assert page.post(reverse("user-create"), {**new, "password": "kurz"}).status_code == 422
    assert page.post(reverse("user-create"), new).status_code == 302
    user = User.objects.get(username="neu")
    handler = Role.objects.get(code="handler")
    values = {"role": handler.pk, "body": bodies["zhujian"].pk, "since": f"{today}"}
    assert page.post(reverse("role-grant", args=[user.pk]), values).status_code == 403
    page = enter("security_officer")
    page.post(reverse("role-grant", args=[user.pk]), values)
    assert "已是" in shown(page.post(reverse("role-grant", args=[user.pk]), values))
    text = shown(page.get(reverse("user-detail", args=[user.pk])))
    assert "承办人" in text
    page.post(reverse("user-lock", args=[user.pk]), {"reason": "调离"})
    assert "已停用" in shown(page.get(reverse("user-detail", args=[user.pk])))
    page.post(reverse("user-unlock", args=[user.pk]))
    page = enter("administrator")
    once = page.post(reverse("password-reset", args=[user.pk]))
    made = once.context["made"]
    assert made in shown(once)
    assert "no-store" in once["Cache-Control"]
    assert "本单位签收" in shown(page.get(reverse("user-permissions", args=[user.pk])))
    assert "没有登录" in shown(page.post(reverse("user-sessions-end", args=[user.pk]), follow=True))
    page = enter("security_officer")
    page.post(reverse("role-revoke", args=[user.grants.get().pk]), {"until": f"{today}"})
    user.refresh_from_db()
    assert user.is_active
    assert user.check_password(made)
    assert user.must_change_password
    assert user.grants.get().until == today
    assert "neu" in shown(page.get(reverse("user-list"), {"q": "neu"}))


def test_an_account_that_is_open_is_not_opened_again_and_the_page_says_so(enter, bodies):
    user = User.objects.get(username="agent")
    answer = enter("administrator").post(reverse("user-unlock", args=[user.pk]), follow=True)
    assert "未被停用或锁定" in shown(answer)


def test_one_acts_for_one_of_ones_bodies_at_a_time(enter, bodies, actor, today):
    page = enter("handler", "chengguan")
    user = User.objects.get(username="chengguan.handler")
    services.grant_role(
        user=user,
        role=Role.objects.get(code="liaison"),
        body=bodies["reli"],
        since=today,
        actor=actor("security_officer"),
        at=timezone.now(),
    )
    start = reverse("post-start", args=["reli"])
    assert page.get(start).status_code == 403
    assert bodies["reli"].name in shown(page.get(reverse("account")))
    page.post(reverse("acting-body"), {"body": bodies["reli"].pk})
    assert page.get(start).status_code == 200
    page.post(reverse("acting-body"), {"body": bodies["gongan"].pk})
    assert page.get(start).status_code == 200
