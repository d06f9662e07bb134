"""What a payment is does not depend on the order or the number of the messages about it."""

from hypothesis import given
from hypothesis import strategies as st

from orders.escrow.fold import RANK, Fact, fold
from orders.escrow.models import PaymentState
from orders.escrow.payments import OPEN

FACTS = [
    Fact("PENDING", "intent"),
    Fact("EXPIRED", "closed by us"),
    Fact("EXPIRED", "evt_1"),
    Fact("FAILED", "evt_2"),
    Fact("STRAY", "capture_2", 4_799),
    Fact("CAPTURED", "capture_1", 4_800),
    Fact("REFUNDED", "refund_1", 1_800),
    Fact("REFUNDED", "refund_2", 3_000),
]
some_facts = st.lists(st.sampled_from(FACTS))


@given(facts=some_facts, data=st.data())
def test_any_order_and_any_repeats_give_the_same_state(
    facts: list[Fact], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(facts))
    repeated = shuffled + data.draw(st.lists(st.sampled_from(facts)) if facts else st.just([]))

    assert fold(repeated) == fold(facts)


@given(facts=some_facts, more=some_facts)
def test_no_further_message_makes_an_ended_payment_payable_again(
    facts: list[Fact], more: list[Fact]
) -> None:
    before, after = fold(facts), fold(facts + more)

    assert before in OPEN or after not in OPEN


@given(facts=some_facts)
def test_the_state_is_always_one_that_people_have_words_for(facts: list[Fact]) -> None:
    assert fold(facts) in PaymentState.values


def test_of_nothing_known_a_payment_is_only_starting() -> None:
    assert fold([]) == RANK[0] == "CREATED"


def test_a_failure_told_after_the_capture_changes_nothing() -> None:
    captured = Fact("CAPTURED", "capture_1", 4_800)

    assert fold([captured, Fact("FAILED", "evt"), Fact("EXPIRED", "evt")]) == "CAPTURED"


def test_a_refund_of_a_part_and_of_all_are_told_apart() -> None:
    captured = Fact("CAPTURED", "capture_1", 4_800)
    part, rest = Fact("REFUNDED", "r1", 1_800), Fact("REFUNDED", "r2", 3_000)

    assert fold([captured, part]) == "PARTLY_REFUNDED"
    assert fold([captured, part, part]) == "PARTLY_REFUNDED"
    assert fold([rest, captured, part]) == "REFUNDED"


def test_money_that_was_not_wanted_says_nothing_of_the_money_that_is_held() -> None:
    stray, captured = Fact("STRAY", "capture_2", 4_800), Fact("CAPTURED", "capture_1", 4_800)

    assert fold([stray, Fact("FAILED", "evt")]) == "STRAY"
    assert fold([stray, captured]) == "CAPTURED"
