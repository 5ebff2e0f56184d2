"""Learning from the city's own dispatches which unit a request belongs to, and keeping what was suggested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from luoshi.engines.suggest import SuggestError, dump, train
from luoshi.hotline.models import Dispatch, Request, SuggestionModel, SuggestionUse
from luoshi.hotline.services.shared import masked_for
from luoshi.hotline.states import MODEL
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.models import door
from luoshi.ledger.services import act, matter_open
from luoshi.ledger.whole import whole

NEWEST = 20_000
"""How many of the newest dispatches are learned from."""
ROWS_LEAST, UNIT_LEAST = 60, 3
STOOD = ("passed", "mending")
BY_SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Offered:
    """What was suggested: unit and confidence in percent, in order; by: which model told."""

    units: tuple[tuple[int, int], ...]
    by: str = BY_SIMILAR

    def place_of(self, body_id: int) -> int | None:
        """The place of a unit among those suggested, from 1; None when it is not among them."""
        ids = [unit for unit, _ in self.units]
        return ids.index(body_id) + 1 if body_id in ids else None

    def as_data(self) -> dict[str, Any]:
        """As it stands in the event."""
        return {"by": self.by[:12], "units": [{"unit": unit, "percent": share} for unit, share in self.units]}


@dataclass(frozen=True, slots=True)
class Learned:
    """What a training gave. left_out: dispatches of units with too few to learn from."""

    model: int
    rows: int
    units: int
    left_out: int
    macro_f1: float
    accuracy: float
    majority_f1: float
    bytes: int
    file: str

    def as_dict(self) -> dict[str, Any]:
        """As the command prints it."""
        return asdict(self)


def model_path(digest: str) -> Path:
    """Where the file of the model with this checksum lies."""
    return Path(settings.HOME) / "models" / f"dispatch-{digest[:16]}.model"


def model_train(*, actor: Actor, at: datetime) -> Learned:
    """Learn anew from the city's own dispatches, and use the new model from now on.

    Learned from: title, category and text of requests (the citizen's data masked), with the unit that handled
    the request alone or in the lead, of dispatches that stood to the end (passed); those returned or withdrawn
    teach nothing. Units with fewer than three such dispatches are left out.
    Errors: NotAllowed, Incomplete when there is too little to learn from.
    """
    if not actor.can("hotline.supervise"):
        raise NotAllowed("只有平台管理人员可以更新派单建议", mend="请联系 12345 平台负责人")
    texts, labels, refs, left_out = _history(at)
    if len(texts) < ROWS_LEAST or len(set(labels)) < 2:
        raise Incomplete(
            f"已办结的派单只有{len(texts)}件，涉及{len(set(labels))}个单位，还不足以学习",
            mend=f"至少要有{ROWS_LEAST}件、两个单位；此前按相似诉求的去向给出建议",
        )
    try:
        model = train(texts, labels, refs=refs, titles=False)
    except SuggestError as error:
        raise Incomplete(str(error)) from None
    data = dump(model)
    digest = sha256(data).hexdigest()
    path = model_path(digest)
    _put(path, data)
    held = model.about["held_out"]
    found = _record(
        actor=actor,
        at=at,
        rows=len(texts),
        units=len(model.labels),
        macro_f1=held["macro_f1"],
        accuracy=held["accuracy"],
        majority_f1=held["majority"]["macro_f1"],
        size=len(data),
        sha256=digest,
    )
    return Learned(
        model=found.pk,
        rows=found.rows,
        units=found.units,
        left_out=left_out,
        macro_f1=found.macro_f1,
        accuracy=found.accuracy,
        majority_f1=found.majority_f1,
        bytes=found.size,
        file=str(path),
    )


def history_enough(*, at: datetime) -> bool:
    """Whether there are enough dispatches that stood to learn from."""
    return bool(_stood(at).count() >= ROWS_LEAST)


def _stood(at: datetime) -> QuerySet[Dispatch]:
    rows: QuerySet[Dispatch] = Dispatch.objects.filter(
        matter__state__in=STOOD, role__in=("sole", "lead"), dispatched_at__lt=at, body__active=True
    )
    return rows


def _history(at: datetime) -> tuple[list[tuple[str, str]], list[str], list[int], int]:
    """Texts, units and requests to learn from, the oldest first, and how many dispatches were left out."""
    chosen = (
        _stood(at).select_related("matter", "request__matter", "request__contact").defer("request__search")
    )
    found = list(reversed(chosen.order_by("-dispatched_at", "-matter")[:NEWEST]))
    often = Counter(row.body_id for row in found)
    kept = [row for row in found if often[row.body_id] >= UNIT_LEAST]
    texts = [_texts(row.request) for row in kept]
    return texts, [str(row.body_id) for row in kept], [row.request_id for row in kept], len(found) - len(kept)


def _texts(request: Request) -> tuple[str, str]:
    title = masked_for(request, request.matter.title)
    return title, f"{request.category} {masked_for(request, request.content)}".strip()


def _put(path: Path, data: bytes) -> None:
    """Write the file whole: a reader finds all of it or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)


@whole
def _record(*, actor: Actor, at: datetime, **figures: Any) -> SuggestionModel:
    before = list(SuggestionModel.objects.filter(matter__state="in_use").select_related("matter"))
    for old in before:
        act(matter=old.matter, action="replace", actor=SYSTEM, at=at)
    matter = matter_open(
        kind=MODEL,
        title=f"派单建议：学习{figures['rows']}件派单",
        actor=actor,
        at=at,
        data={
            key: figures[key] for key in ("rows", "units", "macro_f1", "accuracy", "majority_f1", "sha256")
        },
    )
    with door():
        found: SuggestionModel = SuggestionModel.objects.create(
            matter=matter, trained_at=at, trained_by=actor.name, **figures
        )
    for old in before:
        if old.sha256 != found.sha256:
            path = model_path(old.sha256)
            transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
    return found


def use_record(*, request: Request, offered: Offered, chosen: Sequence[int], at: datetime) -> None:
    """Keep what was suggested and which unit was chosen: the one alone, in the lead, or the first of several.

    Call inside the transaction of the dispatching.
    """
    with door():
        SuggestionUse.objects.create(
            request=request,
            body_id=chosen[0],
            offered=[list(pair) for pair in offered.units],
            place=offered.place_of(chosen[0]),
            by=offered.by,
            at=at,
        )
