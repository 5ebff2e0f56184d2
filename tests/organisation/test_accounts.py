"""Accounts and grants: a role counts from its first day until the day it ends, for the body granted."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from luoshi.ledger.actors import SYSTEM, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.organisation import services
from luoshi.organisation.models import Grant, Person, Role, RolePermission, User
from luoshi.organisation.roles import permission_title, roles_data, roles_sync
from luoshi.organisation.selectors import actor_for, bodies_acting_for, user_list
from luoshi.organisation.services.journal import body_matter

DAY = dt.date(2017, 10, 9)
STRONG = "Sonnenblume-7"


@pytest.fixture
def now(at):
    return at("2017-10-09 09:00")


@pytest.fixture
def admin(actor):
    return actor("administrator")


@pytest.fixture
def officer(actor):
    return actor("security_officer")


@pytest.fixture
def newcomer(bodies, admin, now):
    """An account without any role."""
    person = Person.objects.get(body=bodies["zhujian"], posts__kind="principal_leader")
    return services.user_create(username="neu", person=person, password=STRONG, actor=admin, at=now)


def grant(user, officer, now, role="handler", body=None, since=DAY, until=None):
    return services.grant_role(
        user=user,
        role=Role.objects.get(code=role),
        body=body or user.person.body,
        since=since,
        until=until,
        actor=officer,
        at=now,
    )


def test_a_new_account_may_do_nothing_and_must_change_its_password(newcomer, now):
    actor = actor_for(user=newcomer, at=now)
    assert (actor.kind, actor.name, actor.permissions) == (ActorKind.USER, newcomer.person.name, frozenset())
    assert newcomer.must_change_password
    assert not newcomer.is_demo


@pytest.mark.parametrize(
    ("moment", "may"),
    [
        ("2017-10-08 23:59:59", False),
        ("2017-10-09 00:00:00", True),
        ("2017-10-11 23:59:59", True),
        ("2017-10-12 00:00:00", False),
    ],
)
def test_a_grant_counts_from_its_first_day_until_the_day_it_ends(newcomer, officer, now, at, moment, may):
    grant(newcomer, officer, now, since=DAY, until=dt.date(2017, 10, 12))
    assert actor_for(user=newcomer, at=at(moment)).can("hotline.unit") is may


def test_a_role_taken_back_today_ends_at_once(newcomer, officer, now):
    held = grant(newcomer, officer, now, since=DAY)
    assert actor_for(user=newcomer, at=now).can("hotline.unit")
    services.revoke_role(grant=held, until=DAY, actor=officer, at=now)
    assert not actor_for(user=newcomer, at=now).can("hotline.unit")
    with pytest.raises(WrongState):
        services.revoke_role(grant=held, until=DAY, actor=officer, at=now)


def test_an_actor_has_the_roles_and_permissions_of_the_body_acted_for_alone(bodies, newcomer, officer, now):
    grant(newcomer, officer, now, role="handler")
    grant(newcomer, officer, now, role="liaison", body=bodies["reli"])
    home = actor_for(user=newcomer, at=now)
    assert (home.body_id, home.roles) == (bodies["zhujian"].pk, {"handler"})
    away = actor_for(user=newcomer, body_id=bodies["reli"].pk, at=now)
    assert (away.body_id, away.roles) == (bodies["reli"].pk, {"liaison"})
    elsewhere = actor_for(user=newcomer, body_id=bodies["gongan"].pk, at=now)
    assert elsewhere == home
    assert set(bodies_acting_for(newcomer, DAY)) == {bodies["zhujian"], bodies["reli"]}


def test_an_actor_is_found_with_one_query(newcomer, officer, now, django_assert_num_queries):
    grant(newcomer, officer, now)
    user = User.objects.select_related("person").get(pk=newcomer.pk)
    with django_assert_num_queries(1):
        actor_for(user=user, at=now)


def test_a_blocked_account_and_a_closed_body_give_no_permissions(bodies, newcomer, admin, officer, now):
    grant(newcomer, officer, now)
    services.user_lock(user=newcomer, actor=admin, at=now, reason="调离")
    assert not actor_for(user=newcomer, at=now).permissions


def test_the_same_role_is_not_held_twice_at_a_time(newcomer, officer, now):
    grant(newcomer, officer, now, until=DAY + dt.timedelta(days=3))
    with pytest.raises(WrongState):
        grant(newcomer, officer, now, since=DAY + dt.timedelta(days=2))
    assert grant(newcomer, officer, now, since=DAY + dt.timedelta(days=3)).pk


@pytest.mark.parametrize("first", ["administrator", "security_officer", "auditor"])
def test_each_of_the_three_administrators_holds_no_other_role(newcomer, officer, now, first):
    grant(newcomer, officer, now, role=first)
    for second in ("handler", "administrator", "security_officer", "auditor"):
        if second != first:
            with pytest.raises(WrongState):
                grant(newcomer, officer, now, role=second)


def test_an_administrators_role_is_not_added_to_another_one(newcomer, officer, now):
    grant(newcomer, officer, now, until=DAY + dt.timedelta(days=3))
    with pytest.raises(WrongState):
        grant(newcomer, officer, now, role="auditor")
    assert grant(newcomer, officer, now, role="auditor", since=DAY + dt.timedelta(days=3)).pk


def test_nobody_grants_blocks_or_resets_their_own(admin, officer, now):
    own, officers = User.objects.get(pk=admin.user_id), User.objects.get(pk=officer.user_id)
    for attempt in (
        lambda: grant(officers, officer, now, role="handler"),
        lambda: services.user_lock(user=own, actor=admin, at=now, reason="x"),
        lambda: services.password_reset(user=own, password=STRONG, actor=admin, at=now),
        lambda: services.second_factor_reset(user=officers, actor=officer, at=now),
        lambda: services.revoke_role(
            grant=Grant.objects.get(user=officers), until=DAY, actor=officer, at=now
        ),
    ):
        with pytest.raises(NotAllowed):
            attempt()


@pytest.mark.parametrize("first", ["administrator", "security_officer", "auditor"])
@pytest.mark.parametrize("second", ["administrator", "security_officer", "auditor"])
def test_one_person_holds_no_two_of_the_three_roles_in_two_accounts(
    newcomer, admin, officer, now, first, second
):
    other = services.user_create(
        username="neu.zwei", person=newcomer.person, password=STRONG, actor=admin, at=now
    )
    grant(newcomer, officer, now, role=first)
    if first == second:
        assert grant(other, officer, now, role=second).pk
        return
    with pytest.raises(WrongState, match="已用账号neu担任"):
        grant(other, officer, now, role=second)


@pytest.mark.parametrize(
    ("role", "may_grant", "may_block"),
    [
        ("administrator", False, True),
        ("security_officer", True, True),
        ("auditor", False, False),
        ("platform_leader", False, False),
        ("city_leader", False, False),
    ],
)
def test_only_the_security_officer_grants_and_the_administrator_may_block(
    newcomer, actor, now, role, may_grant, may_block
):
    who = actor(role)
    for may, attempt in (
        (may_grant, lambda: grant(newcomer, who, now)),
        (may_block, lambda: services.user_lock(user=newcomer, actor=who, at=now, reason="调离")),
    ):
        if may:
            attempt()
        else:
            with pytest.raises(NotAllowed):
                attempt()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "chengguan.liaison"}, "username"),
        ({"username": "Ä"}, "username"),
        ({"username": "9lives"}, "username"),
        ({"password": "short-7"}, "password"),
        ({"password": "1234567890"}, "password"),
        ({"password": "neu.konto.neu", "username": "neu.konto.neu"}, "password"),
    ],
)
def test_an_account_is_not_opened_with(bodies, admin, now, changed, field):
    person = Person.objects.filter(body=bodies["zhujian"]).first()
    values = {"username": "neu.konto", "password": STRONG, **changed}
    with pytest.raises(Incomplete) as refusal:
        services.user_create(**values, person=person, actor=admin, at=now)
    assert refusal.value.field == field


def test_a_block_says_who_and_when_and_is_lifted_again(newcomer, admin, now):
    with pytest.raises(Incomplete):
        services.user_lock(user=newcomer, actor=admin, at=now, reason=" ")
    blocked = services.user_lock(user=newcomer, actor=admin, at=now, reason="调离")
    assert (blocked.is_active, blocked.blocked_at, blocked.blocked_by_id) == (False, now, admin.user_id)
    with pytest.raises(WrongState):
        services.user_lock(user=newcomer, actor=admin, at=now, reason="调离")
    opened = services.user_unlock(user=newcomer, actor=admin, at=now)
    assert (opened.is_active, opened.blocked_at, opened.blocked_by) == (True, None, None)
    with pytest.raises(WrongState):
        services.user_unlock(user=newcomer, actor=admin, at=now)


def test_every_change_of_an_account_is_recorded_with_its_body(newcomer, admin, officer, now):
    held = grant(newcomer, officer, now)
    services.user_lock(user=newcomer, actor=admin, at=now, reason="调离")
    services.user_unlock(user=newcomer, actor=admin, at=now)
    services.password_reset(user=newcomer, password="Anders-und-lang", actor=admin, at=now)
    services.revoke_role(grant=held, until=DAY, actor=officer, at=now)
    events = list(body_matter(newcomer.person.body).events.order_by("-seq")[:6])
    assert [event.kind.removeprefix("organisation.") for event in reversed(events)] == [
        "user_created",
        "role_granted",
        "user_locked",
        "user_unlocked",
        "password_reset",
        "role_revoked",
    ]
    assert {event.actor_id for event in events} == {admin.user_id, officer.user_id}
    assert "Anders" not in str([event.data for event in events])


def test_administrators_have_no_part_in_the_hotline_and_the_auditor_only_reads_the_audit():
    roles = {role["code"]: set(role["permissions"]) for role in roles_data()["roles"]}
    for code in ("administrator", "security_officer", "auditor"):
        assert not [held for held in roles[code] if held.startswith(("hotline.", "knowledge."))]
    assert roles["auditor"] == {"audit.read"}
    assert [code for code, held in roles.items() if "system.admin" in held] == ["administrator"]


def test_every_permission_has_a_name_and_a_role():
    given = {held for role in roles_data()["roles"] for held in role["permissions"]}
    assert given == set(roles_data()["permissions"])
    assert permission_title("hotline.dispatch") == "派单"


def test_carrying_the_roles_over_again_changes_nothing_and_mends_what_differs(bodies):
    before = set(RolePermission.objects.values_list("role__code", "code"))
    roles_sync()
    assert set(RolePermission.objects.values_list("role__code", "code")) == before
    auditor = Role.objects.get(code="auditor")
    RolePermission.objects.create(role=auditor, code="system.admin")
    Role.objects.create(code="formerly", title="旧角色").permissions.create(code="system.admin")
    roles_sync()
    assert set(RolePermission.objects.values_list("role__code", "code")) == before


def test_the_list_of_accounts_is_searched_by_person_body_role_and_state(newcomer, admin, now):
    def found(**filters):
        return {user.username for user in user_list(day=DAY, at=now, **filters)}

    assert "neu" in found(search=newcomer.person.name) <= {"neu", "zhujian.principal"}
    assert "neu" in found(search="住建局")
    assert found(role="auditor") == {"auditor"}
    assert "neu" not in found(state="demo")
    services.user_lock(user=newcomer, actor=admin, at=now, reason="调离")
    assert found(state="blocked") == {"neu"}
    assert found(state="locked") == set()


def first_administrator(now, **changed):
    values = {
        "username": "chief",
        "password": STRONG,
        "name": "欧阳试",
        "body_code": "xinxi",
        "body_name": "信息中心",
    }
    return services.administrator_first(**{**values, **changed}, at=now)


def test_a_new_installation_has_its_first_administrator_from_the_command_line(bodies, admin, now):
    with pytest.raises(WrongState):
        first_administrator(now)
    services.user_lock(user=User.objects.get(pk=admin.user_id), actor=SYSTEM, at=now, reason="演示结束")
    user = first_administrator(now)
    assert actor_for(user=user, at=now).can("system.admin")
    assert (user.person.body.name, user.must_change_password, user.is_demo) == ("信息中心", True, False)


def test_the_first_administrators_password_is_as_strong_as_any_and_nothing_is_kept_of_a_refusal(
    bodies, admin, now
):
    services.user_lock(user=User.objects.get(pk=admin.user_id), actor=SYSTEM, at=now, reason="演示结束")
    with pytest.raises(Incomplete):
        first_administrator(now, password="kurz")
    assert not Person.objects.filter(name="欧阳试").exists()


def test_a_new_installation_has_its_first_security_officer_beside_the_administrator(bodies, actor, now):
    with pytest.raises(WrongState, match="已有安全管理员"):
        first_administrator(now, role="security_officer")
    held = User.objects.get(pk=actor("security_officer").user_id)
    services.user_lock(user=held, actor=SYSTEM, at=now, reason="演示结束")
    user = first_administrator(now, role="security_officer")
    actor_now = actor_for(user=user, at=now)
    assert (actor_now.can("system.security"), actor_now.can("system.admin")) == (True, False)


def test_the_command_says_in_one_line_why_it_did_nothing(bodies, monkeypatch):
    monkeypatch.setenv("LUOSHI_ADMIN_PASSWORD", STRONG)
    with pytest.raises(CommandError, match="已有系统管理员"):
        call_command("create_administrator", name="欧阳试", body_code="xinxi", body_name="信息中心")


def test_all_log_ins_of_an_account_are_ended_by_another_and_recorded(bodies, actor, now):
    from luoshi.organisation.sessions import session_begin, sessions_live

    user = User.objects.get(username="agent")
    session_begin(user=user, at=now)
    with pytest.raises(NotAllowed):
        services.sessions_revoke(user=user, actor=actor("agent"), at=now)
    assert services.sessions_revoke(user=user, actor=actor("security_officer"), at=now) == 1
    assert sessions_live(user=user, at=now) == []
    assert (
        user.person.body.matters.get(kind="organisation.body")
        .events.filter(kind="organisation.sessions_ended")
        .exists()
    )
    with pytest.raises(WrongState, match="没有登录"):
        services.sessions_revoke(user=user, actor=actor("security_officer"), at=now)


def test_an_issued_password_can_be_read_out_and_must_be_changed(bodies, actor, now):
    user = User.objects.get(username="agent")
    made = services.password_issue(user=user, actor=actor("administrator"), at=now)
    user.refresh_from_db()
    assert user.check_password(made)
    assert user.must_change_password
    assert len(made) == 12
    assert not set(made) & set("l1o0iI")


def test_permissions_are_shown_with_the_grants_behind_them(bodies, now):
    from luoshi.organisation.permissions import permissions_of

    user = User.objects.get(username="chengguan.liaison")
    found = {held.code: held for held in permissions_of(user=user, day=now.date())}
    assert found["hotline.unit"].grants[0].role.code == "liaison"
    assert found["hotline.unit"].grants[0].body == bodies["chengguan"]
    assert "hotline.decide" not in found
