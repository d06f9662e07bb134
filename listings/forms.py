"""What sellers fill in, and what people narrow a list by. The rules are the verbs'."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from listings.facts import CardFacts, facts_of
from listings.issuers import ISSUERS
from listings.models import Category, Listing, Mode
from listings.search import LONGEST_QUERY, Filters
from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen
from marketplace.lib.yuan_field import YuanField


class CardForm(forms.Form):
    """A card's facts; `guidance` is there only before the first card [Li]."""

    title = forms.CharField(label=_("Title"), help_text=_("What it is and what it is worth."))
    description = forms.CharField(
        label=_("Description"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Where it can be used, and any limits. No codes, contacts or links."),
    )
    category = forms.ChoiceField(label=_("Category"))
    issuer = forms.ChoiceField(
        label=_("Issuer"), help_text=_("Who made the card. It decides how the code is proven.")
    )
    face_value = YuanField(label=_("Face value in yuan"))
    price = YuanField(label=_("Price in yuan"))
    quantity = forms.IntegerField(
        label=_("Number of codes"), initial=1, help_text=_("Each order gets one.")
    )
    expiry = forms.DateField(
        label=_("Valid until at least"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    guidance = forms.BooleanField(label=_("I have read these three sentences."), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, guidance: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "category", [(each.slug, each.label) for each in Category.objects.all()])
        _choices(self, "issuer", [(each.slug, each.name) for each in ISSUERS.values()])
        if not guidance:
            del self.fields["guidance"]

    def facts(self) -> CardFacts:
        """What a valid form says."""
        named = ("title", "description", "category", "issuer", "face_value", "price", "quantity")
        values = {name: self.cleaned_data[name] for name in named}
        values["description"] = values["description"].replace("\r\n", "\n")
        return CardFacts(**values, expiry=self.cleaned_data["expiry"])

    @property
    def guidance_read(self) -> bool:
        return bool(self.cleaned_data.get("guidance"))


def _choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
    field.choices = choices


def card_form_of(listing: Listing, *, guidance: bool) -> CardForm:
    """The form with what the listing says now."""
    now = facts_of(listing)
    values = {
        "title": now.title,
        "description": now.description,
        "category": now.category,
        "issuer": now.issuer,
        "face_value": _typed(now.face_value),
        "price": _typed(now.price),
        "quantity": now.quantity,
        "expiry": now.expiry,
        "version": listing.version,
    }
    return CardForm(initial=values, guidance=guidance)


def _typed(amount: int) -> str:
    whole, cents = divmod(Fen(amount), 100)
    return f"{whole}.{cents:02}"


def show_refusal(form: forms.Form, refused: Refused) -> None:
    """Puts each part of a refusal at its field, the rest above the form; what was typed stays."""
    errors = refused.facts.get("errors", ())
    for error in errors:
        name = error["pointer"].removeprefix("/")
        form.add_error(name if name in form.fields else None, error["detail"])
    if not errors:
        form.add_error(None, str(refused.message))


_ANY = ("", _("Any"))


class FilterForm(forms.Form):
    """Everything optional; a filter that can't be read is left out, and the page says so."""

    q = forms.CharField(label=_("Words"), required=False, max_length=LONGEST_QUERY)
    category = forms.ChoiceField(label=_("Category"), required=False)
    price_min = YuanField(label=_("Price from"), required=False)
    price_max = YuanField(label=_("Price to"), required=False)
    verification_mode = forms.ChoiceField(
        label=_("How it is proven"), required=False, choices=[_ANY, *Mode.choices]
    )
    issuer = forms.ChoiceField(label=_("Issuer"), required=False)
    seller_level = forms.ChoiceField(
        label=_("Seller"),
        required=False,
        choices=[_ANY, ("2", _("Real name checked")), ("3", _("Merchants"))],
    )
    sort = forms.ChoiceField(
        label=pgettext_lazy("sorting", "Order"),
        required=False,
        choices=[
            ("newest", _("Newest first")),
            ("price_up", _("Lowest price first")),
            ("price_down", _("Highest price first")),
        ],
    )

    def __init__(self, *args: Any, categories: list[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        any_of = (_ANY[0], str(_ANY[1]))
        _choices(self, "category", [any_of, *((each.slug, each.label) for each in categories)])
        _choices(self, "issuer", [any_of, *((each.slug, each.name) for each in ISSUERS.values())])

    def filters(self) -> Filters:
        """The filters that could be read."""
        self.is_valid()
        read = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        for name in ("category", "verification_mode", "issuer"):
            if name in read:
                read[name] = (read[name],)
        if "seller_level" in read:
            read["seller_level"] = int(read["seller_level"])
        return Filters(**read)
