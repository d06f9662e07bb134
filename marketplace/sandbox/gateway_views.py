"""The provider's doors: its API for merchants, and the page where people pay."""

import json

from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.lib import clock
from marketplace.lib.signing import BadSignature, verify
from marketplace.sandbox import gateway, provider
from marketplace.sandbox.models import SandboxPayment

LARGEST_BODY = 64 * 1024


@csrf_exempt  # merchants sign their calls; no session speaks here
@require_POST
def api(request: HttpRequest, verb: str) -> HttpResponse:
    if verb not in {*provider.DONE, *provider.ASKED}:
        raise Http404
    body = request.read(LARGEST_BODY)
    try:
        verify(settings.GATEWAYS["sandbox"]["secret"], request.headers, body)
        return JsonResponse(provider.call(verb, json.loads(body)))
    except BadSignature:
        return HttpResponse(status=401)
    except (KeyError, ValueError, TypeError, models.ObjectDoesNotExist):
        return HttpResponse(status=400)
    except provider.ReplyDropped:
        return HttpResponse(status=504)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """The hosted page; whoever knows its token may pay, as on a real one."""
    payment = get_object_or_404(SandboxPayment, token=token)
    if request.method == "POST":
        deliver = request.POST.get("deliver") or None
        gateway.act(payment.ref, do=request.POST.get("do", ""), deliver=deliver)
        return redirect(payment.return_url)
    facts = {
        "payment": payment,
        "payable": gateway.is_payable(payment, clock.now()),
        "ways": gateway.DELIVER,
    }
    return render(request, "sandbox/pay.html", facts)
