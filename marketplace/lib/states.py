"""One table per life: which step leads from which states to which, and for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.lib.errors import Refused


class Side(StrEnum):
    """Who may take a step. CLOCK stands for sweeps and for what outside partners report."""

    BUYER = "buyer"
    SELLER = "seller"
    CLOCK = "clock"
    STAFF = "staff"


@dataclass(frozen=True)
class Move:
    """One row of a life: from any of `sources` to `target`, by any of `sides`."""

    sources: frozenset[str]
    target: str | None  # None: the step leaves the state as it is
    sides: frozenset[Side]


def move(*sources: str, to: str | None, by: tuple[Side, ...]) -> Move:
    return Move(frozenset(sources), to, frozenset(by))


Life = Mapping[str, Move]


def open_steps(life: Life, state: str, side: Side | None) -> list[str]:
    """The steps that the table opens for `side` in `state`, in the table's order."""
    return [step for step, row in life.items() if state in row.sources and side in row.sides]


def require(life: Life, step: str, state: str, **facts: Any) -> str:
    """The state that `step` leads to from `state`.

    Raises:
        Refused: `wrong_state`, when the table has no such step.
    """
    row = life[step]
    if state not in row.sources:
        raise Refused("wrong_state", _("That is not possible any more."), state=state, **facts)
    return row.target or state
