from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "luoshi.documents"
    label = "documents"
    verbose_name = "公文"

    def ready(self) -> None:
        """Make states, pages and menu entries known."""
        from luoshi.documents.incoming_pages import register_incoming_pages
        from luoshi.documents.outgoing_pages import register_outgoing_pages
        from luoshi.documents.services import consulting, instructions, sections, urging
        from luoshi.documents.services.countersigning import register_lapses
        from luoshi.documents.services.upward import register_topics
        from luoshi.documents.states import register_all

        register_all()
        register_lapses()
        register_topics()
        register_outgoing_pages()
        register_incoming_pages()
        for part in (sections, instructions, consulting, urging):
            part.register_handlers()
