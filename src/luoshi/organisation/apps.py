from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "luoshi.organisation"
    label = "organisation"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        """Register the state table of bodies with the ledger."""
        from luoshi.organisation.states import register_all

        register_all()
