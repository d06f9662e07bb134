"""Ending a case together: an offer, its acceptance, giving in; each page names both amounts."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from disputes.actions import ending
from disputes.forms import OfferForm, StateForm
from disputes.page import CasePage
from disputes.views.cases import shown
from disputes.views.steps import Ask, ask_page, initial, is_answered
from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen, yuan
from marketplace.lib.throttle import counted


@login_required
@counted("settle")
@require_http_methods(["GET", "POST"])
def case_settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Type a split, read it back with both amounts and the counterpart, then offer it."""
    page = shown(request, pk)
    if not page.may_settle:
        raise _decided()
    amount = Fen(page.case.amount_fen)
    form = OfferForm(request.POST or None, amount=amount, initial=initial(page))
    ask = _offering(page)
    if request.method == "POST" and form.is_valid():
        part = form.cleaned_data["buyer"]
        rest = Fen(amount - part)
        ask = _offering(page, _parts(part, rest))
        if is_answered(request, form, ask):
            state = form.cleaned_data["expected_state"]
            ending.offer(pk, by=request.user, buyer_fen=part, seller_fen=rest, expected_state=state)
            return redirect(page.case)
    return ask_page(request, page, form, ask)


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
    form = StateForm(request.POST or None, initial=initial(page))
    ask = Ask(
        title=_("Accept the offer"),
        lead=_("The money moves at once, and the case ends without a decision."),
        button=_("Accept exactly this"),
        facts=_parts(found.buyer_fen, found.seller_fen),
        tick=_("I accept these amounts."),
        proof=True,
    )
    if is_answered(request, form, ask):
        ending.accept_offer(pk, by=request.user, offer_id=offer, **form.cleaned_data)
        return redirect(page.case)
    return ask_page(request, page, form, ask)


@login_required
@counted("settle")
@require_http_methods(["GET", "POST"])
def case_concede(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if not page.may_settle:
        raise _decided()
    form = StateForm(request.POST or None, initial=initial(page))
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
    if is_answered(request, form, ask):
        ending.concede(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return ask_page(request, page, form, ask)
