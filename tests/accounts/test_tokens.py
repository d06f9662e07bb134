"""Personal tokens: shown once, kept as a hash, held to their scopes and dates."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts import reauth
from accounts.actions.tokens import MOST_TOKENS, create_token, revoke_token
from accounts.api.authentication import TokenAuthentication, require_scope, require_session
from accounts.models import Token
from marketplace.lib import clock
from tests.accounts import people
from tests.conftest import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def li():
    return people.person("Li")


def asking(value: str) -> Request:
    plain = RequestFactory().get("/api/v1/me/", headers={"Authorization": f"Bearer {value}"})
    request = APIView().initialize_request(plain)
    request.authenticators = [TokenAuthentication()]
    return request


def test_a_token_lets_its_person_in(li):
    token, value = create_token(li.pk, name="t", scopes=["read"], by=li)

    request = asking(value)

    assert request.user == li
    assert request.auth == token


def test_only_a_hash_of_the_token_is_kept(li):
    token, value = create_token(li.pk, name="t", scopes=["read"], by=li)

    assert value == f"fh_{token.prefix}_{value[12:]}"
    assert len(value[12:]) == 43
    assert value[12:] not in str(Token.objects.values())


@pytest.mark.parametrize("value", ["fh_12345678_x", "nonsense", "", "fh__", "fh_1"])
def test_an_unknown_token_is_invalid(value):
    with refused("token_invalid"):
        _ = asking(value).user


def test_a_token_with_one_letter_changed_is_invalid(li):
    _token, value = create_token(li.pk, name="t", scopes=["read"], by=li)
    changed = value[:-1] + ("a" if value[-1] != "a" else "b")

    with refused("token_invalid"):
        _ = asking(changed).user


def test_a_revoked_token_is_invalid_and_an_old_one_expired(li):
    first, value = create_token(li.pk, name="t", scopes=["read"], by=li)
    second, other = create_token(li.pk, name="t", scopes=["read"], by=li)
    revoke_token(first.pk, by=li)
    Token.objects.filter(pk=second.pk).update(expires_at=clock.now())

    with refused("token_invalid"):
        _ = asking(value).user
    with refused("token_expired"):
        _ = asking(other).user


def test_a_token_does_only_what_it_was_made_for(li):
    _token, value = create_token(li.pk, name="t", scopes=["read"], by=li)
    request = asking(value)
    assert request.user == li

    require_scope(request, "read")
    with refused("scope_missing") as caught:
        require_scope(request, "trade")
    assert caught.value.facts["scope"] == "trade"
    with refused("scope_missing"):
        require_session(request)


def test_the_proof_of_a_token_lasts_fifteen_minutes_and_is_its_own(li):
    _token, value = create_token(li.pk, name="t", scopes=["codes"], by=li)
    _other, other_value = create_token(li.pk, name="u", scopes=["codes"], by=li)
    request, other = asking(value), asking(other_value)
    assert (request.user, other.user) == (li, li)

    with refused("reauth_required"):
        reauth.require_fresh(request)
    reauth.mark(request)

    assert reauth.is_fresh(request)
    assert not reauth.is_fresh(other)
    Token.objects.filter(name="t").update(
        reauthenticated_at=clock.now() - timedelta(minutes=15, seconds=1)
    )
    late = asking(value)
    assert late.user == li
    assert not reauth.is_fresh(late)


def test_an_eleventh_token_is_refused(li):
    for _ in range(MOST_TOKENS):
        create_token(li.pk, name="t", scopes=["read"], by=li)

    with refused("too_many_tokens"):
        create_token(li.pk, name="t", scopes=["read"], by=li)


@pytest.mark.parametrize("bad", [{"scopes": ["all"]}, {"scopes": []}, {"days": 366}, {"days": 0}])
def test_wrong_scopes_and_days_are_refused(li, bad):
    with refused("invalid"):
        create_token(li.pk, **{"name": "t", "scopes": ["read"], "by": li} | bad)


def test_nobody_makes_or_ends_anothers_token(li):
    token, _value = create_token(li.pk, name="t", scopes=["read"], by=li)
    stranger = people.person()

    with refused("not_found"):
        create_token(li.pk, name="t", scopes=["read"], by=stranger)
    answer = people.signed_in(stranger).post(f"/me/tokens/{token.pk}/end/")

    assert answer.status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_the_page_shows_a_new_token_once(li):
    client = people.signed_in(li)

    made = client.post("/me/tokens/", {"name": "Till", "scopes": ["read"], "days": 30})
    again = client.get("/me/tokens/")

    value = made.context["value"]
    assert value in made.content.decode()
    assert value not in again.content.decode()
    assert "Till" in again.content.decode()
