"""Who pays what: pure arithmetic that never makes or loses a fen."""

from hypothesis import given
from hypothesis import strategies as st

from marketplace.lib.money import Fen, fee
from orders.escrow.codes import AccountCode
from orders.escrow.waterfall import draw, fee_given_back, net_debt

FEN = st.integers(min_value=0, max_value=10**9).map(Fen)
PURSES = st.lists(FEN, max_size=6).map(
    lambda held: [(AccountCode(f"wallet:{place}"), amount) for place, amount in enumerate(held)]
)


@given(amount=FEN, purses=PURSES)
def test_what_is_taken_and_what_is_missing_is_the_whole(amount, purses):
    drawn = draw(amount, purses)

    assert drawn.total + drawn.missing == amount
    assert all(0 < part <= dict(purses)[code] for code, part in drawn.taken)


@given(amount=FEN, purses=PURSES)
def test_a_purse_is_emptied_before_the_next_is_touched(amount, purses):
    taken = dict(draw(amount, purses).taken)

    touched = [place for place, (code, held) in enumerate(purses) if taken.get(code, 0)]
    for code, held in purses[: max(touched, default=0)]:
        assert taken.get(code, 0) == held


def test_an_overdrawn_purse_gives_nothing():
    drawn = draw(Fen(5), [(AccountCode("wallet:a"), Fen(-3)), (AccountCode("wallet:b"), Fen(9))])

    assert drawn.taken == (("wallet:b", 5),)


@given(total=FEN, share=st.floats(0, 1), bps=st.integers(0, 10_000))
def test_the_fee_given_back_in_parts_is_the_fee(total, share, bps):
    first = Fen(int(total * share))
    rest = Fen(total - first)

    parts = fee_given_back(total, Fen(0), first, bps) + fee_given_back(total, first, rest, bps)

    assert parts == fee(total, bps)


@given(income=FEN, owed=FEN, claimed=FEN)
def test_income_pays_no_more_than_is_owed_and_the_fund_first(income, owed, claimed):
    netted = net_debt(income, owed=owed, claimed=claimed)

    assert netted.paid == min(income, owed)
    assert netted.to_fund == min(netted.paid, claimed)
