"""Addresses of incoming papers, each with who may open it."""

from __future__ import annotations

from luoshi.documents.views import incoming, incoming_desks
from luoshi.organisation.access import page

OFFICE = ("documents.handle", "documents.register", "documents.reading")
READ = (
    "documents.read_all",
    "documents.handle",
    "documents.register",
    "documents.reading",
    "documents.approve",
)
SIGN = ("documents.approve", "documents.sign", "documents.unit_sign", *OFFICE)
UNIT = "documents.unit"
FILES = (*READ, UNIT)
NOTICES = ("documents.read_all", "documents.register", "documents.approve")

urlpatterns = [
    page("incoming/", incoming.index, name="incoming-list", need=READ),
    page("incoming/new/", incoming.new, name="incoming-new", need=OFFICE),
    page("incoming/letter/", incoming.letter, name="incoming-letter", need=OFFICE),
    page("incoming/<int:pk>/", incoming.detail, name="incoming", need=READ),
    page("incoming/<int:pk>/open/", incoming.open_letter, name="incoming-open", need=READ),
    page("incoming/<int:pk>/upload/", incoming.upload, name="incoming-upload", need=OFFICE),
    page("incoming/<int:pk>/do/<slug:action>/", incoming.act, name="incoming-act", need=READ),
    page("incoming/files/<int:pk>/", incoming.file, name="incoming-file", need=FILES),
    page(
        "assignments/<int:pk>/<slug:action>/",
        incoming.assignment_act,
        name="incoming-assignment-act",
        need=OFFICE,
    ),
    page(
        "instructions/<int:pk>/<slug:action>/",
        incoming.instruction_act,
        name="incoming-instruction-act",
        need=OFFICE,
    ),
    page("steps/", incoming_desks.steps, name="incoming-steps", need=SIGN),
    page("steps/<int:pk>/", incoming_desks.step, name="incoming-step", need=SIGN),
    page("steps/<int:pk>/<slug:action>/", incoming_desks.step_act, name="incoming-step-act", need=SIGN),
    page("section/", incoming_desks.section, name="incoming-section", need=OFFICE),
    page("transfers/", incoming_desks.transfers, name="incoming-transfers", need=UNIT),
    page("transfers/<int:pk>/", incoming_desks.transfer, name="incoming-transfer", need=FILES),
    page(
        "transfers/<int:pk>/<slug:action>/",
        incoming_desks.transfer_act,
        name="incoming-transfer-act",
        need=FILES,
    ),
    page("sent/", incoming_desks.sent, name="incoming-sent", need=UNIT),
    page("sent/new/", incoming_desks.report, name="incoming-report", need=UNIT),
    page("sent/<int:pk>/", incoming_desks.own, name="incoming-own", need=UNIT),
    page("sent/<int:pk>/<slug:action>/", incoming_desks.own_act, name="incoming-own-act", need=UNIT),
    page("consultations/", incoming_desks.consultations, name="incoming-consultations", need=UNIT),
    page(
        "consultations/<int:pk>/<slug:action>/",
        incoming_desks.consultation_act,
        name="incoming-consultation-act",
        need=UNIT,
    ),
    page("notices/", incoming_desks.notices, name="incoming-notices", need=NOTICES),
    page("notices/<int:pk>/", incoming_desks.notice, name="incoming-notice", need=NOTICES),
    page("notices/<int:pk>/docx/", incoming_desks.notice_file, name="incoming-notice-file", need=NOTICES),
    page(
        "notices/<int:pk>/<slug:action>/",
        incoming_desks.notice_act,
        name="incoming-notice-act",
        need="documents.register",
    ),
]
