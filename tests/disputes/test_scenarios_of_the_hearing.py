"""The court's acceptance from the filing to the seal: whole ways, as both sides walk them."""

from datetime import timedelta

import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.standing import record
from accounts.standing.models import StandingEvent
from disputes import rules
from disputes.actions import copies, deciding, evidence, filing, jury
from disputes.models import Case, Evidence, EvidenceKind, Seat, Verdict
from marketplace.lib import clock
from orders.escrow import movements, payouts
from orders.escrow.models import Code
from tests import given
from tests.api.client import Answer
from tests.conftest import refused
from tests.disputes import desk as at
from tests.disputes import panels, world
from tests.doors import Browser, Doors
from tests.orders import world as orders
from tests.security import pictures

pytestmark = pytest.mark.django_db

BOTH = ("buyer", "seller")


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status, answer["code"]


def until_the_end(case: Case, *, less: float = 0) -> None:
    """Stands so many seconds before the end of the 72 hours."""
    left = case.evidence_due_at - clock.now() - timedelta(seconds=less)
    orders.skip(seconds=left.total_seconds())


# --- The order ------------------------------------------------------------------------------------
@pytest.mark.scenario("A01")
def test_a01_a_case_stops_every_timer_of_a_delivered_order_its_confirmation_and_its_payout():
    seller = given.person("Li")
    wish = {"amount": {"amount": 4_752, "currency": "CNY"}, "account": account_of(seller)}
    order = orders.revealed(orders.offer(seller))
    case = world.filed(order)

    confirmed = Doors(case.buyer).api.post(f"/orders/{order.pk}/confirm/")
    until_the_end(case, less=60)
    after = orders.swept(order)
    doors = Doors(seller)
    doors.prove()
    paid = doors.api.post("/wallet/payouts/", wish)

    assert (order.state, order.paused_at) == ("DELIVERED", None)
    assert code_of(confirmed) == (409, "order_disputed")
    assert code_of(paid) == (409, "insufficient_funds")  # it is not in the wallet, but held
    assert (after.state, after.inspect_due_at) == ("DISPUTED", order.inspect_due_at)
    assert after.paused_at is not None
    assert given.known(order.inspect_due_at) < clock.now()  # it would have been paid by now
    assert movements.holds(order.pk) == order.price


def account_of(seller: User) -> str:
    """A bank account that can be used already."""
    number, holder = "6222 0200 0000 1234", f"{seller.name} Tester"
    account = payouts.add_account(seller.pk, number=number, holder=holder, by=seller)
    orders.skip(hours=73)
    return str(account.pk)


# --- The 72 hours ---------------------------------------------------------------------------------
@pytest.mark.scenario("A02")
@pytest.mark.parametrize("side", BOTH)
def test_a02_at_71_59_59_it_is_heard_and_at_72_hours_it_is_late_and_in_no_bundle(side: str):
    world.pool()
    case = world.filed()
    until_the_end(case, less=1)
    heard = evidence.submit(case.pk, by=getattr(case, side), item=world.text("In time."))
    until_the_end(case)
    late = evidence.submit(case.pk, by=getattr(case, side), item=world.text("Too late."))

    seats = world.open_seats(world.swept(case))
    bundles = [Doors(seat.juror).api.post(f"/seats/{seat.pk}/bundle/") for seat in seats[:3]]

    assert (heard.late, late.late) == (False, True)
    for bundle in bundles:
        assert "In time." in bundle.raw.decode()
        assert "Too late." not in bundle.raw.decode()


@pytest.mark.scenario("A03")
def test_a03_both_done_after_ten_hours_are_heard_after_72():
    world.pool()
    case = world.filed()
    orders.skip(hours=10)
    world.answered(case)

    until_the_end(case, less=1)
    before = world.swept(case).state
    until_the_end(case)
    heard = world.swept(case)

    assert (before, heard.state) == ("EVIDENCE", "VOTING")
    assert heard.sealed_at == case.filed_at + timedelta(hours=72)


