"""Every route: each app's own pages under the names that people see."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from marketplace import problems, views

handler500 = "marketplace.views.server_error"

Routes = list[URLPattern | URLResolver]

_desk: Routes = [path("desk/", admin.site.urls)] if settings.ROLE in {"admin", "all"} else []
_sandbox: Routes = (
    [path("sandbox/", include("marketplace.sandbox.urls"))] if settings.SANDBOX else []
)

urlpatterns: Routes = [
    path("health/", views.health, name="health"),
    path("ready/", views.ready, name="ready"),
    path("help/", views.help_page, name="help"),
    path("rules/", views.rule_list, name="rules"),
    path("rules/<path:rule_id>/", views.rule_page, name="rule"),
    path("problems/<slug:code>/", problems.problem, name="problem"),
    path("", include("listings.urls")),
    path("", include("orders.urls")),
    path("", include("disputes.urls")),
    path("", include("orders.escrow.urls")),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("marketplace.api")),
    *_desk,
    *_sandbox,
]
