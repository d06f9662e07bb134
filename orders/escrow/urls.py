"""The routes of orders.escrow."""

from django.urls import URLPattern, URLResolver, path

from orders.escrow import gateway_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("gateway/<slug:provider>/webhook/", gateway_views.webhook, name="gateway_webhook"),
    path("pay/<uuid:pk>/", gateway_views.pay, name="pay"),
]