@pytest.mark.scenario("A04")
def test_a04_a_silent_seller_is_heard_without_a_word_and_can_win_nine_to_nothing():
    world.pool()
    case = world.filed()
    evidence.submit(case.pk, by=case.buyer, item=world.text())

    case = world.later(case, hours=72)
    seat = world.open_seats(case)[0]
    bundle = Doors(seat.juror).api.post(f"/seats/{seat.pk}/bundle/")
    page = browser(seat.juror).get(reverse("seat", args=[seat.pk])).content.decode()

    sides = {side["party"]: side for side in bundle["sides"]}
    assert (sides["seller"]["exhibits"], sides["seller"]["silent"]) == ([], True)
    assert len(sides["buyer"]["exhibits"]) == 2
    assert "No statement received from this side. Silence is not an admission." in page
    assert "As it was ordered" in page  # what Fairhand recorded
    ended = world.vote(case, buyer=0, seller=9)
    assert (ended.winner, ended.winner_votes, ended.loser_votes) == ("seller", 9, 0)


@pytest.mark.scenario("A05")
def test_a05_two_silent_sides_are_dismissed_change_nothing_and_may_file_once_more():
    world.pool()
    case = world.filed()
    scores = [record.score(each, now=clock.now()) for each in (case.buyer, case.seller)]

    case = world.later(case, hours=72)

    order, ended = given.again(case.order), case.events.get(step="dismiss").at
    assert (case.state, order.state, order.paused_at) == ("DISMISSED", "DELIVERED", None)
    assert given.known(order.inspect_due_at) >= ended + timedelta(hours=48)
    assert not Seat.objects.exists()
    assert not StandingEvent.objects.filter(source="case").exists()
    after = [record.score(each, now=clock.now()) for each in (case.buyer, case.seller)]
    assert after == scores
    assert (movements.holds(order.pk), Code.objects.get(order_id=order.pk).state) == (
        order.price,
        "REVEALED",
    )
    assert world.later(refiled(case), hours=72).state == "VOTING"
    with refused("case_open"):
        refiled(case)


def refiled(case: Case) -> Case:
    facts = filing.Filing(claim="code_used_or_invalid", statement=world.STATEMENT)
    return filing.file(case.order_id, by=case.buyer, filing=facts, items=[world.text()])


# --- Pictures -------------------------------------------------------------------------------------
QR = zxingcpp.BarcodeFormat.QRCode


def photo() -> bytes:
    """Taken somewhere, of a card with its QR code."""
    page = pictures.drawn(900, 700)
    page.paste(pictures.code("PIN 8811223344", QR).convert("RGB"), (500, 300))
    place = pictures.opened(pictures.with_place()).getexif().tobytes()
    return pictures.saved(page, "JPEG", exif=place, quality=90)


def shown(case: Case) -> tuple[Evidence, Evidence]:
    """The buyer's photo of the card, and his text with a telephone number."""
    item = evidence.Item(kind=EvidenceKind.PICTURE, description="The card", picture=photo())
    rows = [
        evidence.submit(case.pk, by=case.buyer, item=each)
        for each in (item, world.text("Call me: 138 0000 1234"))
    ]
    for row in rows:
        copies.make_copy(row.pk)
    return rows[0], rows[1]


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person, "accounts.backends.PasswordBackend")
    return client


