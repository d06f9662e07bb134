"""Pure: what the public page says about chance, from closed forms (court.md's tables).

Reviewers are taken as independent, each reading rightly with chance `p`.
"""

from dataclasses import dataclass
from math import comb, exp, lgamma

SEATS, TO_WIN = 17, 9
NARROW = range(6, 9)  # the loser's votes that leave the way to staff open


@dataclass(frozen=True)
class Row:
    """What a panel does whose reviewers each read rightly with chance `p`."""

    p: float
    wrong: float
    mean_votes: float
    appealable: float
    wrong_and_final: float
    wrong_ones_appealable: float
    staff_must_beat: float
    right_given: tuple[float, float, float, float]


def orders_of_arrival(loser: int) -> int:
    """In how many orders votes can arrive that end 9 to `loser`."""
    return comb(TO_WIN - 1 + loser, loser)


def right(p: float, loser: int) -> float:
    """The chance of a right verdict 9 to `loser`."""
    return float(orders_of_arrival(loser) * p**TO_WIN * (1 - p) ** loser)


def wrong(p: float, loser: int) -> float:
    return right(1 - p, loser)


def row(p: float) -> Row:
    tallies = range(TO_WIN)
    all_wrong = sum(wrong(p, k) for k in tallies)
    narrow_wrong = sum(wrong(p, k) for k in NARROW)
    narrow = narrow_wrong + sum(right(p, k) for k in NARROW)
    votes = sum((TO_WIN + k) * (right(p, k) + wrong(p, k)) for k in tallies)
    given = [right(p, k) / (right(p, k) + wrong(p, k)) for k in (5, 6, 7, 8)]
    return Row(
        p=p,
        wrong=all_wrong,
        mean_votes=votes,
        appealable=narrow,
        wrong_and_final=all_wrong - narrow_wrong,
        wrong_ones_appealable=narrow_wrong / all_wrong,
        staff_must_beat=1 - narrow_wrong / narrow,
        right_given=(given[0], given[1], given[2], given[3]),
    )


def appealable_order(winner: int) -> float:
    """Of all orders in which 17 votes can arrive, `winner` of them for one side, how many end
    narrow when counting stops at the ninth."""
    loser = SEATS - winner
    whole = comb(SEATS, winner)
    narrow = sum(
        orders_of_arrival(k) * comb(SEATS - TO_WIN - k, winner - TO_WIN)
        for k in NARROW
        if k <= loser and winner - TO_WIN <= SEATS - TO_WIN - k
    )
    return narrow / whole


# --- People who agreed beforehand -----------------------------------------------------------------
def seats_at_least(share: float, seats: int) -> float:
    """The chance that colluders, `share` of the roster, get `seats` chairs or more of 17."""
    return float(
        sum(comb(SEATS, k) * share**k * (1 - share) ** (SEATS - k) for k in range(seats, SEATS + 1))
    )


def their_side_wins(share: float, p: float) -> float:
    """The chance that the wrong side wins, when colluders always vote for it."""
    return seats_at_least(share + (1 - share) * (1 - p), TO_WIN)


def weight_of_a_clique(share: float, answers: float) -> float:
    """The clique's share of those who answer, when others answer with chance `answers`."""
    return share / (share + (1 - share) * answers)


# --- What the tables leave out --------------------------------------------------------------------
def wrong_with_common_bias(p: float, correlation: float) -> float:
    """The chance of a wrong verdict when reviewers of one panel err together.

    Their chance of erring is drawn once a panel from a beta distribution with mean 1 - p and this
    correlation between any two of them (the beta-binomial).
    """
    spread = (1 - correlation) / correlation
    err, read = (1 - p) * spread, p * spread
    return sum(
        comb(SEATS, k) * exp(_log_beta(err + k, read + SEATS - k) - _log_beta(err, read))
        for k in range(TO_WIN, SEATS + 1)
    )


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def decided_within(invitations: int, answered: float, p: float) -> float:
    """The chance that a side has nine votes once every chair was offered this often in a row.

    A chair is offered to the next name every 12 hours; each invitation is answered with chance
    `answered`, each answer is right with chance `p`.
    """
    voted = 1 - (1 - answered) ** invitations
    return seats_at_least(voted * p, TO_WIN) + seats_at_least(voted * (1 - p), TO_WIN)


# --- The tables of the page -----------------------------------------------------------------------
ACCURACIES = (0.55, 0.60, 0.65, 0.70, 0.75, 0.80)
SHARES = (0.01, 0.05, 0.10, 0.20, 0.25)


def accuracy_table() -> list[Row]:
    return [row(p) for p in ACCURACIES]


def collusion_table() -> list[tuple[float, float, float, tuple[float, ...]]]:
    """Share; one seat or more; nine or more; their side wins with others at .6, .7, .8."""
    return [
        (
            share,
            seats_at_least(share, 1),
            seats_at_least(share, TO_WIN),
            tuple(their_side_wins(share, p) for p in (0.6, 0.7, 0.8)),
        )
        for share in SHARES
    ]
