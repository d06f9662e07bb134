"""The court's numbers in words; cells under ten are merged, so that nobody can be found in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from disputes import words
from disputes.claims import Claim
from disputes.models import Winner
from disputes.models.jury import SeatState
from disputes.states import CaseState

SMALL = 10


@dataclass(frozen=True)
class Section:
    title: str
    rows: Sequence[tuple[str, str]]


def merged(cells: Mapping[str, int]) -> list[tuple[str, str]]:
    """The cells of ten and more by name, everything smaller in one line."""
    large = [(name, str(n)) for name, n in cells.items() if n >= SMALL]
    small = sum(n for n in cells.values() if n < SMALL)
    if not small:
        return large
    rest = str(small) if small >= SMALL else _("fewer than {n}").format(n=SMALL)
    return [*large, (_("all others together"), rest)]


def sections(numbers: Mapping[str, Any]) -> list[Section]:
    hours = numbers["hours"]
    return [
        Section(_("How cases end"), merged(_named(numbers["ends"], CaseState))),
        Section(_("Tallies of juries"), merged(numbers["tallies"])),
        Section(_("Who won, by claim"), merged(_wins(numbers["wins"]))),
        Section(_("Appeals and staff"), _appeals(numbers)),
        Section(
            _("Hours from filing to the first decision"),
            [(_("median"), f"{hours['median']}"), (_("90 %"), f"{hours['p90']}")] if hours else [],
        ),
        Section(_("What became of seats"), merged(_named(numbers["seats"], SeatState))),
        Section(_("Why drawn people were not seated"), merged(_reasons(numbers["excluded"]))),
    ]


def _named(cells: Mapping[str, int], names: Any) -> dict[str, int]:
    return {str(names(key).label): n for key, n in cells.items()}


def _reasons(cells: Mapping[str, int]) -> dict[str, int]:
    return {words.exclusion(code): n for code, n in cells.items()}


def _wins(cells: Mapping[str, int]) -> dict[str, int]:
    found = {}
    for key, n in cells.items():
        claim, side = key.rsplit(" ", 1)
        found[f"{Claim(claim).label}: {Winner(side).label}"] = n
    return found


def _appeals(numbers: Mapping[str, Any]) -> list[tuple[str, str]]:
    return merged(
        {
            _("appeals"): numbers["appeals"],
            _("verdicts that stood"): numbers["upheld"],
            _("verdicts overturned"): numbers["overturned"],
            _("first decisions of staff"): numbers["staff_first"],
            _("mistrials"): numbers["mistrials"],
        }
    )
