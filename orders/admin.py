"""Orders at the desk: everything is read, nothing is changed, no code is ever here."""

from django.contrib import admin
from django.http import HttpRequest

from marketplace.staff import DeskAdmin
from orders.models import CodeReport, Order, OrderEvent


class EventsInline(admin.TabularInline[OrderEvent, Order]):
    model = OrderEvent
    fields = readonly_fields = ("at", "step", "before", "after", "side", "note", "facts")
    ordering = ("-id",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:  # noqa: ARG002
        return False


@admin.register(Order)
class OrderAdmin(DeskAdmin):
    """The queues are the filter "needs staff"; the first visit's host stands on the order [Guo]."""

    list_display = ("number", "state", "needs_staff", "price", "buyer", "seller", "placed_at")
    list_filter = ("needs_staff", "state", "verification_mode")
    list_select_related = ("buyer", "seller")
    search_fields = ("number",)
    inlines = (EventsInline,)


@admin.register(CodeReport)
class CodeReportAdmin(DeskAdmin):
    """Reports that the issuer could not settle wait here: the money stays where it is."""

    list_display = ("order", "problem", "state", "result", "at", "answer_due_at")
    list_filter = ("state", "problem")
    list_select_related = ("order",)
