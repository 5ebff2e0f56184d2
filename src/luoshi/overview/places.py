"""The schematic map: a tile for each county and district, roughly where it lies; no map from outside is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from luoshi.overview.selectors.city import Place

COLUMNS = 4
WHERE: Mapping[str, tuple[int, int]] = {
    "hubin": (0, 1), "mianchi": (0, 3), "shifanqu": (0, 2),
    "lingbao": (1, 0), "shanzhou": (1, 1), "kaifaqu": (1, 2), "yima": (1, 3),
    "lushi": (2, 0),
}  # fmt: skip
"""Row and column of the known places of Sanmenxia, by code; north is up."""
SHADES = (0, 3, 10, 30)


@dataclass(frozen=True, slots=True)
class Tile:
    """A place on the map. level: how dark it is shaded, 0 to 4; words: what the shade means."""

    place: Place | None
    level: int = 0

    @property
    def words(self) -> str:
        """The shade in words, so that nobody needs to tell colours apart."""
        return ("无逾期", "少量逾期", "逾期较多", "逾期多", "逾期很多")[self.level]


def level_of(overdue: int) -> int:
    """0 for none, then by fixed steps, so that a shade means the same every day."""
    return sum(overdue > step for step in SHADES)


def grid(places: Iterable[Place]) -> list[Tile]:
    """Tiles row by row, COLUMNS in each, with empty ones between; places that are not known follow, then those
    requests that name none."""
    found = list(places)
    at = {WHERE[one.body.code]: one for one in found if one.body is not None and one.body.code in WHERE}
    rows = max((row for row, _ in at), default=-1) + 1
    tiles = [Tile(at.get((row, column))) for row in range(rows) for column in range(COLUMNS)]
    rest = [one for one in found if one.body is None or one.body.code not in WHERE]
    free = len(tiles) - 1
    while free >= 0 and tiles[free].place is None:
        free -= 1
    tiles = tiles[: free + 1] + [Tile(one) for one in rest]
    return [Tile(one.place, level_of(one.place.overdue.value)) if one.place else one for one in tiles]
