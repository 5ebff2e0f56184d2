"""Personal data lie sealed in the database; keys are changed while everything stays readable."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from luoshi.hotline.models import Contact
from luoshi.hotline.selectors.duplicates import Person, candidates
from luoshi.ledger import keyring
from luoshi.ledger.models import Outbox, door
from luoshi.ledger.resealing import keys_in_use, reseal, sealed_models
from luoshi.ledger.services import outbox_put

PHONE, NAME = "19900001234", "赵某某"


@pytest.fixture
def old_key(settings):
    settings.KEYS = f"{keyring.new_key('old')},{settings.KEYS}"
    return settings.KEYS


@pytest.fixture
def contact(old_key, request_of):
    return request_of(contact={"name": NAME, "mobile": PHONE, "ip": "10.1.2.3"}).contact


def stored(contact, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM hotline_contact WHERE request_id = %s", [contact.pk])
        return cursor.fetchone()[0]


def rotate(**options):
    said = io.StringIO()
    call_command("rotate_keys", stdout=said, **options)
    return said.getvalue()


def test_what_a_citizen_left_stands_sealed_in_the_database_and_is_read_as_it_was(contact):
    fresh = Contact.objects.get(pk=contact.pk)
    assert (fresh.name, fresh.mobile, fresh.ip, fresh.phone) == (NAME, PHONE, "10.1.2.3", "")
    for column, plain in (("name", NAME), ("mobile", PHONE), ("ip", "10.1.2.3")):
        text = stored(contact, column)
        assert text.startswith("sealed:old:")
        assert plain not in text
    assert stored(contact, "phone") == ""


def test_the_same_value_is_sealed_differently_each_time(old_key):
    assert keyring.seal(PHONE, column="a.b") != keyring.seal(PHONE, column="a.b")


def test_a_message_and_its_receiver_stand_sealed(old_key, bodies, at):
    row = outbox_put(channel="sms", to=PHONE, text=f"{NAME}：已受理", key="k", at=at("2017-10-09 09:00"))
    assert Outbox.objects.get(pk=row.pk).to == PHONE
    with connection.cursor() as cursor:
        cursor.execute('SELECT "to" || text FROM ledger_outbox WHERE id = %s', [row.pk])
        raw = cursor.fetchone()[0]
    assert PHONE not in raw
    assert NAME not in raw


def test_the_same_person_is_found_by_the_mark_alone(contact, request_of):
    other = request_of(contact={"phone": PHONE})
    request_of(contact={"phone": "19900009999"})
    assert candidates(Person.of({"mobile": PHONE})) == sorted([contact.pk, other.pk])


def test_nobody_searches_a_sealed_column_by_accident():
    with pytest.raises(TypeError, match="sealed"):
        list(Contact.objects.filter(mobile=PHONE))
    with pytest.raises(TypeError, match="sealed"):
        list(Contact.objects.filter(name__contains=NAME))


def test_a_value_that_was_moved_to_another_column_does_not_open(contact):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hotline_contact SET name = mobile WHERE request_id = %s", [contact.pk])
    with pytest.raises(keyring.Tampered, match=r"hotline_contact\.name"):
        Contact.objects.get(pk=contact.pk)


def test_without_its_key_a_value_stays_closed_and_the_key_is_named(contact, settings):
    settings.KEYS = keyring.new_key("other")
    with pytest.raises(keyring.KeyMissing, match="key old"):
        Contact.objects.get(pk=contact.pk)


def test_keys_are_changed_while_everything_stays_readable_and_findable(
    contact, request_of, settings, old_key
):
    settings.KEYS = f"{keyring.new_key('new')},{old_key}"
    assert candidates(Person.of({"mobile": PHONE})) == [contact.pk]  # before the rotation …
    newer = request_of(contact={"mobile": PHONE})
    assert stored(newer.contact, "mobile").startswith("sealed:new:")
    assert candidates(Person.of({"mobile": PHONE})) == sorted(
        [contact.pk, newer.pk]
    )  # … while both are there …
    assert "old" in rotate(check=True)
    assert "all is under key new; the keys old, 1 are needed for older backups only" in rotate()
    settings.KEYS = settings.KEYS.partition(",")[0]
    assert candidates(Person.of({"mobile": PHONE})) == sorted([contact.pk, newer.pk])  # … and after it
    assert Contact.objects.get(pk=contact.pk).name == NAME


def test_a_rotation_that_was_broken_off_goes_on_and_changes_nothing_twice(
    request_of, settings, old_key, monkeypatch
):
    monkeypatch.setattr("luoshi.ledger.resealing.BATCH", 2)
    made = [request_of(contact={"mobile": PHONE}).contact for _ in range(5)]
    settings.KEYS = f"{keyring.new_key('new')} {old_key}"
    first = next(reseal(Contact))
    assert (first.last, first.read, first.changed) == (made[1].pk, 2, 2)
    assert [step.changed for step in reseal(Contact, after=first.last)] == [2, 3]
    assert [step.changed for step in reseal(Contact)] == [0, 0, 0]


def test_what_stood_in_clear_before_the_update_is_read_and_then_sealed(contact):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE hotline_contact SET mobile = %s, mobile_mark = NULL WHERE request_id = %s",
            [PHONE, contact.pk],
        )
    assert Contact.objects.get(pk=contact.pk).mobile == PHONE
    assert keys_in_use()[""] == 1
    assert [step.changed for step in reseal(Contact)] == [1]
    assert "" not in keys_in_use()
    assert candidates(Person.of({"mobile": PHONE})) == [contact.pk]


def test_saving_a_row_keeps_its_mark_true(contact):
    with door():
        contact.mobile = "19900005678"
        contact.save()
    assert candidates(Person.of({"mobile": PHONE})) == []
    assert candidates(Person.of({"mobile": "19900005678"})) == [contact.pk]


def test_the_tables_with_personal_data_are_the_sealed_ones():
    assert {model._meta.db_table for model in sealed_models()} >= {
        "hotline_contact",
        "hotline_draft",
        "ledger_outbox",
        "ledger_sinkmessage",
    }


@pytest.mark.parametrize("text", ["", "1", "1:short", "A b:c", "x:" + "A" * 43 + "= x:" + "A" * 43 + "="])
def test_a_ring_that_cannot_be_one_says_how_to_make_a_key(settings, text):
    settings.KEYS = text
    with pytest.raises(ImproperlyConfigured, match="luoshi manage new_key"):
        keyring.ring()


def test_a_key_once_used_is_not_made_again(old_key):
    with pytest.raises(CommandError, match="already"):
        call_command("new_key", "old")


def test_a_secret_does_not_show_in_what_is_printed(old_key):
    assert old_key.partition(":")[2] not in repr(keyring.ring())
