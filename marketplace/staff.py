"""The admin site ("the desk"): staff look at everything here and can delete nothing."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import BooleanField, Model
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from accounts.models import User
from accounts.roles import Role, roles_of
from marketplace.desk_words import field_words

if TYPE_CHECKING:
    from django.contrib import admin

    Section = admin.ModelAdmin[Any]
    Rows = admin.TabularInline[Any, Any]
else:
    Section, Rows = ModelAdmin, TabularInline


def may(request: HttpRequest, *roles: Role) -> bool:
    """Whether who asks holds one of the roles; asked of the database once a request.

    The superuser, who exists for setting a site up, may read everything.
    """
    if not hasattr(request, "desk_roles"):
        person = request.user
        found = roles_of(person) if isinstance(person, User) else frozenset()
        request.desk_roles = found  # type: ignore[attr-defined] # kept with the request
    held: frozenset[Role] = request.desk_roles  # type: ignore[attr-defined]
    return bool(getattr(request.user, "is_superuser", False)) or not held.isdisjoint(roles)


class DeskAdmin(Section):
    """The base of every section: nothing is added or deleted, and a field can be changed only
    where `editable` names it; `readers` are the roles that see it."""

    actions = None
    editable: ClassVar[tuple[str, ...]] = ()
    readers: ClassVar[tuple[Role, ...]] = (Role.SUPERVISOR, Role.AUDITOR)
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, *self.readers)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return may(request, *self.readers)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(self.editable) and super().has_change_permission(request, obj)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [self._column(name) for name in super().get_list_display(request)]

    def _column(self, name: Any) -> Any:
        """A field as a column under its words; what an admin computes has words of its own."""
        field = next((each for each in self.opts.fields if each.name == name), None)
        if field is None:
            return name

        def column(row: Model) -> object:
            shown = getattr(row, f"get_{name}_display", None)
            return shown() if shown else getattr(row, name)

        column.short_description = field_words(name, field.verbose_name)  # type: ignore[attr-defined]
        column.admin_order_field = name  # type: ignore[attr-defined] # as Django reads both
        column.boolean = isinstance(field, BooleanField)  # type: ignore[attr-defined]
        return column

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """The same words beside the field on a row's page."""
        words = {each.name: field_words(each.name, each.verbose_name) for each in self.opts.fields}
        return super().get_form(*args, **({"labels": words} | kwargs))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        named = super().get_readonly_fields(request, obj)
        fields = [field.name for field in self.opts.fields if field.name not in self.editable]
        return [*fields, *(name for name in named if name not in fields)]


class DeskRows(Rows):
    """Rows shown inside a section's page: read, never changed."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False
