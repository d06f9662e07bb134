"""How a case ends and what comes after: withdrawal, agreement, acceptance, appeal, answers."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from accounts import reauth
from accounts.api.requests import PersonRequest
from disputes.actions import appealing, ending, filing, petitions, requests, ruling
from disputes.api.cases import PICTURE, STEP, TAG, answered, case_of, item
from disputes.api.inputs import (
    AnswerInput,
    AppealInput,
    CaseStepInput,
    PetitionInput,
    SettleInput,
)
from disputes.api.serializers import CaseSerializer
from disputes.models import Case, EvidenceRequest
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.operations import Key, Operation
from marketplace.lib.drf.parsers import PictureJSONParser


class EndingDoor(Door):
    """Bodies here may hold pictures in base64, so they may be large."""

    parser_classes = [PictureJSONParser]

    @Operation(
        id="cases_withdraw",
        summary="Take the case back, or agree that the other side does.",
        tag=TAG,
        scope="court",
        takes=CaseStepInput,
        answers={200: CaseSerializer},
        codes=(*STEP, "not_your_step", "too_late"),
        key=Key.REQUIRED,
        tagged=True,
    )
    def withdraw(self, request: PersonRequest, pk: UUID) -> Response:
        case = case_of(request, pk)
        is_filer = case.filer_id == request.user.pk
        verb = filing.withdraw if is_filer else filing.agree_to_withdrawal
        verb(case.pk, by=request.user, **self.checked(request))
        return answered(request, pk)

    @Operation(
        id="cases_settle",
        summary="Offer a split of the money, or accept or decline the other side's very terms.",
        tag=TAG,
        scope="court",
        takes=SettleInput,
        answers={200: CaseSerializer},
        codes=(
            *(*STEP, "not_your_step", "split_not_whole", "settlement_changed"),
            *("already_decided", "insufficient_funds"),
        ),
        key=Key.REQUIRED,
        limit="settle",
        reauth=True,
        tagged=True,
    )
    def settle(self, request: PersonRequest, pk: UUID) -> Response:
        case = case_of(request, pk)
        reauth.require_fresh(request)
        _settle(case, request, self.checked(request))
        return answered(request, pk)

    @Operation(
        id="cases_concede",
        summary="Give in: the money goes to the other side at once.",
        tag=TAG,
        scope="court",
        takes=CaseStepInput,
        answers={200: CaseSerializer},
        codes=(*STEP, "already_decided"),
        key=Key.REQUIRED,
        limit="settle",
        reauth=True,
        tagged=True,
    )
    def concede(self, request: PersonRequest, pk: UUID) -> Response:
        case = case_of(request, pk)
        reauth.require_fresh(request)
        ending.concede(case.pk, by=request.user, **self.checked(request))
        return answered(request, pk)

    @Operation(
        id="cases_accept",
        summary="The losing side accepts the decision; it is carried out at once.",
        tag=TAG,
        scope="court",
        takes=CaseStepInput,
        answers={200: CaseSerializer},
        codes=(*STEP, "winner_cannot_appeal"),
        key=Key.REQUIRED,
        tagged=True,
    )
    def accept(self, request: PersonRequest, pk: UUID) -> Response:
        ruling.accept(case_of(request, pk).pk, by=request.user, **self.checked(request))
        return answered(request, pk)

    @Operation(
        id="cases_appeal",
        summary="The losing side appeals a narrow verdict, or a first decision of staff.",
        tag=TAG,
        scope="court",
        takes=AppealInput,
        answers={200: CaseSerializer},
        codes=(
            *(*STEP, "case_not_final", "margin_not_below_4", "winner_cannot_appeal"),
            *("too_late", "already_appealed", *PICTURE),
        ),
        key=Key.AGAIN,
        limit="appeal",
        tagged=True,
    )
    def appeal(self, request: PersonRequest, pk: UUID) -> Response:
        body = self.checked(request)
        appealing.appeal(
            case_of(request, pk).pk,
            by=request.user,
            ground=appealing.Ground(body["ground"], body["text"]),
            items=[item(each) for each in body.get("items", [])],
            expected_state=body.get("expected_state", ""),
        )
        return answered(request, pk)

    @Operation(
        id="cases_petition",
        summary="Ask for a new panel because the round was not fair.",
        tag=TAG,
        scope="court",
        takes=PetitionInput,
        answers={200: CaseSerializer},
        codes=("not_found", "case_not_final", "too_late", "already_open"),
        limit="appeal",
        tagged=True,
    )
    def petition(self, request: PersonRequest, pk: UUID) -> Response:
        petitions.petition(case_of(request, pk).pk, by=request.user, **self.checked(request))
        return answered(request, pk)

    @Operation(
        id="cases_answer",
        summary="Answer what staff asked of both sides.",
        tag=TAG,
        scope="court",
        takes=AnswerInput,
        answers={200: CaseSerializer},
        codes=("not_found", "not_your_step", "wrong_state", "too_late", *PICTURE),
        limit="upload",
        tagged=True,
    )
    def answer(self, request: PersonRequest, pk: UUID, asked: UUID) -> Response:
        body = self.checked(request)
        found = get_object_or_404(
            EvidenceRequest.objects.filter(pair__case=case_of(request, pk)), pk=asked
        )
        shown = item(body["item"]) if "item" in body else None
        requests.answer(found.pk, by=request.user, item=shown)
        return answered(request, pk)


def _settle(case: Case, request: PersonRequest, body: dict[str, Any]) -> None:
    state = body.get("expected_state", "")
    if "accept" in body:
        ending.accept_offer(case.pk, by=request.user, offer_id=body["accept"], expected_state=state)
    elif "decline" in body:
        ending.decline_offer(case.pk, by=request.user, offer_id=body["decline"])
    else:
        ending.offer(
            case.pk,
            by=request.user,
            buyer_fen=body["to_buyer"],
            seller_fen=body["to_seller"],
            expected_state=state,
        )
