from __future__ import annotations


def test_a_request_is_dispatched(dispatch_of):
    dispatch = dispatch_of()
    assert dispatch.matter.state == "sent"
    assert dispatch.request.matter.state == "in_progress"
    assert dispatch.matter.number == "20171009-0001-01"
