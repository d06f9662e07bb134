"""The API: every route under /api/v1/, registered by hand on one screen."""

from django.urls import URLPattern, URLResolver, path

from accounts.api.entering import SignUpDoor, TokenDoor
from accounts.api.me import ClosureDoor, MeDoor, ProofDoor
from accounts.api.notifications import NotificationDoor

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-up/", SignUpDoor.as_view({"post": "create"})),
    path("sign-up/confirm/", SignUpDoor.as_view({"post": "confirm"})),
    path("tokens/", TokenDoor.as_view({"post": "create"})),
    path("me/tokens/", TokenDoor.as_view({"get": "list"})),
    path("me/tokens/<uuid:pk>/", TokenDoor.as_view({"delete": "destroy"})),
    path("me/reauth/", MeDoor.as_view({"post": "reauth"})),
    path("me/", MeDoor.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("me/standing/", MeDoor.as_view({"get": "standing"})),
    path("me/phone/", ProofDoor.as_view({"post": "phone"})),
    path("me/phone/confirm/", ProofDoor.as_view({"post": "phone_confirm"})),
    path("me/verification/", ProofDoor.as_view({"get": "retrieve", "post": "create"})),
    path("me/close/", ClosureDoor.as_view({"post": "close"})),
    path("me/close/cancel/", ClosureDoor.as_view({"post": "cancel"})),
    path("notifications/", NotificationDoor.as_view({"get": "list"})),
    path("notifications/read-all/", NotificationDoor.as_view({"post": "read_all"})),
    path("notifications/<uuid:pk>/read/", NotificationDoor.as_view({"post": "read"})),
]
