"""A seat, a ballot, the ninth vote: what a reviewer may do, and what the count makes of it."""

import pytest

from disputes.models import OpenedVote
from disputes.states import CaseState
from tests.conftest import settle
from tests.disputes import world

pytestmark = pytest.mark.django_db

NINE = ["buyer"] * 9


@pytest.mark.parametrize("against", range(9))
def test_the_ninth_vote_closes_the_case_with_exactly_this_tally(against):
    case = world.voting()

    ended = world.cast_all(case, ["seller"] * against + NINE)

    settle()
    assert (ended.winner, ended.winner_votes, ended.loser_votes) == ("buyer", 9, against)
    narrow = 9 - against < 4
    assert ended.state == (CaseState.ESCALATED if narrow else CaseState.DECIDED)
    assert OpenedVote.objects.filter(case=case).count() == 9 + against
