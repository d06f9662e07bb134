"""What people type about a case; forms check the shape, verbs decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from disputes.models import AppealGround, EvidenceKind, Petition
from disputes.models.jury import Recusal
from disputes.rules import CURRENT, RULES
from marketplace.lib.money import Fen
from marketplace.lib.yuan_field import YuanField

_RULES = RULES[CURRENT]
AREA = {"rows": 6}


class StateForm(forms.Form):
    """Hidden in every form that moves a case: the state that the page showed."""

    expected_state = forms.CharField(required=False, widget=forms.HiddenInput, max_length=16)


class FileForm(forms.Form):
    claim = forms.ChoiceField(label=_("What went wrong?"), widget=forms.RadioSelect)
    demand = YuanField(
        label=_("How much should go back to the buyer?"),
        help_text=_("Leave it empty for all of it."),
        required=False,
    )
    statement = forms.CharField(
        label=_("What happened, in your own words"),
        help_text=_(
            "30 to 5,000 characters. Reviewers read this. Names, phone numbers and codes are "
            "covered before they do."
        ),
        min_length=_RULES.statement_min,
        max_length=_RULES.statement_max,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    picture = forms.FileField(
        label=_("A picture (JPEG, PNG or WebP)"),
        help_text=_("You can add more on the next page, until the 72 hours are over."),
        required=False,
    )
    description = forms.CharField(
        label=_("What does the picture show?"), required=False, max_length=300
    )

    def __init__(self, *args: Any, claims: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["claim"].choices = claims  # type: ignore[attr-defined] # a ChoiceField

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("picture") and len(found.get("description", "").strip()) < SHORTEST:
            self.add_error("description", _("Say in at least 5 characters what it shows."))
        return found


SHORTEST = 5


class ShowForm(StateForm):
    """One exhibit: a text or a picture, with a description; the same for both sides."""

    kind = forms.ChoiceField(
        label=_("What do you want to show?"),
        choices=[
            (EvidenceKind.PICTURE, _("A picture")),
            (EvidenceKind.TEXT, _("A text")),
            (EvidenceKind.STATEMENT, _("My statement")),
        ],
        widget=forms.RadioSelect,
    )
    description = forms.CharField(
        label=_("What does it show?"),
        help_text=_("5 to 300 characters; it is read out to those who can't see the picture."),
        min_length=SHORTEST,
        max_length=300,
    )
    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=_RULES.statement_max,
        widget=forms.Textarea(attrs=AREA),
    )
    picture = forms.FileField(label=_("Picture (JPEG, PNG or WebP)"), required=False)
    shows_secret = forms.BooleanField(
        label=_("The picture shows a card code, a name or an address"),
        help_text=_("Handwriting and printed codes can't be found by themselves: cover them next."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        is_picture = found.get("kind") == EvidenceKind.PICTURE
        if is_picture and not found.get("picture"):
            self.add_error("picture", _("Choose a picture."))
        if not is_picture and not found.get("text", "").strip():
            self.add_error("text", _("Write the text."))
        return found


class MaskForm(StateForm):
    """A rectangle in hundredths of the picture: two corners, usable without a script."""

    left = forms.IntegerField(label=_("Left edge (% from the left)"), min_value=0, max_value=99)
    top = forms.IntegerField(label=_("Upper edge (% from the top)"), min_value=0, max_value=99)
    right = forms.IntegerField(label=_("Right edge (% from the left)"), min_value=1, max_value=100)
    bottom = forms.IntegerField(label=_("Lower edge (% from the top)"), min_value=1, max_value=100)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if self.errors:
            return found
        if found["left"] >= found["right"] or found["top"] >= found["bottom"]:
            raise forms.ValidationError(_("The second corner lies right of and below the first."))
        return found

    @property
    def rectangle(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in thousandths."""
        names = ("left", "top", "right", "bottom")
        left, top, right, bottom = (self.cleaned_data[name] * 10 for name in names)
        return left, top, right, bottom


class MaskTextForm(StateForm):
    words = forms.CharField(
        label=_("Words to cover"),
        help_text=_("Exactly as they stand in the text; every place is covered."),
        max_length=200,
    )


class WordsForm(StateForm):
    words = forms.CharField(
        label=_("Your own words for the draw"),
        help_text=_("Anything, once. They go into the seed, so that nobody can choose it alone."),
        max_length=200,
    )


class DemandForm(StateForm):
    demand = YuanField(label=_("Ask for less"))


class OfferForm(StateForm):
    buyer = YuanField(label=_("To the buyer"))

    def __init__(self, *args: Any, amount: Fen, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.amount = amount

    def clean_buyer(self) -> Fen:
        part: Fen = self.cleaned_data["buyer"]
        if part > self.amount:
            raise forms.ValidationError(_("That is more than was paid."))
        return part


class TickForm(StateForm):
    tick = forms.BooleanField()


class AppealForm(StateForm):
    ground = forms.ChoiceField(
        label=_("Why is the decision wrong?"),
        choices=AppealGround.choices,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Say what exactly was wrong"),
        help_text=_(
            "100 to 5,000 characters. Name the exhibit that was misread, or say why new evidence "
            "was not shown before."
        ),
        min_length=100,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    picture = forms.FileField(label=_("A new picture"), required=False)
    description = forms.CharField(
        label=_("What does the picture show?"), required=False, max_length=300
    )


class PetitionForm(forms.Form):
    ground = forms.ChoiceField(
        label=_("What was not fair?"), choices=Petition.Ground.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("What happened"),
        min_length=30,
        max_length=2_000,
        widget=forms.Textarea(attrs=AREA),
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"),
        required=False,
        max_length=_RULES.statement_max,
        widget=forms.Textarea(attrs=AREA),
    )
    picture = forms.FileField(label=_("A picture"), required=False)
    description = forms.CharField(label=_("What does it show?"), required=False, max_length=300)
    declined = forms.BooleanField(label=_("I have nothing to add"), required=False)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not (found.get("text", "").strip() or found.get("picture") or found.get("declined")):
            raise forms.ValidationError(_("Answer, show something, or say you have nothing."))
        return found


class VoteForm(forms.Form):
    """Findings, side and reason; the check page sends it again unchanged."""

    findings = forms.MultipleChoiceField(
        label=_("What do you find? (at least one)"), widget=forms.CheckboxSelectMultiple
    )
    side = forms.ChoiceField(
        label=_("Who should get the money?"),
        choices=[("buyer", _("The buyer")), ("seller", _("The seller"))],
        widget=forms.RadioSelect,
    )
    rationale = forms.CharField(
        label=_("Your reason"),
        help_text=_("30 to 1,000 characters. Both sides read it after the end, without your name."),
        min_length=_RULES.rationale_min,
        max_length=_RULES.rationale_max,
        widget=forms.Textarea(attrs=AREA),
    )

    def __init__(self, *args: Any, findings: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["findings"].choices = findings  # type: ignore[attr-defined] # a choice field


class RecuseForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why do you step aside?"), choices=Recusal.choices, widget=forms.RadioSelect
    )


class FlagForm(forms.Form):
    what = forms.CharField(label=_("What personal data do you see?"), max_length=200)
