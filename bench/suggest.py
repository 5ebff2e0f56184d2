"""Dispatch suggestion beside scikit-learn's character TF-IDF with a linear SVM, on the same rows in the same run.

The labelled messages lie beside the checkout (../shared/data/citizen-messages); without them a made-up city of
the same size is measured, where both are near perfect and only time and size tell.
"""

from __future__ import annotations

import csv
import itertools
import random
import statistics
import time
from pathlib import Path
from typing import Any

from luoshi.engines.suggest import Item, dump, load, measured, similar_groups, train

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "citizen-messages"
TITLE, TEXT, LABEL = "留言主题", "留言详情", "一级标签"
FILES = {
    "titles": ("titles-labelled.csv", (TITLE,), ""),
    "titles, the other file teaches too": ("titles-labelled.csv", (TITLE, TEXT), "messages-labelled.csv"),
    "messages": ("messages-labelled.csv", (TITLE, TEXT), ""),
    "messages, the other file teaches too": ("messages-labelled.csv", (TITLE, TEXT), "titles-labelled.csv"),
}
FIFTHS = 5
TIMED = 400
Rows = list[tuple[tuple[str, ...], str]]


def run() -> dict[str, Any]:
    """Measure and return scores, times and sizes."""
    found: dict[str, Any] = {}
    for name, (file, texts, further) in FILES.items():
        rows = _read(DATA / file, texts) if DATA.exists() else _made_up()
        more = _read(DATA / further, texts) if further and DATA.exists() else []
        found[f"{name}, {len(rows)} rows, each fifth held out in turn"] = _scores(rows, more)
    found["groups"] = _groups()
    return found


def _read(path: Path, texts: tuple[str, ...]) -> Rows:
    with path.open(encoding="utf-8") as file:
        return [
            (tuple(" ".join(row.get(name, "").split()) for name in texts), row[LABEL])
            for row in csv.DictReader(file)
        ]


def _made_up() -> Rows:
    """Troubles of a made-up city, each at a hundred places."""
    whats = {
        "供热": "暖气不热",
        "城管": "路灯不亮",
        "教育": "学校收费",
        "水务": "自来水停水",
        "交通": "公交晚点",
    }
    chance = random.Random(1)
    return [
        ((f"{place}路{chance.randint(1, 99)}号{what}",), unit)
        for (unit, what), place in itertools.product(whats.items(), range(300))
    ]


def _fifths(rows: Rows) -> list[int]:
    """Which fifth each row falls into: of every label as many in each, by chance, always the same."""
    chance = random.Random(1)
    turn = itertools.count()
    fifth = [0] * len(rows)
    for label in sorted({label for _, label in rows}):
        places = [place for place, row in enumerate(rows) if row[1] == label]
        chance.shuffle(places)
        for place in places:
            fifth[place] = next(turn) % FIFTHS
    return fifth


def _scores(rows: Rows, more: Rows) -> dict[str, Any]:
    """Scores and times. more: rows that teach too, but for those whose title is among the rows held out."""
    ours, theirs, ratios, plain = [], [], [], []
    sizes, training, single, single_theirs = [], [], [], []
    fifth = _fifths(rows)
    for held in range(FIFTHS):
        past = [row for row, turn in zip(rows, fifth, strict=True) if turn != held]
        later = [row for row, turn in zip(rows, fifth, strict=True) if turn == held]
        random.Random(held).shuffle(later)  # the rows that are timed are of all labels
        truth = [label for _, label in later]
        titles = {texts[0] for texts, _ in later}
        further = [row for row in more if row[0][0] not in titles]
        began = time.process_time()
        model = train([texts for texts, _ in past], [label for _, label in past], more=further)
        training.append(time.process_time() - began)
        data = dump(model)
        sizes.append(len(data))
        model = load(data)
        told = [model.label(texts) for texts, _ in later]
        figures = measured(truth, told)
        ours.append(figures["macro_f1"])
        plain.append(figures["majority"]["macro_f1"])
        peer = _peer(past + further)
        theirs.append(
            measured(truth, list(peer.predict([" ".join(texts) for texts, _ in later])))["macro_f1"]
        )
        model.suggest(later[0][0])  # builds the index of cases
        began = time.process_time()
        for texts, _ in later[:TIMED]:
            model.suggest(texts)
        single.append((time.process_time() - began) / min(TIMED, len(later)) * 1000)
        began = time.process_time()
        for texts, _ in later[:TIMED]:
            peer.predict([" ".join(texts)])
        single_theirs.append((time.process_time() - began) / min(TIMED, len(later)) * 1000)
        ratios.append(single[-1] / single_theirs[-1])
    return {
        "macro-F1": _mean(ours),
        "macro-F1 of scikit-learn, characters 1-2 TF-IDF + LinearSVC": _mean(theirs),
        "ours less theirs, fifth by fifth": _mean(
            [one - other for one, other in zip(ours, theirs, strict=True)]
        ),
        "macro-F1 of always the commonest": _mean(plain),
        "training, with the figures held back (s of processor)": _spread(training),
        "a suggestion with words and cases (ms of processor, goal 5)": _spread(single),
        "times a bare label of scikit-learn": _spread(ratios),
        "file (MB, goal 50)": round(max(sizes) / 1e6, 2),
    }


def _peer(past: Rows) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    peer = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True), LinearSVC())
    return peer.fit([" ".join(texts) for texts, _ in past], [label for _, label in past])


def _groups() -> dict[str, Any]:
    path = DATA / "messages-hot-topics.csv"
    if not path.exists():
        return {"left out": "no ../shared/data/citizen-messages/messages-hot-topics.csv"}
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    items = [
        Item(n, row["留言主题"], " ".join(row["留言详情"].split()), who=row["留言用户"])
        for n, row in enumerate(rows)
    ]
    began = time.perf_counter()
    found = similar_groups(items)
    took = time.perf_counter() - began
    return {"messages": len(items), "groups": len(found), "seconds": round(took, 1)}


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def _mean(values: list[float]) -> str:
    """The mean with its standard error, and the range."""
    error = statistics.stdev(values) / len(values) ** 0.5
    return f"{statistics.mean(values):.3f} ± {error:.3f} ({min(values):.3f} to {max(values):.3f})"
