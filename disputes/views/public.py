"""The court in public: how it works, decided cases, every draw, the numbers; nobody signs in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from disputes import archive, court_page, publication, statistics_page
from disputes.draw_page import draw_page
from disputes.models import Case, CourtStatistics
from marketplace.lib import clock
from marketplace.lib.paging import Order as Sorting
from marketplace.lib.paging import links, page

NEWEST = Sorting("public_at")
PAGE = 24


@require_GET
def court(request: HttpRequest) -> HttpResponse:
    context = {
        "constants": court_page.constants(),
        "tallies": court_page.tallies(),
        "accuracy": court_page.accuracy(),
        "collusion": court_page.collusion(),
        "left_out": court_page.left_out(),
        "course": court_page.course(),
        "rosters": court_page.rosters(),
    }
    return render(request, "disputes/court.html", context)


@require_GET
def verdicts(request: HttpRequest) -> HttpResponse:
    rows = archive.public_cases(clock.now())
    cursor = request.GET.get("cursor", "")
    found = page(rows, NEWEST, name="public cases", cursor=cursor, size=PAGE)
    entries = [archive.entry(case) for case in found.rows]
    context = {"entries": entries, "pager": links(request.GET, found)}
    return render(request, "disputes/verdicts.html", context)


@require_GET
def verdict(request: HttpRequest, pk: UUID) -> HttpResponse:
    case = get_object_or_404(archive.public_cases(clock.now()), pk=pk)
    return render(request, "disputes/public_verdict.html", {"entry": archive.entry(case)})


@require_GET
def draw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is published of a draw so far, and what a check of it says."""
    case = get_object_or_404(Case.objects.select_related("draw__roster"), pk=pk)
    context = {"case": case, "draw": draw_page(publication.draw_document(case))}
    return render(request, "disputes/draw.html", context)


@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    latest = CourtStatistics.objects.first()
    context = {
        "at": latest.at if latest else None,
        "sections": statistics_page.sections(latest.numbers) if latest else [],
    }
    return render(request, "disputes/statistics.html", context)
