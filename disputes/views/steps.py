"""What a party does on its case: one page a verb; what moves money or is final asks twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import reauth
from accounts.requests import SignedInRequest
from disputes import words
from disputes.actions import appealing, drawing, filing, petitions, ruling
from disputes.forms import (
    AppealForm,
    DemandForm,
    PetitionForm,
    StateForm,
    WordsForm,
)
from disputes.page import CasePage
from disputes.views.cases import pictures, shown
from marketplace.lib.errors import Refused
from marketplace.lib.money import yuan
from marketplace.lib.throttle import counted


@dataclass(frozen=True)
class Ask:
    """The words of one step's page; `tick` makes it ask twice, `proof` asks who you are."""

    title: str
    lead: str
    button: str
    facts: Sequence[tuple[str, str]] = ()
    tick: str = ""
    warning: str = ""
    danger: bool = False
    proof: bool = False


def ask_page(request: SignedInRequest, page: CasePage, form: forms.Form, ask: Ask) -> HttpResponse:
    context = {
        "page": page,
        "case": page.case,
        "form": form,
        "ask": ask,
        "needs_proof": ask.proof and not reauth.is_fresh(request),
    }
    return render(request, "disputes/step.html", context)


def is_answered(request: SignedInRequest, form: forms.Form, ask: Ask) -> bool:
    """The form is well filled in, ticked where it must be, by somebody who proved who he is."""
    if request.method != "POST" or not form.is_valid():
        return False
    if ask.tick and "tick" not in request.POST:
        return False
    return not ask.proof or reauth.is_fresh(request)


def impossible(page: CasePage) -> Refused:
    return Refused("wrong_state", _("That is not possible now."), state=page.case.state)


def initial(page: CasePage) -> dict[str, str]:
    return {"expected_state": page.case.state}


@login_required
@require_http_methods(["GET", "POST"])
def case_words(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    form = WordsForm(request.POST or None, initial=initial(page))
    ask = Ask(
        title=_("Add your words to the draw"),
        lead=_(
            "The reviewers are drawn from a seed that Fairhand fixed when the case was opened. "
            "With your words in it, nobody can choose it alone."
        ),
        button=_("Add them"),
    )
    if is_answered(request, form, ask):
        drawing.set_words(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return ask_page(request, page, form, ask)


@login_required
@require_http_methods(["GET", "POST"])
def case_demand(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    form = DemandForm(request.POST or None, initial=initial(page))
    ask = Ask(
        title=_("Ask for less"),
        lead=_("You can lower the demand until the file is sealed. You can't raise it again."),
        button=_("Lower the demand"),
        facts=[(_("Demand now"), yuan(page.case.demand_fen))],
    )
    if is_answered(request, form, ask):
        filing.lower_demand(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return ask_page(request, page, form, ask)


@login_required
@require_http_methods(["GET", "POST"])
def case_withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if not (page.may_withdraw or page.asked_to_agree):
        raise impossible(page)
    form = StateForm(request.POST or None, initial=initial(page))
    ask = _withdrawing(page) if page.is_filer else _agreeing()
    if is_answered(request, form, ask):
        verb = filing.withdraw if page.is_filer else filing.agree_to_withdrawal
        verb(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return ask_page(request, page, form, ask)


def _withdrawing(page: CasePage) -> Ask:
    later = _("The file is sealed: the other side has 24 hours to agree.")
    return Ask(
        title=_("Withdraw the case"),
        lead=_("The order goes on where it stood, with at least 48 hours on each of its clocks."),
        button=_("Withdraw the case"),
        warning=_("No second case can be opened about the same facts."),
        tick=_("I want to take the case back.") if page.may_show else later,
        danger=True,
    )


def _agreeing() -> Ask:
    return Ask(
        title=_("Agree to end the case"),
        lead=_("The other side asks to withdraw the case. The order goes on where it stood."),
        button=_("Agree"),
        tick=_("I agree that the case ends without a decision."),
    )


# --- After the verdict ----------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def case_accept(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if not page.may_appeal:
        raise page.appeal_refusal or impossible(page)
    form = StateForm(request.POST or None, initial=initial(page))
    ask = Ask(
        title=_("Accept the decision"),
        lead=_("The decision is carried out at once instead of on {time}.").format(
            time=words.moment(page.case.appeal_due_at)
        ),
        button=_("Accept it"),
        warning=_("You give up the appeal. This can’t be taken back."),
        tick=_("I accept the decision."),
        danger=True,
    )
    if is_answered(request, form, ask):
        ruling.accept(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return ask_page(request, page, form, ask)


@login_required
@counted("appeal")
@require_http_methods(["GET", "POST"])
def case_appeal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if page.appeal_refusal is not None:
        raise page.appeal_refusal
    form = AppealForm(request.POST or None, request.FILES or None, initial=initial(page))
    ask = Ask(title=_("Appeal"), lead=words.appeal_symmetry(), button=_("Appeal to staff"))

    def file() -> None:
        typed = form.cleaned_data
        appealing.appeal(
            pk,
            by=request.user,
            ground=appealing.Ground(typed["ground"], typed["text"]),
            items=pictures(form),
            expected_state=typed["expected_state"],
        )

    if is_answered(request, form, ask) and taken(form, file):
        return redirect(page.case)
    return ask_page(request, page, form, ask)


def taken(form: forms.Form, act: Callable[[], object]) -> bool:
    """Runs the verb; what it finds wrong with the input stands above the form, nothing is lost."""
    try:
        act()
    except Refused as refused:
        if refused.status != HTTPStatus.BAD_REQUEST:
            raise
        form.add_error(None, str(refused))
        return False
    return True


@login_required
@counted("appeal")
@require_http_methods(["GET", "POST"])
def case_petition(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if not page.may_petition:
        message = _("The time to ask for this has passed.")
        raise Refused("too_late", message, rule="court/panel")
    form = PetitionForm(request.POST or None)
    ask = Ask(
        title=_("Ask for a new panel"),
        lead=_(
            "Only if the round was not fair: a reviewer was not independent, an exhibit is forged, "
            "or you were never told. It is not a second look at the evidence."
        ),
        button=_("Send it to staff"),
    )
    if is_answered(request, form, ask):
        petitions.petition(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return ask_page(request, page, form, ask)
