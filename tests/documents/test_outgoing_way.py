"""The way of a paper that is issued, from the need to the archive."""

from __future__ import annotations

import pytest

from tests.documents.outgoing_life import Life

pytestmark = pytest.mark.django_db


@pytest.fixture
def life(actor, bodies, at):
    return Life(actor, bodies, at("2017-10-16 09:00"))


def test_a_paper_goes_its_whole_way(life):
    paper = life.to("printed")
    assert paper.matter.number == "三政〔2017〕1号"
