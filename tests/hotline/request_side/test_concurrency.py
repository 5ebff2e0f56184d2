"""Many at once: one claim wins, one dispatching wins, numbers stay unique and without gaps."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from luoshi.hotline import services
from luoshi.hotline.models import Dispatch, Request
from luoshi.hotline.services import Order, Terms
from luoshi.ledger.errors import Refusal
from luoshi.ledger.models import Outbox
from luoshi.ledger.verify import Report, verify

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)


def fresh(pk):
    return Request.objects.select_related("matter", "contact").get(pk=pk)


def at_once(how_many, step):
    """Run step(n) for each n in threads that all start together; what each returned, or its refusal."""
    gate = Barrier(how_many)

    def run(n):
        try:
            gate.wait()
            return step(n)
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(how_many) as pool:
        return list(pool.map(run, range(how_many)))


@pytest.fixture
def offered(dispatch_of, actor, dispatcher, bodies, monday):
    dispatch = dispatch_of()
    liaison = actor("liaison", "chengguan")
    services.dispatch_sign(dispatch=dispatch, actor=liaison, at=monday + HOUR)
    asked = services.return_request(
        dispatch=dispatch, reason="不属职责", proposed_body=bodies["zhujian"], actor=liaison, at=monday + HOUR
    )
    services.return_accept(application=asked, actor=dispatcher, at=monday + HOUR)
    request = fresh(dispatch.request_id)
    services.request_offer(
        request=request, reason="成立", unsuitable="不宜", acceptable=True, actor=dispatcher, at=monday + HOUR
    )
    return request.pk


@pytest.mark.clause("smx-hotline-assessment-annex/4.3.2.a")
def test_of_fifty_units_that_claim_at_once_one_gets_it(offered, actor, monday):
    units = [actor("liaison", code) for code in ("zhujian", "huanbao", "hubin", "lushi", "shuiwu")]

    def claim(n):
        return services.request_claim(request=fresh(offered), actor=units[n % 5], at=monday + 2 * HOUR)

    results = at_once(50, claim)
    won = [one for one in results if isinstance(one, Dispatch)]
    assert len(won) == 1
    assert all("领办" in str(one) for one in results if isinstance(one, Refusal))
    assert Dispatch.objects.filter(request_id=offered, role="volunteer").count() == 1


def test_of_many_dispatchings_at_once_one_counts_and_each_unit_is_told_once(
    request_of, dispatcher, bodies, monday
):
    pk = request_of().pk

    def dispatch(n):
        return services.request_dispatch(
            request=fresh(pk),
            orders=[Order(bodies["chengguan"], "请办理")],
            terms=Terms("competence"),
            actor=dispatcher,
            at=monday + HOUR,
        )

    results = Counter(isinstance(one, Refusal) for one in at_once(20, dispatch))
    assert results == {True: 19, False: 1}
    assert Dispatch.objects.count() == 1
    assert Outbox.objects.filter(matter__parent_id=pk).count() == 1


def test_requests_taken_in_at_once_have_numbers_without_gaps(request_of):
    results = at_once(30, lambda n: request_of().matter.number)
    assert sorted(results) == [f"20171009-{n:04d}" for n in range(1, 31)]
    assert list(verify(report=Report())) == []
