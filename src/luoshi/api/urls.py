"""Addresses of the tokens' pages."""

from __future__ import annotations

from luoshi.api import views
from luoshi.organisation.access import page

ACCOUNTS = ("system.admin", "system.security")

urlpatterns = [
    page("", views.token_index, name="token-list", need=ACCOUNTS),
    page("new/", views.token_new, name="token-new", need="system.security", fresh=True),
    page("<int:pk>/revoke/", views.token_revoke, name="token-revoke", need=ACCOUNTS),
    page("operations/", views.operation_index, name="operation-list", need=ACCOUNTS),
]
