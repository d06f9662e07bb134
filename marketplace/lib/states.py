"""One table per life: which step leads from which states to which, and for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.lib.errors import Refused


class Role(StrEnum):
    """Who may take a step; each life names its own."""


class Side(Role):
    """The roles of a trade. CLOCK stands for sweeps and for what outside partners report."""

    BUYER = "buyer"
    SELLER = "seller"
    CLOCK = "clock"
    STAFF = "staff"


@dataclass(frozen=True)
class Move:
    """One row of a life: from any of `sources` to one of `targets`, by any of `sides`."""

    sources: frozenset[str]
    targets: frozenset[str]  # empty: the step leaves the state as it is
    sides: frozenset[Role]


def move(*sources: str, to: str | tuple[str, ...] | None, by: tuple[Role, ...]) -> Move:
    """A row; a step with several targets is told each time which one it means."""
    targets = (to,) if isinstance(to, str) else to or ()
    return Move(frozenset(sources), frozenset(targets), frozenset(by))


Life = Mapping[str, Move]


def open_steps(life: Life, state: str, side: Role | None) -> list[str]:
    """The steps that the table opens for `side` in `state`, in the table's order."""
    return [step for step, row in life.items() if state in row.sources and side in row.sides]


def require(life: Life, step: str, state: str, *, to: str | None = None, **facts: Any) -> str:
    """The state that `step` leads to from `state`; `to` chooses where the table leaves a choice.

    Raises:
        Refused: `wrong_state`, when the table has no such step.
    """
    row = life[step]
    if state not in row.sources:
        raise Refused("wrong_state", _("That is not possible any more."), state=state, **facts)
    possible = row.targets or {state}
    target = to or next(iter(possible))
    if target not in possible or (to is None and len(possible) > 1):
        raise ValueError(f"{step} leads to {sorted(possible)}, not to {to}")
    return target
