from django.apps import AppConfig

OPENINGS = {
    "hotline.request": "登记受理",
    "hotline.dispatch": "派单",
    "hotline.notice": "月终",
    "hotline.import": "开始导入",
    "hotline.categories": "建立诉求分类",
    "hotline.phrases": "建立常用语",
    "hotline.suggestion_model": "学习派单建议",
}


class HotlineConfig(AppConfig):
    name = "luoshi.hotline"
    label = "hotline"
    verbose_name = "12345热线"

    def ready(self) -> None:
        from luoshi.hotline import states, states_settings
        from luoshi.hotline.services import lapses
        from luoshi.ledger.states import name_events, register

        for table in (*states.TABLES, states_settings.CATEGORY_TREE, states_settings.PHRASE_BOOK):
            register(table)
            name_events(
                {table.opening: OPENINGS[table.kind], **{edge.event: edge.label for edge in table.edges}}
            )
        name_events({states.FILED: "补充附件"})
        lapses.register()
        self._erase()
        self._show()

    def _erase(self) -> None:
        """Make known what may be erased when its time is over."""
        from luoshi.hotline import erasing
        from luoshi.ledger import keeping

        keeping.register(*erasing.RECORDS)

    def _show(self) -> None:
        """Tell the shell where matters of the hotline are shown, and what stands in the menus."""
        from luoshi.hotline.states import DISPATCH, NOTICE, REQUEST
        from luoshi.hotline.views.common import matter_link, may_read
        from luoshi.hotline.views.quick import dispatch_quick, request_quick
        from luoshi.ledger import links
        from luoshi.organisation.navigation import PORTAL, Entry, register

        for kind, label, quick in (
            (REQUEST, "诉求", request_quick),
            (DISPATCH, "工单", dispatch_quick),
            (NOTICE, "通报", None),
        ):
            links.register(kind, label=label, url=matter_link, may_read=may_read, quick=quick)
        section = "12345热线"
        register(
            Entry(section, "坐席工作台", "console", "phone", position=100, key="t"),
            Entry(section, "待派单", "waiting-list", "send", position=104, key="p"),
            Entry(section, "待审核", "review-list", "checklist", position=106, key="e"),
            Entry(section, "诉求", "request-list", "message", position=110, key="r"),
            Entry(section, "工单", "dispatch-list", "ticket", position=120, key="d"),
            Entry(section, "待批复的申请", "application-list", "flag", position=130, key="a"),
            Entry(section, "反馈与回访", "callback-list", "phone", position=140, key="c"),
            Entry(section, "领办工单", "voluntary-list", "users", position=150, key="v"),
            Entry(section, "领导协调", "escalation-list", "hierarchy", position=160),
            Entry(section, "热点诉求", "hot-list", "trending-up", position=165),
            Entry(section, "统计与通报", "notice-list", "chart-bar", position=170),
            Entry(PORTAL, "首页", "portal-home", "home", position=10),
            Entry(PORTAL, "我要反映", "portal-ask", "pencil", position=20),
            Entry(PORTAL, "查进度", "portal-track", "search", position=30),
            Entry(PORTAL, "公开的诉求", "published-list", "messages", position=100),
        )
