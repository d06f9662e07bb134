"""What everybody may read of decided cases: no names, texts, pictures, reasons or exact dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from disputes.claims import CLAIMS, Claim
from disputes.models import Case, RulingState, Verdict, Winner
from disputes.states import CaseState

# Amounts are shown as bands (yuan), so that no trade can be recognized.
BANDS = ((50, "≤ ¥50"), (200, "¥50–200"), (500, "¥200–500"), (2_000, "¥500–2,000"))
WIDEST = "> ¥2,000"


@dataclass(frozen=True)
class Entry:
    """A decided case as the public reads it."""

    case: Case
    verdicts: Sequence[Verdict]
    summary: str

    @property
    def claim(self) -> str:
        return str(Claim(self.case.claim).label)

    @property
    def question(self) -> str:
        """The fixed sentence with the band in place of the amount."""
        part = self.case.demand_fen * 100 // self.case.amount_fen
        return _(
            "Should {part} % of the money go back to the buyer, or should the seller receive it?"
        ).format(part=part)

    @property
    def facts(self) -> list[tuple[str, str]]:
        decided = self.case.decided_at
        return [
            (_("Category"), str(self.case.order.revision.category)),
            (_("Amount"), band(self.case.amount_fen)),
            (_("Decided in"), f"{decided:%Y-%m}" if decided else ""),
            (_("Ended"), self.ending),
            (_("Rules version"), self.case.rules_version),
        ]

    @property
    def ending(self) -> str:
        parts = (self.case.award_buyer_fen or 0, self.case.award_seller_fen or 0)
        if parts[1] == 0:
            return _("all to the buyer")
        return _("all to the seller") if parts[0] == 0 else _("split")

    @property
    def tally(self) -> str:
        """The jury's count, also when staff overturned it later; empty where no jury decided."""
        jury = self._jury
        return "-".join(str(votes) for votes in jury["tally"]) if jury else ""

    @property
    def winner(self) -> str:
        if not self._jury:
            return ""
        won = self._jury["winner"] == Winner.BUYER
        return _("for the buyer") if won else _("for the seller")

    @property
    def _jury(self) -> dict[str, Any]:
        rows = [row.document for row in self.verdicts if row.instance == "jury"]
        return rows[-1] if rows else {}

    @property
    def rule_ids(self) -> list[str]:
        """The rules that its decisions rest on, as /rules/ numbers them."""
        named = (name for row in self.verdicts for name in row.document.get("rule_ids", ()))
        return sorted(set(named))

    @property
    def findings(self) -> list[tuple[str, str]]:
        """How many reviewers found what, both sides together."""
        counted = self._jury.get("findings", {})
        found = []
        for key, label in CLAIMS[self.case.claim].findings.items():
            total = sum(side.get(key, 0) for side in counted.values())
            if total:
                found.append((str(label), str(total)))
        return found


def band(fen: int) -> str:
    return next((name for most, name in BANDS if fen <= most * 100), WIDEST)


def public_cases(now: datetime) -> QuerySet[Case]:
    """Executed at least 15 days ago and not taken down by two of our staff."""
    return (
        Case.objects.filter(state=CaseState.EXECUTED, public_at__lte=now, unpublished_at=None)
        .select_related("order__revision__category")
        .prefetch_related("verdicts", "rulings")
        .order_by("-public_at", "-pk")
    )


def entry(case: Case) -> Entry:
    issued = [row for row in case.rulings.all() if row.state == RulingState.ISSUED]
    summary = issued[0].public_summary if issued else ""
    return Entry(case, sorted(case.verdicts.all(), key=lambda row: row.issued_at), summary)
