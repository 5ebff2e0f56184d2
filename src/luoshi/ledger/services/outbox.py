"""The outbox: messages written with the event, sent after commit, retried, never sent twice under one key."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import httpx
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from luoshi.ledger.clock import recorded_now
from luoshi.ledger.keyring import Tampered
from luoshi.ledger.models import Matter, Outbox, OutboxState, SinkMessage, door
from luoshi.ledger.storing import insert_once

log = logging.getLogger(__name__)
STALE = timedelta(minutes=2)
BATCH = 50


class SendFailed(Exception):
    """The gateway did not take the message; the text says why."""


class Gateway(Protocol):
    """Takes one message. `key` is the same at every attempt: a gateway that knows it sends nothing again."""

    def send(self, *, key: str, channel: str, to: str, text: str) -> str:
        """Hand the message over and return the gateway's reference. Raises SendFailed."""


class HttpGateway:
    """An SMS gateway spoken to by HTTP: POST JSON {key, channel, to, text} with an Idempotency-Key header."""

    def __init__(self, url: str, token: str, *, timeout: float = 10.0) -> None:
        self.url, self.token, self.timeout = url, token, timeout

    def send(self, *, key: str, channel: str, to: str, text: str) -> str:
        """Post the message; anything but a 2xx answer, or none in time, is SendFailed."""
        headers = {"Idempotency-Key": key}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        body = {"key": key, "channel": channel, "to": to, "text": text}
        try:
            answer = httpx.post(
                self.url, json=body, headers=headers, timeout=self.timeout, follow_redirects=False
            )
        except httpx.HTTPError as error:
            raise SendFailed(f"网关无应答:{type(error).__name__}") from error
        if not answer.is_success:
            raise SendFailed(f"网关返回 {answer.status_code}")
        return answer.text[:120]


class SinkGateway:
    """The trial's gateway: keeps each message once in a table that one reads in the browser."""

    def send(self, *, key: str, channel: str, to: str, text: str) -> str:
        """Keep the message; a key that is known already is not kept again."""
        with door():
            row, _ = SinkMessage.objects.get_or_create(
                key=key, defaults={"channel": channel, "to": to, "text": text}
            )
        return f"sink-{row.pk}"


def gateway() -> Gateway:
    """The gateway that the settings name; without one, the local sink."""
    if settings.SMS_GATEWAY_URL:
        return HttpGateway(settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN)
    return SinkGateway()


def _wake() -> None:
    """Tell the worker that something waits; without a worker the message simply waits for one."""
    from luoshi.ledger.tasks import wake_outbox

    wake_outbox()


def outbox_put(
    *,
    channel: str,
    to: str,
    text: str,
    key: str,
    at: datetime,
    to_name: str = "",
    matter: Matter | None = None,
    body_id: int | None = None,
) -> Outbox | None:
    """Queue a message within the caller's transaction; it leaves only if the transaction commits.

    key: unique for what is to be said once (event and receiver); a second put under it changes nothing and
    returns None. to: the address (a phone number for sms).
    """
    message = Outbox(
        jurisdiction=settings.JURISDICTION,
        matter=matter,
        body_id=body_id,
        channel=channel,
        to=to,
        to_name=to_name,
        text=text,
        key=key,
        queued_at=at,
        next_at=recorded_now(),
    )
    if not insert_once(message, key="key"):
        return None
    if settings.OUTBOX_WAKE:
        transaction.on_commit(_wake)
    return message


def _claim(now: datetime) -> list[int]:
    """Mark due messages as being sent and return their ids; two workers never claim the same one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_outbox SET state = 'sending', attempts = attempts + 1, next_at = %s WHERE id IN ("
            " SELECT id FROM ledger_outbox WHERE state IN ('queued', 'sending') AND next_at <= %s"
            " ORDER BY next_at, id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id",
            [now + STALE, now, BATCH],
        )
        return sorted(row[0] for row in cursor.fetchall())


def backoff(attempts: int) -> timedelta:
    """How long to wait after a failed attempt: 10 seconds, doubled each time, at most an hour."""
    return min(timedelta(seconds=10 * 2 ** (attempts - 1)), timedelta(hours=1))


def _said(error: Exception) -> str:
    """What to keep of a failure: the gateway's words, or of a fault in our own adapter its kind alone."""
    if isinstance(error, Tampered):
        return "短信内容解不开：密钥不符，或数据被改动。请系统管理员核对密钥"
    return str(error)[:300] if isinstance(error, SendFailed) else f"发送程序出错:{type(error).__name__}"


def _send_one(pk: int, via: Gateway, now: datetime) -> bool:
    """Send one claimed message. Whatever goes wrong counts as a failed attempt, so that none holds back others."""
    attempts = Outbox.objects.values_list("attempts", flat=True).get(pk=pk)
    with door():
        try:
            message = Outbox.objects.get(pk=pk)  # what it says is sealed, and may not open
            reference = via.send(key=message.key, channel=message.channel, to=message.to, text=message.text)
        except Exception as error:
            dead = attempts >= settings.OUTBOX_MAX_ATTEMPTS
            state = OutboxState.DEAD if dead else OutboxState.QUEUED
            Outbox.objects.filter(pk=pk).update(
                state=state, error=_said(error), next_at=now + backoff(attempts)
            )
            log.warning("outbox message %s not sent (attempt %s)", pk, attempts)
            return False
        Outbox.objects.filter(pk=pk).update(
            state=OutboxState.SENT, sent_at=now, reference=reference, error=""
        )
    return True


def outbox_flush(
    *, via: Gateway | None = None, clock: Callable[[], datetime] = timezone.now, rounds: int = 100
) -> tuple[int, int]:
    """Send what is due; return (sent, failed).

    A message is claimed in a transaction of its own, so a worker that dies while sending leaves it to be sent again
    under the same key after two minutes; the gateway, which knows the key, sends nothing twice.
    """
    way = via or gateway()
    sent = failed = 0
    for _ in range(rounds):
        claimed = _claim(clock())
        if not claimed:
            break
        for pk in claimed:
            if _send_one(pk, way, clock()):
                sent += 1
            else:
                failed += 1
    return sent, failed


@transaction.atomic
def outbox_retry(*, message: Outbox, at: datetime) -> None:
    """Queue a message again that was given up after too many attempts; its key stays the same."""
    with door():
        Outbox.objects.filter(pk=message.pk, state=OutboxState.DEAD).update(
            state=OutboxState.QUEUED, attempts=0, next_at=at, error=""
        )
