"""The routes of orders.escrow."""

from django.urls import URLPattern, URLResolver, path

from orders.escrow import gateway_views, wallet_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("gateway/<slug:provider>/webhook/", gateway_views.webhook, name="gateway_webhook"),
    path("pay/<uuid:pk>/", gateway_views.pay, name="pay"),
    path("wallet/", wallet_views.overview, name="wallet"),
    path("wallet/withdraw/", wallet_views.withdraw, name="wallet_withdraw"),
    path("wallet/account/", wallet_views.add_account, name="wallet_account"),
    path(
        "wallet/account/<uuid:pk>/remove/",
        wallet_views.remove_account,
        name="wallet_account_remove",
    ),
    path("wallet/deposit/", wallet_views.pay_deposit, name="wallet_deposit"),
    path("wallet/deposit/withdraw/", wallet_views.take_deposit, name="wallet_deposit_back"),
    path("wallet/debt/", wallet_views.pay_debt, name="wallet_debt"),
]
