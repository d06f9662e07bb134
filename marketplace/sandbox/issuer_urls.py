"""The routes of the sandbox issuer, under /sandbox/issuer/."""

from django.urls import URLPattern, path

from marketplace.sandbox import issuer_views

urlpatterns: list[URLPattern] = [
    path("", issuer_views.counter, name="sandbox_issuer"),
    path("check/", issuer_views.check, name="sandbox_issuer_check"),
    path("cards/", issuer_views.make, name="sandbox_issuer_make"),
    path("redeem/", issuer_views.redeem, name="sandbox_issuer_redeem"),
    path("mode/", issuer_views.mode, name="sandbox_issuer_mode"),
]
