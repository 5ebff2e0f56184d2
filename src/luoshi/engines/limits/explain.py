"""Every period counted and every one skipped, with the reason: for JSON and for a Chinese page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from luoshi.engines.limits.duration import Duration, Unit
from luoshi.engines.limits.periods import ending_day, is_paused, last_days, merged, months_later, paused_days
from luoshi.engines.limits.result import Due, Interval, Step
from luoshi.engines.worktime import Worktime

_WEEKDAYS = "一二三四五六日"
_COUNTED = ("counted", "makeup")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A period of one kind: start included, end not; name of the holiday concerned."""

    start: datetime
    end: datetime
    kind: str
    name: str = ""


def explain(
    duration: Duration,
    start: datetime,
    at: datetime,
    provisional: bool,
    worktime: Worktime,
    counting: str,
    pauses: Sequence[Interval],
) -> tuple[Step, ...]:
    """Return the steps from a start to the due time that was computed from it."""
    begin = start.astimezone(worktime.tz).replace(microsecond=0)
    stops = merged(pauses, worktime)
    in_days = counting == "civil" and not duration.seconds
    steps = [_start_step(duration, begin, in_days), *_whose(begin, at, worktime)]
    if not in_days:
        steps += time_steps(begin, at, worktime, stops, working=duration.working)
        if duration.unit is Unit.MONTHS and months_later(begin.date(), duration.amount).day != begin.day:
            steps.append(_month_end(begin, duration))
    elif duration.unit is Unit.WORKING_DAYS:
        steps += day_steps(begin, at, worktime, stops, working=True)
    else:
        steps += _natural_days(duration, begin, worktime, stops)
    if provisional:
        steps.append(provisional_step(begin, at, worktime))
    steps.append(due_step(at, in_days=in_days))
    return tuple(steps)


def explain_extended(computed: Due, until: datetime) -> tuple[Step, ...]:
    """Return the steps of a limit whose computed due time was replaced by an extension."""
    before = computed.steps[:-1] if computed.at else computed.steps
    note = (
        f"经批准延期，期限由{clock(computed.at)}改为{clock(until)}"
        if computed.at
        else f"期限定为{clock(until)}"
    )
    return (*before, Step("extended", computed.at, until, 0, "", note), due_step(until))


def _start_step(duration: Duration, begin: datetime, in_days: bool) -> Step:
    rule = "，当日不计入，自次日起算" if in_days else "起算"
    return Step("start", begin, begin, 0, "", f"{clock(begin)}{rule}，期限{duration.label}")


def _whose(begin: datetime, at: datetime, worktime: Worktime) -> list[Step]:
    """Return a step for each body's own working time that was counted with."""
    if not worktime.own:
        return []
    days = (begin.date() + timedelta(days=number) for number in range((at.date() - begin.date()).days + 1))
    found = dict.fromkeys(own for own in map(worktime.own_on, days) if own is not None)
    return [
        Step("hours", None, None, 0, "", f"按“{own.title}”计工作时间，{own.since:%Y年%-m月%-d日}起施行")
        for own in found
    ]


def due_step(at: datetime, *, in_days: bool = False) -> Step:
    """Return the last step: the due time."""
    return Step("due", at, at, 0, "", f"{clock(at)}到期" + ("（当日工作时间结束时）" if in_days else ""))


def _month_end(begin: datetime, duration: Duration) -> Step:
    last = months_later(begin.date(), duration.amount)
    return Step(
        "month_end", None, None, 0, "", f"{last.year}年{last.month}月没有{begin.day}日，以月末日为最后一日"
    )


# Time: minutes, hours, and days counted as elapsed


