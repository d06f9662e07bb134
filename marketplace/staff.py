"""The admin site ("the desk"): staff look at everything here and can delete nothing."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.db.models import Model
from django.http import HttpRequest

if TYPE_CHECKING:
    Section = admin.ModelAdmin[Any]
else:
    Section = admin.ModelAdmin


class StaffAdminConfig(AdminConfig):
    """Takes the place of `django.contrib.admin` in INSTALLED_APPS."""

    default_site = "marketplace.desk.StaffSite"


class DeskAdmin(Section):
    """The base of every section: nothing is added or deleted, and a field can be changed only
    where `editable` names it."""

    actions = None
    editable: ClassVar[tuple[str, ...]] = ()
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(self.editable) and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        named = super().get_readonly_fields(request, obj)
        fields = [field.name for field in self.opts.fields if field.name not in self.editable]
        return [*fields, *(name for name in named if name not in fields)]
