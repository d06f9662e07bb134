"""What a case is called and what its state means, letter by letter."""

import pytest

from disputes import words
from disputes.actions import evidence
from disputes.models import Case
from disputes.page import page_for
from tests import given
from tests.disputes import world
from tests.doors import Doors
from tests.orders import world as orders
from tests.orders.world import skip

pytestmark = pytest.mark.django_db


def page(case: Case, side: str = "buyer") -> str:
    return Doors(getattr(case, side)).page.get(f"/cases/{case.pk}/").text


def test_who_files_reads_the_rule_before_the_button():
    rule = (
        "17 reviewers are drawn at random; the first side with 9 votes wins. If the margin is "
        "below 4 (9-6, 9-7, 9-8), the loser may appeal to staff within 72 hours."
    )
    order = orders.revealed()

    text = Doors(order.buyer).page.get(f"/orders/{order.pk}/case/").text

    assert words.file_rule() == rule
    assert rule in text


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_both_sides_read_that_the_money_is_frozen(side):
    frozen = (
        "¥48.00 is frozen. Only a concession by either side, an agreement, or the decision "
        "moves it."
    )

    assert frozen in page(world.filed(), side)


def test_silence_is_no_admission():
    silent = "No statement received from this side. Silence is not an admission."

    assert silent in page(world.filed())


def test_what_was_late_says_what_it_is_good_for():
    case = world.answered(world.filed())
    skip(hours=72)
    evidence.submit(case.pk, by=case.buyer, item=world.text("Found in a drawer."))

    text = page(case, "seller")

    assert "It is kept, but reviewers do not see it. You may offer it again on appeal." in text


def test_while_reviewers_read_both_are_told_that_nobody_sees_votes():
    voting = (
        "17 reviewers are reading. The first side with 9 votes wins. Nobody, including Fairhand "
        "staff, can see votes before the end."
    )
    case = world.voting()

    assert voting in page(case)
    assert voting in page(case, "seller")


def test_a_wide_verdict_says_that_it_is_final():
    case = world.decided(buyer=9, seller=2)

    decided = (
        "Decided 9-2 for the buyer. The margin is 7, not below 4: this decision is final here."
    )
    assert words.sentence(case) == decided


def test_a_narrow_verdict_says_who_may_appeal_and_what_happens_otherwise():
    case = world.decided(buyer=8, seller=9)
    until = words.moment(case.appeal_due_at)

    assert words.sentence(case) == (
        "Decided 9-8 for the seller. The margin is 1, below 4: the buyer may appeal until "
        f"{until}. Money stays held."
    )
    assert words.escalated_more(case) == (
        "The case is at the staff desk. Without an appeal the decision stands and is carried out "
        f"on {until}."
    )


def test_both_sides_have_one_form_with_the_same_limits():
    case = world.filed()

    forms = [
        _form(Doors(person).page.get(f"/cases/{case.pk}/evidence/").source)
        for person in (case.buyer, case.seller)
    ]

    assert forms[0] == forms[1]
    assert 'maxlength="5000"' in forms[0]


def _form(source: str) -> str:
    """The form without the token that differs for each reader."""
    start = source.index("<form", source.index("<main"))
    form = source[start : source.index("</form>", start)]
    return "\n".join(line for line in form.splitlines() if "csrfmiddlewaretoken" not in line)


def test_each_side_sees_its_own_column_first_and_both_under_the_same_heads():
    case = world.answered(world.filed())

    titles = {
        side: [column.title for column in page_for(case, person, case.filed_at).columns]
        for side, person in (("buyer", case.buyer), ("seller", case.seller))
    }

    assert titles == {"buyer": ["Buyer (you)", "Seller"], "seller": ["Seller (you)", "Buyer"]}
    assert given.again(case.order).state == "DISPUTED"
