"""The numbers on the public page, cell by cell."""

import itertools
import random

import pytest
from django.test import Client

from disputes import odds, verdict
from disputes.rules import RULES

COURT_1 = RULES["court/1"]

# p: wrong %, mean votes, appealable %, wrong and final %, wrong ones appealable %,
# staff must beat %, right given 9-5 9-6 9-7 9-8
TABLE = {
    0.55: (33.74, 14.51, 54.4, 11.89, 64.8, 59.8, (0.691, 0.646, 0.599, 0.550)),
    0.60: (19.89, 14.08, 45.6, 5.83, 70.7, 69.2, (0.835, 0.771, 0.692, 0.600)),
    0.65: (9.94, 13.46, 33.5, 2.43, 75.5, 77.6, (0.923, 0.865, 0.775, 0.650)),
    0.70: (4.03, 12.72, 21.1, 0.83, 79.4, 84.9, (0.967, 0.927, 0.845, 0.700)),
    0.75: (1.24, 11.96, 11.0, 0.22, 82.6, 90.7, (0.988, 0.964, 0.900, 0.750)),
    0.80: (0.26, 11.24, 4.3, 0.04, 85.2, 94.9, (0.996, 0.985, 0.941, 0.800)),
}
COLLUSION = {
    0.01: (15.7, 2.3e-14, (0.214, 0.046, 0.003)),
    0.05: (58.2, 3.3e-8, (0.278, 0.078, 0.009)),
    0.10: (83.3, 1.1e-5, (0.369, 0.134, 0.026)),
    0.20: (97.7, 2.6e-3, (0.566, 0.307, 0.116)),
    0.25: (99.2, 1.2e-2, (0.663, 0.417, 0.199)),
}


@pytest.mark.parametrize("row", odds.accuracy_table(), ids=lambda row: str(row.p))
def test_every_cell_of_the_accuracy_table(row: odds.Row):
    wrong, votes, appealable, final, theirs, beat, given_tally = TABLE[row.p]

    assert row.wrong * 100 == pytest.approx(wrong, abs=0.005)
    assert row.mean_votes == pytest.approx(votes, abs=0.005)
    assert row.appealable * 100 == pytest.approx(appealable, abs=0.05)
    assert row.wrong_and_final * 100 == pytest.approx(final, abs=0.005)
    assert row.wrong_ones_appealable * 100 == pytest.approx(theirs, abs=0.05)
    assert row.staff_must_beat * 100 == pytest.approx(beat, abs=0.05)
    assert row.right_given == pytest.approx(given_tally, abs=0.0006)


@pytest.mark.parametrize("row", odds.collusion_table(), ids=lambda row: str(row[0]))
def test_every_cell_of_the_collusion_table(row: tuple[float, float, float, tuple[float, ...]]):
    share, one, nine, wins = row
    expected_one, expected_nine, expected_wins = COLLUSION[share]

    assert one * 100 == pytest.approx(expected_one, abs=0.05)
    assert nine == pytest.approx(expected_nine, rel=0.05)
    assert wins == pytest.approx(expected_wins, abs=0.0006)


@pytest.mark.parametrize(
    ("winner", "share"), [(9, 0.918), (10, 0.640), (11, 0.243), (12, 0), (13, 0)]
)
def test_how_often_a_full_split_would_be_appealable(winner: int, share: float):
    assert odds.appealable_order(winner) == pytest.approx(share, abs=0.0006)


def test_silence_lends_weight_to_a_clique():
    weight = odds.weight_of_a_clique(0.10, 0.3)

    assert weight == pytest.approx(0.27, abs=0.005)
    assert odds.seats_at_least(weight, 9) == pytest.approx(0.021, abs=0.001)


def test_reviewers_who_err_together_err_more_often():
    assert odds.wrong_with_common_bias(0.7, 0.1) * 100 == pytest.approx(14.5, abs=0.05)
    assert odds.wrong_with_common_bias(0.7, 1e-6) == pytest.approx(odds.row(0.7).wrong, abs=1e-5)


@pytest.mark.parametrize(("hours", "share"), [(24, 58.9), (48, 93.7), (72, 98.6)])
def test_how_soon_a_case_is_decided_when_half_of_all_invitations_are_answered(hours, share):
    invitations = hours // COURT_1.seat_ttl_hours

    assert odds.decided_within(invitations, 0.5, 0.7) * 100 == pytest.approx(share, abs=0.05)


@pytest.mark.scenario("A38")
def test_a38_for_every_order_of_17_votes_first_to_nine_has_the_winner_of_the_full_count():
    """All 131,072 of them."""
    for votes in itertools.product(("buyer", "seller"), repeat=17):
        full = "buyer" if votes.count("buyer") > votes.count("seller") else "seller"

        found = verdict.first_to_win(votes, COURT_1)

        assert found is not None
        winner, counted, loser = found
        assert winner == full
        assert counted == 9 + loser <= 17


@pytest.mark.scenario("A38")
def test_a38_a_quarter_of_colluders_captures_as_often_as_said():
    """100,000 panels, fixed seed: within four sigma of .01238."""
    chance, panels = 0.01238, 100_000
    source = random.Random(17)  # noqa: S311 - a simulation
    captured = sum(
        (source.getrandbits(17) & source.getrandbits(17)).bit_count() >= 9 for _ in range(panels)
    )

    spread = (panels * chance * (1 - chance)) ** 0.5

    assert abs(captured - panels * chance) < 4 * spread


@pytest.mark.parametrize("loser", range(9))
def test_a_margin_of_four_is_not_below_four(loser: int):
    assert verdict.is_narrow(9, loser, COURT_1) == (loser >= 6)


def test_a_lost_case_weighs_by_its_margin():
    points = [verdict.standing_points(loser) for loser in range(9)]

    assert points == [-40, -40, -40, -30, -30, -30, -15, -10, -5]


@pytest.mark.parametrize("side", ["Buyer", "", "nobody"])
def test_a_vote_is_for_one_of_the_two_sides(side: str):
    with pytest.raises(ValueError, match="no vote"):
        verdict.count([side])


@pytest.mark.django_db
def test_the_public_page_says_what_its_tables_take_for_granted():
    page = Client().get("/court/").content.decode()

    assert "10 % of the roster acts like 27 %, and gets nine seats in 2.1 % of all panels" in page
    assert "14.5 % of all verdicts are wrong instead of 4.0 %" in page
    assert "58.9 % / 93.7 % / 98.6 %" in page
