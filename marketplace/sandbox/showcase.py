"""Every component in every state on one page, for eyes and for axe."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.lib import clock
from marketplace.sandbox import samples


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="Title", help_text="What it is, in the words of a buyer.")
    price = forms.CharField(label="Price in yuan", required=False)
    issuer = forms.ChoiceField(label="Issuer", choices=samples.ISSUERS)
    proof = forms.ChoiceField(
        label="How it is proven", choices=samples.MODES, widget=forms.RadioSelect
    )
    description = forms.CharField(label="Description", widget=forms.Textarea(attrs={"rows": 4}))
    read = forms.BooleanField(label="I have read this and want to go on.")


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    filled = {"title": "Card worth ¥50", "price": "48.00", "issuer": "sandbox", "proof": "issuer"}
    context = samples.everything(now) | {
        "moment": now,
        "strokes": {"nine": (5, 4), "six": (5, 1)},
        "form": SampleForm(initial=filled),
        "wrong": SampleForm({"price": "about 50"}, prefix="wrong"),
    }
    return render(request, "sandbox/components.html", context)
