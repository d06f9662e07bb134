"""The desk's site: who may open it, how they sign in, its theme, its policy, its navigation."""

from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.utils import is_mfa_enabled
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from accounts.models import User
from disputes.queues import QUEUES, Queue
from marketplace.staff import DeskAdmin, may

# The theme's Alpine evaluates expressions and sets styles; nowhere else is that allowed.
POLICY = {
    "script-src": ["'unsafe-eval'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "font-src": ["'self'"],
}


class StaffSite(UnfoldAdminSite):  # type: ignore[misc] # the theme has no types
    site_header = _("Fairhand desk")
    site_title = _("Fairhand desk")
    index_title = _("Queues and registers")

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

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Every page of the desk has the desk's own policy."""
        return csp_update(POLICY)(super().admin_view(view, cacheable))


def _waiting(queue: Queue, request: HttpRequest) -> str:
    """How many cases wait in a queue; nothing where none does."""
    person = request.user
    count = queue.count(person) if isinstance(person, User) else 0
    return str(count) if count else ""


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The desk's first page: what waits, queue by queue, then every register."""
    found = [
        {"title": queue.title, "link": _link(queue), "waiting": _waiting(queue, request)}
        for queue in QUEUES
        if may(request, *queue.roles)
    ]
    return context | {"queues": found}


def _link(queue: Queue) -> str:
    return f"{reverse('admin:disputes_case_changelist')}?queue={queue.name}"


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The court's queues with how many wait, then every section that this person may read."""
    queues = [
        {
            "title": queue.title,
            "icon": queue.icon,
            "link": _link(queue),
            "badge": partial(_waiting, queue),
            "active": request.GET.get("queue") == queue.name,
        }
        for queue in QUEUES
        if may(request, *queue.roles)
    ]
    found: list[dict[str, Any]] = [{"title": _("Court"), "items": queues}] if queues else []
    for app in admin.site.get_app_list(request):
        items = [
            {"title": model["name"], "link": model["admin_url"], "icon": "table_rows"}
            for model in app["models"]
            if model["admin_url"]
        ]
        found.append({"title": app["name"], "collapsible": True, "items": items})
    return found
