"""Mails of reminders: they wait for the morning, and a person may do without them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from accounts.inbox.actions import mute, muted
from accounts.inbox.kinds import KINDS
from accounts.inbox.models import Mail, Mute, Notice
from accounts.inbox.notify import notify
from accounts.inbox.outbox import content
from accounts.inbox.quiet import REMINDERS, send_at
from tests.accounts import people
from tests.api.client import Api, in_process
from tests.api.conftest import token_of
from tests.conftest import refused

SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"
HOURS = timedelta(hours=1)


def at(hour: int, minute: int = 0, *, day: int = 20, zone: str = SHANGHAI) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("told", "sent"),
    [
        (at(7, 59), at(8)),
        (at(8), at(8)),
        (at(21, 59), at(21, 59)),
        (at(22), at(8, day=21)),
        (at(23, 30), at(8, day=21)),
        (at(0), at(8)),
    ],
)
def test_a_reminder_of_the_night_is_mailed_at_eight(told, sent):
    assert send_at("reveal_reminder", told, zone=SHANGHAI) == sent


def test_the_night_is_where_the_person_lives():
    told = at(23, 30)

    assert send_at("reveal_reminder", told, zone=NEW_YORK) == told
    assert send_at("reveal_reminder", at(3, zone=NEW_YORK), zone=NEW_YORK) == at(8, zone=NEW_YORK)


@pytest.mark.parametrize(("left", "waits"), [(8 * HOURS, False), (8.01 * HOURS, True)])
def test_what_is_due_within_eight_hours_never_waits(left, waits):
    told = at(23, 30)

    sent = send_at("deliver_reminder", told, zone=SHANGHAI, due_at=told + left)

    assert (sent > told) == waits


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - REMINDERS.keys()))
def test_nothing_but_reminders_waits(kind):
    told = at(23, 30)

    assert send_at(kind, told, zone=SHANGHAI) == told


@pytest.mark.django_db
def test_of_two_things_told_at_night_one_is_mailed_now_and_one_in_the_morning():
    li, night = people.person("Li"), at(23, 30)
    Mail.objects.all().delete()

    notify(li, "debt", key="1", at=night, amount=100)
    due = night + 48 * HOURS
    notify(li, "reveal_reminder", key="1", at=night, title="A card", due_at=due)

    mails = Mail.objects.order_by("next_at")
    assert [mail.next_at for mail in mails] == [night, at(8, day=21)]
    assert Notice.objects.filter(person=li, at=night).count() == 2


@pytest.fixture
def li(db):
    return people.person("Li")


def remind(person, key: str = "1") -> None:
    notify(person, "reveal_reminder", key=key, title="A card", due_at=at(12))


def test_a_muted_reminder_stands_in_the_inbox_and_is_not_mailed(li):
    other = people.person("Mei")
    mute(li.pk, by=li, kinds=["reveal_reminder"])
    before = Mail.objects.count()

    remind(li)
    remind(other)
    notify(li, "debt", key="1", amount=100)

    assert Notice.objects.filter(person=li, kind="reveal_reminder").exists()
    assert Mail.objects.count() == before + 2
    assert not Mail.objects.filter(to=li.email, notice__kind="reveal_reminder").exists()
    assert Mail.objects.filter(to=li.email, notice__kind="debt").exists()
    assert Mail.objects.filter(to=other.email, notice__kind="reveal_reminder").exists()


def test_only_reminders_can_be_muted_and_only_by_their_reader(li):
    with refused("invalid"):
        mute(li.pk, by=li, kinds=["debt"])
    with refused("not_found"):
        mute(li.pk, by=people.person("Mei"), kinds=["reveal_reminder"])

    assert not Mute.objects.exists()


def test_the_profile_page_turns_mails_of_reminders_off_and_on(li):
    browser = people.signed_in(li)
    profile = {"name": "Ms. Li", "language": "en"}

    browser.post("/me/", profile | {"mutes": ["reveal_reminder", "deliver_reminder"]})
    off = muted(li)
    page = browser.get("/me/").content.decode()
    browser.post("/me/", profile)

    assert off == ["deliver_reminder", "reveal_reminder"]
    assert page.count(" checked") == 2
    assert muted(li) == []


def test_the_api_shows_and_changes_them(li):
    client = Api(in_process()).signed_in(token_of(li))
    tag = client.get("/me/").headers["ETag"]

    wrong = client.patch("/me/", {"mutes": ["debt"]}, match=tag)
    right = client.patch("/me/", {"mutes": ["inspect_reminder"]}, match=tag)
    named = client.patch("/me/", {"name": "Li"}, match=right.headers["ETag"])

    assert wrong.status == 400
    assert right["mutes"] == named["mutes"] == ["inspect_reminder"]


def test_a_reminder_says_that_it_can_be_turned_off_and_nothing_else_does(li):
    remind(li)
    notify(li, "debt", key="1", amount=100)

    reminder = content(Mail.objects.get(notice__kind="reveal_reminder")).text
    debt = content(Mail.objects.get(notice__kind="debt")).text

    assert "can be turned off" in reminder
    assert "can’t be muted" not in reminder
    assert "can’t be muted" in debt


def test_one_reminder_is_muted_once(li):
    mute(li.pk, by=li, kinds=["reveal_reminder"])
    mute(li.pk, by=li, kinds=["reveal_reminder"])

    with pytest.raises(IntegrityError):
        Mute.objects.create(person=li, kind="reveal_reminder")
