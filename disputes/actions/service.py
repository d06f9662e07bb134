"""Jury service: joining, pausing, leaving; practising until four of five cases are read rightly."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.identity.models import Mark
from accounts.inbox.notify import notify
from accounts.models import User
from disputes import practice
from disputes.actions.jury import written
from disputes.actions.seats import duty_link
from disputes.claims import CLAIMS
from disputes.eligibility import LEVEL
from disputes.models import JurorProfile, JurorState, PracticeVote, Winner
from disputes.practice_cases import PracticeCase
from disputes.rules import CURRENT, RULES
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.verbs import verb

AGAIN_AFTER = timedelta(days=7)


# --- Coming and going -----------------------------------------------------------------------------
@verb
def opt_in(person_id: UUID, *, by: User) -> JurorProfile:
    """Joins, or comes back from a pause; who has passed before is on duty at once.

    Raises:
        Refused: `not_found`, `level_too_low`, `account_closing`, `identity_in_use`.
    """
    person = _own(person_id, by)
    policies.need_level(person, LEVEL)
    policies.may_trade(person)
    at = clock.now()
    profile, _fresh = JurorProfile.objects.select_for_update().get_or_create(
        person=person, defaults={"joined_at": at}
    )
    if profile.passed_at is not None:
        _activate(profile)
    elif profile.state != JurorState.PRACTISING:
        profile.state = JurorState.PRACTISING
        profile.save(update_fields=["state"])
    return profile


def _own(person_id: UUID, by: User) -> User:
    if person_id != by.pk:
        raise Refused("not_found", _("We can't find that."))
    return User.objects.lock(person_id)


def _activate(profile: JurorProfile) -> None:
    """One identity, one place: the database lets a document be on duty once."""
    if profile.identity_hash is None:
        mark = Mark.objects.filter(person=profile.person_id).order_by("id").first()
        profile.identity_hash = mark.value if mark else None
    profile.state, profile.paused_until = JurorState.ACTIVE, None
    profile.expired_in_a_row = 0
    try:
        with transaction.atomic():
            profile.save()
    except IntegrityError:
        message = _("This document belongs to another reviewer.")
        raise Refused("identity_in_use", message) from None


@verb
def pause(person_id: UUID, *, by: User, until: datetime | None = None) -> JurorProfile:
    """No new seats until a moment, or until `opt_in`; seats that are open stay open.

    Raises:
        Refused: `not_found`, `wrong_state` (not on duty), `invalid` (a time in the past).
    """
    profile = _profile(person_id, by)
    if until is not None and until <= clock.now():
        raise invalid("until", _("Choose a time that is still to come."))
    if profile.state not in {JurorState.ACTIVE, JurorState.PAUSED}:
        raise Refused("wrong_state", _("You are not on duty."), state=profile.state)
    profile.state, profile.paused_until = JurorState.PAUSED, until
    profile.save(update_fields=["state", "paused_until"])
    return profile


@verb
def stop(person_id: UUID, *, by: User) -> JurorProfile:
    """Leaves the service; what was earned stays, and `opt_in` leads back."""
    profile = _profile(person_id, by)
    profile.state, profile.paused_until = JurorState.STOPPED, None
    profile.save(update_fields=["state", "paused_until"])
    return profile


def _profile(person_id: UUID, by: User) -> JurorProfile:
    person = _own(person_id, by)
    profile = JurorProfile.objects.select_for_update().filter(person=person).first()
    if profile is None:
        raise Refused("not_found", _("We can't find that."))
    profile.person = person
    return profile


@verb
def end_pause(person_id: UUID) -> JurorProfile:
    """The time of a pause is over: back on duty.

    Raises:
        Refused: `too_early`, `wrong_state`.
    """
    profile = JurorProfile.objects.select_for_update().get(pk=person_id)
    if profile.state != JurorState.PAUSED or profile.paused_until is None:
        raise Refused("wrong_state", _("That is not possible any more."), state=profile.state)
    if clock.now() < profile.paused_until:
        raise Refused("too_early", _("That is not due yet."))
    _activate(profile)
    return profile


# --- Practice -------------------------------------------------------------------------------------
class _Answer(NamedTuple):
    slug: str
    attempt: int
    agreed: bool


def to_practise(person: User) -> list[PracticeCase]:
    """The cases of the present attempt, in their order; the answered ones are among them."""
    profile = JurorProfile.objects.filter(person=person).first()
    return _cases_of(profile, _answers(profile)) if profile is not None else []


def _answers(profile: JurorProfile) -> list[_Answer]:
    votes = PracticeVote.objects.filter(juror=profile.person_id)
    return [_Answer(*row) for row in votes.values_list("practice_case", "attempt", "agreed")]


def _cases_of(profile: JurorProfile, answers: Sequence[_Answer]) -> list[PracticeCase]:
    before = {answer.slug for answer in answers if answer.attempt < profile.practice_attempt}
    return practice.chosen(profile.person_id, before, RULES[CURRENT].practice_cases)


@verb
def answer_practice(
    person_id: UUID, *, slug: str, by: User, side: str, findings: Sequence[str], rationale: str
) -> PracticeVote:
    """One answer, in the form of a real vote; the model answer is shown after it.

    The fifth ends the attempt: four or more that agree mean duty, else there is another in a week.

    Raises:
        Refused: `not_found`, `wrong_state`, `too_early`, `already_voted`, `invalid`,
            `identity_in_use`.
    """
    profile = _profile(person_id, by)
    at, answers = clock.now(), _answers(profile)
    case = next((each for each in _cases_of(profile, answers) if each.slug == slug), None)
    if case is None:
        raise Refused("not_found", _("We can't find that."))
    if profile.state != JurorState.PRACTISING:
        raise Refused("wrong_state", _("You are not practising."), state=profile.state)
    if profile.practice_again_at is not None and at < profile.practice_again_at:
        message = _("You can practise again a week after the last time.")
        raise Refused("too_early", message, from_=profile.practice_again_at)
    if any(answer.slug == slug for answer in answers):
        raise Refused("already_voted", _("You have answered this case."))
    _well_formed(case, side, findings, rationale)
    vote = PracticeVote.objects.create(
        juror=by,
        practice_case=slug,
        attempt=profile.practice_attempt,
        side=side,
        findings=list(findings),
        rationale=written(rationale),
        agreed=side == case.side,
        at=at,
    )
    _end_attempt(profile, [*answers, _Answer(slug, vote.attempt, vote.agreed)], at)
    return vote


def _well_formed(case: PracticeCase, side: str, findings: Sequence[str], rationale: str) -> None:
    rules, known = RULES[CURRENT], CLAIMS[case.claim].findings
    if side not in Winner.values:
        raise invalid("side", _("Choose the buyer or the seller."), code="bad_choice")
    if not findings or any(each not in known for each in findings):
        raise invalid("findings", _("Choose findings of this case’s list."), code="bad_choice")
    if not rules.rationale_min <= len(written(rationale)) <= rules.rationale_max:
        raise invalid("rationale", _("Write 30 to 1,000 characters."), code="too_short")


def _end_attempt(profile: JurorProfile, answers: Sequence[_Answer], at: datetime) -> None:
    rules = RULES[CURRENT]
    agreed = [answer.agreed for answer in answers if answer.attempt == profile.practice_attempt]
    if len(agreed) < rules.practice_cases:
        return
    key = f"attempt:{profile.practice_attempt}"
    if sum(agreed) >= rules.practice_to_pass:
        profile.passed_at = at
        _activate(profile)
        notify(profile.person, "practice_result", key=key, link=duty_link(), at=at, step="passed")
        return
    profile.practice_attempt += 1
    profile.practice_again_at = at + AGAIN_AFTER
    profile.save(update_fields=["practice_attempt", "practice_again_at"])
    over = not _cases_of(profile, answers)
    facts = {"step": "over"} if over else {"step": "again", "due_at": profile.practice_again_at}
    notify(profile.person, "practice_result", key=key, link=duty_link(), at=at, **facts)
