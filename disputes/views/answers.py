"""Answering what staff asked of both sides."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from disputes.actions import evidence, requests
from disputes.forms import AnswerForm
from disputes.models import EvidenceKind, EvidenceRequest
from disputes.views.cases import case_for, pictures
from disputes.views.steps import taken
from marketplace.lib.throttle import counted


@login_required
@counted("upload")
@require_http_methods(["GET", "POST"])
def case_answer(request: SignedInRequest, pk: UUID, request_pk: UUID) -> HttpResponse:
    """One side's answer; the question, its date and the other side's half stand above the form."""
    case = case_for(request, pk)
    rows = EvidenceRequest.objects.filter(pair__case=case, party=case.side_of(request.user))
    asked = get_object_or_404(rows.select_related("pair__replies_to"), pk=request_pk)
    form = AnswerForm(request.POST or None, request.FILES or None)

    def answer() -> None:
        requests.answer(asked.pk, by=request.user, item=_item(form))

    if request.method == "POST" and form.is_valid() and taken(form, answer):
        return redirect(case)
    return render(request, "disputes/answer.html", {"case": case, "asked": asked, "form": form})


def _item(form: AnswerForm) -> evidence.Item | None:
    """What was typed or shown; None says that this side has nothing to add."""
    typed = form.cleaned_data
    if typed["text"].strip():
        description = typed["description"].strip() or str(_("Answer"))
        return evidence.Item(kind=EvidenceKind.TEXT, description=description, text=typed["text"])
    return next(iter(pictures(form)), None)
