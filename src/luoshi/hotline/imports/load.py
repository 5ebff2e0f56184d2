"""Good rows become requests, through the hotline's own services; what was imported before is left alone.

History is not falsified. A request and its reply stand in the ledger at the times at which they happened,
marked as imported, with the time of the import as the time of recording; no clock runs here for what another
system received. Each import is a matter of its own: who ran it, which file (by its digest), how many rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from luoshi.hotline import models
from luoshi.hotline import text as texts
from luoshi.hotline.contacts import contact_clean
from luoshi.hotline.imports.mapping import Mapping
from luoshi.hotline.imports.requests import Problem, Request
from luoshi.hotline.services.intake import request_receive, title_for
from luoshi.hotline.services.shared import chosen
from luoshi.hotline.states import IMPORT
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Refusal
from luoshi.ledger.models import Matter, door
from luoshi.ledger.services import act, matter_open, number_next

CHUNK = 100


class ImportRefused(ValueError):
    """An import that cannot begin; the message is one clear line."""


class _Undo(Exception):
    """Takes a whole import back."""


@dataclass(frozen=True, slots=True)
class File:
    """What an import records of its file: name without folder, SHA-256 in hexadecimal, rows, bad rows."""

    name: str
    digest: str
    rows: int
    bad: int


@dataclass(slots=True)
class Loaded:
    """What an import did. changed: rows that differ from what was imported under their number.

    refused: rows that a service of the hotline refused (they are bad rows, found only now).
    """

    batch: str = ""
    imported: int = 0
    answered: int = 0
    pending: int = 0
    unchanged: int = 0
    changed: list[tuple[int, str]] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)

    def add(self, other: Loaded) -> None:
        """Add the counts of a chunk."""
        self.imported += other.imported
        self.answered += other.answered
        self.pending += other.pending
        self.unchanged += other.unchanged
        self.changed += other.changed
        self.refused += other.refused

    def counts(self) -> dict[str, int]:
        """Return the counts as the event of the import keeps them."""
        return {
            "imported": self.imported,
            "answered": self.answered,
            "pending": self.pending,
            "unchanged": self.unchanged,
            "changed": len(self.changed),
            "refused": len(self.refused),
        }


def requests_load(
    *,
    requests: Iterable[Request],
    file: File,
    mapping: Mapping,
    actor: Actor,
    at: datetime,
    all_or_nothing: bool = False,
    on_chunk: Callable[[Loaded], None] | None = None,
) -> Loaded:
    """Import requests, each at most once by its number in the mapping's source.

    at: aware, the time of the import. Chunks of 100 are one transaction each, so that an import that is cut
    off leaves no half request and goes on where it stopped when it is run again; with `all_or_nothing` the
    whole file is one transaction, and one refused row takes everything back. on_chunk: called after each
    chunk with the counts so far.
    Errors: ImportRefused while another import of the source runs, or for a mapping with a channel or kind
    that the rulebook does not know.
    """
    try:
        chosen("hotline.channel", mapping.channel, at, field="channel")
        chosen("hotline.kind", mapping.kind, at, field="kind")
    except Refusal as refusal:
        raise ImportRefused(f"mapping {mapping.name}: {refusal.field}: {refusal}") from None
    load = _Load(mapping, actor, at, on_chunk)
    with _alone(mapping.source):
        if not all_or_nothing:
            return load.by_chunks(requests, file)
        try:
            with transaction.atomic():
                done = load.by_chunks(requests, file)
                if done.refused:
                    raise _Undo
        except _Undo:
            return Loaded(refused=load.done.refused)
        return done


@contextmanager
def _alone(source: str) -> Iterator[None]:
    """Hold a lock on the source: two imports of one source at once would wait for each other row by row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [f"luoshi.import:{source}"])
        if not cursor.fetchone()[0]:
            raise ImportRefused(f"another import of {source} is running; wait until it has ended")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [f"luoshi.import:{source}"])


