"""The desk's site: who may open it, and how they sign in."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from marketplace.staff import DeskAdmin


class StaffSite(admin.AdminSite):
    site_header = _("Fairhand desk")
    site_title = _("Fairhand desk")
    index_title = _("Queues and registers")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only sections where nothing is added or deleted; other apps' own ones are left out."""
        if admin_class is not None and issubclass(admin_class, DeskAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff only, and only with a second factor; the sandbox's demo desk does without."""
        user = request.user
        if not (user.is_active and user.is_staff):
            return False
        return settings.SANDBOX or is_mfa_enabled(user)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The site's own log-in page, with its limits and second factors; never the admin's."""
        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer
