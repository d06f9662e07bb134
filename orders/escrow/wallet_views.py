"""Pages of a person's own money: the wallet, withdrawing, payout accounts, deposit, debt."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import reauth
from accounts.requests import SignedInRequest
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.money import yuan
from marketplace.lib.throttle import counted
from orders.escrow import deposits, fund, payouts, wallet
from orders.escrow.forms import AmountForm, PayoutAccountForm, WithdrawForm
from orders.escrow.statement import page_of_lines

Act = Callable[[dict[str, Any]], HttpResponse]


@login_required
@require_GET
def overview(request: SignedInRequest) -> HttpResponse:
    lines, older = page_of_lines(request.user, request.GET.get("before", ""))
    context = {
        "wallet": wallet.wallet_of(request.user),
        "causes": wallet.debt_causes(request.user),
        "accounts": request.user.payout_accounts.filter(removed_at=None).order_by("added_at"),
        "payouts": request.user.payouts.order_by("-id")[:5],
        "rows": lines,
        "older": older,
        "now": clock.now(),
    }
    return render(request, "escrow/wallet.html", context)


@login_required
@counted("payout")
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest) -> HttpResponse:
    if not reauth.is_fresh(request):
        return reauth.prove_first(request, back=reverse("wallet_withdraw"))
    if not request.user.payout_accounts.filter(removed_at=None).exists():
        messages.info(request, _("First add the account that the money should go to."))
        return redirect("wallet_account")
    form = WithdrawForm(request.POST or None, person=request.user)
    if done := _sent(request, form, "amount", lambda cleaned: _ask(request, cleaned)):
        return done
    money = wallet.wallet_of(request.user)
    return render(request, "escrow/withdraw.html", {"form": form, "wallet": money})


def _ask(request: SignedInRequest, cleaned: dict[str, Any]) -> HttpResponse:
    payouts.ask(
        request.user.pk, amount=cleaned["amount"], account=cleaned["account"].pk, by=request.user
    )
    messages.success(request, _("{amount} is on its way.").format(amount=yuan(cleaned["amount"])))
    return redirect("wallet")


@login_required
@sensitive_post_parameters("number")
@require_http_methods(["GET", "POST"])
def add_account(request: SignedInRequest) -> HttpResponse:
    if not reauth.is_fresh(request):
        return reauth.prove_first(request, back=reverse("wallet_account"))
    form = PayoutAccountForm(request.POST or None)
    if done := _sent(request, form, "number", lambda cleaned: _add(request, cleaned)):
        return done
    return render(request, "escrow/account.html", {"form": form})


def _add(request: SignedInRequest, cleaned: dict[str, Any]) -> HttpResponse:
    payouts.add_account(request.user.pk, by=request.user, **cleaned)
    messages.success(request, _("Added. It can be used in 72 hours."))
    return redirect("wallet")


@login_required
@require_POST
def remove_account(request: SignedInRequest, pk: UUID) -> HttpResponse:
    if not reauth.is_fresh(request):
        return reauth.prove_first(request, back=reverse("wallet"))
    payouts.remove_account(pk, by=request.user)
    messages.success(request, _("Removed."))
    return redirect("wallet")


@login_required
@require_http_methods(["GET", "POST"])
def pay_deposit(request: SignedInRequest) -> HttpResponse:
    def start(cleaned: dict[str, Any]) -> HttpResponse:
        payment = deposits.start(request.user.pk, amount=cleaned["amount"], by=request.user)
        return redirect("pay", payment.pk)

    return _amount_page(request, "escrow/deposit.html", start)


@login_required
@require_http_methods(["GET", "POST"])
def take_deposit(request: SignedInRequest) -> HttpResponse:
    def give(cleaned: dict[str, Any]) -> HttpResponse:
        deposits.give_back(request.user.pk, by=request.user, **cleaned)
        messages.success(request, _("It is in your wallet now."))
        return redirect("wallet")

    return _amount_page(request, "escrow/deposit_back.html", give)


@login_required
@require_http_methods(["GET", "POST"])
def pay_debt(request: SignedInRequest) -> HttpResponse:
    def pay(cleaned: dict[str, Any]) -> HttpResponse:
        fund.pay_debt(request.user.pk, by=request.user, **cleaned)
        messages.success(request, _("Paid from your wallet."))
        return redirect("wallet")

    return _amount_page(request, "escrow/debt.html", pay)


def _amount_page(request: SignedInRequest, template: str, act: Act) -> HttpResponse:
    form = AmountForm(request.POST or None, initial={"request": uuid4()})
    if done := _sent(request, form, "amount", act):
        return done
    money = wallet.wallet_of(request.user)
    return render(request, template, {"form": form, "wallet": money})


def _sent(request: SignedInRequest, form: forms.Form, field: str, act: Act) -> HttpResponse | None:
    """What `act` answers to a valid form; a refusal stays beside what the person typed."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except Refused as refused:
        form.add_error(field, str(refused))
        return None
