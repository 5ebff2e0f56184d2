"""Addresses of log-in, account, bodies, rosters and accounts, each with what it needs."""

from __future__ import annotations

from luoshi.organisation.access import PUBLIC, SIGNED_IN, page
from luoshi.organisation.views import account, bodies, roster, second_factor, users

ROSTER = ("organisation.edit", "organisation.roster")
ACCOUNTS = ("system.admin", "system.security")

urlpatterns = [
    page("login/", account.log_in, name="login", need=PUBLIC),
    page("login/code/", second_factor.ask, name="second-factor-ask", need=PUBLIC),
    page("logout/", account.log_out, name="logout", need=SIGNED_IN),
    page("account/", account.account, name="account", need=SIGNED_IN),
    page("account/password/", account.change_password, name="password-change", need=SIGNED_IN),
    page("account/sessions/<int:pk>/end/", account.end_session, name="session-end", need=SIGNED_IN),
    page("account/sessions/end/", account.end_others, name="sessions-end-others", need=SIGNED_IN),
    page("account/confirm/", second_factor.confirm_identity, name="identity-confirm", need=SIGNED_IN),
    page("account/second-factor/", second_factor.overview, name="second-factor", need=SIGNED_IN),
    page("account/second-factor/set/", second_factor.confirm, name="second-factor-confirm", need=SIGNED_IN),
    page("account/second-factor/qr.svg", second_factor.qr, name="second-factor-qr", need=SIGNED_IN),
    page("account/second-factor/codes/", second_factor.new_codes, name="recovery-codes", need=SIGNED_IN),
    page("account/second-factor/end/", second_factor.end, name="second-factor-end", need=SIGNED_IN),
    page("account/body/", account.act_for, name="acting-body", need=SIGNED_IN),
    page("organisation/", bodies.body_index, name="organisation-list", need="organisation.read"),
    page("organisation/new/", bodies.body_new, name="body-create", need="organisation.edit"),
    page("organisation/people/<int:pk>/", roster.person_edit, name="person-update", need=ROSTER),
    page("organisation/people/<int:pk>/leave/", roster.person_leave, name="person-leave", need=ROSTER),
    page("organisation/posts/<int:pk>/end/", roster.post_end, name="post-end", need=ROSTER),
    page(
        "organisation/bodies/<slug:code>/", bodies.body_detail, name="body-detail", need="organisation.read"
    ),
    page(
        "organisation/bodies/<slug:code>/edit/",
        bodies.body_edit,
        name="body-update",
        need="organisation.edit",
    ),
    page(
        "organisation/bodies/<slug:code>/rename/",
        bodies.body_rename,
        name="body-rename",
        need="organisation.edit",
    ),
    page(
        "organisation/bodies/<slug:code>/names/",
        bodies.body_name,
        name="body-name-add",
        need="organisation.edit",
    ),
    page(
        "organisation/bodies/<slug:code>/close/",
        bodies.body_close,
        name="body-close",
        need="organisation.edit",
    ),
    page("organisation/bodies/<slug:code>/people/new/", roster.person_new, name="person-create", need=ROSTER),
    page("organisation/bodies/<slug:code>/posts/new/", roster.post_new, name="post-start", need=ROSTER),
    page("accounts/", users.user_index, name="user-list", need=ACCOUNTS),
    page("accounts/new/", users.user_new, name="user-create", need="system.admin", fresh=True),
    page("accounts/<int:pk>/", users.user_detail, name="user-detail", need=ACCOUNTS),
    page("accounts/<int:pk>/grant/", users.user_grant, name="role-grant", need="system.security", fresh=True),
    page(
        "accounts/grants/<int:pk>/revoke/",
        users.grant_revoke,
        name="role-revoke",
        need="system.security",
        fresh=True,
    ),
    page("accounts/<int:pk>/block/", users.user_block, name="user-lock", need=ACCOUNTS),
    page("accounts/<int:pk>/open/", users.user_open, name="user-unlock", need=ACCOUNTS),
    page("accounts/<int:pk>/permissions/", users.user_permissions, name="user-permissions", need=ACCOUNTS),
    page("accounts/<int:pk>/sessions/end/", users.user_sessions_end, name="user-sessions-end", need=ACCOUNTS),
    page(
        "accounts/<int:pk>/password/",
        users.user_reset,
        name="password-reset",
        need="system.admin",
        fresh=True,
    ),
    page(
        "accounts/<int:pk>/second-factor/reset/",
        users.user_factor_reset,
        name="second-factor-reset",
        need="system.security",
        fresh=True,
    ),
]
