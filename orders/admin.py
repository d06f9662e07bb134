"""Orders at the desk: everything is read, nothing is changed, no code is ever here."""

from django.contrib import admin

from marketplace.staff import DeskAdmin, DeskRows
from orders.models import CodeReport, Order, OrderEvent


class EventsInline(DeskRows):
    model = OrderEvent
    fields = readonly_fields = ("at", "step", "before", "after", "side", "note", "facts")
    ordering = ("-id",)


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
