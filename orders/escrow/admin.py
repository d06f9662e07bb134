"""Money and the vault at the desk: read, except for two yeses that money above a limit needs.

No card code is a column here: the vault's text and its fingerprint are left out of every view.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.lib.money import yuan
from marketplace.staff import DeskAdmin
from orders.escrow import fund, payouts
from orders.escrow.models import (
    Balance,
    ClaimState,
    Code,
    Command,
    Compensation,
    FundClaim,
    GatewayEvent,
    IssuerAnswer,
    Payment,
    Payout,
    PayoutState,
    Refund,
    Reveal,
    StrayMoney,
    Transfer,
)

YES, NO = "yes", "no"


class AnswerForm(forms.ModelForm[Any]):
    """A yes or a no; the verb counts whose yes it is."""

    answer = forms.ChoiceField(
        label=_("Your answer"), choices=[(YES, _("Yes, pay it")), (NO, _("No"))], required=True
    )


class FourEyesAdmin(DeskAdmin):
    """A queue of money that two different people must agree to; the database refuses one alone."""

    form = AnswerForm

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        open_still = obj is None or self.is_waiting(obj)
        return open_still and super().has_change_permission(request, obj)

    def is_waiting(self, row: Any) -> bool:
        raise NotImplementedError

    def decide(self, row: Any, answer: str, *, by: User) -> None:
        raise NotImplementedError

    def save_model(
        self,
        request: HttpRequest,
        obj: Any,
        form: ModelForm[Any],
        change: bool,  # noqa: ARG002, FBT001
    ) -> None:
        self.decide(obj, form.cleaned_data["answer"], by=request.user)  # type: ignore[arg-type]


@admin.register(FundClaim)
class FundClaimAdmin(FourEyesAdmin):
    """The queue refunds_to_approve: look for collusion, nothing else is reopened."""

    list_display = ("order_id", "case_id", "amount", "state", "liable", "winner", "first_by")
    list_filter = ("state", "cause")
    list_select_related = ("liable", "winner", "first_by")
    editable = ("answer", "reason")

    def is_waiting(self, row: FundClaim) -> bool:
        return row.state == ClaimState.WAITING

    def decide(self, row: FundClaim, answer: str, *, by: User) -> None:
        if answer == YES:
            fund.approve_fund_claim(row.pk, by=by)
        else:
            fund.refuse_fund_claim(row.pk, by=by, reason=row.reason)


@admin.register(Payout)
class PayoutAdmin(FourEyesAdmin):
    """The queue payout_review: above the daily limit two people look before it is sent."""

    list_display = ("person", "amount", "state", "needs_two", "first_by", "created_at")
    list_filter = ("state", "needs_two")
    list_select_related = ("person", "first_by")
    editable = ("answer",)

    def is_waiting(self, row: Payout) -> bool:
        return row.needs_two and row.approved_by_id is None and row.state == PayoutState.RESERVED

    def decide(self, row: Payout, answer: str, *, by: User) -> None:
        (payouts.approve if answer == YES else payouts.refuse)(row.pk, by=by)


@admin.register(Transfer)
class TransferAdmin(DeskAdmin):
    list_display = ("id", "kind", "key", "order_id", "basis", "effective_at")
    list_filter = ("kind",)
    search_fields = ("key",)
    readonly_fields = ("legs",)

    @admin.display(description=_("entries"))
    def legs(self, row: Transfer) -> str:
        return " · ".join(
            f"{entry.account.code} {yuan(entry.amount)}"
            for entry in row.entries.select_related("account").order_by("seq")
        )


@admin.register(Balance)
class BalanceAdmin(DeskAdmin):
    list_display = ("account", "balance", "frozen_case")
    list_select_related = ("account",)
    search_fields = ("account__code",)


@admin.register(Payment)
class PaymentAdmin(DeskAdmin):
    list_display = ("id", "purpose", "state", "amount", "payer", "created_at")
    list_filter = ("state", "purpose")
    list_select_related = ("payer",)


@admin.register(Refund)
class RefundAdmin(DeskAdmin):
    list_display = ("id", "order_id", "state", "amount", "reason", "created_at")
    list_filter = ("state",)


@admin.register(Command)
class CommandAdmin(DeskAdmin):
    """The queue stuck_money is the filter "needs staff"."""

    list_display = ("key", "kind", "state", "amount", "attempts", "next_at", "needs_staff")
    list_filter = ("needs_staff", "state", "kind")


@admin.register(GatewayEvent)
class GatewayEventAdmin(DeskAdmin):
    list_display = ("event_id", "kind", "ref", "amount", "state", "received_at")
    list_filter = ("state", "kind")


@admin.register(StrayMoney, Compensation)
class BookAdmin(DeskAdmin):
    """Read only."""


@admin.register(Code)
class CodeAdmin(DeskAdmin):
    list_display = ("id", "last4", "issuer", "state", "seller", "order_id", "sealed_at")
    list_filter = ("state", "issuer")
    list_select_related = ("seller",)
    exclude = ("sealed", "fingerprint", "fingerprint_key")
    search_fields = ("last4",)


@admin.register(Reveal)
class RevealAdmin(DeskAdmin):
    """Who saw which order's code, when and from where [Li]; never the code."""

    list_display = ("order_id", "by", "nth", "at", "ip")
    list_select_related = ("by",)


@admin.register(IssuerAnswer)
class IssuerAnswerAdmin(DeskAdmin):
    list_display = ("issuer", "why", "status", "balance", "redeemed_at", "at", "ms")
    list_filter = ("issuer", "why", "status")