def time_steps(
    begin: datetime, end: datetime, worktime: Worktime, stops: Sequence[Interval], *, working: bool
) -> list[Step]:
    """Return the counted and skipped periods between two times, in seconds; `stops` are merged pauses."""
    pieces = _working_pieces(begin, end, worktime) if working else iter((_Piece(begin, end, "counted"),))
    steps: list[Step] = []
    total = 0
    for piece in _joined(_without_pauses(pieces, stops)):
        seconds = _seconds(piece.end - piece.start)
        amount = seconds if piece.kind in _COUNTED else 0
        total += amount
        note = f"{_range(piece)}{_reason(piece)}"
        if amount:
            note += f"，计{_length(amount)}，累计{_length(total)}"
        steps.append(Step(piece.kind, piece.start, piece.end, amount, "seconds", note))
    return steps


def _working_pieces(begin: datetime, end: datetime, worktime: Worktime) -> Iterator[_Piece]:
    if end <= begin:
        return
    for number in range(worktime.moment(begin)[0], worktime.moment(end)[0] + 1):
        for piece in _pieces_of_day(number, worktime):
            start, stop = max(piece.start, begin), min(piece.end, end)
            if start < stop:
                yield replace(piece, start=start, end=stop)


def _pieces_of_day(number: int, worktime: Worktime) -> Iterator[_Piece]:
    midnight = worktime.epoch + timedelta(days=number)
    day = worktime.day(number)
    if not day.working:
        yield _Piece(midnight, midnight + timedelta(days=1), day.kind, day.name)
        return
    kind = "makeup" if day.kind == "makeup" else "counted"
    at = midnight
    for first, last in worktime.spans[number]:
        yield _Piece(at, midnight + timedelta(seconds=first), "off_hours")
        at = midnight + timedelta(seconds=last)
        yield _Piece(midnight + timedelta(seconds=first), at, kind, day.name)
    yield _Piece(at, midnight + timedelta(days=1), "off_hours")


