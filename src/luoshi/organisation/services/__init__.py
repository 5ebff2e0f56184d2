"""Every change of bodies, rosters and accounts: checked, saved and recorded in one transaction."""

from luoshi.organisation.roles import roles_sync
from luoshi.organisation.services.accounts import (
    grant_move,
    grant_role,
    password_change,
    password_issue,
    password_reset,
    revoke_role,
    sessions_revoke,
    user_create,
    user_lock,
    user_unlock,
)
from luoshi.organisation.services.bodies import (
    body_close,
    body_create,
    body_name_add,
    body_rename,
    body_update,
)
from luoshi.organisation.services.bootstrap import administrator_first
from luoshi.organisation.services.people import (
    person_create,
    person_leave,
    person_update,
    post_end,
    post_start,
)
from luoshi.organisation.services.second_factor import (
    recovery_codes_renew,
    second_factor_begin,
    second_factor_check,
    second_factor_confirm,
    second_factor_end,
    second_factor_reset,
)

__all__ = [
    "administrator_first",
    "body_close",
    "body_create",
    "body_name_add",
    "body_rename",
    "body_update",
    "grant_move",
    "grant_role",
    "password_change",
    "password_issue",
    "password_reset",
    "person_create",
    "person_leave",
    "person_update",
    "post_end",
    "post_start",
    "recovery_codes_renew",
    "revoke_role",
    "roles_sync",
    "second_factor_begin",
    "second_factor_check",
    "second_factor_confirm",
    "second_factor_end",
    "second_factor_reset",
    "sessions_revoke",
    "user_create",
    "user_lock",
    "user_unlock",
]
