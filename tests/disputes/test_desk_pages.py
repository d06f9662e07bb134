"""The desk's pages: what takes two people, who may open a case, and that nothing typed is lost."""

from datetime import timedelta
from typing import cast

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from disputes.actions import deciding, desk, issuing, petitions, requests
from disputes.models import Case, Incident, Seat, SeatState, Trouble
from marketplace.lib import clock
from tests import given
from tests.conftest import settle
from tests.disputes import desk as at
from tests.disputes import panels, world
from tests.doors import Browser
from tests.orders import world as orders

pytestmark = pytest.mark.django_db

WHY = "The police asked in writing that nothing moves."


@pytest.fixture
def one() -> Client:
    return coming("One")


@pytest.fixture
def two() -> Client:
    return coming("Two")


def coming(name: str) -> Client:
    """As `desk.coming`: signed in when first used."""
    return cast("Client", SimpleLazyObject(lambda: at_the_desk(at.member(name=name))))


def at_the_desk(person: User) -> Client:
    client = Client()
    client.force_login(person, "accounts.backends.PasswordBackend")
    return client


def address(case: Case, name: str = "change", *more: object) -> str:
    return reverse(f"admin:disputes_case_{name}", args=[case.pk, *more])


def press(client: Client, case: Case, name: str, *more: object, **typed: str) -> str:
    """Sends one of the page's forms; says what stands on the page afterwards."""
    answer = client.post(address(case, name, *more), typed, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


# --- Stopping the clocks --------------------------------------------------------------------------
def test_two_people_stop_the_clocks_and_two_let_them_go_on(one, two):
    case = world.filed()
    press(one, case, "stop", reason=WHY)
    asked = Trouble.objects.get(kind="stop")
    assert world.again(case).paused_at is None

    press(one, case, "agree", asked.pk, yes="1")
    assert world.again(case).paused_at is None
    page = press(two, case, "agree", asked.pk, yes="1")
    assert "Done, by two people." in page
    orders.skip(hours=5)
    press(two, case, "go_on", reason=WHY)
    press(one, case, "agree", Trouble.objects.get(kind="go_on").pk, yes="1")

    after = world.again(case)
    assert after.paused_at is None
    assert after.evidence_due_at - case.evidence_due_at >= timedelta(hours=5)


def test_who_asked_can_take_it_back_and_then_nobody_can_agree(one, two):
    case = world.filed()
    press(one, case, "stop", reason=WHY)
    asked = Trouble.objects.get(kind="stop")

    press(one, case, "agree", asked.pk, no="1")
    page = press(two, case, "agree", asked.pk, yes="1")

    assert "That is not possible any more." in page
    assert world.again(case).paused_at is None


def test_a_reason_is_needed_and_the_page_says_so(one):
    case = world.filed()

    page = press(one, case, "stop", reason="Because.")

    assert "at least 20 characters" in page
    assert not Trouble.objects.exists()


def test_a_stopped_case_offers_its_sides_nothing_that_is_refused(one, two):
    case = world.filed()
    press(one, case, "stop", reason=WHY)
    press(two, case, "agree", Trouble.objects.get().pk, yes="1")

    page = Browser(case.buyer).get(case.get_absolute_url())

    assert "Paused" in page.text
    for step in ("evidence", "withdraw", "demand", "words", "appeal"):
        assert f"{case.get_absolute_url()}{step}/" not in page.source
    assert f"{case.get_absolute_url()}settle/" in page.source


def test_what_waits_for_a_second_person_stands_in_the_others_queue(one, two):
    case = world.filed()
    press(one, case, "stop", reason=WHY)
    queue = f"{reverse('admin:disputes_case_changelist')}?queue=second"

    assert case.order.number in two.get(queue).content.decode()
    assert case.order.number not in one.get(queue).content.decode()


# --- A reviewer who is not independent ------------------------------------------------------------
def tied(case: Case) -> Seat:
    """The first vote of the winning side, whose reviewer trades with the losing one."""
    seats = Seat.objects.filter(case=case, vote__opened__side=case.winner)
    seat = seats.select_related("juror").earliest("vote__cast_at")
    panels.same_account(seat.juror, case.seller)
    return seat


def test_a_tied_reviewer_is_found_by_chair_and_opens_the_way_to_a_new_panel(one, two):
    case = world.decided(buyer=9, seller=7)
    settle()  # as the commit of the ninth vote does
    seat = tied(case)
    page = one.get(address(case, "reviewers")).content.decode()
    assert f"Chair {seat.chair} is tied" in page
    assert page.count("is tied to one of the sides") == 1
    assert seat.juror.email not in page

    press(one, case, "reviewers", seat=str(seat.pk), text=WHY)
    press(two, case, "agree", Trouble.objects.get(kind="void").pk, yes="1")

    assert panels.again(seat).state == SeatState.VOIDED
    filed = petitions.petition(case.pk, by=case.seller, ground="juror_conflict", text=WHY)
    assert "Written down" in press(one, case, "petition", filed.pk, reason=WHY)
    assert "The petition is granted." in press(two, case, "petition", filed.pk, reason=WHY)
    assert world.again(case).state == "MISTRIAL"


def test_a_trade_after_the_verdict_ties_nobody_to_it(one):
    case = world.decided(buyer=9, seller=7)
    settle()
    seat = Seat.objects.filter(case=case, vote__opened__side=case.winner).earliest("chair")
    orders.skip(hours=1)
    orders.placed(orders.offer(case.seller), seat.juror)

    page = one.get(address(case, "reviewers")).content.decode()
    assert "No reviewer of this round is tied to either side." in page


def test_a_chair_that_is_not_tied_is_not_set_aside(one):
    case = world.decided(buyer=9, seller=7)
    seat = Seat.objects.filter(case=case, state=SeatState.VOTED).earliest("chair")

    answer = one.post(address(case, "reviewers"), {"seat": str(seat.pk), "text": WHY})

    assert answer.status_code == 404
    assert not Trouble.objects.filter(kind="void").exists()


# --- Who may look, and what is typed --------------------------------------------------------------
@pytest.mark.parametrize("role", ["finance", "trust"])
def test_other_roles_of_the_desk_read_no_case(role: str):
    case = world.filed()

    answer = at_the_desk(at.member(role, name="Other")).get(address(case))

    assert answer.status_code == 403
    assert not case.reads.exists()


def test_an_address_that_is_none_is_not_found(one):
    assert one.get("/desk/disputes/case/nothing/change/").status_code == 404


def test_a_draft_that_was_not_approved_comes_back_with_its_reason():
    ada, ben = at.member(name="Ada"), at.member(name="Ben")
    case = at.taken(at.appeal(at.narrow()), ada)
    draft = deciding.prepare(case.pk, by=ada, decision=at.overturning(case))
    issuing.refuse_approval(draft.pk, by=ben, reason="The picture shows no time at all.")

    page = at_the_desk(ada).get(address(case)).content.decode()
    form = at_the_desk(ada).get(address(case, "decide")).context["form"]

    assert "The picture shows no time at all." in page
    assert form["reasons"].value() == at.WHY
    assert form["answer_to_buyer"].value() == at.ANSWER


def test_an_amount_that_is_none_is_told_and_nothing_is_proposed(one):
    case = world.swept(world.decided(buyer=0, seller=9))
    filed = petitions.petition(case.pk, by=case.buyer, ground="no_notice", text=WHY)

    page = press(one, case, "petition", filed.pk, reason=WHY, remedy="a lot", struck="nothing")

    assert "Write an amount such as 48.00." in page
    filed.refresh_from_db()
    assert filed.state == "OPEN"


# --- Outages --------------------------------------------------------------------------------------
def test_one_supervisor_writes_an_outage_down_and_another_moves_the_dates():
    one, two = (at_the_desk(at.member("supervisor", name=name)) for name in ("One", "Two"))
    case = world.filed()
    orders.skip(hours=3)
    now = clock.now()
    typed = {
        "began_at": f"{now - timedelta(hours=2):%Y-%m-%d %H:%M}+00:00",
        "ended_at": f"{now - timedelta(hours=1):%Y-%m-%d %H:%M}+00:00",
        "text": "The database could not be reached.",
    }

    one.post(reverse("admin:disputes_incident_add"), typed)
    incident = Incident.objects.get()
    confirm = reverse("admin:disputes_incident_confirm", args=[incident.pk])
    assert "second person" in one.post(confirm, follow=True).content.decode().lower()
    assert world.again(case).evidence_due_at == case.evidence_due_at
    page = two.post(confirm, follow=True).content.decode()

    assert "The dates of 1 case were moved." in page
    assert world.again(case).evidence_due_at == case.evidence_due_at + timedelta(hours=1)


def test_who_is_no_supervisor_writes_no_outage_down(one):
    assert one.post(reverse("admin:disputes_incident_add"), {}).status_code == 403
    assert not Incident.objects.exists()


# --- Words ----------------------------------------------------------------------------------------
def test_the_houses_own_questions_are_read_in_the_readers_language():
    case = at.appeal(at.narrow())
    desk.take(case.pk, by=at.member(name="Ada"))
    case.seller.language = "zh-hans"
    case.seller.save()
    asked = requests.of_case(case).get(party="seller")

    page = Browser(case.seller).get(f"{case.get_absolute_url()}requests/{asked.pk}/")

    assert "裁决已被申诉。请阅读新的内容" in page.text


def test_other_things_of_the_desk_are_nobodys(one):
    case = world.filed()
    trouble = Trouble.objects.create(case=case, kind="overdue", at=clock.now())

    assert one.post(address(case, "agree", trouble.pk), {"yes": "1"}).status_code == 404
    assert given.again(case.order).state == "DISPUTED"


def test_the_desks_first_page_tells_what_waits(one):
    at.appeal(at.narrow())

    page = Browser(at.member(name="Three")).get(reverse("admin:index"))

    assert "Appeals 1" in page.text
    assert "Petitions for a new panel nothing waits" in page.text
