"""The city learns from its own dispatches; what was suggested and chosen is kept."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.hotline import services
from luoshi.hotline.models import SuggestionModel, SuggestionUse
from luoshi.hotline.selectors.suggestion_use import taken_by_month, taken_by_unit
from luoshi.hotline.selectors.suggestions import advise, advise_on, model_in_use, suggest_units
from luoshi.hotline.services.dispatching import Order, Terms
from luoshi.hotline.services.suggesting import Offered, model_path, model_train
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.organisation.services import body_update

HOURS = dt.timedelta(hours=3)


def test_unseen_request_goes_to_the_unit_of_its_trouble_with_words_and_cases(history, bodies, monday):
    learned = model_train(actor=SYSTEM, at=monday + HOURS)

    assert (learned.rows, learned.units, learned.left_out) == (history, 2, 0)
    assert learned.macro_f1 > 0.9 > learned.majority_f1
    first, *rest = suggest_units(title="新华小区暖气一直不热", content="", at=monday + HOURS)
    assert first.body_id == bodies["reli"].pk
    assert first.confidence > 0.7
    assert "暖气" in "".join(first.words)
    assert all("暖" in case.title and case.number for case in first.cases)
    assert all(one.confidence < first.confidence for one in rest)


def test_training_is_on_record_and_replaces_the_model_before(history, monday):
    model_train(actor=SYSTEM, at=monday + HOURS)
    first = SuggestionModel.objects.get()
    again = model_train(actor=SYSTEM, at=monday + HOURS * 2)

    first.matter.refresh_from_db()
    now = SuggestionModel.objects.get(pk=again.model)
    assert (first.matter.state, now.matter.state) == ("replaced", "in_use")
    opened = now.matter.events.get(kind="hotline.suggestion_learned")
    assert opened.data["rows"] == history and opened.data["sha256"] == now.sha256
    assert model_path(now.sha256).exists()
    assert model_in_use()[0] == now.sha256


def test_returned_and_unfinished_dispatches_teach_nothing(history, dispatch_of, dispatcher, monday):
    dispatch_of("shuiwu", title="自来水停水", content="停水两天")
    wrong = dispatch_of("jiaoyu", title="井盖破损", content="井盖破了")
    services.dispatch_recall(dispatch=wrong, reason="派错单位", actor=dispatcher, at=monday + HOURS)

    learned = model_train(actor=SYSTEM, at=monday + HOURS)

    assert (learned.rows, learned.units) == (history, 2)


def test_personal_data_of_the_citizen_is_not_in_the_model(request_of, dispatch_of, finish, history, monday):
    for number in range(5):
        request = request_of(
            title="虞听澜反映路灯不亮",
            content="请联系虞听澜，电话19900007001",
            contact={"name": "虞听澜", "mobile": "19900007001"},
        )
        finish(dispatch_of("chengguan", request=request, at=monday + dt.timedelta(minutes=100 + number)))
    model_train(actor=SYSTEM, at=monday + HOURS)

    _, model = model_in_use()
    grams = set(model.vectors.names())
    assert not {"听澜", "虞听", "1990", "00"} & grams
    assert model.titles == [""] * (history + 5)


def test_too_little_history_is_refused_in_words(dispatch_of, finish, monday):
    finish(dispatch_of("chengguan"))

    with pytest.raises(Incomplete, match="已办结的派单只有0件"):
        model_train(actor=SYSTEM, at=monday + HOURS)


def test_only_the_platforms_management_trains(history, dispatcher, platform_leader, monday):
    with pytest.raises(NotAllowed):
        model_train(actor=dispatcher, at=monday + HOURS)
    assert model_train(actor=platform_leader, at=monday + HOURS).rows == history


def test_lost_or_broken_model_file_falls_back_to_similar_requests(history, monday):
    from luoshi.hotline.selectors import suggestions

    model_train(actor=SYSTEM, at=monday + HOURS)
    path = model_path(SuggestionModel.objects.get().sha256)
    path.write_bytes(path.read_bytes()[:-50])
    suggestions._held = None

    found = advise(title="暖气不热", content="暖气不热", at=monday + HOURS)

    assert found.by == "similar" and found.units


def test_unit_that_takes_no_requests_any_more_is_not_suggested(history, bodies, monday):
    model_train(actor=SYSTEM, at=monday + HOURS)
    reli = bodies["reli"]
    body_update(
        body=reli, takes_requests=False, handles_onsite=reli.handles_onsite, area=reli.area, actor=SYSTEM, at=monday
    )  # fmt: skip
    found = suggest_units(title="暖气不热", content="暖气不热", at=monday + HOURS)
    assert bodies["reli"].pk not in {one.body_id for one in found}


def dispatch(request, body, actor, at, suggested):
    return services.request_dispatch(
        request=request,
        orders=[Order(body, "请核实处理")],
        terms=Terms("competence"),
        suggested=suggested,
        actor=actor,
        at=at,
    )


def test_what_was_suggested_and_chosen_stands_with_the_dispatch(request_of, bodies, dispatcher, monday):
    offered = Offered(((bodies["reli"].pk, 71), (bodies["zhujian"].pk, 20)), by="a" * 64)
    request = request_of()
    dispatch(request, bodies["zhujian"], dispatcher, monday + HOURS, offered)

    use = SuggestionUse.objects.get()
    assert (use.request_id, use.body_id, use.place, use.by) == (request.pk, bodies["zhujian"].pk, 2, "a" * 64)
    event = request.matter.events.get(kind="hotline.dispatched_out")
    assert event.data["suggested"] == {
        "by": "a" * 12,
        "units": [{"unit": bodies["reli"].pk, "percent": 71}, {"unit": bodies["zhujian"].pk, "percent": 20}],
    }
    assert event.data["units"] == [bodies["zhujian"].pk]


def test_without_a_suggestion_nothing_is_kept(request_of, bodies, dispatcher, monday):
    dispatch(request_of(), bodies["zhujian"], dispatcher, monday + HOURS, None)
    dispatch(request_of(), bodies["zhujian"], dispatcher, monday + HOURS, Offered(()))

    assert not SuggestionUse.objects.exists()


def test_rates_count_the_first_and_any_by_unit_and_month(request_of, bodies, dispatcher, monday):
    lamp, water, heat = bodies["chengguan"], bodies["shuiwu"], bodies["reli"]
    offered = Offered(((lamp.pk, 60), (water.pk, 30)))
    for number, chosen in enumerate((lamp, lamp, water, heat)):
        dispatch(request_of(), chosen, dispatcher, monday + dt.timedelta(minutes=number), offered)

    (month,) = taken_by_month(monday)
    assert (month.total, month.first, month.among) == (4, 2, 3)
    assert (month.first_rate, month.among_rate) == (50, 75)
    by_unit = {row.label: (row.total, row.first, row.among) for row in taken_by_unit(monday)}
    assert by_unit == {lamp.short_name: (2, 2, 2), water.short_name: (1, 0, 1), heat.short_name: (1, 0, 0)}


def test_refused_dispatch_leaves_no_record_of_use(request_of, bodies, dispatcher, monday):
    request = request_of()
    offered = advise_on(request, at=monday).offered
    with pytest.raises(Incomplete):
        services.request_dispatch(
            request=request,
            orders=[Order(bodies["zhujian"], "")],
            terms=Terms("competence"),
            suggested=Offered(((bodies["zhujian"].pk, 90),)) if not offered.units else offered,
            actor=dispatcher,
            at=monday + HOURS,
        )
    assert not SuggestionUse.objects.exists()
