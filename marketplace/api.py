"""The API: every route under /api/v1/, registered by hand on one screen."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
