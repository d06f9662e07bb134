"""Who may review: conditions one by one, joining, pausing, and the practice cases."""

from datetime import timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import settings as play
from hypothesis import strategies as st

from accounts.actions import closure
from accounts.inbox.models import Notice
from accounts.models import User
from accounts.standing import record, sums
from accounts.standing.models import StandingEvent
from disputes import eligibility, practice
from disputes.actions import service
from disputes.claims import CLAIMS
from disputes.models import JurorProfile, JurorState, PracticeVote
from marketplace.lib import clock
from marketplace.lib.ids import uuid7
from orders.models import Order
from tests import given
from tests.conftest import refused
from tests.disputes import panels, world
from tests.orders import world as orders

pytestmark = pytest.mark.django_db

REASON = "The record of the issuer says so, and nothing contradicts it."


# --- Conditions -----------------------------------------------------------------------------------
def lowers_standing(person: User, points: int) -> None:
    event = StandingEvent(
        person=person,
        kind="case_lost",
        points=points,
        source="case",
        source_id=uuid7(),
        at=clock.now(),
    )
    StandingEvent.objects.bulk_create([event])


def joins_a_case(person: User) -> None:
    world.filed(panels.revealed(orders.offer(), person))


WAYS = {
    "level": lambda person: User.objects.filter(pk=person.pk).update(level=1),
    "open": lambda person: closure.close_account(person.pk, by=person),
    "age": lambda person: User.objects.filter(pk=person.pk).update(
        date_joined=clock.now() - timedelta(days=89, hours=23)
    ),
    "traded": lambda person: Order.objects.filter(buyer=person).update(state="CANCELLED"),
    "standing": lambda person: lowers_standing(person, -41),
    "no_case": joins_a_case,
    "staff": lambda person: User.objects.filter(pk=person.pk).update(is_staff=True),
    "practice": lambda person: JurorProfile.objects.filter(pk=person.pk).update(
        state="PRACTISING", passed_at=None
    ),
    "duty": lambda person: service.pause(person.pk, by=person),
}


def test_every_condition_is_tried():
    assert [row.code for row in eligibility.CONDITIONS] == list(WAYS)


@pytest.mark.parametrize("code", WAYS)
def test_whoever_lacks_one_condition_can_not_be_drawn_and_is_told_which(code):
    person, other = world.reviewers(2)

    WAYS[code](person)

    lacking = {row.code for row in eligibility.unmet(person, at=clock.now())}
    assert lacking in ({code}, {code, "duty"})
    assert list(eligibility.eligible(clock.now())) == [other]


def test_whoever_meets_all_of_them_has_nothing_to_do():
    (person,) = world.reviewers(1)

    assert eligibility.unmet(person, at=clock.now()) == []


@play(max_examples=40)
@drawn(
    events=st.lists(
        st.tuples(
            st.sampled_from(["case_lost", "staff_found_fraud", "sale_completed"]),
            st.integers(-60, 60),
            st.integers(0, 600),
        ),
        max_size=6,
    ),
    least=st.integers(540, 620),
)
def test_the_score_of_many_is_the_score_of_each(events, least):
    now = clock.now()
    person = User.objects.create(email=f"{uuid7()}@mail.example")
    StandingEvent.objects.bulk_create(
        StandingEvent(
            person=person,
            kind=kind,
            points=points,
            source="case",
            source_id=uuid7(),
            at=now - timedelta(days=days),
        )
        for kind, points, days in events
    )

    is_enough = User.objects.filter(sums.at_least(least, now=now), pk=person.pk).exists()

    assert is_enough == (record.score(person, now=now) >= least)


def test_an_outcome_of_several_people_counts_as_if_each_had_been_recorded_alone():
    people = world.reviewers(3)
    now = clock.now()
    for number in range(12):
        record.record_each(
            people,
            "juror_served",
            source=f"seat{number}",
            source_id={person.pk: uuid7() for person in people},
            at=now,
        )

    assert {record.score(person, now=now) for person in people} == {610}


# --- Joining and leaving --------------------------------------------------------------------------
def test_a_person_of_level_two_joins_and_practises():
    person = given.person("Rao")

    profile = service.opt_in(person.pk, by=person)

    assert profile.state == JurorState.PRACTISING


def test_without_a_checked_name_nobody_joins():
    person = given.person("Wang", level=1)

    with refused("level_too_low"):
        service.opt_in(person.pk, by=person)


def test_nobody_joins_for_another():
    with refused("not_found"):
        service.opt_in(given.person("Rao").pk, by=given.person("Guo"))


