"""Rows as objects: what Django would have made."""

from __future__ import annotations

import pytest
from django.db import models
from django.db.models.signals import post_init, pre_init

from luoshi.ledger.models import Matter
from luoshi.ledger.reading import ReadModel
from luoshi.organisation.models import Body


def tables(of=ReadModel):
    for one in of.__subclasses__():
        if one._meta.abstract:
            yield from tables(one)
        else:
            yield one


def both(model, names, values):
    """The row as we make it, and as Django does."""
    return model.from_db("default", names, values), models.Model.from_db.__func__(
        model, "default", names, values
    )


@pytest.mark.django_db
def test_a_row_is_the_object_that_django_makes():
    for row in Body.objects.order_by("pk")[:5]:
        names = [field.attname for field in Body._meta.concrete_fields]
        ours, theirs = both(Body, names, [getattr(row, name) for name in names])
        assert ours == theirs == row
        assert {**vars(ours), "_state": 0} == {**vars(theirs), "_state": 0}
        assert (ours._state.db, ours._state.adding, ours._state.fields_cache) == (
            theirs._state.db,
            theirs._state.adding,
            theirs._state.fields_cache,
        )


@pytest.mark.django_db
def test_what_was_left_out_is_read_when_it_is_asked_for(django_assert_num_queries):
    body = Body.objects.only("code").first()
    assert body.get_deferred_fields() >= {"name", "kind"}
    with django_assert_num_queries(1):
        assert body.name
    with django_assert_num_queries(0):
        assert body.name


@pytest.mark.django_db
def test_a_row_is_changed_and_saved_like_any_other():
    body = Body.objects.select_related("parent").filter(parent__isnull=False).first()
    assert body.parent.pk == body.parent_id
    assert not body._state.adding
    body.parent_id = body.pk
    assert body.parent == body  # the object that was read with the row does not stay behind a new number
    body.refresh_from_db()
    assert body.parent_id != body.pk


def test_no_table_has_what_only_djangos_way_serves():
    known = list(tables())
    assert Matter in known
    assert Body in known
    for model in known:
        assert not [field for field in model._meta.fields if isinstance(field, models.FileField)]
        assert model.__init__ is models.Model.__init__
        assert not model._meta.parents
        assert not pre_init.has_listeners(model)
        assert not post_init.has_listeners(model)