@dataclass(slots=True)
class _Load:
    """One run of an import."""

    mapping: Mapping
    actor: Actor
    at: datetime
    on_chunk: Callable[[Loaded], None] | None
    done: Loaded = field(default_factory=Loaded)

    def by_chunks(self, requests: Iterable[Request], file: File) -> Loaded:
        batch = self._open(file)
        self.done.batch = batch.number or ""
        rows = iter(requests)
        try:
            while chunk := list(islice(rows, CHUNK)):
                with transaction.atomic():
                    part = self._chunk(chunk, batch)
                self.done.add(part)
                if self.on_chunk is not None:
                    self.on_chunk(self.done)
        except BaseException:
            # in one big transaction nothing is left to note, and the transaction may be unusable
            if not connection.in_atomic_block:
                self._end(batch, "stop")
            raise
        self._end(batch, "finish")
        return self.done

    @transaction.atomic
    def _open(self, file: File) -> Matter:
        # nobody else holds the lock on the source: an import still running in the record has been killed
        for dead in Matter.objects.filter(kind=IMPORT, state="running", facts__source=self.mapping.source):
            count = models.ImportedRequest.objects.filter(batch=dead).count()
            act(matter=dead, action="stop", actor=self.actor, at=self.at, data={"imported": count})
        return matter_open(
            kind=IMPORT,
            number=number_next("import", self.at),
            title=f"导入{self.mapping.title}",
            actor=self.actor,
            at=self.at,
            facts={"source": self.mapping.source},
            data={
                "file": file.name,
                "sha256": file.digest,
                "mapping": self.mapping.name,
                "rows": file.rows,
                "bad": file.bad,
            },
        )

    def _end(self, batch: Matter, action: str) -> None:
        act(matter=batch, action=action, actor=self.actor, at=self.at, data=self.done.counts())

    def _chunk(self, chunk: list[Request], batch: Matter) -> Loaded:
        """Import a chunk; the caller counts it once it is committed."""
        ids = [request.id for request in chunk]
        known = models.ImportedRequest.objects.filter(source=self.mapping.source, external_id__in=ids)
        digests = dict(known.values_list("external_id", "digest"))
        part = Loaded()
        for request in chunk:
            digest = request.digest()
            if request.id not in digests:
                self._one(request, digest, batch, part)
            elif digests[request.id] == digest:
                part.unchanged += 1
            else:
                part.changed.append((request.row, request.id))
        return part

    def _one(self, request: Request, digest: str, batch: Matter, part: Loaded) -> None:
        try:
            request_import(
                request=request,
                digest=digest,
                mapping=self.mapping,
                batch=batch,
                actor=self.actor,
                at=self.at,
            )
        except Refusal as refusal:
            part.refused.append(Problem(request.row, refusal.field, request.id, str(refusal)))
            return
        part.imported += 1
        part.answered += request.replied is not None
        part.pending += request.replied is None and self.mapping.unanswered == "pending"


@transaction.atomic
def request_import(
    *, request: Request, digest: str, mapping: Mapping, batch: Matter, actor: Actor, at: datetime
) -> models.Request:
    """Bring one request in at its own time, with its reply at its own time.

    A request with a reply is archived as of the reply; one without waits for work, or is archived as of the
    import, as the mapping says. No citizen gets a message. A title with personal data is masked like any
    other; the content then begins with the title as it was.
    Errors: Refusal with the field, for what the hotline does not take.
    """
    contact = {
        "name": request.citizen,
        "account": request.account,
        "phone": request.phone,
    }
    title = title_for(request.subject, request.text, contact_clean(contact))
    content = request.text or request.subject
    if title != texts.clean_line(request.subject) and request.text:
        content = f"{request.subject}\n{request.text}"
    received = request_receive(
        channel=mapping.channel,
        kind=mapping.kind,
        content=content,
        title=request.subject,
        contact=contact,
        place=request.address,
        actor=actor,
        at=request.received.at,
        source=f"{mapping.source}:{request.id}"[:40],
        receipt=False,
    )
    _import_reply(received, request, mapping, actor, at)
    with door():
        models.ImportedRequest.objects.create(
            source=mapping.source,
            external_id=request.id,
            request=received,
            digest=digest,
            batch=batch,
            row=request.row,
            votes_for=request.votes_for,
            votes_against=request.votes_against,
        )
    return received


def _import_reply(
    received: models.Request, request: Request, mapping: Mapping, actor: Actor, at: datetime
) -> None:
    if request.replied is not None:
        moment = max(request.replied.as_reply(), request.received.at)
        data = {"imported": True, "precision": request.replied.precision.value}
        act(matter=received.matter, action="import_reply", actor=actor, at=moment, data=data)
        with door():
            received.outcome = request.reply
            received.save(update_fields=["outcome"])
    elif mapping.unanswered == "archived":
        act(matter=received.matter, action="import_archive", actor=actor, at=at, data={"imported": True})
