from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "luoshi.organisation"
    label = "organisation"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        """Register the state table of bodies with the ledger, and the menu's entries."""
        from luoshi.ledger import keeping
        from luoshi.organisation import navigation
        from luoshi.organisation.erasing import LOGINS
        from luoshi.organisation.states import register_all

        register_all()
        keeping.register(LOGINS)
        navigation.register(
            navigation.Entry("机构", "机构与名单", "organisation-list", "building-community", position=700),
            navigation.Entry("机构", "账号与授权", "user-list", "users", position=710),
        )
