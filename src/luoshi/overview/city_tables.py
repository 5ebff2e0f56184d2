"""The dashboard's tables: what stands in each, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from luoshi.overview.selectors.city import GRADES, City, Group, rate
from luoshi.overview.tables import Cell, Table, cell, table

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
MOST = 12
LEVELS = 5


def days(city: City) -> Table:
    """Requests by day."""
    rows = [(f"{day.month}月{day.day}日", figure) for day, figure in city.days.items()]
    return table("days", "每日受理量", ("日期", "受理（件）"), rows, chart="line")


def hours(city: City) -> Table:
    """Requests by hour of the day."""
    rows = [(f"{hour}时", figure) for hour, figure in city.hours.items()]
    return table("hours", "分时段受理量", ("时段", "受理（件）"), rows, chart="columns")


def heat(city: City) -> Table:
    """Requests by weekday and hour: shaded by how many there are."""
    most = max((figure.value for figure in city.heat.values()), default=0)
    rows = []
    for place, name in enumerate(WEEKDAYS, start=1):
        figures = [city.heat[place, hour] for hour in range(24)]
        shaded = [
            Cell(one.value, one.asked.url if one.value else "", _level(one.value, most)) for one in figures
        ]
        rows.append((name, *shaded))
    columns = ("星期", *(f"{hour}时" for hour in range(24)))
    return table("heat", "一周各时段受理量", columns, rows, chart="heat")


def _level(value: int, most: int) -> int:
    """How dark a number is shaded: 0 for none to LEVELS for the most."""
    return -(-value * LEVELS // most) if value else 0


def categories(city: City) -> Table:
    """Requests by class, the most first; each class leads to those below it."""
    shown = [one for one in city.categories if one.figure.value or one.figure.before]
    rows = [
        (
            Cell(_class_name(one, city.under), _into(one, city)),
            one.figure,
            one.figure.before,
            one.figure.change,
        )
        for one in shown
    ]
    title = f"{city.under}：各类诉求受理量" if city.under else "各类诉求受理量"
    return table("categories", title, ("内容分类", "受理（件）", "上期", "增减"), rows, chart="bars")


def _class_name(group: Group, under: str) -> str:
    return f"{group.name}（未细分）" if under and group.path == under else group.name


def _into(group: Group, city: City) -> str:
    """Where the classes below one are shown."""
    if not group.below:
        return ""
    return f"?{urlencode({'period': city.chosen.code, 'under': group.path})}#categories"


def places(city: City) -> Table:
    """Requests and what is overdue by place."""
    rows = [
        (one.body.short_name if one.body else "未注明属地", one.received, one.received.before, one.overdue)
        for one in city.places
    ]
    columns = ("属地", "受理（件）", "上期", "逾期未办（项）")
    return table("places", "各地受理量和逾期事项", columns, rows, chart="bars")


def satisfaction(city: City) -> Table:
    """Call-backs by grade."""
    rows = []
    for code, label in GRADES.items():
        figure = city.grades.get(code)
        if figure is not None:
            rows.append((label, figure, figure.before, rate(figure.value, city.graded)))
    columns = ("评价", "回访（件）", "上期", "占比（%）")
    return table("satisfaction", "回访评价", columns, rows, chart="columns")


def units(city: City) -> Table:
    """In-time rates of the units, those with most overdue first."""
    columns = ["单位", "逾期未办（项）"]
    for one in city.rates:
        columns += [f"{one.title}按时", f"{one.title}逾期", f"{one.title}按时率（%）"]
    rows = []
    for row in city.units:
        cells = [cell(row.body.short_name), cell(row.overdue)]
        for one in row.rates:
            cells += [cell(one.met), cell(one.missed), cell(one.value)]
        rows.append(cells)
    note = "按时、逾期都按完成或到期那天计入；按时率＝按时÷（按时＋逾期）。"
    return table("units", "各单位按时办理情况", columns, rows, note=note)


def functions(city: City) -> Table:
    """What is owed over all functions."""
    rows = [(one.label, one.open, one.overdue) for one in city.functions]
    return table(
        "functions", "各项业务未办和逾期", ("业务", "未办（项）", "其中逾期（项）"), rows, chart="bars"
    )


CITY: Mapping[str, Callable[[City], Table]] = {
    "days": days,
    "hours": hours,
    "heat": heat,
    "categories": categories,
    "places": places,
    "satisfaction": satisfaction,
    "units": units,
    "functions": functions,
}
"""The tables by their names in addresses."""


def shown(made: Table) -> Table:
    """A long table as its chart shows it: its first rows; the whole is in the download."""
    if len(made.rows) <= MOST or made.chart != "bars":
        return made
    return Table(made.code, made.title, made.columns, made.rows[:MOST], made.chart, made.mark, made.note)
