"""The desk's sections of people: to look at; nobody is added, changed or deleted here."""

from django.contrib import admin

from accounts.models import User
from marketplace.staff import DeskAdmin


@admin.register(User)
class UserAdmin(DeskAdmin):
    list_display = ("shown_name", "level", "state", "date_joined", "is_staff")
    list_filter = ("level", "state", "is_staff")
    search_fields = ("=id", "=email")
    fields = (
        "id",
        "name",
        "email",
        "level",
        "state",
        "language",
        "zone",
        "accepted_rules",
        "is_staff",
        "is_active",
        "date_joined",
        "closing_since",
        "closed_at",
    )
    ordering = ("-date_joined",)
