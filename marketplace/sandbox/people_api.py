"""Simulated people through the API: finished accounts, and reviewers who vote as they are told."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from accounts.models import Level
from disputes.models import Case
from disputes.states import CaseState
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.fields import (
    IdField,
    OneOfField,
    Shown,
    StrictIntegerField,
    StrictSerializer,
    YesNoField,
)
from marketplace.lib.drf.operations import Key, Operation
from marketplace.lib.errors import invalid
from marketplace.sandbox import clock, people, reviewers

TAG = "sandbox"
MOST_VOTES = 9  # of one side: the ninth closes the case


class PeopleInput(StrictSerializer):
    count = StrictIntegerField(min_value=1, max_value=people.MOST, default=1)
    level = OneOfField(
        choices=[(level.value, level.label) for level in Level if level < Level.MERCHANT],
        default=int(Level.REAL_NAME),
    )
    juror = YesNoField(
        default=False, help_text="They can be drawn at once, and a new roster holds them."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["juror"] and attrs["level"] < Level.REAL_NAME:
            raise invalid("level", _("A reviewer has a checked name."), code="too_small")
        return attrs


class PersonMadeSerializer(Shown):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    level = serializers.IntegerField()
    token = serializers.CharField()


class PeopleSerializer(Shown):
    results = PersonMadeSerializer(many=True)


class JurorsVoteInput(StrictSerializer):
    case = IdField()
    buyer = StrictIntegerField(min_value=0, max_value=MOST_VOTES)
    seller = StrictIntegerField(min_value=0, max_value=MOST_VOTES)
    order = OneOfField(
        choices=[("losing_first", "losing_first"), ("random", "random")],
        default="losing_first",
        help_text="random may close the case earlier.",
    )


class VotedSerializer(Shown):
    """Where the case stands; while it is open that is all that anybody is told."""

    case = serializers.UUIDField()
    state = serializers.ChoiceField(choices=CaseState.choices)


class PeopleDoor(Door):
    @Operation(
        id="sandbox_people",
        summary="Finished accounts, each with a token; with `juror` they can be drawn at once.",
        tag=TAG,
        scope="sandbox",
        takes=PeopleInput,
        answers={201: PeopleSerializer},
        key=Key.TAKEN_AGAIN,
    )
    def create(self, request: PersonRequest) -> Response:
        wish = self.checked(request)
        count = wish["count"]
        made = (
            reviewers.make(count)
            if wish["juror"]
            else [people.make(wish["level"]) for _each in range(count)]
        )
        return Response(PeopleSerializer({"results": [_shown(one) for one in made]}).data, 201)

    @Operation(
        id="sandbox_jurors_vote",
        summary="Simulated reviewers of a case of yours vote, the losing side's votes first.",
        tag=TAG,
        scope="sandbox",
        takes=JurorsVoteInput,
        answers={200: VotedSerializer},
        codes=("not_found", "case_not_open_for_votes"),
        key=Key.TAKEN_AGAIN,
    )
    def vote(self, request: PersonRequest) -> Response:
        wish = self.checked(request)
        case = get_object_or_404(Case.objects.visible_to(request.user), pk=wish.pop("case"))
        reviewers.vote(case.pk, **wish)
        clock.run_sweeps()
        case.refresh_from_db()
        return Response(VotedSerializer({"case": case.pk, "state": case.state}).data)


def _shown(made: people.Made) -> dict[str, Any]:
    person = made.person
    return {"id": person.pk, "email": person.email, "level": person.level, "token": made.token}
