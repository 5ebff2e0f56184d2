from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "luoshi.search"
    label = "search"
    verbose_name = "搜索"

    def ready(self) -> None:
        """Follow the ledger, so that what is opened is found."""
        from luoshi.ledger import followers
        from luoshi.search.index import Indexer
        from luoshi.search.words import register_words

        followers.register(Indexer())
        register_words()
