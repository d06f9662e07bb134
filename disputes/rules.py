"""The numbers of the court, by version. They are code: another number is another version."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Rules:
    """Every constant of one version; a case keeps the whole of it from its filing on."""

    version: str
    evidence_hours: int = 72
    panel_size: int = 17
    votes_to_win: int = 9
    seat_ttl_hours: int = 12
    ballot_hours: int = 48
    extension_hours: int = 24
    min_reading_seconds: int = 60
    rationale_min: int = 30
    rationale_max: int = 1_000
    statement_min: int = 30
    statement_max: int = 5_000
    files_per_side: int = 20
    file_max_bytes: int = 20 * 1024 * 1024
    file_max_pixels: int = 40_000_000
    appeal_margin: int = 4
    appeal_window_hours: int = 72
    staff_evidence_hours: int = 72
    staff_sla_days: int = 7
    min_pool: int = 100
    count_exactly_up_to: int = 20_000
    max_counters: int = 4_000
    juror_cap: int = 3
    juror_cap_hours: int = 12
    practice_cases: int = 5
    practice_to_pass: int = 4
    claim_days: int = 15
    petition_days: int = 10
    beacon_give_up_minutes: int = 30
    copies_hours: int = 6

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Rules":
        """The rules as a case keeps them.

        Raises:
            ValueError: a number is missing or unknown.
        """
        names = {field.name for field in fields(cls)}
        if set(stored) != names:
            raise ValueError(f"not a set of rules: {sorted(names ^ set(stored))}")
        return cls(**stored)


RULES: Mapping[str, Rules] = {"court/1": Rules("court/1")}
CURRENT = "court/1"
