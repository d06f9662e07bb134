"""Listings at the desk: the queue of held ones is decided here, everything else is only read."""

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.models import User
from listings.actions import moderation
from listings.models import Category, Hold, Listing, Revision, SellerFacts
from marketplace.staff import DeskAdmin


@admin.register(Hold)
class HoldAdmin(DeskAdmin):
    """What waits for a look, the most urgent first; deciding calls the verb and nothing else."""

    list_display = ("listing", "flags", "due_at", "decision", "decided_by")
    list_filter = ("decision",)
    list_select_related = ("listing", "decided_by")
    editable = ("decision", "reason")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        is_open = not isinstance(obj, Hold) or obj.decided_at is None
        return is_open and super().has_change_permission(request, obj)

    def save_model(
        self,
        request: HttpRequest,
        obj: Hold,
        form: ModelForm[Hold],
        change: bool,  # noqa: ARG002, FBT001
    ) -> None:
        assert isinstance(request.user, User)  # noqa: S101 - the desk lets nobody else in
        chosen = form.cleaned_data
        moderation.decide(
            obj, by=request.user, decision=chosen["decision"], reason=chosen["reason"]
        )


@admin.register(Listing)
class ListingAdmin(DeskAdmin):
    list_display = ("id", "seller", "state", "price", "free", "reserved", "used", "published_at")
    list_filter = ("state", "verification_mode")
    list_select_related = ("seller",)
    exclude = ("search",)


@admin.register(Revision)
class RevisionAdmin(DeskAdmin):
    list_display = ("listing", "number", "title", "price", "face_value", "created_at", "by")
    list_select_related = ("listing", "by")


@admin.register(Category, SellerFacts)
class FactsAdmin(DeskAdmin):
    """Read only."""
