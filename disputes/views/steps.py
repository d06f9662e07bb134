"""What a party does on its case: one page or POST a verb; money and finality ask twice."""

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import reauth
from accounts.requests import SignedInRequest
from disputes import words
from disputes.actions import (
    appealing,
    drawing,
    ending,
    evidence,
    filing,
    petitions,
    requests,
    ruling,
)
from disputes.forms import (
    AnswerForm,
    AppealForm,
    DemandForm,
    OfferForm,
    PetitionForm,
    StateForm,
    WordsForm,
)
from disputes.models import EvidenceKind, EvidenceRequest
from disputes.page import CasePage
from disputes.views.cases import case_for, pictures, shown
from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen, yuan
from marketplace.lib.throttle import counted


def _stay(
    request: SignedInRequest, template: str, page: CasePage, form: object, **context: object
) -> HttpResponse:
    found = {"page": page, "case": page.case, "form": form, **context}
    return render(request, template, found)


@login_required
@require_http_methods(["GET", "POST"])
def case_words(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    form = WordsForm(request.POST or None, initial={"expected_state": page.case.state})
    if request.method == "POST" and form.is_valid():
        drawing.set_words(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return _stay(request, "disputes/words.html", page, form)


@login_required
@require_http_methods(["GET", "POST"])
def case_demand(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    form = DemandForm(request.POST or None, initial={"expected_state": page.case.state})
    if request.method == "POST" and form.is_valid():
        filing.lower_demand(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return _stay(request, "disputes/demand.html", page, form)


@login_required
@require_http_methods(["GET", "POST"])
def case_withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if request.method == "POST":
        verb = filing.withdraw if page.is_filer else filing.agree_to_withdrawal
        verb(pk, by=request.user, expected_state=request.POST.get("expected_state", ""))
        return redirect(page.case)
    if not (page.may_withdraw or page.asked_to_agree):
        raise Refused("wrong_state", _("That is not possible now."), state=page.case.state)
    return _stay(request, "disputes/withdraw.html", page, StateForm())


# --- Money: agreed or given in --------------------------------------------------------------------
@login_required
@counted("settle")
@require_http_methods(["GET", "POST"])
def case_settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Type a split, read it back with both amounts, then offer it."""
    page = shown(request, pk)
    amount = Fen(page.case.amount_fen)
    form = OfferForm(
        request.POST or None, amount=amount, initial={"expected_state": page.case.state}
    )
    if request.method != "POST" or not form.is_valid() or not reauth.is_fresh(request):
        fresh = reauth.is_fresh(request)
        return _stay(request, "disputes/settle.html", page, form, is_fresh=fresh)
    part = form.cleaned_data["buyer"]
    rest = Fen(amount - part)
    if "tick" not in request.POST:
        facts = _parts(part, rest)
        return _stay(request, "disputes/settle_check.html", page, form, facts=facts)
    expected = form.cleaned_data["expected_state"]
    ending.offer(pk, by=request.user, buyer_fen=part, seller_fen=rest, expected_state=expected)
    return redirect(page.case)


def _parts(buyer: int, seller: int) -> list[tuple[str, str]]:
    return [(_("To the buyer"), yuan(buyer)), (_("To the seller, less the fee"), yuan(seller))]


@login_required
@counted("settle")
@require_http_methods(["GET", "POST"])
def case_offer(request: SignedInRequest, pk: UUID, offer: UUID) -> HttpResponse:
    """The other side's terms: accept them as they are, or decline."""
    page = shown(request, pk)
    found = next((row for row in page.offers if row.pk == offer), None)
    if found is None:
        raise Refused("not_found", _("We can't find that."))
    if request.method == "POST" and "decline" in request.POST:
        ending.decline_offer(pk, by=request.user, offer_id=offer)
        return redirect(page.case)
    fresh = reauth.is_fresh(request)
    if request.method == "POST" and fresh and "tick" in request.POST:
        expected = request.POST.get("expected_state", "")
        ending.accept_offer(pk, by=request.user, offer_id=offer, expected_state=expected)
        return redirect(page.case)
    if found.state != found.State.OPEN or found.side == page.side:
        raise Refused("settlement_changed", _("That offer is no longer on the table."))
    facts = _parts(found.buyer_fen, found.seller_fen)
    form = StateForm(initial={"expected_state": page.case.state})
    return _stay(
        request, "disputes/offer.html", page, form, offer=found, facts=facts, is_fresh=fresh
    )


@login_required
@counted("settle")
@require_http_methods(["GET", "POST"])
def case_concede(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    fresh = reauth.is_fresh(request)
    if request.method == "POST" and fresh and "tick" in request.POST:
        expected = request.POST.get("expected_state", "")
        ending.concede(pk, by=request.user, expected_state=expected)
        return redirect(page.case)
    if not page.may_settle:
        raise Refused("already_decided", _("The case is decided. That decision is carried out."))
    facts = _parts(*page.case.award_to(page.side.other))
    return _stay(request, "disputes/concede.html", page, StateForm(), facts=facts, is_fresh=fresh)


# --- After the verdict ----------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def case_accept(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if request.method == "POST" and "tick" in request.POST:
        ruling.accept(pk, by=request.user, expected_state=request.POST.get("expected_state", ""))
        return redirect(page.case)
    if not page.may_appeal:
        raise page.appeal_refusal or Refused("wrong_state", _("That is not possible now."))
    return _stay(request, "disputes/accept.html", page, StateForm())


@login_required
@counted("appeal")
@require_http_methods(["GET", "POST"])
def case_appeal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if page.appeal_refusal is not None:
        raise page.appeal_refusal
    initial = {"expected_state": page.case.state}
    form = AppealForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        ground = appealing.Ground(typed["ground"], typed["text"])
        expected = typed["expected_state"]
        items = pictures(form)
        try:
            appealing.appeal(
                pk, by=request.user, ground=ground, items=items, expected_state=expected
            )
        except Refused as refused:
            if refused.status != HTTPStatus.BAD_REQUEST:
                raise
            form.add_error(None, str(refused))
        else:
            return redirect(page.case)
    return _stay(request, "disputes/appeal.html", page, form, symmetry=words.appeal_symmetry())


@login_required
@counted("appeal")
@require_http_methods(["GET", "POST"])
def case_petition(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if not page.may_petition:
        raise Refused("too_late", _("The time to ask for this has passed."))
    form = PetitionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        petitions.petition(pk, by=request.user, **form.cleaned_data)
        return redirect(page.case)
    return _stay(request, "disputes/petition.html", page, form)


@login_required
@require_http_methods(["GET", "POST"])
def case_answer(request: SignedInRequest, pk: UUID, request_pk: UUID) -> HttpResponse:
    """One side's answer to what both were asked; the question stands above the form."""
    case = case_for(request, pk)
    rows = EvidenceRequest.objects.filter(pair__case=case, party=case.side_of(request.user))
    asked = get_object_or_404(rows.select_related("pair"), pk=request_pk)
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        requests.answer(asked.pk, by=request.user, item=_answer(form))
        return redirect(case)
    context = {"case": case, "asked": asked, "form": form}
    return render(request, "disputes/answer.html", context)


def _answer(form: AnswerForm) -> evidence.Item | None:
    """What was typed or shown; None says that this side has nothing to add."""
    typed = form.cleaned_data
    if typed["text"].strip():
        description = typed["description"].strip() or str(_("Answer"))
        return evidence.Item(kind=EvidenceKind.TEXT, description=description, text=typed["text"])
    return next(iter(pictures(form)), None)
