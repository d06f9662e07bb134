"""Pages of reviewers: duty, practice, one seat; a reviewer sees only what is his own."""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest
from disputes import duty_page, practice
from disputes.actions import jury, service
from disputes.claims import CLAIMS
from disputes.compare import Side, compare_page
from disputes.forms import FlagForm, RecuseForm, VoteForm
from disputes.models import Evidence, Seat
from disputes.seat_page import bundle_of, seat_page
from disputes.views.steps import taken
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.throttle import counted

PAUSE = timedelta(days=30)  # as the button says


def seat_for(request: SignedInRequest, pk: UUID) -> Seat:
    """The one door: a seat exists for nobody but its reviewer."""
    rows = Seat.objects.filter(juror=request.user).select_related(
        "case__order__revision__category", "case__order__revision__text"
    )
    return get_object_or_404(rows, pk=pk)


# --- Duty -----------------------------------------------------------------------------------------
@login_required
@require_GET
def duty(request: SignedInRequest) -> HttpResponse:
    context = {"page": duty_page.duty_page(request.user, clock.now()), "now": clock.now()}
    return render(request, "disputes/duty.html", context)


@login_required
@require_POST
def join(request: SignedInRequest) -> HttpResponse:
    service.opt_in(request.user.pk, by=request.user)
    return redirect("duty")


@login_required
@require_POST
def pause(request: SignedInRequest) -> HttpResponse:
    service.pause(request.user.pk, by=request.user, until=clock.now() + PAUSE)
    return redirect("duty")


# --- Practice -------------------------------------------------------------------------------------
@login_required
@require_GET
def practice_list(request: SignedInRequest) -> HttpResponse:
    context = {"page": duty_page.practice_page(request.user)}
    return render(request, "disputes/practice.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def practice_case(request: SignedInRequest, slug: str) -> HttpResponse:
    """The same page and form as a real one; the model answer comes after one's own."""
    known = practice.CASES.get(slug)
    if known is None:
        raise Http404
    answered = duty_page.answer_of(request.user, slug)
    form = VoteForm(request.POST or None, findings=findings_of(known.claim))
    if request.method == "POST" and answered is None and form.is_valid():
        typed = form.cleaned_data
        service.answer_practice(request.user.pk, slug=slug, by=request.user, **typed)
        return redirect("practice_case", slug)
    context = {"known": duty_page.shown(known), "form": form, "answered": answered}
    return render(request, "disputes/practice_case.html", context)


def findings_of(claim: str) -> list[tuple[str, str]]:
    return [(key, str(label)) for key, label in CLAIMS[claim].findings.items()]


# --- One seat -------------------------------------------------------------------------------------
@login_required
@require_GET
def seat(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Invitation, then the file with the form, then the receipt; one address for all of it."""
    found = seat_for(request, pk)
    page = seat_page(found, clock.now())
    if page.is_over:
        status = HTTPStatus.CONFLICT if page.has_passed else HTTPStatus.OK
        return render(request, "disputes/seat_over.html", {"page": page}, status=status)
    if found.opened_at is None:
        return render(request, "disputes/seat_offer.html", {"page": page})
    form = VoteForm(findings=findings_of(found.case.claim))
    return _bundle(request, found, form)


def _bundle(request: SignedInRequest, found: Seat, form: VoteForm) -> HttpResponse:
    now = clock.now()
    context = {
        "page": seat_page(found, now),
        "bundle": bundle_of(found),
        "form": form,
        "now": now,
        "may_vote_at": (found.opened_at or now)
        + timedelta(seconds=found.case.frozen_rules.min_reading_seconds),
    }
    return render(request, "disputes/bundle.html", context)


@login_required
@require_GET
def seat_compare(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Only while the file is open to this reviewer."""
    found = seat_for(request, pk)
    page = seat_page(found, clock.now())
    if page.is_over or found.opened_at is None:
        return redirect("seat", pk)
    sides = [Side(each.party, each.title, each.exhibits) for each in bundle_of(found).sides]
    context = {
        "page": compare_page(sides, request.GET.dict()),
        "back": reverse("seat", args=[pk]),
        "back_words": _("The case"),
    }
    return render(request, "disputes/compare.html", context)


@login_required
@require_POST
def seat_open(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Opening the file starts the reading clock, so it is a POST."""
    found = seat_for(request, pk)
    jury.open_bundle(found.pk, by=request.user)
    return redirect("seat", pk)


@login_required
@counted("vote")
@require_POST
def seat_vote(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Read back first, then cast; a vote can't be changed."""
    found = seat_for(request, pk)
    form = VoteForm(request.POST, findings=findings_of(found.case.claim))
    if not form.is_valid() or "change" in request.POST:
        return _bundle(request, found, form)
    if "sure" not in request.POST:
        context = {"page": seat_page(found, clock.now()), "form": form, "chosen": _chosen(form)}
        return render(request, "disputes/vote_check.html", context)
    jury.cast_vote(found.pk, by=request.user, **form.cleaned_data)
    return redirect("seat", pk)


def _chosen(form: VoteForm) -> list[tuple[str, str]]:
    labels = dict(form.fields["findings"].choices)  # type: ignore[attr-defined] # a choice field
    sides = dict(form.fields["side"].choices)  # type: ignore[attr-defined]
    typed = form.cleaned_data
    return [
        (_("For"), str(sides[typed["side"]])),
        (_("You find"), "; ".join(str(labels[key]) for key in typed["findings"])),
        (_("Because"), typed["rationale"]),
    ]


@login_required
@require_http_methods(["GET", "POST"])
def seat_recuse(request: SignedInRequest, pk: UUID) -> HttpResponse:
    found = seat_for(request, pk)
    form = RecuseForm(request.POST or None, initial={"reason": request.GET.get("reason")})
    if request.method == "POST" and form.is_valid():
        jury.recuse(found.pk, by=request.user, **form.cleaned_data)
        return redirect("duty")
    context = {"page": seat_page(found, clock.now()), "form": form}
    return render(request, "disputes/recuse.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def seat_flag(request: SignedInRequest, pk: UUID, exhibit: UUID) -> HttpResponse:
    found = seat_for(request, pk)
    if found.opened_at is None:
        raise Refused("not_found", _("We can't find that."))
    row = get_object_or_404(Evidence.objects.filter(case=found.case).admitted(), pk=exhibit)
    form = FlagForm(request.POST or None)

    def flag() -> None:
        jury.flag(found.pk, by=request.user, exhibit_id=row.pk, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and taken(form, flag):
        return redirect("seat", pk)
    context = {"page": seat_page(found, clock.now()), "form": form, "label": row.label}
    return render(request, "disputes/flag.html", context)
