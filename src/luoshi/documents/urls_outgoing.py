"""Addresses of the pages of outgoing papers, each with who may open it."""

from __future__ import annotations

from luoshi.documents.views import briefs, outgoing, outgoing_desks
from luoshi.organisation.access import PUBLIC, page

READ = (
    "documents.read_all", "documents.handle", "documents.unit", "documents.approve", "documents.sign",
    "documents.reading",
)  # fmt: skip
UNIT = ("documents.unit", "documents.handle")
DRAFT = (*UNIT, "documents.reading")
LEAD = ("documents.approve", "documents.sign")
DESK = ("documents.number", "documents.reading")

urlpatterns = [
    page("outgoing/", outgoing.index, name="outgoing-list", need=READ),
    page("outgoing/new/", outgoing.new, name="outgoing-new", need=DRAFT),
    page("outgoing/signing/", outgoing_desks.signing, name="outgoing-signing", need=LEAD),
    page("outgoing/desk/", outgoing_desks.desk, name="outgoing-desk", need=DESK),
    page("outgoing/unit/", outgoing_desks.unit, name="outgoing-unit", need=UNIT),
    page(
        "outgoing/consultations/<int:pk>/<slug:action>/",
        outgoing_desks.consult_act,
        name="outgoing-consult-act",
        need=UNIT,
    ),
    page("outgoing/receipts/<int:pk>/", outgoing_desks.receive, name="outgoing-receive", need=UNIT),
    page("outgoing/attachments/<int:pk>/", outgoing_desks.attachment, name="outgoing-attachment", need=READ),
    page("outgoing/<int:pk>/", outgoing.detail, name="outgoing", need=READ),
    page("outgoing/<int:pk>/edit/", outgoing.edit, name="outgoing-edit", need=DRAFT),
    page("outgoing/<int:pk>/upload/", outgoing.upload, name="outgoing-upload", need=DRAFT),
    page("outgoing/<int:pk>/file/<slug:form>/", outgoing.file, name="outgoing-file", need=READ),
    page("outgoing/<int:pk>/do/<slug:action>/", outgoing.act, name="outgoing-act", need=READ),
    page("briefs/", briefs.index, name="briefs", need=("documents.unit", "documents.number")),
    page(
        "briefs/<int:pk>/<slug:action>/",
        briefs.act,
        name="brief-act",
        need=("documents.unit", "documents.number"),
    ),
    page("public/", outgoing_desks.public_list, name="portal-papers", need=PUBLIC),
    page("public/<int:pk>/", outgoing_desks.public, name="portal-paper", need=PUBLIC),
    page("public/<int:pk>/pdf/", outgoing_desks.public_file, name="portal-paper-file", need=PUBLIC),
]
