from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "luoshi.inbox"
    label = "inbox"
    verbose_name = "消息"
