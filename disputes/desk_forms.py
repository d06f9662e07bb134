"""What the desk types: a question for both sides, a decision with its exhibits, reasons."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from disputes.actions.deciding import Cited, Decision
from disputes.models import Citation, Evidence, RequestPair, Ruling, RulingOutcome, Winner
from disputes.models.ruling import Check, Supports
from marketplace.lib.yuan_field import YuanField

RULES = [
    ("orders/release", _("When the seller is paid")),
    ("codes/report", _("Reporting a code")),
    ("court/case", _("When a case can be opened")),
    ("court/evidence", _("Evidence of both sides")),
    ("court/appeal", _("Burden on appeal")),
    ("court/staff", _("Decisions of staff")),
]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), min_length=20, max_length=1_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AskForm(forms.Form):
    """One form, two recipients, one date: there is no form that asks one side only [Xu]."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (RequestPair.Kind.QUESTION, _("An answer to a question")),
            (RequestPair.Kind.DOCUMENT, _("A document or picture")),
            (RequestPair.Kind.THIRD_PARTY, _("A third party's statement")),
        ],
    )
    text = forms.CharField(
        label=_("What is asked of both sides"),
        min_length=20,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    rule_id = forms.ChoiceField(label=_("Rule"), choices=RULES)
    equivalents = forms.CharField(
        label=_("Accepted instead, one a line"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def lines(self) -> tuple[str, ...]:
        typed = self.cleaned_data["equivalents"].splitlines()
        return tuple(line.strip() for line in typed if line.strip())


class MaskForm(forms.Form):
    """Four numbers a rectangle (% of the picture), or words of a text; nothing clears it."""

    left = forms.IntegerField(label=_("Left %"), min_value=0, max_value=99, required=False)
    top = forms.IntegerField(label=_("Top %"), min_value=0, max_value=99, required=False)
    right = forms.IntegerField(label=_("Right %"), min_value=1, max_value=100, required=False)
    bottom = forms.IntegerField(label=_("Bottom %"), min_value=1, max_value=100, required=False)
    words = forms.CharField(label=_("Words"), max_length=200, required=False)

    def rectangles(self) -> list[tuple[int, int, int, int]]:
        names = ("left", "top", "right", "bottom")
        typed = [self.cleaned_data[name] for name in names]
        if any(value is None for value in typed):
            return []
        left, top, right, bottom = (value * 10 for value in typed)
        return [(left, top, right, bottom)]


class GrantForm(forms.Form):
    """What goes with a granted petition: the exhibits that are forged, what the fund pays."""

    remedy = YuanField(label=_("The fund pays (yuan)"), required=False)
    struck = forms.ModelMultipleChoiceField(queryset=Evidence.objects.none(), required=False)

    def __init__(self, data: Any, *, exhibits: QuerySet[Evidence]) -> None:
        super().__init__(data)
        self.fields["struck"].queryset = exhibits  # type: ignore[attr-defined] # a choice field

    def struck_ids(self) -> tuple[UUID, ...]:
        return tuple(row.pk for row in self.cleaned_data["struck"])


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Outcome"))
    buyer_fen = YuanField(label=_("To the buyer, only when the money is split"), required=False)
    reasons = forms.CharField(
        label=_("Facts found and reasons (200 characters or more)"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    answer_to_buyer = forms.CharField(
        label=_("Answer to the buyer’s main argument"), widget=forms.Textarea(attrs={"rows": 3})
    )
    answer_to_seller = forms.CharField(
        label=_("Answer to the seller’s main argument"), widget=forms.Textarea(attrs={"rows": 3})
    )
    about_majority = forms.CharField(
        label=_("Why the majority was or was not followed"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    public_summary = forms.CharField(
        label=_("Public summary, without anything personal"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    rule_ids = forms.MultipleChoiceField(
        label=_("Rules"), choices=RULES, widget=forms.CheckboxSelectMultiple
    )
    fraud_by = forms.ChoiceField(
        label=_("Fraud found by"), choices=[("", _("nobody")), *Winner.choices], required=False
    )

    def __init__(self, data: Any = None, *, outcomes: Sequence[str], draft: Ruling | None) -> None:
        """`draft`: what was written before and not approved; nobody types it twice."""
        names = [name for name in self.base_fields if draft is not None]
        super().__init__(data, initial={name: getattr(draft, name) for name in names})
        labels = [(name, RulingOutcome(name).label) for name in outcomes]
        self.fields["outcome"].choices = labels  # type: ignore[attr-defined] # a choice field


class CitationForm(forms.Form):
    """How the decision uses one exhibit; left unticked it is not cited."""

    cite = forms.BooleanField(label=_("Cite it"), required=False)
    issue = forms.CharField(label=_("About"), max_length=200, required=False)
    supports = forms.ChoiceField(label=_("Supports"), choices=Supports.choices, required=False)
    conclusive = forms.BooleanField(label=_("Conclusive (“not sure” is not)"), required=False)
    authentic = forms.ChoiceField(label=_("Authentic"), choices=Check.choices, required=False)
    legal = forms.ChoiceField(label=_("Lawfully made"), choices=Check.choices, required=False)
    relevant = forms.ChoiceField(label=_("Relevant"), choices=Check.choices, required=False)

    def __init__(self, data: Any = None, *, evidence: Evidence, draft: Citation | None) -> None:
        names = [name for name in self.base_fields if draft is not None and name != "cite"]
        initial = {name: getattr(draft, name) for name in names} | {"cite": draft is not None}
        super().__init__(data, prefix=evidence.label, initial=initial)
        self.evidence = evidence

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        needed = ("issue", "supports", "authentic", "legal", "relevant")
        if found.get("cite") and not all(found.get(name) for name in needed):
            raise forms.ValidationError(_("A cited exhibit needs all of its checks."))
        return found

    def cited(self) -> Cited:
        typed = self.cleaned_data
        return Cited(
            evidence_id=self.evidence.pk,
            issue=typed["issue"],
            supports=typed["supports"],
            conclusive=typed["conclusive"],
            authentic=typed["authentic"],
            legal=typed["legal"],
            relevant=typed["relevant"],
        )


def decision(form: DecisionForm, citations: Sequence[CitationForm]) -> Decision:
    typed = form.cleaned_data
    return Decision(
        outcome=typed["outcome"],
        buyer_fen=typed["buyer_fen"],
        reasons=typed["reasons"],
        answer_to_buyer=typed["answer_to_buyer"],
        answer_to_seller=typed["answer_to_seller"],
        about_majority=typed["about_majority"],
        public_summary=typed["public_summary"],
        rule_ids=tuple(typed["rule_ids"]),
        fraud_by=typed["fraud_by"],
        citations=tuple(row.cited() for row in citations if row.cleaned_data.get("cite")),
    )
