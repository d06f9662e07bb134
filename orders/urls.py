"""Addresses of orders and codes."""

from django.urls import path

from orders import code_views, views

urlpatterns = [
    path("listings/<uuid:pk>/order/", views.order_checkout, name="order_checkout"),
    path("orders/", views.order_list, name="orders"),
    path("orders/<uuid:pk>/", views.order_page, name="order"),
    path("orders/<uuid:pk>/pay/", views.order_pay, name="order_pay"),
    path("orders/<uuid:pk>/cancel/", views.order_cancel, name="order_cancel"),
    path("orders/<uuid:pk>/reveal/", views.order_reveal, name="order_reveal"),
    path("orders/<uuid:pk>/confirm/", views.order_confirm, name="order_confirm"),
    path("orders/<uuid:pk>/problem/", views.order_problem, name="order_problem"),
    path("orders/<uuid:pk>/refund/", views.order_refund, name="order_refund"),
    path("codes/", code_views.codes, name="codes"),
    path("codes/seal/", code_views.codes_seal, name="codes_seal"),
    path("codes/seal/many/", code_views.codes_seal_many, name="codes_seal_many"),
    path("codes/<uuid:pk>/recall/", code_views.code_recall, name="code_recall"),
]
