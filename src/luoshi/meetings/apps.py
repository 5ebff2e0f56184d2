from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "luoshi.meetings"
    label = "meetings"
    verbose_name = "会议"

    def ready(self) -> None:
        """Make states, pages and menu entries known."""
        from luoshi.meetings import pages_sessions, pages_topics, states_sessions, states_topics

        states_topics.register_all()
        states_sessions.register_all()
        pages_topics.register_pages()
        pages_sessions.register_pages()
