"""Seats: a reviewer sees only his own, without a name; and his duty and practice."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from disputes import duty_page
from disputes.actions import jury, service
from disputes.api import shapes
from disputes.api.inputs import FlagInput, JuryInput, RecuseInput, SeatQuery, VoteInput
from disputes.api.serializers import (
    BundleSerializer,
    EligibilitySerializer,
    PracticeListSerializer,
    PracticeSerializer,
    ReceiptSerializer,
    SeatSerializer,
)
from disputes.models import Seat
from marketplace.lib import clock
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.operations import Key, Operation
from marketplace.lib.drf.paging import listed, page_of
from marketplace.lib.paging import Order as Sorting

TAG = "seats"
_SEAT = ("not_found", "seat_expired", "case_not_open_for_votes", "case_paused")


def _mine(request: PersonRequest) -> QuerySet[Seat]:
    rows = Seat.objects.filter(juror=request.user)
    return rows.select_related("case__order__revision__category", "case__order__revision__text")


def seat_of(request: PersonRequest, pk: UUID) -> Seat:
    """The one door: a seat exists for nobody but its reviewer."""
    return get_object_or_404(_mine(request), pk=pk)


class SeatDoor(Door):
    @Operation(
        id="seats_list",
        summary="Your seats, the newest first.",
        tag=TAG,
        scope="read",
        query=SeatQuery,
        answers={200: page_of(SeatSerializer)},
    )
    def list(self, request: PersonRequest) -> Response:
        query = self.filters(request)
        rows = _mine(request)
        if states := query.get("state"):
            rows = rows.filter(state__in=states)
        now = clock.now()

        def show(found: Any) -> list[Any]:
            return list(SeatSerializer([shapes.seat(row, now) for row in found], many=True).data)

        name = f"seats of {request.user.pk}"
        order = Sorting("invited_at")
        return listed(request, rows, order, name=name, query=query, show=show)

    @Operation(
        id="seats_get",
        summary="One of your seats.",
        tag=TAG,
        scope="read",
        answers={200: SeatSerializer},
        codes=("not_found",),
    )
    def retrieve(self, request: PersonRequest, pk: UUID) -> Response:
        return Response(SeatSerializer(shapes.seat(seat_of(request, pk), clock.now())).data)

    @Operation(
        id="seats_bundle",
        summary="Open the file; the first time starts the reading clock.",
        tag=TAG,
        scope="court",
        answers={200: BundleSerializer},
        codes=(*_SEAT, "not_seated", "already_voted"),
    )
    def bundle(self, request: PersonRequest, pk: UUID) -> Response:
        jury.open_bundle(seat_of(request, pk).pk, by=request.user)
        return Response(BundleSerializer(shapes.bundle(seat_of(request, pk), clock.now())).data)

    @Operation(
        id="seats_vote",
        summary="Cast your vote: a side, at least one finding, and why. It can't be changed.",
        tag=TAG,
        scope="court",
        takes=VoteInput,
        answers={200: ReceiptSerializer},
        codes=(*_SEAT, "not_seated", "already_voted", "too_quick"),
        key=Key.REQUIRED,
        limit="vote",
    )
    def vote(self, request: PersonRequest, pk: UUID) -> Response:
        seat = seat_of(request, pk)
        vote = jury.cast_vote(seat.pk, by=request.user, **self.checked(request))
        facts = {"receipt": bytes(vote.receipt).hex(), "cast_at": vote.cast_at}
        return Response(ReceiptSerializer(facts).data)

    @Operation(
        id="seats_recuse",
        summary="Step aside before voting; nothing is held against you.",
        tag=TAG,
        scope="court",
        takes=RecuseInput,
        answers={200: SeatSerializer},
        codes=(*_SEAT, "not_seated", "already_voted"),
        key=Key.REQUIRED,
    )
    def recuse(self, request: PersonRequest, pk: UUID) -> Response:
        jury.recuse(seat_of(request, pk).pk, by=request.user, **self.checked(request))
        return Response(SeatSerializer(shapes.seat(seat_of(request, pk), clock.now())).data)

    @Operation(
        id="seats_flag",
        summary="Report personal data: the exhibit is hidden at once, the clocks stand still.",
        tag=TAG,
        scope="court",
        takes=FlagInput,
        answers={200: SeatSerializer},
        codes=(*_SEAT, "not_seated", "already_voted", "wrong_state"),
    )
    def flag(self, request: PersonRequest, pk: UUID) -> Response:
        body = self.checked(request)
        seat = seat_of(request, pk)
        jury.flag(seat.pk, by=request.user, exhibit_id=body["exhibit"], what=body["what"])
        return Response(SeatSerializer(shapes.seat(seat_of(request, pk), clock.now())).data)


class DutyDoor(Door):
    @Operation(
        id="me_jury_get",
        summary="Whether you can be drawn, and what is missing.",
        tag=TAG,
        scope="read",
        answers={200: EligibilitySerializer},
    )
    def retrieve(self, request: PersonRequest) -> Response:
        return _duty(request)

    @Operation(
        id="me_jury_put",
        summary="Come or go as a reviewer.",
        tag=TAG,
        scope="court",
        takes=JuryInput,
        answers={200: EligibilitySerializer},
        codes=("level_too_low", "account_closing", "identity_in_use", "not_found"),
    )
    def update(self, request: PersonRequest) -> Response:
        active = self.checked(request)["active"]
        verb = service.opt_in if active else service.pause
        verb(request.user.pk, by=request.user)
        return _duty(request)

    @Operation(
        id="practice_list",
        summary="Your practice cases; the model answer comes after yours.",
        tag=TAG,
        scope="read",
        answers={200: PracticeListSerializer},
    )
    def practice(self, request: PersonRequest) -> Response:
        page = duty_page.practice_page(request.user)
        facts = {"cases": [shapes.practice(row) for row in page.rows]}
        return Response(PracticeListSerializer(facts).data)

    @Operation(
        id="practice_answer",
        summary="Answer a practice case, in the form of a real vote.",
        tag=TAG,
        scope="court",
        takes=VoteInput,
        answers={200: PracticeSerializer},
        codes=("not_found", "wrong_state", "too_early", "already_voted", "identity_in_use"),
    )
    def answer(self, request: PersonRequest, slug: str) -> Response:
        body = self.checked(request)
        service.answer_practice(request.user.pk, slug=slug, by=request.user, **body)
        row = duty_page.practice_row(request.user, slug)
        return Response(PracticeSerializer(shapes.practice(row)).data)


def _duty(request: PersonRequest) -> Response:
    page = duty_page.duty_page(request.user, clock.now())
    practice = duty_page.practice_page(request.user)
    facts = {
        "state": page.profile.state if page.profile else None,
        "missing": page.missing,
        "points": page.profile.points if page.profile else 0,
        "served": page.profile.served if page.profile else 0,
        "practice_done": practice.done,
        "practice_needed": practice.needed,
    }
    return Response(EligibilitySerializer(facts).data)
