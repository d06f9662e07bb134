"""The pages of the seller's codes: what is typed there is never shown again."""

from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from listings.models import Listing
from orders.escrow.models import Code
from tests import given

pytestmark = pytest.mark.usefixtures("market")


@pytest.fixture
def li() -> User:
    return given.person("Li")


@pytest.fixture
def offer(li: User) -> Listing:
    return given.listing(li, quantity=3)


@pytest.fixture
def browser(li: User) -> Client:
    client = Client()
    client.force_login(li)
    return client


def test_a_refused_code_is_not_shown_again(browser, offer):
    typed = {
        "listing": str(offer.pk),
        "number": "9999888877776666",
        "secret": f"X{uuid4().hex[:9]}",
    }

    page = browser.post("/codes/seal/", typed)

    assert page.status_code == 409
    assert typed["number"] not in page.content.decode()
    assert typed["secret"] not in page.content.decode()


def test_several_codes_are_sealed_line_by_line(browser, offer):
    first, second = given.card(), given.card()
    lines = f"{first.number}, {first.secret}\n\n{second.number},{second.secret}"

    page = browser.post("/codes/seal/many/", {"listing": str(offer.pk), "lines": lines})

    assert page.status_code == 302
    assert Code.objects.filter(listing_id=offer.pk, state="SEALED").count() == 2


def test_a_refused_line_is_named_by_its_number_alone(browser, offer):
    good = given.card()
    lines = f"1111222233334444,ABCDEFGH\n{good.number},{good.secret}"

    page = browser.post("/codes/seal/many/", {"listing": str(offer.pk), "lines": lines})

    shown = page.content.decode()
    assert "Line 1: " in shown
    assert "1111222233334444" not in shown
    assert good.number not in shown
    assert Code.objects.count() == 1


def test_more_than_fifty_lines_seal_nothing(browser, offer):
    lines = "\n".join(f"{number:016},ABCDEFGH" for number in range(51))

    page = browser.post("/codes/seal/many/", {"listing": str(offer.pk), "lines": lines})

    assert "Nothing was sealed" in page.content.decode()
    assert not Code.objects.exists()
