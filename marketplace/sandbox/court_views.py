"""The sandbox bar on a case's page: simulated reviewers carry it to its end before one's eyes."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from disputes.models import Case
from marketplace.sandbox import clock, reviewers

# What is left to vote for, (buyer, seller); who has voted already is not looked at.
TALLIES = {"9-0": (9, 0), "9-8": (9, 8), "8-9": (8, 9)}


@login_required
@require_POST
def vote(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """As many votes as there are open seats for, the losing side's first."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    buyer, seller = TALLIES.get(request.POST.get("tally", ""), (9, 0))
    reviewers.fill(case.pk, buyer=buyer, seller=seller)
    clock.run_sweeps()
    messages.success(request, _("The simulated reviewers have voted."))
    return redirect(case)
