"""Pages of the parties: their cases, one case, opening one; each fetches through the door."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest
from disputes import words
from disputes.actions import evidence, filing
from disputes.forms import FileForm
from disputes.models import Case, EvidenceKind, Verdict
from disputes.page import CasePage, page_for
from disputes.verdict_page import hung_panel, verdict_page
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.paging import Order as Sorting
from marketplace.lib.paging import links, page
from marketplace.lib.throttle import counted
from orders.actions import settlement
from orders.models import Order

NEWEST = Sorting("filed_at")


def case_for(request: SignedInRequest, pk: UUID) -> Case:
    """The one door: a stranger gets the same 404 as for a case that never was."""
    rows = Case.objects.visible_to(request.user).for_pages().select_related("draw__roster")
    return get_object_or_404(rows, pk=pk)


def shown(request: SignedInRequest, pk: UUID) -> CasePage:
    return page_for(case_for(request, pk), request.user, clock.now())


@login_required
@require_GET
def case_list(request: SignedInRequest) -> HttpResponse:
    rows = Case.objects.visible_to(request.user).for_pages()
    name = f"cases of {request.user.pk}"
    found = page(rows, NEWEST, name=name, cursor=request.GET.get("cursor", ""), size=20)
    context = {
        "rows": [
            (case, words.slip(case), words.badge(case), words.sentence(case)) for case in found.rows
        ],
        "pager": links(request.GET, found),
        "now": clock.now(),
    }
    return render(request, "disputes/list.html", context)


@login_required
@require_GET
def case_page(request: SignedInRequest, pk: UUID) -> HttpResponse:
    case = case_for(request, pk)
    if request.GET.get("since") == str(case.version) and request.headers.get("HX-Request"):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    page = page_for(case, request.user, clock.now())
    return render(request, "disputes/case.html", {"page": page, "case": case})


@login_required
@counted("case")
@require_http_methods(["GET", "POST"])
def case_file(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The filing page says all of it before the button: time, draw, majority, appeal, money."""
    rows = Order.objects.visible_to(request.user).for_pages()
    order = get_object_or_404(rows, pk=pk)
    if why_not := settlement.can_open_case(order, request.user, clock.now()):
        raise why_not
    claims = filing.allowed_claims(order, request.user)
    form = FileForm(request.POST or None, request.FILES or None, claims=claims)
    if request.method == "POST" and form.is_valid():
        return _filed(request, order, form)
    return _file_page(request, order, form)


def _file_page(
    request: SignedInRequest, order: Order, form: FileForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "order": order,
        "form": form,
        "rule": words.file_rule(),
        "outside": words.outside_routes(),
    }
    return render(request, "disputes/file.html", context, status=status)


def _filed(request: SignedInRequest, order: Order, form: FileForm) -> HttpResponse:
    typed = form.cleaned_data
    made = filing.Filing(claim=typed["claim"], statement=typed["statement"], demand=typed["demand"])
    try:
        case = filing.file(order.pk, by=request.user, filing=made, items=pictures(form))
    except Refused as refused:
        if refused.status != HTTPStatus.BAD_REQUEST:
            raise
        form.add_error(None, str(refused))
        return _file_page(request, order, form, status=refused.status)
    return redirect(case)


def pictures(form: forms.Form) -> list[evidence.Item]:
    """The picture of a form that may bring one."""
    sent = form.cleaned_data.get("picture")
    if not sent:
        return []
    return [
        evidence.Item(
            kind=EvidenceKind.PICTURE,
            description=form.cleaned_data["description"],
            picture=sent.read(),
            file_name=sent.name or "",
        )
    ]


@login_required
@require_GET
def case_verdict(request: SignedInRequest, pk: UUID) -> HttpResponse:
    case = case_for(request, pk)
    found = Verdict.objects.filter(case=case).order_by("-issued_at")
    if not (latest := found.first()):
        raise Refused("case_not_final", words.sentence(case), state=case.state)
    page = page_for(case, request.user, clock.now())
    context = {
        "page": page,
        "case": case,
        "verdict": verdict_page(latest, page.side),
        "earlier": [verdict_page(row, page.side) for row in found if row.pk != latest.pk],
        "hung": hung_panel(case),
        "outside": words.outside_routes(),
    }
    return render(request, "disputes/verdict.html", context)