def test_a_pause_ends_by_itself_or_by_joining_again():
    person, other = world.reviewers(2)
    service.pause(person.pk, by=person, until=clock.now() + timedelta(hours=2))
    service.pause(other.pk, by=other)
    with refused("too_early"):
        service.end_pause(person.pk)
    orders.skip(hours=2, minutes=1)

    service.end_pause(person.pk)
    service.opt_in(other.pk, by=other)

    assert JurorProfile.objects.filter(state=JurorState.ACTIVE).count() == 2


def test_one_document_is_on_duty_once():
    person, other = world.reviewers(2)
    service.pause(person.pk, by=person)
    taken = JurorProfile.objects.filter(pk=other.pk).values("identity_hash")
    JurorProfile.objects.filter(pk=person.pk).update(identity_hash=taken)

    with refused("identity_in_use"):
        service.opt_in(person.pk, by=person)


# --- Practice -------------------------------------------------------------------------------------
@pytest.fixture
def rao():
    person = given.person("Rao")
    service.opt_in(person.pk, by=person)
    return person


def answer(person, case, *, rightly=True):
    other = "seller" if case.side == "buyer" else "buyer"
    return service.answer_practice(
        person.pk,
        slug=case.slug,
        by=person,
        side=case.side if rightly else other,
        findings=list(case.findings),
        rationale=REASON,
    )


def attempt(person, *, wrong):
    for place, case in enumerate(service.to_practise(person)):
        answer(person, case, rightly=place >= wrong)
    return JurorProfile.objects.get(pk=person.pk)


def test_the_bank_has_cases_for_three_attempts_and_each_answer_is_possible():
    assert len(practice.BANK) >= 12
    assert len({case.slug for case in practice.BANK}) == len(practice.BANK)
    for case in practice.BANK:
        assert set(case.findings) <= set(CLAIMS[case.claim].findings)
        assert case.side in {"buyer", "seller"}
    assert {case.side for case in practice.BANK} == {"buyer", "seller"}


@pytest.mark.parametrize(("wrong", "state"), [(0, "ACTIVE"), (1, "ACTIVE"), (2, "PRACTISING")])
def test_four_of_five_read_rightly_mean_duty(rao, wrong, state):
    profile = attempt(rao, wrong=wrong)

    assert profile.state == state
    assert Notice.objects.filter(kind="practice_result", person=rao).count() == 1


def test_practising_gives_no_standing_and_no_points(rao):
    before = record.score(rao, now=clock.now())

    profile = attempt(rao, wrong=0)

    assert (profile.points, record.score(rao, now=clock.now())) == (0, before)


def test_after_a_failed_attempt_there_are_other_cases_a_week_later(rao):
    first = service.to_practise(rao)
    attempt(rao, wrong=3)
    with refused("too_early"):
        answer(rao, service.to_practise(rao)[0])
    orders.skip(hours=24 * 7 + 1)

    profile = attempt(rao, wrong=0)

    assert profile.state == JurorState.ACTIVE
    seen = PracticeVote.objects.filter(juror=rao, attempt=2).values_list("practice_case", flat=True)
    assert not set(seen) & {case.slug for case in first}


def test_a_case_is_answered_once(rao):
    case = service.to_practise(rao)[0]
    answer(rao, case)

    with refused("already_voted"):
        answer(rao, case)


def test_only_the_cases_of_the_attempt_can_be_answered(rao):
    mine = {case.slug for case in service.to_practise(rao)}
    strange = next(case for case in practice.BANK if case.slug not in mine)

    with refused("not_found"):
        answer(rao, strange)


@pytest.mark.parametrize(
    "change",
    [{"side": "both"}, {"findings": []}, {"findings": ["return_as_sent"]}, {"rationale": "x" * 29}],
)
def test_an_answer_has_the_form_of_a_vote(rao, change):
    case = service.to_practise(rao)[0]
    facts = {"side": case.side, "findings": list(case.findings), "rationale": REASON}

    with refused("invalid"):
        service.answer_practice(rao.pk, slug=case.slug, by=rao, **(facts | change))


def test_after_the_third_attempt_the_bank_is_empty_and_that_is_said(rao):
    for _attempt in range(3):
        attempt(rao, wrong=5)
        orders.skip(hours=24 * 7 + 1)

    assert service.to_practise(rao) == []
    last = Notice.objects.filter(kind="practice_result").latest("id")
    assert last.facts["step"] == "over"
