"""A reviewer's own page: open seats, history after the close, points, practice, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from disputes import eligibility, practice
from disputes.actions import service
from disputes.claims import CLAIMS, QUESTION_ALL
from disputes.models import JurorProfile, JurorState, PracticeVote, Seat, Winner
from disputes.models.jury import OPEN_SEAT
from disputes.practice_cases import PracticeCase
from disputes.rules import CURRENT, RULES
from disputes.seat_page import SeatPage, seat_page
from disputes.words import moment
from marketplace.lib.money import yuan

HISTORY = 20


@dataclass(frozen=True)
class DutyPage:
    profile: JurorProfile | None
    open_seats: Sequence[SeatPage]
    history: Sequence[SeatPage]
    missing: Sequence[str]
    now: datetime

    @property
    def state_words(self) -> str:
        if self.profile is None:
            return _("You are not a reviewer yet.")
        if self.profile.state == JurorState.PAUSED:
            return _("Paused until {time}.").format(time=moment(self.profile.paused_until))
        return str(JurorState(self.profile.state).label)

    @property
    def is_practising(self) -> bool:
        return self.profile is not None and self.profile.state == JurorState.PRACTISING

    @property
    def is_active(self) -> bool:
        return self.profile is not None and self.profile.state == JurorState.ACTIVE

    @property
    def may_join(self) -> bool:
        return self.profile is None or self.profile.state in {JurorState.STOPPED, JurorState.PAUSED}

    @property
    def facts(self) -> list[tuple[str, str]]:
        if self.profile is None:
            return []
        return [
            (_("Seats served"), str(self.profile.served)),
            (_("Points"), str(self.profile.points)),
        ]


def duty_page(person: User, now: datetime) -> DutyPage:
    seats = Seat.objects.filter(juror=person).select_related(
        "case__order__revision__category", "vote"
    )
    open_seats = [
        seat_page(seat, now) for seat in seats.filter(state__in=OPEN_SEAT, due_at__gt=now)
    ]
    ended = seats.exclude(state__in=OPEN_SEAT)[:HISTORY]
    return DutyPage(
        profile=JurorProfile.objects.filter(pk=person.pk).first(),
        open_seats=open_seats,
        history=[SeatPage(seat, now, 0) for seat in ended],
        missing=[str(each.words) for each in eligibility.unmet(person, at=now)],
        now=now,
    )


# --- Practice -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PracticeShown:
    """An invented case in the words of a real one."""

    case: PracticeCase

    @property
    def question(self) -> str:
        amount = yuan(self.case.amount)
        return str(QUESTION_ALL).format(demand=amount, amount=amount)

    @property
    def answer_words(self) -> str:
        side = _("For the buyer") if self.case.side == Winner.BUYER else _("For the seller")
        labels = CLAIMS[self.case.claim].findings
        return f"{side}: " + "; ".join(str(labels[key]) for key in self.case.findings)


def shown(case: PracticeCase) -> PracticeShown:
    return PracticeShown(case)


@dataclass(frozen=True)
class PracticeRow:
    case: PracticeCase
    answer: PracticeVote | None


@dataclass(frozen=True)
class PracticePage:
    rows: Sequence[PracticeRow]
    done: int
    agreed: int
    needed: int

    @property
    def words(self) -> str:
        return _("{done} of {needed} answered, {agreed} like the model answer.").format(
            done=self.done, needed=self.needed, agreed=self.agreed
        )


def practice_page(person: User) -> PracticePage:
    given = {row.practice_case: row for row in PracticeVote.objects.filter(juror=person)}
    chosen = service.to_practise(person)
    mine = [given[case.slug] for case in chosen if case.slug in given]
    return PracticePage(
        rows=[PracticeRow(case, given.get(case.slug)) for case in chosen],
        done=len(mine),
        agreed=sum(row.agreed for row in mine),
        needed=RULES[CURRENT].practice_cases,
    )


def practice_row(person: User, slug: str) -> PracticeRow:
    """One case of the bank with the person's own answer, if there is one."""
    return PracticeRow(practice.CASES[slug], answer_of(person, slug))


def answer_of(person: User, slug: str) -> PracticeVote | None:
    return PracticeVote.objects.filter(juror=person, practice_case=slug).first()
