"""How the court works, in numbers: the rules in force, its odds, every roster so far."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from disputes import odds, verdict
from disputes.models import Roster
from disputes.rules import CURRENT, RULES, Rules
from disputes.states import COURSE, LIVE, SETTLABLE, CaseState, CaseStep

SHOWN_ROSTERS = 20


@dataclass(frozen=True)
class TallyRow:
    tally: str
    votes: int
    margin: int
    narrow: bool
    orders: int


@dataclass(frozen=True)
class StepRow:
    """One row of the course, in words."""

    step: str
    sources: str
    target: str


def rules() -> Rules:
    return RULES[CURRENT]


def tallies() -> Sequence[TallyRow]:
    now = rules()
    win = now.votes_to_win
    return [
        TallyRow(
            tally=f"{win}-{loser}",
            votes=win + loser,
            margin=win - loser,
            narrow=verdict.is_narrow(win, loser, now),
            orders=odds.orders_of_arrival(loser),
        )
        for loser in range(win)
    ]


def constants() -> list[tuple[str, str]]:
    now = rules()
    hours = _("{n} hours")
    return [
        (_("Evidence, both sides alike"), hours.format(n=now.evidence_hours)),
        (_("Reviewers drawn"), str(now.panel_size)),
        (_("Votes that win"), str(now.votes_to_win)),
        (_("A seat is kept for"), hours.format(n=now.seat_ttl_hours)),
        (_("Ballot, and once more"), f"{now.ballot_hours} + {now.extension_hours} h"),
        (_("Margin that can be appealed"), _("below {n}").format(n=now.appeal_margin)),
        (_("Time to appeal"), hours.format(n=now.appeal_window_hours)),
        (_("Staff decide within"), _("{n} days").format(n=now.staff_sla_days)),
        (_("Smallest pool of reviewers"), str(now.min_pool)),
    ]


def course() -> Sequence[StepRow]:
    return [
        StepRow(
            step=str(CaseStep(step).label),
            sources=_states(row.sources),
            target=_states(row.targets) or "–",
        )
        for step, row in COURSE.items()
    ]


def _states(states: Collection[str]) -> str:
    """By their names; what holds for every case that has not ended, or for most, in few words."""
    found = [each for each in CaseState if each in states]
    if set(found) == set(LIVE):
        return _("every state but the last ones")
    if set(found) == set(SETTLABLE):
        return _("every state before the decision is carried out")
    return "; ".join(str(each.label) for each in found)


def percent(share: float, digits: int = 2) -> str:
    return f"{share * 100:.{digits}f} %"


def accuracy() -> list[list[str]]:
    return [
        [
            f"{row.p:.2f}",
            percent(row.wrong),
            f"{row.mean_votes:.2f}",
            percent(row.appealable, 1),
            percent(row.wrong_and_final),
            percent(row.wrong_ones_appealable, 1),
            percent(row.staff_must_beat, 1),
            " / ".join(f"{each:.3f}" for each in row.right_given),
        ]
        for row in odds.accuracy_table()
    ]


def collusion() -> list[list[str]]:
    return [
        [
            percent(share, 0),
            percent(one, 1),
            f"{nine:.1e}",
            " / ".join(f"{each:.3f}" for each in wins),
        ]
        for share, one, nine, wins in odds.collusion_table()
    ]


def left_out() -> list[str]:
    """What the tables take for granted: that others answer, that nobody errs with the others."""
    share, answers, p, bias = 0.1, 0.3, 0.7, 0.1
    weight = odds.weight_of_a_clique(share, answers)
    silence = _(
        "Silence lends weight to a clique: if others answer with chance {answers}, {share} of the "
        "roster acts like {weight}, and gets nine seats in {nine} of all panels."
    )
    together = _(
        "Reviewers who judge alike err together: with a correlation of {bias} within a panel and "
        "p = {p}, {alike} of all verdicts are wrong instead of {alone}. Good exhibits matter more "
        "than more reviewers."
    )
    time = _(
        "With half of all invitations answered and p = {p}, a case is decided within 24 / 48 / 72 "
        "hours in {times} of all cases."
    )
    within = [percent(odds.decided_within(n, 0.5, p), 1) for n in (2, 4, 6)]
    return [
        silence.format(
            answers=answers,
            share=percent(share, 0),
            weight=percent(weight, 0),
            nine=percent(odds.seats_at_least(weight, odds.TO_WIN), 1),
        ),
        together.format(
            bias=bias,
            p=p,
            alike=percent(odds.wrong_with_common_bias(p, bias), 1),
            alone=percent(odds.row(p).wrong, 1),
        ),
        time.format(p=p, times=" / ".join(within)),
    ]


def rosters() -> Sequence[Roster]:
    """The newest ones with their chain; a query without their chunk hashes."""
    return list(Roster.objects.defer("chunk_hashes", "pseudonym_key")[:SHOWN_ROSTERS])
