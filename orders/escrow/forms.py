"""What people type about their own money; the verbs decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.lib.yuan_field import YuanField
from orders.escrow.models import PayoutAccount


class AmountForm(forms.Form):
    """An amount, and the id of this very page: sent twice, it moves money once."""

    amount = YuanField(label=_("Amount in yuan"))
    request = forms.UUIDField(widget=forms.HiddenInput)


class WithdrawForm(forms.Form):
    amount = YuanField(label=_("Amount in yuan"))
    account = forms.ModelChoiceField(
        label=_("To which account"), queryset=PayoutAccount.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["account"]
        field.queryset = person.payout_accounts.filter(removed_at=None).order_by("added_at")


class PayoutAccountForm(forms.Form):
    number = forms.CharField(
        label=_("Account number"),
        max_length=34,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    holder = forms.CharField(
        label=_("Account holder"),
        max_length=60,
        help_text=_("As it stands on your checked identity: money goes to nobody else."),
    )
