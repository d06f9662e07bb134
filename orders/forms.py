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


MOST_LINES = 50


class StepForm(forms.Form):
    """Hidden in every form that moves an order: the state that the page showed."""

    expected_state = forms.CharField(required=False, widget=forms.HiddenInput, max_length=12)


class PlaceForm(forms.Form):
    """What the checkout page carries unseen: the revision that was read, and the page's own key."""

    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    request_key = forms.UUIDField()


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


class WriteOnlyInput(forms.PasswordInput):
    """Readable while it is typed, and empty again on every page that comes after."""

    input_type = "text"


class WriteOnlyArea(forms.Textarea):
    def format_value(self, value: Any) -> str:  # noqa: ARG002 - never shown again
        return ""


class VaultForm(forms.Form):
    """What every form of the vault asks. Nothing secret that is typed is ever shown again."""

    listing = ListingChoice(
        label=_("Listing"), queryset=Listing.objects.none(), empty_label=_("Choose the listing")
    )

    def __init__(self, *args: Any, seller: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["listing"]
        wants_codes = Q(state__in=TAKES_CODES) | Q(reserved__gt=0)
        field.queryset = Listing.objects.of_seller(seller).filter(wants_codes)

    def card_of(self, number: str, secret: str) -> Card:
        cleaned = self.cleaned_data
        face_value = cleaned["listing"].current.face_value
        return Card(number, secret, face_value, cleaned["expires_on"])


class SealForm(VaultForm):
    """One card code for one listing."""

    number = forms.CharField(
        label=_("Card number"),
        max_length=64,
        required=False,
        widget=WriteOnlyInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
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

    def card(self) -> Card:
        return self.card_of(self.cleaned_data["number"], self.cleaned_data["secret"])


class SealManyForm(VaultForm):
    """Up to fifty codes for one listing, one on each line."""

    lines = forms.CharField(
        label=_("Codes, one on each line"),
        max_length=50 * 140,
        widget=WriteOnlyArea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("The card number, a comma, then the code; or the code alone. Up to 50 lines."),
    )
    expires_on = forms.DateField(
        label=_("Good until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave it empty if the cards do not expire."),
    )

    def clean_lines(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("These are more than 50 lines. Nothing was sealed."))
        return lines

    def cards(self) -> list[Card]:
        pairs = [line.rpartition(",") for line in self.cleaned_data["lines"]]
        return [self.card_of(number, secret) for number, _comma, secret in pairs]
