"""Outages at the desk: one supervisor writes one down, another gives every case its time back."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from disputes.actions import outages
from disputes.desk_views import who
from disputes.models import Incident
from marketplace.lib.errors import Refused


class OutageForm(forms.Form):
    began_at = forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    ended_at = forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    text = forms.CharField(min_length=20, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["began_at"].label = _("From")
        self.fields["ended_at"].label = _("Until")
        self.fields["text"].label = _("What could not be reached, and from where")


def report(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    form = OutageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = outages.report(by=who(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("A second person decides."))
            return redirect("admin:disputes_incident_change", made.pk)
    context |= {"form": form, "title": _("An outage of 30 minutes or more")}
    return render(request, "admin/disputes/outage.html", context)


def page(request: HttpRequest, pk: UUID, context: dict[str, Any]) -> HttpResponse:
    row = get_object_or_404(Incident.objects.select_related("by", "second_by"), pk=pk)
    waits = row.applied_at is None and row.by_id != who(request).pk
    context |= {"outage": row, "waits": waits, "title": _("An outage of 30 minutes or more")}
    return render(request, "admin/disputes/outage.html", context)


def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        moved = outages.confirm(pk, by=who(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = ngettext(
            "The dates of {n} case were moved.", "The dates of {n} cases were moved.", moved
        )
        messages.success(request, said.format(n=moved))
    return redirect("admin:disputes_incident_change", pk)
