"""What a reviewer sees of a case: one question, one file, two sides without names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from disputes import reading, recorded, words
from disputes.models import Case, Seat, SeatState, Winner
from disputes.states import TERMINAL, CaseState

MINUTES_AN_EXHIBIT = 1
MINUTES_AT_LEAST = 5


@dataclass(frozen=True)
class Side:
    """One column of the file; which of the two stands left is drawn for each seat."""

    party: str
    title: str
    exhibits: Sequence[reading.Shown]
    silent: str


@dataclass(frozen=True)
class Bundle:
    recorded: Sequence[recorded.Section]
    complete: str
    sides: Sequence[Side]
    third_party: Sequence[reading.Shown]

    @property
    def has_pictures(self) -> bool:
        return any(row.image_url for side in self.sides for row in side.exhibits)


@dataclass(frozen=True)
class SeatPage:
    """The frame around the file: what is asked, until when, and how it ended."""

    seat: Seat
    now: datetime
    exhibits: int

    @property
    def case(self) -> Case:
        return self.seat.case

    @property
    def offer(self) -> str:
        return _(
            "You have been drawn to judge a case. It takes about {n} minutes. Answer by {time}, or "
            "the seat passes on. Saying no costs nothing."
        ).format(n=self.minutes, time=words.moment(self.seat.due_at))

    @property
    def minutes(self) -> int:
        return MINUTES_AT_LEAST + MINUTES_AN_EXHIBIT * self.exhibits

    @property
    def facts(self) -> list[tuple[str, str]]:
        revision = self.case.order.revision
        return [
            (_("Category"), str(revision.category)),
            (_("Claim"), self.case.get_claim_display()),
            (_("Exhibits"), str(self.exhibits)),
        ]

    @property
    def question(self) -> str:
        return words.question(self.case)

    @property
    def issue(self) -> str:
        return words.issue(self.case)

    @property
    def has_passed(self) -> bool:
        """The time ran out, whether or not a sweep has noticed."""
        late = self.seat.is_open and self.now >= self.seat.due_at
        return late or self.seat.state == SeatState.EXPIRED

    @property
    def is_over(self) -> bool:
        return self.has_passed or not self.seat.is_open

    @property
    def has_voted(self) -> bool:
        return self.seat.state == SeatState.VOTED

    @property
    def paused(self) -> bool:
        return self.case.paused_at is not None

    @property
    def receipt(self) -> str:
        return bytes(self.seat.vote.receipt).hex() if self.has_voted else ""

    @property
    def ending(self) -> str:
        """What became of the seat; of the case only once it has ended."""
        if self.has_passed:
            return _("This seat has passed to the next reviewer. Nothing you wrote was counted.")
        return {
            SeatState.VOTED: _(
                "Your vote is sealed. Points are the same whichever side you chose."
            ),
            SeatState.RECUSED: _(
                "You stepped aside. The chair passes on; nothing is held against you."
            ),
            SeatState.RELEASED: _(
                "The case ended before your vote was needed. Your seat counts as served."
            ),
            SeatState.VOIDED: _("Your seat was set aside by staff."),
        }.get(SeatState(self.seat.state), "")

    @property
    def is_decided(self) -> bool:
        """Until the close a reviewer is told nothing of the count, not even his own vote's part."""
        return self.case.state not in {CaseState.VOTING, CaseState.HUNG} and (
            self.case.winner_votes is not None or self.case.state in TERMINAL
        )

    @property
    def result(self) -> str:
        return words.sentence(self.case) if self.is_decided else ""


def seat_page(seat: Seat, now: datetime) -> SeatPage:
    count = seat.case.evidence.admitted().count()
    return SeatPage(seat, now, count)


def bundle_of(seat: Seat) -> Bundle:
    """The whole file as this seat reads it; ≤ 10 queries whatever the number of exhibits."""
    shown = reading.for_seat(seat)
    record = next((row.record for row in reversed(shown) if row.record), None)
    order = (Winner.BUYER, Winner.SELLER) if seat.buyer_left else (Winner.SELLER, Winner.BUYER)
    return Bundle(
        recorded=recorded.sections(record),
        complete=recorded.complete_words(record),
        sides=[_side(shown, party) for party in order],
        third_party=[row for row in shown if row.party == "third_party"],
    )


def _side(shown: Sequence[reading.Shown], party: Winner) -> Side:
    rows = [row for row in shown if row.party == party]
    statement_first = sorted(rows, key=lambda row: row.kind != "statement")
    silent = "" if rows else _("No statement received from this side. Silence is not an admission.")
    title = _("Buyer") if party == Winner.BUYER else _("Seller")
    return Side(party, title, statement_first, silent)
