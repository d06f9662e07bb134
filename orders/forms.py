"""What people type about orders and codes; forms check the shape, verbs decide."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from listings.models import Listing
from listings.states import ListingState
from marketplace.lib.money import yuan
from orders.actions.stock import Card
from orders.models import Problem

TAKES_CODES = (
    ListingState.DRAFT,
    ListingState.REVIEW,
    ListingState.ON_SALE,
    ListingState.RESERVED,
)


class StepForm(forms.Form):
    """Hidden in every form that moves an order: the state that the page showed."""

    expected_state = forms.CharField(required=False, widget=forms.HiddenInput, max_length=12)


class CancelForm(StepForm):
    reason = forms.CharField(
        label=_("Why do you cancel?"),
        help_text=_("The other side reads this."),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ConfirmForm(StepForm):
    tick = forms.BooleanField(label=_("I tried it and it works."))


class ReportForm(StepForm):
    problem = forms.ChoiceField(
        label=_("What is wrong?"), choices=Problem.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("What happened?"),
        help_text=_("Never write the code here; Fairhand knows which one it is."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ListingChoice(forms.ModelChoiceField[Listing]):
    def label_from_instance(self, listing: Listing) -> str:
        return f"{listing.current.title} – {yuan(listing.current.face_value)}"


class SealForm(forms.Form):
    """One card code for one listing. Nothing that is typed here is ever shown again."""

    listing = ListingChoice(
        label=_("Listing"), queryset=Listing.objects.none(), empty_label=_("Choose the listing")
    )
    number = forms.CharField(
        label=_("Card number"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Leave it empty if the card has one code only."),
    )
    secret = forms.CharField(
        label=_("Code or PIN"),
        max_length=64,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    expires_on = forms.DateField(
        label=_("Good until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave it empty if the card does not expire."),
    )

    def __init__(self, *args: Any, seller: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["listing"]
        wants_codes = Q(state__in=TAKES_CODES) | Q(reserved__gt=0)
        field.queryset = Listing.objects.of_seller(seller).filter(wants_codes)

    def card(self) -> Card:
        cleaned = self.cleaned_data
        return Card(
            number=cleaned["number"],
            secret=cleaned["secret"],
            face_value=cleaned["listing"].current.face_value,
            expires_on=cleaned["expires_on"],
        )
