"""A leaver's duties: listed, handed over, the account closed in the same moment."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.administration import handover
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Obligation
from luoshi.ledger.verify import Report, verify
from luoshi.organisation import services
from luoshi.organisation.models import Grant, Person, Post, User
from luoshi.supervision import services as supervision
from luoshi.supervision.models import Letter
from tests.supervision.conftest import office

from .conftest import DAY, MONDAY

__all__ = ["office"]
pytestmark = pytest.mark.django_db
LATER = MONDAY + dt.timedelta(hours=6)


@pytest.fixture
def officer(bodies):
    """The liaison officer of chengguan."""
    return Post.objects.get(body=bodies["chengguan"], kind="liaison", until__isnull=True).person


@pytest.fixture
def heir(bodies, keeper):
    """Somebody else of chengguan."""
    return services.person_create(
        body=bodies["chengguan"], name="甄予安", mobile="19900001234", actor=keeper, at=MONDAY
    )


@pytest.fixture
def letter_due(office, actor):
    """A letter that the head of zhujian is to read in person."""
    head = actor("unit_principal", "zhujian")
    row = supervision.letter_register(
        kind="letter", title="反映道路积水", from_whom="某居民", received_on=DAY, text="雨后积水严重", important=True,
        actor=office, at=MONDAY,
    )  # fmt: skip
    supervision.letter_refer(
        letter=row, leader=Person.objects.get(pk=head.person_id), actor=office, at=MONDAY
    )
    return Obligation.objects.select_related("person").get(matter=row.pk, person=head.person_id, state="open")


def give(person, to, actor, **given):
    held = handover.held_by(person, day=DAY)
    return handover.hand_over(
        person=person, to=to, day=DAY, seen=given.pop("seen", held.digest), actor=actor, at=LATER, **given
    )


def test_a_liaison_officer_hands_over_and_the_account_closes(officer, heir, keeper, bodies):
    give(officer, heir, keeper)
    held = {post.person_id: post for post in Post.objects.filter(body=bodies["chengguan"], kind="liaison")}
    assert (held[heir.pk].since, held[heir.pk].until, held[officer.pk].until) == (DAY, None, DAY)
    officer.refresh_from_db()
    assert not officer.active and not User.objects.filter(person=officer, is_active=True).exists()
    event = Event.objects.get(kind="organisation.person_handed_over")
    assert (event.data["from"], event.data["to"], event.data["posts"]) == (officer.name, heir.name, 1)


def test_what_is_owed_in_person_goes_over_with_its_due_time_and_its_place(letter_due, heir, keeper):
    before = letter_due.person
    assert [task.owed for task in handover.held_by(before, day=DAY).tasks] == [(letter_due.title,)]
    give(before, heir, keeper)
    row = Obligation.objects.get(pk=letter_due.pk)
    assert (row.person_id, row.due_at, row.state) == (heir.pk, letter_due.due_at, "open")
    assert Letter.objects.get(pk=letter_due.matter_id).leader_id == heir.pk
    event = Event.objects.get(matter=letter_due.matter_id, kind="ledger.person_replaced")
    assert event.data["name"] == f"{before.name}移交{heir.name}"
    assert [str(one) for one in verify(report=Report())] == []


def test_roles_go_over_by_the_administrator_alone(officer, heir, actor, keeper):
    admin = actor("administrator")
    user = services.user_create(
        username="zhenyuan", person=heir, actor=admin, at=MONDAY, password="Qiu-9-chan-tian"
    )
    role = Grant.objects.filter(user__person=officer, until__isnull=True).first().role
    with pytest.raises(NotAllowed, match="授权"):
        give(officer, heir, keeper, with_grants=True)
    give(officer, heir, admin, with_grants=True)
    assert Grant.objects.filter(user=user, role=role, since=DAY, until__isnull=True).exists()
    assert not Grant.objects.filter(user__person=officer).exclude(until__lte=DAY).exists()


def test_a_handover_is_refused_where_nobody_can_take_it(officer, heir, keeper, actor, bodies):
    with pytest.raises(Incomplete, match="另一位"):
        give(officer, officer, keeper)
    with pytest.raises(WrongState, match="又有变动"):
        give(officer, heir, keeper, seen="0" * 64)
    with pytest.raises(NotAllowed):
        give(officer, heir, actor("liaison", "zhujian"))
    mayor = Person.objects.get(pk=actor("mayor").person_id)
    with pytest.raises(WrongState, match="领导名单"):
        give(mayor, heir, keeper)
    silent = services.person_create(body=bodies["chengguan"], name="无号", actor=keeper, at=MONDAY)
    with pytest.raises(Incomplete, match="须有手机"):
        give(officer, silent, keeper)
    officer.refresh_from_db()
    assert officer.active, "nothing of a refused handover stands"


def test_it_is_done_in_the_browser(page, officer, heir):
    url = f"/administration/people/{officer.pk}/handover/"
    browser = page("unit_leader", "chengguan")
    shown = browser.get(url).content.decode()
    assert "联络员" in shown and "由接办人接任" in shown and heir.name in shown
    assert page("unit_leader", "zhujian").get(url).status_code == 403
    digest = shown.split('name="seen" value="')[1].split('"')[0]
    assert browser.post(url, {"to": "", "day": DAY.isoformat(), "seen": digest}).status_code == 422
    done = browser.post(url, {"to": heir.pk, "day": DAY.isoformat(), "seen": digest}, follow=True)
    assert "账号已停用" in done.content.decode()
    assert browser.get(url).status_code == 409
