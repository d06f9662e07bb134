"""Two pictures beside each other, one of each side, as large as one likes; each look is an address.

What is asked for and does not exist is passed over: the first picture of a side stands there then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from disputes.reading import Shown

ZOOMS = (100, 200, 400)  # percent of the width that a pane has


@dataclass(frozen=True)
class Side:
    """What one side has shown, in the order of the file."""

    party: str
    title: str
    exhibits: Sequence[Shown]

    @property
    def pictures(self) -> list[Shown]:
        return [row for row in self.exhibits if row.image_url]


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class Pane:
    side: Side
    shown: Shown | None
    tabs: Sequence[Link]

    @property
    def previous(self) -> str:
        return self._beside(-1)

    @property
    def next(self) -> str:
        return self._beside(1)

    def _beside(self, step: int) -> str:
        here = next((place for place, tab in enumerate(self.tabs) if tab.current), 0)
        place = here + step
        return self.tabs[place].url if 0 <= place < len(self.tabs) else ""


@dataclass(frozen=True)
class ComparePage:
    panes: Sequence[Pane]
    zooms: Sequence[Link]
    zoom: int

    @property
    def larger(self) -> str:
        return next((link.url for link in self.zooms if int(link.label) > self.zoom), "")

    @property
    def smaller(self) -> str:
        return next((link.url for link in reversed(self.zooms) if int(link.label) < self.zoom), "")


def compare_page(sides: Sequence[Side], asked: Mapping[str, str]) -> ComparePage:
    """`asked` are the words of the address: a label for each party, and the zoom."""
    zoom = next((each for each in ZOOMS if str(each) == asked.get("zoom")), ZOOMS[0])
    chosen = {side.party: _chosen(side, asked.get(side.party, "")) for side in sides}
    here = {party: row.label for party, row in chosen.items() if row is not None}

    def link(label: str, *, current: bool, **changes: object) -> Link:
        return Link(label, f"?{urlencode(here | {'zoom': zoom} | changes)}", current)

    panes = [
        Pane(
            side,
            chosen[side.party],
            [
                link(row.label, current=row == chosen[side.party], **{side.party: row.label})
                for row in side.pictures
            ],
        )
        for side in sides
    ]
    zooms = [link(str(each), current=each == zoom, zoom=each) for each in ZOOMS]
    return ComparePage(panes, zooms, zoom)


def _chosen(side: Side, label: str) -> Shown | None:
    first = side.pictures[0] if side.pictures else None
    return next((row for row in side.pictures if row.label == label), first)
