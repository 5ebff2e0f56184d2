"""What a page says when the database or the disk fails beneath it; and that a fault of our own stays one."""

from __future__ import annotations

import errno
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client, RequestFactory

from luoshi.web import errors


def answered(error: BaseException) -> Any:
    """What the last resort says to an error that a view raised."""
    try:
        raise error
    except BaseException:
        return errors.server_error(RequestFactory().get("/"))


def wrapped(inner: Exception) -> Exception:
    """As Django raises what psycopg raised."""
    outer = OperationalError(str(inner))
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (wrapped(psycopg.OperationalError("connection refused")), 503, "数据库暂时连接不上"),
        (wrapped(psycopg.errors.AdminShutdown("going down")), 503, "数据库暂时连接不上"),
        (wrapped(psycopg.InterfaceError("the connection is closed")), 503, "数据库暂时连接不上"),
        (wrapped(psycopg.errors.DeadlockDetected("x")), 503, "请再试一次"),
        (wrapped(psycopg.errors.LockNotAvailable("x")), 503, "请再试一次"),
        (wrapped(psycopg.errors.DiskFull("x")), 507, "存储空间已满"),
        (wrapped(psycopg.errors.ReadOnlySqlTransaction("x")), 503, "暂时只能查看"),
        (OSError(errno.ENOSPC, "No space left on device"), 507, "存储空间已满"),
        (OSError(errno.EROFS, "Read-only file system"), 503, "暂时只能查看"),
    ],
)
def test_the_machinery_beneath_is_named(error: Exception, status: int, says: str) -> None:
    answer = answered(error)
    assert answer.status_code == status
    assert answer["Retry-After"] == "60"
    page = answer.content.decode()
    assert says in page
    assert "这次操作没有生效" in page


@pytest.mark.parametrize(
    "error",
    [
        KeyError("x"),
        OSError(errno.ENOENT, "No such file"),
        DatabaseError("x"),
        wrapped(psycopg.errors.UndefinedColumn("x")),
        wrapped(psycopg.ProgrammingError("x")),
    ],
)
def test_a_fault_of_our_own_stays_a_fault(error: Exception) -> None:
    answer = answered(error)
    assert answer.status_code == 500
    assert "系统出了差错" in answer.content.decode()


@pytest.mark.django_db
def test_a_page_whose_database_is_gone_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: Any, **kwargs: Any) -> Any:
        raise wrapped(psycopg.OperationalError("server closed the connection unexpectedly"))

    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", gone)
        broken.setattr(connection, "ensure_connection", gone)
        answer = client.get("/")
        watching = Client(raise_request_exception=False)  # without a log-in
        assert watching.get("/healthz").status_code == 200
        assert watching.get("/readyz").status_code == 503
    assert answer.status_code == 503
    assert "数据库暂时连接不上" in answer.content.decode()
    assert client.get("/login/").status_code == 200
