"""Sets of conditions that somebody keeps for a list."""

from __future__ import annotations

import pytest

from luoshi.search.models import SavedView

pytestmark = pytest.mark.django_db
LIST = "/rules/"


def save(client, name="时限", query="kind=limit", referer=None, path=LIST):
    headers = {"Referer": referer} if referer else {}
    return client.post("/views/save/", {"path": path, "name": name, "query": query}, headers=headers)


def test_conditions_are_kept_under_a_name_and_found_above_the_list(browser_of):
    client = browser_of("rule_editor")
    assert save(client).headers["Location"] == "/rules/?kind=limit"
    shown = client.get(LIST).content.decode()
    assert "时限" in shown and "/rules/?kind=limit" in shown


def test_the_conditions_in_the_address_count_and_the_place_in_the_list_does_not(browser_of):
    save(browser_of("rule_editor"), referer="http://testserver/rules/?kind=authority&after=5&q=")
    assert SavedView.objects.get().query == "kind=authority"


def test_the_address_of_another_page_does_not_count(browser_of):
    save(browser_of("rule_editor"), referer="http://testserver/targets/?year=2017")
    assert SavedView.objects.get().query == "kind=limit"


def test_a_name_that_stands_gets_the_new_conditions(browser_of):
    client = browser_of("rule_editor")
    save(client)
    save(client, query="kind=setting")
    assert [view.query for view in SavedView.objects.all()] == ["kind=setting"]


@pytest.mark.parametrize(("name", "query"), [(" ", "kind=limit"), ("空", ""), ("空", "kind=&after=3")])
def test_without_name_or_conditions_nothing_is_kept(browser_of, name, query):
    save(browser_of("rule_editor"), name=name, query=query)
    assert not SavedView.objects.exists()


def test_a_path_that_is_no_page_of_the_house_is_not_kept(browser_of):
    assert save(browser_of("rule_editor"), path="//elsewhere.example/").status_code == 404
    assert not SavedView.objects.exists()


def test_nobody_sees_or_drops_what_another_kept(browser_of):
    mine, other = browser_of("rule_editor"), browser_of("mayor")
    save(mine)
    assert "/rules/?kind=limit" not in other.get(LIST).content.decode().replace("&amp;", "&")
    pk = SavedView.objects.get().pk
    assert other.post(f"/views/{pk}/drop/").status_code == 404
    assert mine.post(f"/views/{pk}/drop/").status_code == 302
    assert not SavedView.objects.exists()


def test_there_is_an_end_to_the_number(browser_of):
    client = browser_of("rule_editor")
    for number in range(21):
        save(client, name=f"第{number}组")
    assert SavedView.objects.count() == 20