def _without_pauses(pieces: Iterable[_Piece], stops: Sequence[Interval]) -> Iterator[_Piece]:
    for piece in pieces:
        at = piece.start
        for stop in stops:
            low, high = max(stop.start, at), min(stop.end, piece.end)
            if low < high:
                if at < low:
                    yield replace(piece, start=at, end=low)
                yield _Piece(low, high, "paused")
                at = high
        if at < piece.end:
            yield replace(piece, start=at)


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Join neighbours that are skipped for the same reason; counted periods stay as they are."""
    held: _Piece | None = None
    for piece in pieces:
        if piece.start >= piece.end:
            continue
        same = held and held.end == piece.start and (held.kind, held.name) == (piece.kind, piece.name)
        if held and same and piece.kind not in _COUNTED:
            held = replace(held, end=piece.end)
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


# Days and months counted civilly


def day_steps(
    begin: datetime, end: datetime, worktime: Worktime, stops: Sequence[Interval], *, working: bool
) -> list[Step]:
    """Return the days counted and skipped after the day of `begin`, up to and with the day of `end`."""
    first, last = worktime.moment(begin)[0] + 1, ending_day(end, worktime)
    return _steps_of_days(first, last, worktime, paused_days(stops, worktime), working=working)


def _steps_of_days(
    first: int, last: int, worktime: Worktime, periods: list[tuple[int, int]], *, working: bool
) -> list[Step]:
    runs: list[tuple[str, str, int, int]] = []  # kind, holiday, first and last day
    for number in range(first, last + 1):
        day = worktime.day(number)
        kind, name = (day.kind if working else "counted"), (day.name if working else "")
        if is_paused(number, periods):
            kind, name = "paused", ""
        elif kind == "workday":
            kind = "counted"
        if runs and runs[-1][:2] == (kind, name):
            runs[-1] = (kind, name, runs[-1][2], number)
        else:
            runs.append((kind, name, number, number))
    steps: list[Step] = []
    total = 0
    unit = "个工作日" if working else "日"
    for kind, name, low, high in runs:
        piece = _days(low, high, worktime, kind, name)
        amount = high - low + 1 if kind in _COUNTED else 0
        total += amount
        note = f"{_date_range(piece)}{_reason(piece)}"
        if amount:
            note += f"，计{amount}{unit}，累计{total}{unit}"
        steps.append(Step(kind, piece.start, piece.end, amount, "days", note))
    return steps


def _days(low: int, high: int, worktime: Worktime, kind: str, name: str) -> _Piece:
    return _Piece(worktime.epoch + timedelta(days=low), worktime.epoch + timedelta(days=high + 1), kind, name)


def _natural_days(
    duration: Duration, begin: datetime, worktime: Worktime, stops: list[Interval]
) -> list[Step]:
    zero = worktime.moment(begin)[0]
    first, last, periods = last_days(duration, begin, worktime, stops)
    steps: list[Step] = []
    if duration.unit is Unit.MONTHS:
        nominal = worktime.number(months_later(begin.date(), duration.amount))
        piece = _days(zero + 1, nominal, worktime, "counted", "")
        note = f"{_date_range(piece)}，计{duration.label}"
        steps.append(Step("counted", piece.start, piece.end, duration.amount, "months", note))
        if worktime.day_of(nominal).day != begin.day:
            steps.append(_month_end(begin, duration))
        for low, high in periods:
            if high > zero + 1 and low <= first:
                piece = _days(max(low, zero + 1), high - 1, worktime, "paused", "")
                days = (piece.end - piece.start).days
                steps.append(
                    Step(
                        "paused",
                        piece.start,
                        piece.end,
                        0,
                        "days",
                        f"{_date_range(piece)}，暂停，期限顺延{days}日",
                    )
                )
    else:
        steps += _steps_of_days(zero + 1, first, worktime, periods, working=False)
    for step in _steps_of_days(first, last, worktime, periods, working=True)[:-1] if last > first else ():
        steps.append(replace(step, amount=0, note=step.note.replace("，不计", "，最后一日顺延")))
    return steps


def provisional_step(begin: datetime, end: datetime, worktime: Worktime) -> Step:
    """Return the step that names the years counted without an announced calendar."""
    known = worktime.calendar.sources
    years = [str(year) for year in range(begin.year, end.year + 1) if year not in known]
    span = years[0] if len(years) == 1 else f"{years[0]}至{years[-1]}"
    return Step(
        "provisional", None, None, 0, "", f"{span}年放假安排尚无数据，暂按周一至周五上班推算，公布后重算"
    )


# Words


def _reason(piece: _Piece) -> str:
    match piece.kind:
        case "makeup":
            return f"，调休上班（{piece.name}）"
        case "holiday":
            return f"，法定节假日（{piece.name}），不计"
        case "rest":
            return "，本单位休息日，不计"
        case "weekend":
            return "，周末，不计"
        case "off_hours":
            return "，非工作时间，不计"
        case "paused":
            return "，暂停，不计"
        case _:
            return ""


def clock(at: datetime) -> str:
    """Return a time for people: 2017-09-29（周五）17:50."""
    return f"{at:%Y-%m-%d}（周{_WEEKDAYS[at.weekday()]}）{_hours(at)}"


def _hours(at: datetime) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def _range(piece: _Piece) -> str:
    last = piece.end - timedelta(seconds=1)
    if piece.start.date() == last.date():
        end = "24:00" if piece.end.date() != piece.start.date() else _hours(piece.end)
        return f"{piece.start:%Y-%m-%d} {_hours(piece.start)}至{end}"
    return f"{piece.start:%Y-%m-%d} {_hours(piece.start)}至{piece.end:%Y-%m-%d} {_hours(piece.end)}"


def _date_range(piece: _Piece) -> str:
    last = piece.end - timedelta(days=1)
    if piece.start.date() == last.date():
        return f"{piece.start:%Y-%m-%d}（周{_WEEKDAYS[last.weekday()]}）"
    return f"{piece.start:%Y-%m-%d}至{last:%Y-%m-%d}"


def _seconds(time: timedelta) -> int:
    return time.days * 86400 + time.seconds


def _length(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    words = (
        (f"{hours}小时" if hours else "")
        + (f"{minutes}分" if minutes else "")
        + (f"{rest}秒" if rest else "")
    )
    return words.removesuffix("分") + "分钟" if words.endswith("分") and not hours else words or "0分钟"
