"""The desk's two queues of money: two different people, through the admin pages."""

import pytest
from django.test import Client
from django.urls import reverse

from orders.escrow.models import FundClaim
from tests.escrow import money
from tests.escrow.test_fund import big_claim  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """A new member of staff at the desk, each time it is called."""

    def sign_in() -> Client:
        client = Client()
        client.force_login(money.person("Desk", is_staff=True, is_superuser=True))
        return client

    return sign_in


def say_yes(client: Client, claim: FundClaim):
    address = reverse("admin:escrow_fundclaim_change", args=[claim.pk])
    return client.post(address, {"answer": "yes", "reason": ""})


def test_two_people_at_the_desk_let_the_fund_pay(desk, big_claim):  # noqa: F811
    say_yes(desk(), big_claim)
    assert FundClaim.objects.get().state == "WAITING"

    say_yes(desk(), big_claim)

    assert FundClaim.objects.get().state == "PAID"


def test_one_person_at_the_desk_is_refused_the_second_yes(desk, big_claim):  # noqa: F811
    one = desk()
    say_yes(one, big_claim)

    answer = say_yes(one, big_claim)

    assert answer.status_code == 403
    assert FundClaim.objects.get().state == "WAITING"


def test_a_decided_claim_can_only_be_read(desk, big_claim):  # noqa: F811
    say_yes(desk(), big_claim)
    say_yes(desk(), big_claim)

    page = desk().get(reverse("admin:escrow_fundclaim_change", args=[big_claim.pk]))

    assert page.status_code == 200
    assert b'name="answer"' not in page.content


@pytest.mark.parametrize("name", ["transfer", "balance", "payment", "code", "reveal", "payout"])
def test_every_book_opens_at_the_desk(desk, big_claim, name):  # noqa: F811
    page = desk().get(reverse(f"admin:escrow_{name}_changelist"))

    assert page.status_code == 200
