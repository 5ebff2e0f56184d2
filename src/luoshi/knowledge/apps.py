from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "luoshi.knowledge"
    label = "knowledge"
    verbose_name = "业务知识库"

    def ready(self) -> None:
        """Make states, pages and menu entries known."""
        from luoshi.knowledge.pages import register_pages
        from luoshi.knowledge.states import register_all

        register_all()
        register_pages()
