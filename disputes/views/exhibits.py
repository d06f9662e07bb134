"""Showing something: one form and one set of limits for both sides, and covering parts of it."""

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest
from disputes import reading, words
from disputes.actions import evidence, masking
from disputes.compare import Side, compare_page
from disputes.forms import MaskForm, MaskTextForm, ShowForm
from disputes.models import Evidence, EvidenceKind
from disputes.views.cases import case_for, shown
from marketplace.lib.errors import Refused
from marketplace.lib.throttle import counted


@login_required
@counted("upload")
@require_http_methods(["GET", "POST"])
def case_show(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if not (page.may_show or page.may_show_late):
        message = _("Nothing can be added any more, except with an appeal or when staff ask.")
        raise Refused("evidence_closed", message, state=page.case.state)
    form = ShowForm(request.POST or None, request.FILES or None, initial=_initial(page.case.state))
    if request.method == "POST" and form.is_valid():
        try:
            made = evidence.submit(pk, by=request.user, item=_item(form))
        except Refused as refused:
            if refused.status != HTTPStatus.BAD_REQUEST:
                raise
            form.add_error(None, str(refused))
        else:
            return redirect("case_mask", pk, made.pk) if _looks_first(made) else redirect(page.case)
    context = {"page": page, "case": page.case, "form": form, "rule": words.file_rule()}
    return render(request, "disputes/show.html", context)


@login_required
@require_GET
def case_compare(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Both sides' pictures beside each other, as this side may see them."""
    page = shown(request, pk)
    sides = [Side(each.party, each.title, each.exhibits) for each in page.columns]
    context = {
        "page": compare_page(sides, request.GET.dict()),
        "back": page.case.get_absolute_url(),
        "back_words": page.case.order.revision.title,
    }
    return render(request, "disputes/compare.html", context)


def _initial(state: str) -> dict[str, str]:
    return {"expected_state": state, "kind": EvidenceKind.PICTURE}


def _looks_first(made: Evidence) -> bool:
    """A picture is looked at, as reviewers will see it, before its owner goes on."""
    return made.kind == EvidenceKind.PICTURE and not made.late


def _item(form: ShowForm) -> evidence.Item:
    typed = form.cleaned_data
    sent = typed["picture"] if typed["kind"] == EvidenceKind.PICTURE else None
    return evidence.Item(
        kind=EvidenceKind(typed["kind"]),
        description=typed["description"],
        text="" if sent else typed["text"],
        picture=sent.read() if sent else b"",
        file_name=(sent.name or "") if sent else "",
        shows_secret=typed["shows_secret"],
    )


@login_required
@require_http_methods(["GET", "POST"])
def case_mask(request: SignedInRequest, pk: UUID, exhibit: UUID) -> HttpResponse:
    """The owner looks at the reviewers' copy and may cover more, never less."""
    case = case_for(request, pk)
    row = get_object_or_404(
        Evidence.objects.filter(case=case, party=case.side_of(request.user)), pk=exhibit
    )
    kind = MaskForm if row.kind == EvidenceKind.PICTURE else MaskTextForm
    form = kind(request.POST or None, initial={"expected_state": case.state})
    if request.method == "POST" and form.is_valid():
        if isinstance(form, MaskForm):
            masking.cover_rectangle(exhibit, by=request.user, rectangle=form.rectangle)
        else:
            masking.cover_words(exhibit, by=request.user, words=form.cleaned_data["words"])
        return redirect("case_mask", pk, exhibit)
    found = reading.own(row)
    return render(request, "disputes/mask.html", {"case": case, "exhibit": found, "form": form})


@login_required
@require_POST
def case_copy_confirm(request: SignedInRequest, pk: UUID, exhibit: UUID) -> HttpResponse:
    """The owner says that the copy shows nothing that it should not."""
    case = case_for(request, pk)
    masking.confirm_copy(exhibit, by=request.user)
    return redirect(case)
