"""The verdict document in the reader's language: sentence, bar, money, appeal, reasons of all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from disputes.claims import CLAIMS
from disputes.models import Case, Verdict, Winner
from disputes.models.ruling import Check, Supports
from disputes.words import moment, question
from marketplace.lib.money import yuan

STROKES = 5  # a full 正 counts five


@dataclass(frozen=True)
class Bar:
    """The tally drawn: two lengths of 17, the ninth vote marked, both numbers in text."""

    buyer: int
    seller: int

    @property
    def buyer_strokes(self) -> list[int]:
        return strokes(self.buyer)

    @property
    def seller_strokes(self) -> list[int]:
        return strokes(self.seller)


def strokes(votes: int) -> list[int]:
    """How many strokes of each 正: 9 is [5, 4]."""
    full, rest = divmod(votes, STROKES)
    return [STROKES] * full + ([rest] if rest else [])


@dataclass(frozen=True)
class Finding:
    label: str
    buyer: int
    seller: int


@dataclass(frozen=True)
class VerdictPage:
    """One decision, ready to be read; every fact comes from the stored document."""

    verdict: Verdict
    side: Winner

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = self.verdict.document
        return found

    @property
    def is_void(self) -> bool:
        """The round was set aside later; the document stays, marked."""
        return self.verdict.round < self.verdict.case.round

    @property
    def by_jury(self) -> bool:
        return self.verdict.instance == "jury"

    @property
    def question(self) -> str:
        return question(self.verdict.case)

    @property
    def sentence(self) -> str:
        if not self.by_jury:
            return self._staff_sentence
        winner, loser = self.document["tally"]
        return _("Decided {tally} for the {side}.").format(
            tally=f"{winner}-{loser}", side=_side(self.document["winner"])
        )

    @property
    def _staff_sentence(self) -> str:
        result = {
            "stands": _("the verdict stands"),
            "buyer": _("for the buyer"),
            "seller": _("for the seller"),
            "split": _("the money is split"),
        }[self.document["outcome"]]
        text = _("Staff decided: {result}. Reasons and the exhibits relied on are below.").format(
            result=result
        )
        if self.document["second_person"]:
            text += " " + _("A second staff member agreed.")
        return text

    @property
    def bar(self) -> Bar | None:
        if not self.by_jury:
            return None
        winner, loser = self.document["tally"]
        is_buyer = self.document["winner"] == Winner.BUYER
        return Bar(winner, loser) if is_buyer else Bar(loser, winner)

    @property
    def money(self) -> list[tuple[str, str]]:
        parts = self.document["money"]
        return [
            (_("To the buyer"), yuan(parts["buyer"])),
            (_("To the seller, less the fee"), yuan(parts["seller"])),
        ]

    @property
    def appeal_words(self) -> str:
        right = self.document["appeal"]
        until = parse_datetime(right["until"]) if right.get("until") else None
        margin = right.get("margin")
        return {
            "margin_below": _(
                "The margin is {margin}, below 4: the loser may appeal until {time}."
            ),
            "margin_not_below": _(
                "The margin is {margin}, not below 4: this decision is final here."
            ),
            "first_instance": _(
                "This is a first decision of staff: either side that lost may appeal until {time}, "
                "to other staff, at any margin."
            ),
            "staff_decided": _("This decision is final here."),
        }[right["because"]].format(margin=margin, time=moment(until))

    @property
    def may_be_appealed(self) -> bool:
        return bool(self.document["appeal"]["possible"])

    @property
    def findings(self) -> Sequence[Finding]:
        counted = self.document.get("findings", {})
        words = CLAIMS[self.document["claim"]].findings
        rows = [
            Finding(
                str(label),
                counted.get("buyer", {}).get(key, 0),
                counted.get("seller", {}).get(key, 0),
            )
            for key, label in words.items()
        ]
        return [row for row in rows if row.buyer or row.seller]

    @property
    def reasons(self) -> Sequence[dict[str, Any]]:
        rows = self.document.get("reasons", [])
        return [] if isinstance(rows, str) else _reviewers(rows)

    @property
    def staff_reasons(self) -> str:
        rows = self.document.get("reasons", "")
        return rows if isinstance(rows, str) else ""

    @property
    def answers(self) -> list[tuple[str, str]]:
        found = self.document.get("answers", {})
        labels = {
            "buyer": _("To the buyer’s main argument"),
            "seller": _("To the seller’s main argument"),
        }
        return [(labels[key], text) for key, text in found.items()]

    @property
    def citations(self) -> list[dict[str, Any]]:
        return [
            row
            | {name: str(Check(row[name]).label) for name in ("authentic", "legal", "relevant")}
            | {"supports_words": str(Supports(row["supports"]).label)}
            for row in self.document.get("citations", [])
        ]

    @property
    def exhibits(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.document["exhibits"]
        return rows

    @property
    def draw(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["draw"]
        return found

    @property
    def sha256(self) -> str:
        return bytes(self.verdict.sha256).hex()

    @property
    def head_hash(self) -> str:
        return bytes(self.verdict.head_hash).hex()


@dataclass(frozen=True)
class Hung:
    """The ballots of a panel that decided nothing, opened with the ruling in its place."""

    bar: Bar
    reasons: Sequence[dict[str, Any]]


def hung_panel(case: Case) -> Hung | None:
    """None before the ruling, and wherever a jury decided: its verdict has its own ballots."""
    votes = list(case.opened_votes.filter(round=case.round))
    if not votes or case.verdicts.filter(round=case.round, instance="jury").exists():
        return None
    counted = Counter(vote.side for vote in votes)
    rows = [
        {"label": vote.label, "side": vote.side, "text": vote.rationale_masked} for vote in votes
    ]
    return Hung(Bar(counted[Winner.BUYER], counted[Winner.SELLER]), _reviewers(rows))


def _reviewers(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"who": _("Reviewer {n}").format(n=row["label"]), **row} for row in rows]


def _side(side: str) -> str:
    return {"buyer": _("buyer"), "seller": _("seller")}.get(side, "")


def verdict_page(verdict: Verdict, side: Winner) -> VerdictPage:
    return VerdictPage(verdict, side)
