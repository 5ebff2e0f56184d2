"""`python -m bench report`: the tables of docs/benchmarks.md, filled from what the parts wrote to var/bench.

A block of the document begins with `<!-- bench:NAME -->` and ends with `<!-- /bench -->`; what stands between is
written anew for every part that has been run here, and left as it is for the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DOCUMENT = Path("docs/benchmarks.md")
FOLDER = Path("var/bench")
BUSY = 80.0  # below so many per cent of idle processor before a part, its figures are marked
Figures = Mapping[str, Any]


def run() -> int:
    """Fill the document; returns 0."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, tables in TABLES.items():
        path = FOLDER / f"{name}.json"
        if path.exists():
            text = filled(text, name, tables(json.loads(path.read_text(encoding="utf-8"))))
            print(f"{name}: written")
        else:
            print(f"{name}: not run here, left as it is")
    DOCUMENT.write_text(text, encoding="utf-8")
    return 0


def filled(text: str, name: str, block: str) -> str:
    """The text with what stands in a block replaced. Errors: ValueError where it has no such block."""
    pattern = re.compile(rf"(<!-- bench:{name} -->\n).*?(<!-- /bench -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{DOCUMENT} has no block <!-- bench:{name} -->")
    return pattern.sub(lambda found: found[1] + block.rstrip() + "\n" + found[2], text)


def measured_on(part: Figures) -> str:
    """When and on what a part was measured, and whether the machine had other work."""
    machine = part["machine"]
    idle = part["idle before, %"]
    words = (
        f"{part['at'][:10]}, {machine['cores']} cores ({machine['processor']}), {machine['memory']} of memory,"
        f" Python {machine['python']}, Django {machine['packages']['django']}; processor {idle:.0f} % idle before."
    )
    warning = " **The machine was overloaded: ratios only, not times.**" if idle < BUSY else ""
    return f"Measured {words}{warning}\n"


def peers(part: Figures) -> str:
    """A table for each size, what is stored, and how ours grow."""
    figures = part["figures"]
    failed = f"Failed: {figures['failed']}.\n" if "failed" in figures else ""
    if "Luoshi" not in figures:
        return f"{measured_on(part)}\n{failed}"
    lines = [measured_on(part), failed + f"{figures['server of all']}."]
    for name in ("django-helpdesk", "Request Tracker"):
        about = figures[name]
        if "left out" in about:
            lines.append(f"{name}: left out, {about['left out']}.")
        else:
            lines.append(f"{about['version']}; stored {_joined(about['stored'])}.")
    stored = {size: f"{one['disk_GB']} GB" for size, one in figures["Luoshi"]["stored"].items()}
    lines.append(f"Luoshi: stored {_joined(stored)}.")
    for name, size in figures.items():
        if name.startswith("at "):
            lines += ["", f"### {name[0].upper()}{name[1:]} cases", "", *_sides(size)]
    if "growth of ours" in figures:
        lines += ["", "### How ours grow", "", *_growth(figures["growth of ours"])]
    return "\n".join(lines)


def _joined(stored: Figures) -> str:
    return "; ".join(f"{size}: {what}" for size, what in stored.items())


def _sides(figures: Figures) -> list[str]:
    names = ["Luoshi", "django-helpdesk", "Request Tracker"]
    lines = [
        "| operation, ms: median (least to most) | " + " | ".join(names) + " | times faster |",
        "|---|---|---|---|---|",
    ]
    for operation, values in figures.items():
        if not isinstance(values, dict):
            continue
        cells = [values.get(f"{name}: no answer") or _cell(values.get(name)) for name in names]
        faster = [f"{values[key]:g}" for name in names[1:] if (key := f"times faster than {name}") in values]
        lines.append(f"| {operation} | {' | '.join(cells)} | {' / '.join(faster) or '–'} |")
    return lines


def _cell(values: Figures | None) -> str:
    if values is None:
        return "has none"
    return f"{values['median']:,.1f} ({values['least']:,.1f} to {values['most']:,.1f})"


def _growth(figures: Figures) -> list[str]:
    sizes = [key for key in next(iter(figures.values())) if not key.startswith("ratio")]
    lines = [
        f"| operation, ms: median / p95 | {' | '.join(sizes)} | ratio of medians | of p95 |",
        "|---|---|---|---|---|",
    ]
    for operation, values in figures.items():
        cells = [f"{values[size]['median']:,.1f} / {values[size]['p95']:,.1f}" for size in sizes]
        lines.append(
            f"| {operation} | {' | '.join(cells)} | {values['ratio of medians']:g} | {values['ratio of p95']:g} |"
        )
    return lines


def told(part: Figures) -> str:
    """Any other part: one figure a line."""
    lines = [measured_on(part), "| figure | |", "|---|---|"]
    _rows(part["figures"], "", lines)
    return "\n".join(lines)


def _rows(figures: Figures, before: str, lines: list[str]) -> None:
    for key, value in figures.items():
        name = f"{before}{key}"
        if isinstance(value, dict) and "median" in value:
            more = "".join(f"; {value[one]:,} {one}" for one in value if one not in SPREAD)
            said = f"{value['median']:,} ms ({value['least']:,} to {value['most']:,}, p95 {value['p95']:,}, n {value['n']}){more}"
            lines.append(f"| {name} | {said} |")
        elif isinstance(value, dict):
            _rows(value, f"{name}: ", lines)
        elif isinstance(value, int | float):
            lines.append(f"| {name} | {value:,} |")
        else:
            lines.append(f"| {name} | {value} |")


SPREAD = {"n", "median", "least", "p95", "most"}
TABLES = {"peers": peers, "load": told, "close": told}