@pytest.mark.scenario("A23")
def test_a23_a_reviewer_sees_no_place_no_code_no_number_and_staff_who_saw_them_are_told_of():
    world.pool()
    case = world.filed()
    picture, text = shown(case)
    case = world.later(case, hours=72)
    seat = world.open_seats(case)[0]
    jury.open_bundle(seat.pk, by=seat.juror)
    reader = browser(seat.juror)

    copy = pictures.opened(reader.get(reverse("seat_copy", args=[seat.pk, picture.pk])).content)
    page = reader.get(reverse("seat", args=[seat.pk])).content.decode()
    original = reader.get(reverse("exhibit_own", args=[case.pk, picture.pk]))

    assert (dict(copy.getexif()), zxingcpp.read_barcodes(copy)) == ({}, [])
    assert "Call me: [number A]" in page
    assert "0000 1234" not in page
    assert original.status_code == 404
    _read_by_staff(world.vote(case, buyer=8, seller=9), picture)
    told = browser(case.buyer).get(case.get_absolute_url()).content.decode()
    assert case.reads.filter(what="original", object_id=picture.pk).count() == 1
    assert "Staff (adjudicator) opened an original exhibit on" in told
    assert not any(seat.juror.email in row for row in told.splitlines())
    assert text.late is False


def _read_by_staff(case: Case, picture: Evidence) -> None:
    """On appeal the desk holder opens the original; then the verdict stands."""
    ada = at.member(name="Ada")
    case = at.taken(at.appeal(case), ada)
    opened = browser(ada).get(reverse("admin:disputes_case_original", args=[case.pk, picture.pk]))
    assert opened.status_code == 200
    stands = at.decision("stands", at.cited(at.exhibit(case, "B1")))
    deciding.prepare(case.pk, by=ada, decision=stands)
    world.swept(case)


# --- Closing the account --------------------------------------------------------------------------
@pytest.mark.scenario("A26")
def test_a26_whoever_closes_the_account_still_signs_in_shows_and_is_paid_by_the_verdict():
    world.pool()
    case = world.filed()
    buyer = Browser(case.buyer)
    page = buyer.send("/me/close/")
    assert page.status == 200, page.text
    assert world.again(case).buyer.state == "PENDING_CLOSURE"

    signed_in = Browser(case.buyer)
    shown = signed_in.send(
        f"{case.get_absolute_url()}evidence/",
        kind="text",
        description="What the app showed",
        text="It said 0.00 in the app.",
    )
    heard = world.later(case, hours=72)

    assert shown.status == 200
    assert heard.evidence.filter(party="buyer", kind="text").count() == 1
    ended = world.swept(world.vote(heard, buyer=9, seller=0))
    assert (ended.state, given.again(case.order).state) == ("EXECUTED", "REFUNDED")
    assert given.again(case.order).buyer_fen == case.amount_fen


# --- Rules ----------------------------------------------------------------------------------------
NEWER = {"evidence_hours": 24, "seat_ttl_hours": 1, "panel_size": 5, "votes_to_win": 3}


@pytest.mark.scenario("A37")
def test_a37_new_rules_leave_a_running_case_as_it_was(monkeypatch: pytest.MonkeyPatch):
    world.pool()
    running = world.filed()
    newest = rules.Rules("court/2", statement_max=40, files_per_side=1, **NEWER)
    monkeypatch.setitem(rules.RULES, "court/2", newest)
    monkeypatch.setattr(filing, "CURRENT", "court/2")
    with refused("invalid"):
        world.filed(statement="x" * 41)
    newer = world.filed(statement="x" * 40)
    case = world.answered(running)
    evidence.submit(case.pk, by=case.seller, item=world.text("x" * 41))

    at_24_hours = world.later(case, hours=24)
    case = world.later(case, hours=48)
    seats = world.open_seats(case)
    third = world.vote(case, buyer=3, seller=0)
    ended = panels.cast_all(third, ["buyer"] * 6)

    assert (newer.rules_version, newer.evidence_due_at - newer.filed_at) == (
        "court/2",
        timedelta(hours=24),
    )
    assert (running.rules_version, at_24_hours.state) == ("court/1", "EVIDENCE")
    assert case.sealed_at == running.filed_at + timedelta(hours=72)
    assert len(seats) == 17
    assert {seat.due_at - seat.invited_at for seat in seats} == {timedelta(hours=12)}
    assert (third.state, ended.winner_votes) == ("VOTING", 9)
    assert Verdict.objects.get(case=case).document["rules"] == "court/1"
