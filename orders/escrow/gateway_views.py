"""The provider's door (webhook) and the payer's (the page that leads to the provider)."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from marketplace.lib.errors import STATUS, Refused, Sentence
from marketplace.lib.signing import BadSignature
from orders.escrow import inbox, payments
from orders.escrow.gateways.registry import is_known
from orders.escrow.models import Payment, PaymentState


@csrf_exempt  # no session speaks here: the body is signed by the provider
@require_POST
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    if not is_known(provider):
        raise Http404
    body = request.read(inbox.LARGEST_BODY + 1)
    if len(body) > inbox.LARGEST_BODY:
        return _problem("too_big", _("The message is too big."))
    try:
        inbox.receive(provider, request.headers, body)
    except BadSignature:
        return _problem("bad_signature", _("The signature does not fit the message."))
    except Refused as refused:
        answer = _problem(refused.code, refused.message)
        answer["Retry-After"] = str(refused.facts["retry_after"])
        return answer
    return JsonResponse({})


def _problem(code: str, sentence: Sentence) -> HttpResponse:
    body = {
        "type": f"/problems/{code}/",
        "title": str(sentence),
        "status": STATUS[code],
        "code": code,
        "detail": str(sentence),
    }
    return JsonResponse(body, status=STATUS[code], content_type="application/problem+json")


@login_required
@require_safe
@never_cache
def pay(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Leads the payer on to the provider's page, as soon as there is one."""
    payment = get_object_or_404(Payment.objects.visible_to(request.user), pk=pk)
    payment = payments.wait_for_intent(payment)
    if payment.state == PaymentState.PENDING and payment.pay_url:
        return HttpResponseRedirect(payment.pay_url)
    page = payments.HANDLERS[payment.purpose].page(payment.ref)
    if payment.state not in payments.OPEN:
        return redirect(page)
    return render(request, "escrow/pay.html", {"payment": payment, "page": page})
