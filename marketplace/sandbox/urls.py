"""The routes of the sandbox, all under /sandbox/."""

from django.urls import URLPattern, URLResolver, include, path

from marketplace.sandbox import clock_views, court_views, gateway_views, mailbox, showcase

urlpatterns: list[URLPattern | URLResolver] = [
    path("clock/skip/", clock_views.skip, name="sandbox_skip"),
    path("components/", showcase.components, name="sandbox_components"),
    path("cases/<uuid:pk>/vote/", court_views.vote, name="sandbox_vote"),
    path("issuer/", include("marketplace.sandbox.issuer_urls")),
    path("gateway/<path:verb>/", gateway_views.api, name="sandbox_gateway"),
    path("mail/", mailbox.mailbox, name="sandbox_mail"),
    path("pay/<str:token>/", gateway_views.pay, name="sandbox_pay"),
]
