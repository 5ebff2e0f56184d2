"""Addresses of the pages, each with who may open it."""

from __future__ import annotations

from luoshi.organisation.access import page
from luoshi.supervision.views import dangers, office, tasks

READ = ("supervision.read_all", "supervision.set", "supervision.unit")
ACT = ("supervision.manage", "supervision.set", "supervision.unit")
SET = "supervision.set"
MANAGE = "supervision.manage"
INSIDE = ("supervision.read_all", "supervision.set")
LETTERS = ("supervision.read_all", "supervision.set", "supervision.unit")
INSPECT = ("supervision.manage", "decisions.inspect")

urlpatterns = [
    page("", tasks.index, name="task-list", need=READ),
    page("export/", tasks.export, name="task-export", need=READ),
    page("board/", tasks.board, name="task-board", need=READ),
    page("new/", tasks.new, name="task-new", need=SET),
    page("tasks/<int:pk>/", tasks.detail, name="task-detail", need=READ),
    page("tasks/<int:pk>/<slug:action>/", tasks.act, name="task-act", need=ACT),
    page("parts/<int:pk>/", tasks.part, name="task-part", need=READ),
    page("parts/<int:pk>/<slug:action>/", tasks.part_act, name="task-part-act", need=ACT),
    page("files/<int:pk>/", tasks.file, name="task-file", need=READ),
    page("dangers/", dangers.index, name="danger-list", need=READ),
    page("dangers/new/", dangers.new, name="danger-new", need=ACT),
    page("dangers/<int:pk>/", dangers.detail, name="danger-detail", need=READ),
    page("dangers/<int:pk>/<slug:action>/", dangers.act, name="danger-act", need=ACT),
    page("patrols/", dangers.patrols, name="patrol-list", need=READ),
    page("patrols/<int:pk>/", dangers.patrol_detail, name="patrol-detail", need=READ),
    page("patrols/<int:pk>/<slug:action>/", dangers.patrol_act, name="patrol-act", need=ACT),
    page("campaigns/", office.campaign_index, name="campaign-list", need=READ),
    page("campaigns/survey/", office.survey_new, name="survey-new", need=SET),
    page("campaigns/rectification/", office.list_new, name="rectification-new", need=SET),
    page("campaigns/import/", office.plan_import, name="plan-import", need=MANAGE),
    page("campaigns/<int:pk>/", office.campaign, name="campaign-detail", need=READ),
    page("campaigns/<int:pk>/<slug:action>/", office.campaign_act, name="campaign-act", need=MANAGE),
    page("bulletins/", office.bulletin_index, name="bulletin-list", need=READ),
    page("bulletins/<int:pk>/", office.bulletin, name="bulletin-detail", need=READ),
    page("bulletins/<int:pk>/docx/", office.bulletin_file, name="bulletin-file", need=READ),
    page("bulletins/<int:pk>/<slug:action>/", office.bulletin_act, name="bulletin-act", need=MANAGE),
    page("inspections/", office.inspection_index, name="inspection-list", need=("supervision.read_all", "decisions.inspect")),
    page("inspections/new/", office.inspection_new, name="inspection-new", need=INSPECT),
    page(
        "inspections/<int:pk>/", office.inspection, name="inspection-detail",
        need=("supervision.read_all", "decisions.inspect"),
    ),
    page("inspections/<int:pk>/<slug:action>/", office.inspection_act, name="inspection-act", need=INSPECT),
    page("letters/", office.letter_index, name="letter-list", need=LETTERS),
    page("letters/new/", office.letter_new, name="letter-new", need=SET),
    page("letters/<int:pk>/", office.letter, name="letter-detail", need=LETTERS),
    page("letters/<int:pk>/<slug:action>/", office.letter_act, name="letter-act", need=ACT),
    page("register/", office.entry_index, name="entry-list", need=INSIDE),
    page("register/new/", office.entry_new, name="entry-new", need=SET),
    page("register/<int:pk>/", office.entry, name="entry-detail", need=INSIDE),
    page("register/<int:pk>/<slug:action>/", office.entry_act, name="entry-act", need=ACT),
]  # fmt: skip
