from django.apps import AppConfig
from django.conf import settings


class WebConfig(AppConfig):
    name = "luoshi.web"
    label = "web"
    verbose_name = "界面"

    def ready(self) -> None:
        """Register the shell's own entries of the navigation; say plainly what a form misses."""
        from django.forms import Field

        from luoshi.organisation.navigation import PORTAL, Entry, register
        from luoshi.web.observe import statements

        statements.register()

        register(Entry("工作台", "我的待办", "home", "checklist", position=0, key="h"))
        register(
            Entry("工作台", "规则", "rule-list", "scale", position=20, key="u"),
            Entry("工作台", "规则修改", "rule-changes", "edit", position=21),
            Entry(PORTAL, "看公开", "portal-open", "world", position=40),
            Entry(PORTAL, "无障碍说明", "portal-accessibility", "users", position=990),
            Entry(PORTAL, "办事规矩", "plain-rules", "scale", position=110),
            Entry(PORTAL, "时限计算器", "deadlines", "calculator", position=115),
        )
        register(
            Entry("系统", "发件箱", "outbox", "send", position=910),
            Entry("系统", "查看记录", "access-log", "eye", position=920),
            Entry("系统", "登录记录", "login-log", "history", position=922),
            Entry("系统", "账号变动", "account-log", "users", position=924),
            Entry("系统", "每日封存", "seals", "lock", position=930),
        )
        if not settings.SMS_GATEWAY_URL:
            register(Entry("系统", "试用短信", "sink", "message", position=915))
        if settings.DEMO:
            register(Entry("系统", "组件样式", "styleguide", "layout-dashboard", position=990))
        from django.urls import reverse

        from luoshi.ledger import links
        from luoshi.overview import waiting
        from luoshi.rulemaking import states
        from luoshi.web.worklist import owed_by

        waiting.register(owed_by)

        links.register(
            states.CHANGE,
            label="规则修改",
            url=lambda matter: reverse("rule-change", args=[matter.pk]),
            may_read=states.may_read,
        )
        Field.default_error_messages["required"] = "请填写这一项"
