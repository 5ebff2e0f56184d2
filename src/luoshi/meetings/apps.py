from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "luoshi.meetings"
    label = "meetings"
    verbose_name = "会议"

    def ready(self) -> None:
        """Make states, pages and menu entries known."""
