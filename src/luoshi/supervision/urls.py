"""Addresses of the pages, each with who may open it."""

from __future__ import annotations

from luoshi.organisation.access import page
from luoshi.supervision.views import tasks

READ = ("supervision.read_all", "supervision.set", "supervision.unit")
ACT = ("supervision.manage", "supervision.set", "supervision.unit")
SET = "supervision.set"

urlpatterns = [
    page("", tasks.index, name="task-list", need=READ),
    page("board/", tasks.board, name="task-board", need=READ),
    page("new/", tasks.new, name="task-new", need=SET),
    page("tasks/<int:pk>/", tasks.detail, name="task-detail", need=READ),
    page("tasks/<int:pk>/<slug:action>/", tasks.act, name="task-act", need=ACT),
    page("parts/<int:pk>/", tasks.part, name="task-part", need=READ),
    page("parts/<int:pk>/<slug:action>/", tasks.part_act, name="task-part-act", need=ACT),
    page("files/<int:pk>/", tasks.file, name="task-file", need=READ),
]
