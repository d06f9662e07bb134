"""The sandbox issuer's counter: cards to hand out, using one, and how the issuer behaves."""

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.sandbox import issuer
from marketplace.sandbox.models import IssuerCard
from tests.escrow import money

pytestmark = pytest.mark.django_db

PAGE = reverse("sandbox_issuer")


@pytest.fixture
def client() -> Client:
    signed_in = Client()
    signed_in.force_login(money.person("Mei"))
    return signed_in


def test_a_person_makes_a_card_and_reads_its_code(client: Client) -> None:
    client.post(reverse("sandbox_issuer_make"), {"face_value": "48.50"})

    card = IssuerCard.objects.get()
    page = client.get(PAGE).content.decode()
    assert card.face_value == card.balance == 4_850
    assert card.number in page
    assert card.secret in page


def test_nobody_reads_the_cards_of_others(client: Client) -> None:
    card = issuer.make_card(5_000, by=money.person("Wang"))

    page = client.get(PAGE).content.decode()

    assert card.number not in page
    assert card.secret not in page
    assert Client().get(PAGE).status_code == 302


@pytest.mark.parametrize("typed", ["", "fifty", "-1", "0", "50000"])
def test_a_face_value_that_is_none_is_told_at_its_field(client: Client, typed: str) -> None:
    answer = client.post(reverse("sandbox_issuer_make"), {"face_value": typed})

    assert answer.status_code == 400
    assert b'href="#id_face_value"' in answer.content
    assert not IssuerCard.objects.exists()


def test_whoever_has_the_number_uses_the_card(client: Client) -> None:
    card = issuer.make_card(5_000, by=money.person("Wang"))
    spaced = f"{card.number[:4]} {card.number[4:]}"

    client.post(reverse("sandbox_issuer_redeem"), {"number": spaced})

    card.refresh_from_db()
    assert (card.balance, card.redeemed_at is None) == (0, False)


def test_the_issuer_behaves_as_it_was_told(client: Client) -> None:
    client.post(reverse("sandbox_issuer_mode"), {"mode": "down"})

    assert issuer.current_mode() == "down"


@pytest.mark.parametrize("name", ["make", "redeem", "mode", "check"])
def test_nothing_of_the_issuer_changes_on_get(client: Client, name: str) -> None:
    assert client.get(reverse(f"sandbox_issuer_{name}")).status_code == 405


def test_an_unsigned_question_gets_no_answer() -> None:
    card = issuer.make_card(5_000)
    body = {"number": card.number, "secret": card.secret}

    answer = Client(enforce_csrf_checks=True).post(
        reverse("sandbox_issuer_check"), body, content_type="application/json"
    )

    assert answer.status_code == 400
    assert answer.json() == {"error": "bad_signature"}
