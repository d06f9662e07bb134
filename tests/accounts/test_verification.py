"""Levels: a phone, then a real name; one of each belongs to one account, and nothing is plain."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.identity.actions.phone import confirm_phone, send_phone_code
from accounts.identity.actions.verification import masked, verify_identity
from accounts.identity.models import IdentityRead, Mark, PhoneCode, Record
from accounts.identity.phones import normal
from accounts.models import Level
from accounts.policies import LIMITS, may_trade, need_level
from accounts.standing.models import StandingEvent
from tests.accounts import people
from tests.conftest import refused

pytestmark = pytest.mark.django_db

NUMBER = "110101199003071234"


@pytest.fixture
def li():
    return people.person("Li")


def test_a_confirmed_phone_makes_level_1(li):
    send_phone_code(li.pk, phone="138 0000 1111", by=li)

    person = confirm_phone(li.pk, digits=people.last_sms_code(), by=li)

    assert (person.level, person.phone) == (Level.PHONE, "+8613800001111")
    assert StandingEvent.objects.filter(person=li, kind="level_reached_1", points=10).exists()


def test_a_phone_belongs_to_one_account(li):
    people.with_phone(li, "13800001111")
    other = people.person()
    send_phone_code(other.pk, phone="+86 138-0000-1111", by=other)

    with refused("identity_in_use"):
        confirm_phone(other.pk, digits=people.last_sms_code(), by=other)

    other.refresh_from_db()
    assert (other.level, other.phone) == (0, None)


def test_a_code_ends_after_five_wrong_tries(li):
    send_phone_code(li.pk, phone="13800001111", by=li)
    right = people.last_sms_code()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        with refused("invalid"):
            confirm_phone(li.pk, digits=wrong, by=li)

    with refused("invalid"):
        confirm_phone(li.pk, digits=right, by=li)


def test_a_code_ends_after_five_minutes_and_after_its_use(li):
    code = send_phone_code(li.pk, phone="13800001111", by=li)
    PhoneCode.objects.filter(pk=code.pk).update(expires_at=code.sent_at - timedelta(seconds=1))

    with refused("invalid"):
        confirm_phone(li.pk, digits=people.last_sms_code(), by=li)

    people.with_phone(li, "13800001111")
    with refused("invalid"):
        confirm_phone(li.pk, digits=people.last_sms_code(), by=li)


def test_a_fourth_code_in_an_hour_is_refused(li):
    for _ in range(3):
        send_phone_code(li.pk, phone="13800001111", by=li)

    with refused("throttled"):
        send_phone_code(li.pk, phone="13800001111", by=li)


def test_the_code_is_kept_as_a_hash_only(li):
    send_phone_code(li.pk, phone="13800001111", by=li)

    assert people.last_sms_code().encode() not in bytes(PhoneCode.objects.get().digest)


@pytest.mark.parametrize("text", ["", "123", "hello", "+12", "1" * 30])
def test_what_is_no_phone_is_refused(li, text):
    with refused("invalid"):
        send_phone_code(li.pk, phone=text, by=li)


def test_one_phone_has_one_spelling():
    spellings = {normal(text) for text in ("13800001111", "+86 138 0000 1111", "0086-13800001111")}

    assert spellings == {"+8613800001111"}


def test_a_checked_document_makes_level_2_and_is_sealed(li):
    people.with_phone(li, "13800001111")

    person = people.with_real_name(li, NUMBER)

    record = Record.objects.get(person=li)
    assert person.level == Level.REAL_NAME
    assert NUMBER.encode() not in bytes(record.sealed)
    assert NUMBER not in str(Record.objects.values()) + str(Mark.objects.values())


def test_the_name_is_not_checked_before_the_phone(li):
    with refused("level_too_low"):
        people.with_real_name(li, NUMBER)


def test_a_document_belongs_to_one_account(li):
    people.with_phone(li, "13800001111")
    people.with_real_name(li, NUMBER)
    other = people.person(level=1)

    with refused("identity_in_use"):
        people.with_real_name(other, f" {NUMBER[:6]} {NUMBER[6:]} ")

    other.refresh_from_db()
    assert other.level == Level.PHONE
    assert not Record.objects.filter(person=other).exists()


def test_the_same_person_may_be_checked_again(li):
    people.with_phone(li, "13800001111")
    people.with_real_name(li, NUMBER)

    people.with_real_name(li, NUMBER)

    assert list(Record.objects.values_list("number", flat=True).order_by("number")) == [1, 2]
    assert Mark.objects.filter(person=li).count() == 1


@pytest.mark.parametrize("number", ["12345", NUMBER[:-1] + "0", "E1234567", "x" * 18, ""])
def test_bad_numbers_are_refused_without_being_repeated(li, number):
    people.with_phone(li, "13800001111")

    with refused("invalid") as caught:
        people.with_real_name(li, number)

    assert not number or number not in str(caught.value) + str(caught.value.facts)
    assert not Record.objects.exists()


def test_only_masked_values_are_shown_and_the_reading_is_noted(li):
    people.with_phone(li, "13800001111")
    people.with_real_name(li, NUMBER)

    shown = masked(li.pk, by=li)

    assert shown is not None
    assert (shown.name, shown.number) == ("张*", "****1234")
    assert IdentityRead.objects.filter(by=li).count() == 1


def test_nobody_reads_anothers_identity(li):
    people.with_phone(li, "13800001111")
    people.with_real_name(li, NUMBER)

    assert masked(li.pk, by=people.person()) is None


def test_nobody_verifies_for_somebody_else(li):
    with refused("not_found"):
        verify_identity(
            li.pk,
            name="x y",
            document_type="id_card",
            number=NUMBER,
            birth_date=date(1990, 1, 1),
            by=people.person(level=1),
        )


def test_the_database_keeps_every_version_of_an_identity(li):
    people.with_phone(li, "13800001111")
    people.with_real_name(li, NUMBER)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM identity_record")


def test_levels_allow_more_and_more():
    assert [LIMITS[level].one_order for level in (0, 1, 2)] == [50_000, 500_000, None]


def test_who_is_below_the_level_is_told_which_one_is_needed(li):
    with refused("level_too_low") as caught:
        need_level(li, 2)

    assert caught.value.facts["needed"] == 2


def test_an_open_account_may_trade(li):
    may_trade(li)


def test_the_pages_lead_from_level_0_to_2(li):
    client = people.signed_in(li)

    client.post("/me/verification/phone/", {"phone": "13800001111"})
    client.post("/me/verification/phone/code/", {"code": people.last_sms_code()})
    client.post(
        "/me/verification/identity/",
        {
            "name": "张小明",
            "document_type": "id_card",
            "number": NUMBER,
            "birth_date": "1990-03-07",
        },
    )

    page = client.get("/me/verification/").content.decode()
    assert "张*" in page
    assert NUMBER not in page
