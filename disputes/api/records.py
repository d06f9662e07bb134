"""What is kept of a case: its events, its decisions, its draw."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from disputes import publication, words
from disputes.api import shapes
from disputes.api.cases import case_of
from disputes.api.serializers import CaseEventSerializer, DrawSerializer, VerdictsSerializer
from disputes.models import Case, Verdict
from disputes.pack import pack
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.operations import Operation, Who
from marketplace.lib.drf.paging import PageQuery, listed, page_of
from marketplace.lib.errors import Refused
from marketplace.lib.paging import Order as Sorting

TAG = "cases"


class RecordDoor(Door):
    @Operation(
        id="cases_events",
        summary="The chain of everything that happened in a case, the newest first.",
        tag=TAG,
        scope="read",
        query=PageQuery,
        answers={200: page_of(CaseEventSerializer)},
        codes=("not_found",),
    )
    def events(self, request: PersonRequest, pk: UUID) -> Response:
        case = case_of(request, pk)
        query = self.filters(request)
        name = f"events of case {case.pk}"
        order = Sorting("seq")
        return listed(request, case.events.all(), order, name=name, query=query, show=_events)

    @Operation(
        id="cases_verdict",
        summary="Every decision of a case with its reasons, the newest first.",
        tag=TAG,
        scope="read",
        answers={200: VerdictsSerializer},
        codes=("not_found", "case_not_final"),
    )
    def verdict(self, request: PersonRequest, pk: UUID) -> Response:
        case = case_of(request, pk)
        rows = list(Verdict.objects.filter(case=case))
        if not rows:
            raise Refused("case_not_final", words.sentence(case), state=case.state)
        facts = {
            "verdicts": [shapes.verdict(row, case) for row in rows],
            "hung": shapes.hung(case),
            "outside": words.outside_routes(),
        }
        return Response(VerdictsSerializer(facts).data)

    @Operation(
        id="cases_draw",
        summary="What is published of a draw; after the end all of it, and no person.",
        tag="court",
        who=Who.ANYONE,
        answers={200: DrawSerializer},
        codes=("not_found",),
    )
    def draw(self, request: PersonRequest, pk: UUID) -> Response:  # noqa: ARG002 - as every door
        case = get_object_or_404(Case, pk=pk)
        document = publication.draw_document(case)
        facts = {"case": case.pk, "published": document["published"], "document": document}
        return Response(DrawSerializer(facts).data)


class ZipRenderer(JSONRenderer):
    """Bytes go out as they are; a refusal is a problem document here, too."""

    media_type = "application/zip"
    format = "zip"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        if isinstance(data, bytes):
            return data
        rendered: bytes = super().render(data, *args, **kwargs)
        return rendered


class PackDoor(Door):
    renderer_classes = [ZipRenderer]

    @Operation(
        id="cases_pack",
        summary="Everything that your side may have, in one ZIP with a manifest of hashes.",
        tag=TAG,
        scope="court",
        answers={200: OpenApiTypes.BINARY},
        codes=("not_found",),
    )
    def pack(self, request: PersonRequest, pk: UUID) -> Response:
        case = case_of(request, pk)
        answer = Response(pack(case, str(case.side_of(request.user))))
        name = f"case-{str(case.pk)[-6:]}.zip"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _events(rows: Any) -> list[Any]:
    return list(CaseEventSerializer([shapes.event(row) for row in rows], many=True).data)
