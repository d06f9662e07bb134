"""The court in public: rules, rosters, numbers, decided cases. Nobody signs in."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from disputes import archive, court_page, odds, statistics_page
from disputes.api import shapes
from disputes.api.serializers import (
    CourtRulesSerializer,
    PublicCaseSerializer,
    RostersSerializer,
    StatisticsSerializer,
)
from disputes.models import CourtStatistics
from disputes.rules import CURRENT, RULES
from marketplace.lib import clock
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.operations import Operation, Who
from marketplace.lib.drf.paging import PageQuery, listed, page_of
from marketplace.lib.paging import Order as Sorting

TAG = "court"


class CourtDoor(Door):
    @Operation(
        id="court_rules",
        summary="The numbers of the rules in force, and the chances that follow from them.",
        tag=TAG,
        who=Who.ANYONE,
        answers={200: CourtRulesSerializer},
    )
    def rules(self, request: Request) -> Response:  # noqa: ARG002 - as every door
        facts = {
            "version": CURRENT,
            "rules": RULES[CURRENT].as_json(),
            "accuracy": [row.__dict__ for row in odds.accuracy_table()],
            "collusion": [
                dict(zip(("share", "one_seat", "nine_seats", "wins"), row, strict=True))
                for row in odds.collusion_table()
            ],
        }
        return Response(CourtRulesSerializer(facts).data)

    @Operation(
        id="court_rosters",
        summary="The newest rosters with their roots and chain.",
        tag=TAG,
        who=Who.ANYONE,
        answers={200: RostersSerializer},
    )
    def rosters(self, request: Request) -> Response:  # noqa: ARG002
        rows = [shapes.roster(row) for row in court_page.rosters()]
        return Response(RostersSerializer({"rosters": rows}).data)

    @Operation(
        id="court_statistics",
        summary="The court in numbers, counted once an hour; cells under ten are merged.",
        tag=TAG,
        who=Who.ANYONE,
        answers={200: StatisticsSerializer},
    )
    def statistics(self, request: Request) -> Response:  # noqa: ARG002
        latest = CourtStatistics.objects.first()
        sections = statistics_page.sections(latest.numbers) if latest else []
        facts = {
            "at": latest.at if latest else None,
            "numbers": {section.title: dict(section.rows) for section in sections},
        }
        return Response(StatisticsSerializer(facts).data)

    @Operation(
        id="court_verdicts",
        summary="Decided cases, fifteen days after they were carried out; nothing personal.",
        tag=TAG,
        who=Who.ANYONE,
        query=PageQuery,
        answers={200: page_of(PublicCaseSerializer)},
    )
    def verdicts(self, request: Request) -> Response:
        query = self.filters(request)
        rows = archive.public_cases(clock.now())
        order = Sorting("public_at")
        return listed(request, rows, order, name="public cases", query=query, show=_cases)


def _cases(rows: Any) -> list[Any]:
    shown = [shapes.public_case(archive.entry(case)) for case in rows]
    return list(PublicCaseSerializer(shown, many=True).data)
