"""Cases of a party: opening one, looking at it, and every step of both sides."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from disputes import reading
from disputes.actions import (
    drawing,
    evidence,
    filing,
    masking,
)
from disputes.api import shapes
from disputes.api.inputs import (
    CaseQuery,
    DemandInput,
    FileInput,
    MaskInput,
    SubmitInput,
    WordsInput,
)
from disputes.api.serializers import CaseCardSerializer, CaseSerializer, ExhibitsSerializer
from disputes.models import Case, CaseEvent, EvidenceKind
from marketplace.lib import clock
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.etags import tagged
from marketplace.lib.drf.operations import Key, Operation
from marketplace.lib.drf.paging import listed, page_of
from marketplace.lib.drf.parsers import PictureJSONParser
from marketplace.lib.errors import invalid
from marketplace.lib.paging import Order as Sorting
from marketplace.lib.states import Side
from orders.models import Order

TAG = "cases"
NEWEST = Sorting("filed_at")
STEP = ("not_found", "wrong_state", "stale_state", "case_paused")
PICTURE = ("bad_picture",)


def case_of(request: PersonRequest, pk: UUID) -> Case:
    """The one door: a stranger gets the same 404 as for a case that never was."""
    return get_object_or_404(Case.objects.visible_to(request.user), pk=pk)


def answered(request: PersonRequest, pk: UUID, *, status: int = 200) -> Response:
    rows = Case.objects.visible_to(request.user).for_pages().select_related("draw__roster")
    case = get_object_or_404(rows, pk=pk)
    body = CaseSerializer(shapes.whole(case, request.user, clock.now())).data
    return tagged(request, Response(body, status=status), case.version, moving=True)


def item(body: dict[str, Any]) -> evidence.Item:
    return evidence.Item(
        kind=EvidenceKind(body["kind"]),
        description=body["description"],
        text=body.get("text", ""),
        picture=body.get("picture", b""),
        file_name=body.get("file_name", ""),
        shows_secret=body["shows_secret"],
    )


class CaseDoor(Door):
    """Bodies here may hold pictures in base64, so they may be large."""

    parser_classes = [PictureJSONParser]

    @Operation(
        id="cases_file",
        summary="Open a case about a paid order; its money stays where it is from now on.",
        tag=TAG,
        scope="court",
        takes=FileInput,
        answers={201: CaseSerializer},
        codes=(
            *("not_found", "never_paid", "refund_is_automatic", "too_late", "case_open"),
            *("already_decided", "claim_incomplete", "wrong_state", *PICTURE),
        ),
        key=Key.AGAIN,
        limit="case",
        tagged=True,
    )
    def create(self, request: PersonRequest) -> Response:
        body = self.checked(request)
        order = get_object_or_404(Order.objects.visible_to(request.user), pk=body["order"])
        case = filing.file(
            order.pk,
            by=request.user,
            filing=_filing(body, order.side_of(request.user)),
            items=[item(each) for each in body.get("items", [])],
        )
        return answered(request, case.pk, status=201)

    @Operation(
        id="cases_list",
        summary="Your cases on both sides, the newest first.",
        tag=TAG,
        scope="read",
        query=CaseQuery,
        answers={200: page_of(CaseCardSerializer)},
    )
    def list(self, request: PersonRequest) -> Response:
        query = self.filters(request)
        rows = _narrowed(request, query).for_pages()

        def show(found: Any) -> list[Any]:
            cards = [shapes.card(row, request.user) for row in found]
            return list(CaseCardSerializer(cards, many=True).data)

        name = f"cases of {request.user.pk}"
        return listed(request, rows, NEWEST, name=name, query=query, show=show)

    @Operation(
        id="cases_get",
        summary="One case, as your side sees it; no count before it closes.",
        tag=TAG,
        scope="read",
        answers={200: CaseSerializer},
        codes=("not_found",),
        tagged=True,
    )
    def retrieve(self, request: PersonRequest, pk: UUID) -> Response:
        return answered(request, pk)

    @Operation(
        id="cases_submit",
        summary="Show something. After the 72 hours it is kept (`late`), but not heard.",
        tag=TAG,
        scope="court",
        takes=SubmitInput,
        answers={200: CaseSerializer, 201: CaseSerializer},
        codes=(*STEP, "evidence_closed", *PICTURE),
        limit="upload",
        tagged=True,
    )
    def submit(self, request: PersonRequest, pk: UUID) -> Response:
        """200 when the same was in the file before."""
        body, asked_at = self.checked(request), clock.now()
        state = body.get("expected_state", "")
        case = case_of(request, pk)
        row = evidence.submit(case.pk, by=request.user, item=item(body), expected_state=state)
        return answered(request, pk, status=200 if row.received_at < asked_at else 201)

    @Operation(
        id="cases_exhibits",
        summary="What both sides and Fairhand have shown, as your side sees it.",
        tag=TAG,
        scope="read",
        answers={200: ExhibitsSerializer},
        codes=("not_found",),
    )
    def exhibits(self, request: PersonRequest, pk: UUID) -> Response:
        case = case_of(request, pk)
        rows = reading.for_party(case, str(case.side_of(request.user)))
        facts = {"exhibits": [shapes.exhibit(row) for row in rows]}
        return Response(ExhibitsSerializer(facts).data)

    @Operation(
        id="cases_mask",
        summary="Cover more of your own exhibit, until the seal; never less.",
        tag=TAG,
        scope="court",
        takes=MaskInput,
        answers={200: CaseSerializer},
        codes=("not_found", "wrong_state", "case_paused", "evidence_closed"),
        tagged=True,
    )
    def mask(self, request: PersonRequest, pk: UUID) -> Response:
        body = self.checked(request)
        rows = case_of(request, pk).evidence
        row = get_object_or_404(rows, pk=body["exhibit"])
        if "words" in body:
            masking.cover_words(row.pk, by=request.user, words=body["words"])
        else:
            left, top, right, bottom = body["rectangle"]
            place = (left, top, right, bottom)
            masking.cover_rectangle(row.pk, by=request.user, rectangle=place)
        return answered(request, pk)

    @Operation(
        id="cases_words",
        summary="Your own words for the seed of the draw: once, before the seal.",
        tag=TAG,
        scope="court",
        takes=WordsInput,
        answers={200: CaseSerializer},
        codes=(*STEP, "words_set", "evidence_closed"),
        tagged=True,
    )
    def words(self, request: PersonRequest, pk: UUID) -> Response:
        drawing.set_words(case_of(request, pk).pk, by=request.user, **self.checked(request))
        return answered(request, pk)

    @Operation(
        id="cases_demand",
        summary="The buyer asks for less, until the seal.",
        tag=TAG,
        scope="court",
        takes=DemandInput,
        answers={200: CaseSerializer},
        codes=(*STEP, "not_your_step", "evidence_closed"),
        tagged=True,
    )
    def demand(self, request: PersonRequest, pk: UUID) -> Response:
        filing.lower_demand(case_of(request, pk).pk, by=request.user, **self.checked(request))
        return answered(request, pk)


def _filing(body: dict[str, Any], own: Side | None) -> filing.Filing:
    """Each side asks for itself: the buyer for all or part of it back, the seller for a release."""
    if (body["remedy"] == "release") != (own == Side.SELLER):
        message = _("A buyer asks for a refund, a seller for the release.")
        raise invalid("remedy", message, code="bad_choice")
    return filing.Filing(body["claim"], body["statement"], body.get("amount"))


def _narrowed(request: PersonRequest, query: dict[str, Any]) -> Any:
    rows = Case.objects.visible_to(request.user)
    if states := query.get("state"):
        rows = rows.filter(state__in=states)
    if since := query.get("updated_since"):
        rows = rows.filter(Exists(CaseEvent.objects.filter(case=OuterRef("pk"), at__gte=since)))
    return rows
