"""What people type about themselves; every rule behind it lives in the verbs."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.actions.tokens import MOST_DAYS, SCOPES, USUAL_DAYS
from accounts.identity.models import DocumentType
from accounts.inbox.actions import muted
from accounts.inbox.quiet import REMINDERS
from accounts.models import User


class SignUpExtras(forms.Form):
    """The part of the sign-up form that allauth does not have."""

    field_order = ("email", "name", "password1", "accept")

    name = forms.CharField(
        label=_("Name shown to others"),
        max_length=40,
        required=False,
        help_text=_("Without one you appear as “Member” and four characters."),
    )
    accept = forms.BooleanField(label=_("I have read the rules and accept them."))

    def signup(self, request: HttpRequest, user: User) -> None:  # noqa: ARG002 - allauth's signature
        user.name = self.cleaned_data["name"]
        user.language = _offered(get_language())
        user.accepted_rules = settings.RULES_VERSION
        user.save(update_fields=["name", "language", "accepted_rules"])


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("name", "language")
        help_texts = {
            "name": _("Without one you appear as “Member” and four characters."),
            "language": _("Pages and mails are written in it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
        language.help_text = self.Meta.help_texts["language"]
        self.fields["language"] = language
        self.fields["mutes"] = forms.MultipleChoiceField(
            label=_("No mail for these reminders"),
            choices=REMINDERS.items,
            initial=muted(self.instance),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("They stand in your inbox all the same. Everything else is always mailed."),
        )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"), max_length=60, help_text=_("Only you see this.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=SCOPES.items, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=_("Days until it ends"), min_value=1, max_value=MOST_DAYS, initial=USUAL_DAYS
    )


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=24,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


class PhoneCodeForm(forms.Form):
    code = forms.CharField(
        label=_("The six digits"),
        min_length=6,
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class IdentityForm(forms.Form):
    name = forms.CharField(
        label=_("Name as in the document"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    document_type = forms.ChoiceField(label=_("Document"), choices=DocumentType)
    number = forms.CharField(
        label=_("Document number"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    birth_date = forms.DateField(
        label=_("Date of birth"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _offered(language: str | None) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
