"""Records of log-ins, as far as they may be erased when their time is over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from luoshi.ledger.keeping import Records, removal
from luoshi.organisation.models import UserSession


def _due(before: dt.datetime) -> Any:
    return UserSession.objects.filter(ended_at__lt=before)


LOGINS = Records(
    code="organisation.login",
    label="登录记录",
    what="登录的账号、时间、网络地址和浏览器；查看诉求人信息的记录不在其内，一直保留",
    since="登录结束",
    due=_due,
    begins="ended_at",
    erase=removal(UserSession),
)
