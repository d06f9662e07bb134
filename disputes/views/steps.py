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
from disputes.actions import appealing, drawing, ending, filing, petitions, ruling
from disputes.forms import (
    AppealForm,
    DemandForm,
    OfferForm,
    PetitionForm,
    StateForm,
    WordsForm,
)
from disputes.page import CasePage
from disputes.views.cases import pictures, shown
from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen, yuan
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


def _ask(request: SignedInRequest, page: CasePage, form: forms.Form, ask: Ask) -> HttpResponse:
    context = {
        "page": page,
        "case": page.case,
        "form": form,
        "ask": ask,
        "needs_proof": ask.proof and not reauth.is_fresh(request),
    }
    return render(request, "disputes/step.html", context)


def _answered(request: SignedInRequest, form: forms.Form, ask: Ask) -> bool:
    """The form is well filled in, ticked where it must be, by somebody who proved who he is."""
    if request.method != "POST" or not form.is_valid():
        return False
    if ask.tick and "tick" not in request.POST:
        return False
    return not ask.proof or reauth.is_fresh(request)


def _impossible(page: CasePage) -> Refused:
    return Refused("wrong_state", _("That is not possible now."), state=page.case.state)


def _initial(page: CasePage) -> dict[str, str]:
    return {"expected_state": page.case.state}


@login_required
@require_http_methods(["GET", "POST"])
def case_words(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    form = WordsForm(request.POST or None, initial=_initial(page))
    ask = Ask(
        title=_("Add your words to the draw"),
        lead=_(
            "The reviewers are drawn from a seed that Fairhand fixed when the case was opened. "
            "With your words in it, nobody can choose it alone."
        ),
        button=_("Add them"),
    )
    if _answered(request, form, ask):
        drawing.set_words(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return _ask(request, page, form, ask)


@login_required
@require_http_methods(["GET", "POST"])
def case_demand(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    form = DemandForm(request.POST or None, initial=_initial(page))
    ask = Ask(
        title=_("Ask for less"),
        lead=_("You can lower the demand until the file is sealed. You can't raise it again."),
        button=_("Lower the demand"),
        facts=[(_("Demand now"), yuan(page.case.demand_fen))],
    )
    if _answered(request, form, ask):
        filing.lower_demand(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return _ask(request, page, form, ask)


@login_required
@require_http_methods(["GET", "POST"])
def case_withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if not (page.may_withdraw or page.asked_to_agree):
        raise _impossible(page)
    form = StateForm(request.POST or None, initial=_initial(page))
    ask = _withdrawing(page) if page.is_filer else _agreeing()
    if _answered(request, form, ask):
        verb = filing.withdraw if page.is_filer else filing.agree_to_withdrawal
        verb(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return _ask(request, page, form, ask)


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


# --- Money: agreed or given in --------------------------------------------------------------------
@login_required
@counted("settle")
@require_http_methods(["GET", "POST"])
def case_settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Type a split, read it back with both amounts and the counterpart, then offer it."""
    page = shown(request, pk)
    if not page.may_settle:
        raise _decided()
    amount = Fen(page.case.amount_fen)
    form = OfferForm(request.POST or None, amount=amount, initial=_initial(page))
    ask = _offering(page)
    if request.method == "POST" and form.is_valid():
        part = form.cleaned_data["buyer"]
        rest = Fen(amount - part)
        ask = _offering(page, _parts(part, rest))
        if _answered(request, form, ask):
            state = form.cleaned_data["expected_state"]
            ending.offer(pk, by=request.user, buyer_fen=part, seller_fen=rest, expected_state=state)
            return redirect(page.case)
    return _ask(request, page, form, ask)


def _offering(page: CasePage, facts: Sequence[tuple[str, str]] = ()) -> Ask:
    other = page.case.person(page.side.other).shown_name
    amount = yuan(page.case.amount_fen)
    return Ask(
        title=_("Offer an agreement"),
        lead=_(
            "{amount} can be split in any way that you both agree to. {other} can accept exactly "
            "what you offer, or decline. Nobody’s standing changes."
        ).format(amount=amount, other=other),
        button=_("Offer this") if facts else _("Go on"),
        facts=facts,
        tick=_("I offer exactly this to {other}.").format(other=other) if facts else "",
        proof=True,
    )


def _parts(buyer: int, seller: int) -> list[tuple[str, str]]:
    return [(_("To the buyer"), yuan(buyer)), (_("To the seller, less the fee"), yuan(seller))]


def _decided() -> Refused:
    message = _("The case is decided. That decision is carried out.")
    return Refused("already_decided", message)


@login_required
@counted("settle")
@require_http_methods(["GET", "POST"])
def case_offer(request: SignedInRequest, pk: UUID, offer: UUID) -> HttpResponse:
    """The other side's terms: accepted as they are, or declined."""
    page = shown(request, pk)
    found = page.their_offer
    if request.method == "POST" and "decline" in request.POST:
        ending.decline_offer(pk, by=request.user, offer_id=offer)
        return redirect(page.case)
    if found is None or found.pk != offer:
        raise Refused("settlement_changed", _("That offer is no longer on the table."))
    form = StateForm(request.POST or None, initial=_initial(page))
    ask = Ask(
        title=_("Accept the offer"),
        lead=_("The money moves at once, and the case ends without a decision."),
        button=_("Accept exactly this"),
        facts=_parts(found.buyer_fen, found.seller_fen),
        tick=_("I accept these amounts."),
        proof=True,
    )
    if _answered(request, form, ask):
        ending.accept_offer(pk, by=request.user, offer_id=offer, **form.cleaned_data)
        return redirect(page.case)
    return _ask(request, page, form, ask)


@login_required
@counted("settle")
@require_http_methods(["GET", "POST"])
def case_concede(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if not page.may_settle:
        raise _decided()
    form = StateForm(request.POST or None, initial=_initial(page))
    other = page.case.person(page.side.other).shown_name
    ask = Ask(
        title=_("Give in"),
        lead=_("The money goes to {other} at once. Nobody’s standing changes.").format(other=other),
        button=_("Give in"),
        facts=_parts(*page.case.award_to(page.side.other)),
        tick=_("I give in, and the case ends."),
        danger=True,
        proof=True,
    )
    if _answered(request, form, ask):
        ending.concede(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return _ask(request, page, form, ask)


# --- After the verdict ----------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def case_accept(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if not page.may_appeal:
        raise page.appeal_refusal or _impossible(page)
    form = StateForm(request.POST or None, initial=_initial(page))
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
    if _answered(request, form, ask):
        ruling.accept(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return _ask(request, page, form, ask)


@login_required
@counted("appeal")
@require_http_methods(["GET", "POST"])
def case_appeal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if page.appeal_refusal is not None:
        raise page.appeal_refusal
    form = AppealForm(request.POST or None, request.FILES or None, initial=_initial(page))
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

    if _answered(request, form, ask) and taken(form, file):
        return redirect(page.case)
    return _ask(request, page, form, ask)


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
        raise Refused("too_late", _("The time to ask for this has passed."))
    form = PetitionForm(request.POST or None)
    ask = Ask(
        title=_("Ask for a new panel"),
        lead=_(
            "Only if the round was not fair: a reviewer was not independent, an exhibit is forged, "
            "or you were never told. It is not a second look at the evidence."
        ),
        button=_("Send it to staff"),
    )
    if _answered(request, form, ask):
        petitions.petition(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return _ask(request, page, form, ask)
