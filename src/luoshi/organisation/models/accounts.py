"""Accounts, roles, who holds which role when, and live sessions."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q

from luoshi.organisation.agents import browser_words
from luoshi.organisation.models.base import ServiceWrittenQuerySet, dates_in_order
from luoshi.organisation.models.bodies import Body
from luoshi.organisation.models.people import Person


class UserQuerySet(ServiceWrittenQuerySet["User"]):
    """Adds what Django's log-in asks of a user manager."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with exactly this name."""
        return self.get(username=username)


class User(AbstractBaseUser):
    """An account. It belongs to one person; what it may do comes from the grants of the day alone."""

    username = models.CharField("用户名", max_length=60, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="users", verbose_name="人员")
    is_demo = models.BooleanField("演示账号", default=False)
    is_active = models.BooleanField("启用", default=True)
    failed_logins = models.PositiveSmallIntegerField("连续登录失败次数", default=0)
    locked_until = models.DateTimeField("锁定至", null=True, blank=True)
    blocked_at = models.DateTimeField("停用时间", null=True, blank=True)
    blocked_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="停用人"
    )
    created_at = models.DateTimeField("建立时间")
    password_changed_at = models.DateTimeField("密码修改时间")
    must_change_password = models.BooleanField("须修改密码", default=True)
    second_factor_at = models.DateTimeField("两步验证启用时间", null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["person"]
    objects = UserQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_active=True, blocked_at__isnull=True, blocked_by__isnull=True)
                | Q(is_active=False, blocked_at__isnull=False),
                name="organisation_user_blocked_has_a_time",
            ),
            models.CheckConstraint(condition=~Q(username=""), name="organisation_user_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.username

    def locked_at(self, at: dt.datetime) -> bool:
        """Whether failed log-ins keep the account closed now; at `locked_until` it is open again."""
        return self.locked_until is not None and at < self.locked_until


class Role(models.Model):
    """A named group of permissions. Comes from data/roles.yaml; nobody edits it in the browser."""

    code = models.SlugField("代码", max_length=40, unique=True)
    title = models.CharField("名称", max_length=40)
    exclusive = models.BooleanField(
        "不得兼任", default=False, help_text="与其他任何角色不得由同一账号同时持有"
    )
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "角色"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title


class RolePermission(models.Model):
    """One permission of a role."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="permissions", verbose_name="角色")
    code = models.CharField("权限", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "角色权限"
        ordering = ["role", "code"]
        constraints = [
            models.UniqueConstraint(fields=["role", "code"], name="organisation_rolepermission_once")
        ]

    def __str__(self) -> str:
        return self.code


class Grant(models.Model):
    """A role that a user holds for a body from `since` until, but not on, `until`."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name="账号")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants", verbose_name="角色")
    body = models.ForeignKey(Body, models.PROTECT, related_name="grants", verbose_name="机构")
    since = models.DateField("生效日期")
    until = models.DateField("失效日期", null=True, blank=True)

    objects = ServiceWrittenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        ordering = ["user", "role", "since"]
        constraints = [
            dates_in_order("grant"),
            models.UniqueConstraint(
                fields=["user", "role", "body"],
                condition=Q(until__isnull=True),
                name="organisation_grant_held_once",
            ),
        ]
        indexes = [models.Index(fields=["body", "role"], name="organisation_grant_body")]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class UserSession(models.Model):
    """A browser that a user is signed in with. Ended rows stay for the record."""

    class Ended(models.TextChoices):
        LOGGED_OUT = "logged_out", "已退出登录"
        IDLE = "idle", "长时间未操作"
        EXPIRED = "expired", "超过最长登录时间"
        REPLACED = "replaced", "账号在其他地方登录，超过同时登录数"
        ENDED_BY_USER = "ended_by_user", "由本人在另一处结束"
        REVOKED = "revoked", "管理员已结束登录、停用账号或重置密码"

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions", verbose_name="账号")
    started_at = models.DateTimeField("登录时间")
    seen_at = models.DateTimeField("最后操作时间")
    confirmed_at = models.DateTimeField("最近核验身份时间", null=True)
    address = models.GenericIPAddressField("网络地址", null=True, blank=True)
    agent = models.CharField("浏览器", max_length=200, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended = models.CharField("结束原因", max_length=20, choices=Ended, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录会话"
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended="") | (Q(ended_at__isnull=False) & ~Q(ended="")),
                name="organisation_usersession_end_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(seen_at__gte=models.F("started_at")),
                name="organisation_usersession_times_in_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "seen_at"],
                condition=Q(ended_at__isnull=True),
                name="organisation_usersession_live",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def browser(self) -> str:
        """The browser in words its owner knows; the header itself where it says nothing known."""
        return browser_words(self.agent) or self.agent
